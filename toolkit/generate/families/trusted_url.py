"""CspTrustedSite: the service may be framed by Visualforce pages that send a CSP header."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from toolkit.generate.family import Context, single
from toolkit.metadata.component import Component


def components(context: Context) -> Iterator[Component]:
    if not context.package.trusted_url:
        return
    name = context.names.trusted_site
    service = urlsplit(context.package.service.url)
    content = context.xml("trustedurl/service.cspTrustedSite.j2", {"origin": f"{service.scheme}://{service.netloc}"})
    yield single("CspTrustedSite", name, f"cspTrustedSites/{name}.cspTrustedSite", content)
