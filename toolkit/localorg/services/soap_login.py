"""SOAP login() and logout() on the partner and enterprise endpoints; API 65 and later no longer have login()."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from toolkit.localorg import soap
from toolkit.localorg.app_session import session_of
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.options import SOAP_LOGIN_GONE_SINCE
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.rules.users import may_sign_in
from toolkit.localorg.services.oauth import open_session, password_fits

Operation = Callable[[Call, soap.Envelope, str], Reply]
ENTERPRISE = "urn:enterprise.soap.sforce.com"


def _namespace(call: Call) -> str:
    return ENTERPRISE if call.path.startswith("/services/Soap/c/") else soap.PARTNER


def handle(call: Call) -> Reply:
    """login and logout; the rest of the partner API is not served."""
    namespace = _namespace(call)
    try:
        envelope = soap.Envelope(call.body)
        return _operation(envelope.operation.name, namespace)(call, envelope, namespace)
    except Refusal as refusal:
        kind = "LoginFault" if refusal.code == "INVALID_LOGIN" else "UnexpectedErrorFault"
        return soap.fault(refusal, namespace=namespace, kind=kind)


def _login(call: Call, envelope: soap.Envelope, namespace: str) -> Reply:
    version = call.params["version"]
    number = version.partition(".")[0]
    if number.isdigit() and int(number) >= SOAP_LOGIN_GONE_SINCE:
        message = (  # as gardalic met it, forcedotcom/wsc issue 363
            f"The SOAP Login operation is not available in the API version specified ({version}). Refer to the "
            "documentation "
            "for supported versions."
        )
        raise Refusal("INVALID_OPERATION", message)
    username = envelope.operation.value("username") or ""
    with call.org.write() as work:
        user = work.records.first("User", Username=username)
        fits = password_fits(work, envelope.operation.value("password") or "")
        if user is None or not may_sign_in(work, user) or not fits:
            message = "Invalid username, password, security token; or user locked out."
            raise Refusal("INVALID_LOGIN", message)
        session = open_session(work, str(user["Id"]))
        org_id = work.org_id
        profile = user["ProfileId"]
    letter = "c" if namespace == ENTERPRISE else "u"
    return soap.reply(
        "login",
        {
            "metadataServerUrl": f"{call.origin}/services/Soap/m/{version}/{org_id}",
            "passwordExpired": False,
            "sandbox": call.org.org_type in ("sandbox", "scratch"),
            "serverUrl": f"{call.origin}/services/Soap/{letter}/{version}/{org_id}",
            "sessionId": session,
            "userId": user["Id"],
            "userInfo": {
                "accessibilityMode": False, "chatterExternal": False, "currencySymbol": "$",
                "orgAttachmentFileSizeLimit": 5242880,
                "orgDefaultCurrencyIsoCode": "USD", "orgDefaultCurrencyLocale": "en_US",
                "orgDisallowHtmlAttachments": False,
                "orgHasPersonAccounts": False, "organizationId": org_id, "organizationMultiCurrency": False,
                "organizationName": "Local Org", "profileId": profile, "roleId": soap.NIL, "sessionSecondsValid": 7200,
                "userDefaultCurrencyIsoCode": soap.NIL, "userEmail": user["Email"], "userFullName": user["Name"],
                "userId": user["Id"], "userLanguage": "en_US", "userLocale": "en_US", "userName": user["Username"],
                "userTimeZone": user["TimeZoneSidKey"], "userType": user["UserType"], "userUiSkin": "Theme3",
            },
        },
        namespace=namespace,
    )  # fmt: skip


def _logout(call: Call, envelope: soap.Envelope, namespace: str) -> Reply:
    token = session_of(call.org, envelope.session).token
    with call.org.write() as work:
        work.sessions.remove(token)
    return soap.reply("logout", None, namespace=namespace)


_OPERATIONS: Mapping[str, Operation] = {"login": _login, "logout": _logout}


def _operation(name: str, namespace: str) -> Operation:
    operation = _OPERATIONS.get(name)
    if operation is None:
        raise Refusal("INVALID_OPERATION", f"No operation available for request {{{namespace}}}{name}")
    return operation
