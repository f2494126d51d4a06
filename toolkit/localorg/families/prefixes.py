"""Key prefixes of components' ids, where they are publicly known."""

from __future__ import annotations

_PREFIXES = {
    "ApexClass": "01p", "ApexComponent": "099", "ApexPage": "066", "ApexTrigger": "01q", "AuraDefinitionBundle": "0Ab",
    "Certificate": "0P1", "ConnectedApp": "0H4", "CspTrustedSite": "08y", "CustomApplication": "02u",
    "CustomField": "00N",
    "CustomLabel": "101", "CustomObject": "01I", "CustomPermission": "0CP", "CustomTab": "01r", "Document": "015",
    "EmailTemplate": "00X", "ExternalClientApplication": "0xI", "ExtlClntAppConfigurablePolicies": "8Ly",
    "ExtlClntAppGlobalOauthSettings": "889", "ExtlClntAppOauthConfigurablePolicies": "8Lx",
    "ExtlClntAppOauthSettings": "888",
    "FlexiPage": "0M0", "Flow": "300", "InstalledPackage": "0A3", "Layout": "00h", "LightningComponentBundle": "0Rb",
    "ListView": "00B", "NamedCredential": "0XA", "PermissionSet": "0PS", "PermissionSetGroup": "0PG", "Profile": "00e",
    "QuickAction": "09D", "RecordType": "012", "RemoteSiteSetting": "0rp", "Report": "00O", "StaticResource": "081",
    "ValidationRule": "03d", "WebLink": "00b",
}  # fmt: skip
_UNKNOWN = "0LM"  # taken by no public object; the type's own prefix is not documented


def prefix_of(type_name: str) -> str:
    return _PREFIXES.get(type_name, _UNKNOWN)
