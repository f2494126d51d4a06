"""The profiles of a new org."""

from __future__ import annotations

from toolkit.localorg.model.user_permissions import NAMES

# what binds or exempts a user, or belongs to a sign-in policy, is not given to administrators by itself
_NOT_GIVEN = frozenset({
    "ApiUserOnly", "BulkApiHardDelete", "DelegatedTwoFactor", "ForceTwoFactor", "HideReadByList", "IsSsoEnabled",
    "PasswordNeverExpires", "PreventClassicExperience", "QueryAllFiles", "SkipIdentityConfirmation", "TwoFactorApi",
    "ViewClientSecret", "ViewEncryptedData",
})  # fmt: skip
ADMIN_PERMISSIONS = " ".join(name for name in NAMES if name not in _NOT_GIVEN)

# name in the language of the org, name of its metadata, licence, permissions beyond API Enabled
PROFILES: tuple[tuple[str, str, str, str], ...] = (
    ("System Administrator", "Admin", "Salesforce", ADMIN_PERMISSIONS),
    ("Standard User", "Standard", "Salesforce", ""),
    ("Minimum Access - Salesforce", "Minimum Access - Salesforce", "Salesforce", ""),
    ("Read Only", "ReadOnly", "Salesforce", ""),
    ("Solution Manager", "SolutionManager", "Salesforce", ""),
    ("Marketing User", "MarketingProfile", "Salesforce", ""),
    ("Contract Manager", "ContractManager", "Salesforce", ""),
    ("Standard Platform User", "StandardAul", "Salesforce Platform", ""),
    ("Chatter Free User", "Chatter Free User", "Chatter Free", ""),
    ("Analytics Cloud Integration User", "Analytics Cloud Integration User", "Analytics Cloud Integration User", ""),
    ("Salesforce API Only System Integrations", "Salesforce API Only System Integrations", "Salesforce Integration",
     ""),
    ("Guest License User", "Guest License User", "Guest", ""),
)  # fmt: skip
