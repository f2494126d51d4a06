"""Who the session belongs to: userinfo and the identity URL."""

from __future__ import annotations

from toolkit.localorg.http import Call, Reply
from toolkit.localorg.model.standard import standard_objects
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.soql.values import shown
from toolkit.localorg.store.jobs import Json


def _facts(call: Call) -> dict[str, Json]:
    with call.org.read(call.user_id) as work:
        user, org_id = work.user(), work.org_id
    base = call.origin
    modified = shown(standard_objects()["User"].fields["lastmodifieddate"], user.get("LastModifiedDate"))
    return {
        "sub": f"{base}/id/{org_id}/{call.user_id}",
        "user_id": call.user_id,
        "organization_id": org_id,
        "preferred_username": user.get("Username"),
        "username": user.get("Username"),
        "nickname": user.get("CommunityNickname"),
        "name": user.get("Name"),
        "display_name": user.get("Name"),
        "email": user.get("Email"),
        "email_verified": True,
        "given_name": user.get("FirstName"),
        "family_name": user.get("LastName"),
        "zoneinfo": user.get("TimeZoneSidKey"),
        "locale": user.get("LocaleSidKey"),
        "language": user.get("LanguageLocaleKey"),
        "user_type": "STANDARD" if user.get("UserType") == "Standard" else str(user.get("UserType")).upper(),
        "active": user.get("IsActive"),
        "is_app_installed": True,
        "updated_at": modified,
        "urls": {
            "enterprise": f"{base}/services/Soap/c/{{version}}/{org_id[:15]}",
            "metadata": f"{base}/services/Soap/m/{{version}}/{org_id[:15]}",
            "partner": f"{base}/services/Soap/u/{{version}}/{org_id[:15]}",
            "rest": f"{base}/services/data/v{{version}}/",
            "sobjects": f"{base}/services/data/v{{version}}/sobjects/",
            "query": f"{base}/services/data/v{{version}}/query/",
            "tooling_rest": f"{base}/services/data/v{{version}}/tooling/",
            "custom_domain": base,
        },
    }


def userinfo(call: Call) -> Reply:
    return Reply.of(_facts(call))


def identity(call: Call) -> Reply:
    """The identity URL; only one's own may be read."""
    facts = _facts(call)
    org_id, user_id = call.params["org"], call.params["user"]
    if org_id[:15] != str(facts["organization_id"])[:15] or user_id[:15] != call.user_id[:15]:
        raise Refusal("NOT_FOUND", "Bad_OAuth_Token", status=403)
    return Reply.of({"id": facts["sub"], "asserted_user": True} | facts)
