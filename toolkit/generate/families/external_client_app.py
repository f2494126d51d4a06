"""ExternalClientApplication and its four parts: the OAuth app of an org that has none yet."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.config.model import AppKind
from toolkit.generate.app_policy import app_policy
from toolkit.generate.family import Context, single
from toolkit.metadata.component import Component


def components(context: Context) -> Iterator[Component]:
    if context.package.app.kind is not AppKind.EXTERNAL_CLIENT_APP:
        return
    parts = context.names.external_client_app
    values = {"policy": app_policy(context.project)}
    for type_name, name, folder, suffix in (
        ("ExternalClientApplication", parts.header, "externalClientApps", "eca"),
        ("ExtlClntAppGlobalOauthSettings", parts.global_oauth, "extlClntAppGlobalOauthSets", "ecaGlblOauth"),
        ("ExtlClntAppOauthSettings", parts.oauth, "extlClntAppOauthSettings", "ecaOauth"),
        ("ExtlClntAppConfigurablePolicies", parts.policies, "extlClntAppPolicies", "ecaPlcy"),
        ("ExtlClntAppOauthConfigurablePolicies", parts.oauth_policies, "extlClntAppOauthPolicies", "ecaOauthPlcy"),
    ):
        content = context.xml(f"externalclientapp/app.{suffix}.j2", values)
        yield single(type_name, name, f"{folder}/{name}.{suffix}", content)
