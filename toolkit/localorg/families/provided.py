"""What every org has without anyone deploying it: standard objects, fields, tabs, apps, profiles."""

from __future__ import annotations

from urllib.parse import unquote

from toolkit.localorg.families.namespaces import installed
from toolkit.localorg.model import known_objects
from toolkit.localorg.model.org import Work

# parts of compound fields and relationships that metadata names although describe does not list them as such
_ANYWHERE = frozenset({
    "id", "name", "ownerid", "createdbyid", "createddate", "lastmodifiedbyid", "lastmodifieddate", "systemmodstamp",
    "isdeleted",
    "recordtypeid", "currencyisocode", "lastactivitydate", "lastvieweddate", "lastreferenceddate", "division",
    "setupownerid",
    "developername", "masterlabel", "label", "namespaceprefix", "qualifiedapiname", "language", "isprotected",
    "externalid",
    "replayid", "eventuuid", "displayurl",
})  # fmt: skip
_ACTIVITIES = frozenset({"task", "event"})  # their custom fields are those of Activity
_STANDARD_PREFIXES = {"CustomTab": "standard-", "CustomApplication": "standard__"}


_SITE_CONTROLLERS = frozenset({
    "ChangePasswordController", "CommunitiesLandingController", "CommunitiesLoginController",
    "CommunitiesSelfRegConfirmController", "CommunitiesSelfRegController", "ForgotPasswordController",
    "LightningForgotPasswordController", "LightningLoginFormController", "LightningSelfRegisterController",
    "MicrobatchSelfRegController", "MyProfilePageController", "SiteLoginController", "SiteRegisterController",
})  # fmt: skip
# what an org has as soon as it has sites: their pages and components name each other
_OF_SITES = {
    "ApexClass": _SITE_CONTROLLERS | {f"{name}Test" for name in _SITE_CONTROLLERS},
    "ApexComponent": frozenset({"SiteFooter", "SiteHeader", "SiteLogin", "SitePoweredBy"}),
    "ApexPage": frozenset({
        "AnswersHome", "BandwidthExceeded", "ChangePassword", "CommunitiesLanding", "CommunitiesLogin",
        "CommunitiesSelfReg", "CommunitiesSelfRegConfirm", "CommunitiesTemplate", "Exception", "FileNotFound",
        "ForgotPassword", "ForgotPasswordConfirm", "IdeasHome", "InMaintenance", "MicrobatchSelfReg", "MyProfilePage",
        "SiteLogin", "SiteRegister", "SiteRegisterConfirm", "SiteTemplate", "StdExceptionTemplate", "Unauthorized",
        "UnderConstruction",
    }),
    "StaticResource": frozenset({"SiteSamples"}),
}  # fmt: skip


def _field(work: Work, full_name: str) -> bool:
    owner, _, name = full_name.partition(".")
    if owner.lower() in _ACTIVITIES and "__" in name:
        return work.components.has("CustomField", f"Activity.{name}")
    if "__" in name:
        return False
    if owner.lower().endswith("__kav"):
        return work.components.has("CustomObject", owner) or known_objects.known(owner)
    sobject = work.schema.get(owner)
    if sobject is None:
        return known_objects.known(owner) or work.components.has("CustomObject", owner)
    return name.lower() in _ANYWHERE or sobject.open_fields or sobject.field(name) is not None


def _action(full_name: str) -> bool:
    """Whether an action is a global one or one of the feed, which every org has."""
    owner, dot, _ = full_name.partition(".")
    return "__" not in full_name and (not dot or owner.startswith(("Global", "FeedItem")))


def provided(work: Work, type_name: str, full_name: str) -> bool:
    """Whether the org has this component by itself, or by a package that it has."""
    if installed(work, type_name, full_name):
        return True
    if type_name == "CustomField":
        return _field(work, full_name)
    if type_name == "CustomObject":
        known = work.schema.get(full_name)
        return known_objects.known(full_name) or (known is not None and not known.custom)
    if type_name == "Profile":
        return work.components.has("Profile", unquote(full_name))
    if type_name == "QuickAction":
        return _action(full_name)
    prefix = _STANDARD_PREFIXES.get(type_name)
    return full_name.startswith(prefix) if prefix else full_name in _OF_SITES.get(type_name, ())
