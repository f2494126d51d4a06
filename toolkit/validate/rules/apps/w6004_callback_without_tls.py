from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W6004",
    severity=WARNING,
    title="A callback, endpoint or trusted site over plain http",
    why="Tokens and data travel readable; Salesforce refuses http callbacks other than localhost.",
    mend="use https",
    source="Salesforce Help, OAuth callback URL",
    bad={
        "connectedApps/A.connectedApp": """<ConnectedApp>
    <contactEmail>a@example.com</contactEmail><label>A</label>
    <oauthConfig><callbackUrl>http://example.com/back</callbackUrl></oauthConfig>
</ConnectedApp>""",
    },
    good={
        "connectedApps/A.connectedApp": """<ConnectedApp>
    <contactEmail>a@example.com</contactEmail><label>A</label>
    <oauthConfig><callbackUrl>http://localhost:1717/OauthRedirect</callbackUrl></oauthConfig>
</ConnectedApp>""",
    },
)
_ELEMENTS = {
    "ConnectedApp": (("oauthConfig", "callbackUrl"), ("startUrl",)),
    "ExtlClntAppGlobalOauthSettings": (("callbackUrl",),),
    "CspTrustedSite": (("endpointUrl",),),
    "RemoteSiteSetting": (("url",),),
    "NamedCredential": (("endpoint",),),
    "CorsWhitelistOrigin": (("urlPattern",),),
}


def check(document: Document) -> Iterator[Finding]:
    if document.name.rpartition("__")[2] == "ApexDevNet":  # every org is born with it
        return
    for path in _ELEMENTS.get(document.type, ()):
        for url in document.text(*path).split():
            rest = url.lower().removeprefix("http://")
            host = rest.partition("/")[0].partition(":")[0]
            if rest != url.lower() and host not in ("localhost", "127.0.0.1", "[", "www.w3.org"):
                yield document.finding(RULE, None, f"{path[-1]} {url} is not encrypted", *path)
