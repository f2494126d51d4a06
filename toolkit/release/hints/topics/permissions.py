"""Permission sets, their groups, and profiles."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic

TOPIC = Topic(
    "Permissions",
    (
        Entry(
            id="user-permission-unknown",
            title="A user permission that this org does not have",
            patterns=("Unknown user permission: {permission:word}",),
            meaning="The permission set or profile grants {permission}, which exists only where its feature or licence "
            "does. Files retrieved from another org bring such entries along.",
            mend="Take the userPermissions entry of {permission} out, or turn its feature on in this org.",
            example="Unknown user permission: EinsteinGPTSalesEmailsUser",
            source="trailheadapps/coral-cloud issue 130",
            french=("Autorisation utilisateur inconnue : {permission:word}",),
            french_example="Autorisation utilisateur inconnue : EinsteinGPTSalesEmailsUser",
        ),
        Entry(
            id="field-required-access",
            title="Field access is set for a field that is always visible",
            patterns=("You cannot deploy to a required field: {field:word}",),
            meaning="{field} is required (or a master-detail field or a name), so its access is fixed and cannot be "
            "set.",
            mend="Take the fieldPermissions entry of {field} out.",
            example="You cannot deploy to a required field: Log__c.Source__c",
            source="quoted in public repositories",
            french=("Vous ne pouvez pas déployer vers un champ obligatoire : {field:word}",),
            french_example="Vous ne pouvez pas déployer vers un champ obligatoire : Log__c.Source__c",
        ),
        Entry(
            id="permission-depends",
            title="A permission needs another",
            patterns=("Permission {permission} depends on permission(s): {needed}",),
            meaning="{permission} can only be granted together with {needed}.",
            mend="Grant {needed} in the same file as well, or take {permission} out.",
            example="Permission Edit Account depends on permission(s): Read Account",
            source="quoted in public repositories",
        ),
        Entry(
            id="tab-not-valid",
            title="Tab settings for a tab that is not there",
            patterns=("You can't edit tab settings for {name:word}, as it's not a valid tab",),
            meaning="The permission set or profile sets the visibility of the tab {name}, which this org does not "
            "have or which failed in this deployment.",
            mend="Mend or add the tab {name}, or take its tabSettings out.",
            example="You can't edit tab settings for Cobrowse_Dashboard, as it's not a valid tab.",
            role=Role.EITHER,
            source="quoted in public repositories",
            names=(Naming("CustomTab", "{name}"),),
        ),
        Entry(
            id="permission-set-license",
            title="A permission set needs a licence",
            patterns=("Permission set must be associated to a user license",),
            meaning="The file has no licence and the API version is so old that it needs one, or the licence named "
            "is not in this org.",
            mend="Deploy with a current API version and leave <license> out.",
            example="Permission set must be associated to a user license",
            source="SFDO-Community/declarative-lookup-rollup-summaries issue 43",
        ),
        Entry(
            id="license-forbids",
            title="The user's licence does not allow a permission",
            patterns=(
                "user license doesn't allow the permission: {permission}",
                "user license doesn't allow the permission {permission}",
            ),
            meaning="The permission set grants {permission}, which the licence of that user does not include.",
            mend="Assign it to users with a fuller licence, or take {permission} out of the permission set.",
            example="Can't assign permission set Cobrowse_Admin to user agent@example.com. The user license doesn't "
            "allow the permission: Author Apex",
            source="forcedotcom/cli issue 3511",
            french=("La licence de l'utilisateur n'autorise pas l'autorisation : {permission}",),
            french_example="La licence de l'utilisateur n'autorise pas l'autorisation : Auteur Apex",
        ),
        Entry(
            id="group-members",
            title="A permission set group has members that are not there",
            patterns=(
                "Cannot create permission set group components since the following permission set names are "
                "invalid: {name}",
            ),
            meaning="The group lists {name}, which this org does not have under that name; in an org with a namespace "
            "the name needs the prefix.",
            mend="Mend or add the permission sets first, and write names with their namespace.",
            example="Cannot create permission set group components since the following permission set names are "
            "invalid: XYZ_for_Community",
            role=Role.EITHER,
            source="forcedotcom/cli issues 1803 and 2156",
            names=(Naming("PermissionSet", "{name}"),),
        ),
        Entry(
            id="permission-set-assigned",
            title="A permission set that users have cannot go",
            patterns=(
                "You can't delete this permission set because it's assigned to users",
                "You can't delete this permission set group because it's assigned to users",
            ),
            meaning="A permission set or group can only be deleted when nobody has it.",
            mend="Remove the assignments first (`sfmeta uninstall` does), then delete it.",
            example="You can't delete this permission set because it's assigned to users: agent@example.com",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="profile-default-app",
            title="A profile keeps one default app",
            patterns=("You can't remove the only default app from the profile",),
            meaning="The app is the only default app of a profile, which always has one.",
            mend="Make another app the default of the profile first.",
            example="You can't remove the only default app from the profile.",
            source="sfdx-hardis, list of deployment tips (fact, not wording)",
        ),
        Entry(
            id="profile-users",
            title="A profile with users cannot go",
            patterns=(
                "You can't delete this profile because users are assigned to it",
                "You can't delete a standard profile",
            ),
            meaning="A profile can only be deleted when no user has it, and a standard one never.",
            mend="Give the users another profile first.",
            example="You can't delete this profile because users are assigned to it: agent@example.com",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="cross-reference-access",
            title="Something referred to may not be touched, or is of another org",
            patterns=("insufficient access rights on cross-reference id",),
            meaning="The deploying user may not use what the component refers to, or the component carries an id of "
            "another org. Deleting a flow that still has active versions is told this way as well.",
            mend="Look for ids (15 or 18 characters) in the file and replace them with names; check the user's rights; "
            "deactivate a flow and delete its versions first.",
            example="insufficient access rights on cross-reference id",
            source="scolladon/sfdx-git-delta issue 366",
            french=(
                "droits d'accès insuffisants sur l'ID de référence croisée",
                "droits d'accès insuffisants sur l'id de référence",
            ),
            french_example="droits d'accès insuffisants sur l'ID de référence croisée",
        ),
        Entry(
            id="default-record-type",
            title="A default record type is not visible",
            patterns=("The default record type must be visible", "Default record type must be visible"),
            meaning="The profile makes a record type the default without making it visible.",
            mend="Set visible to true for it, or choose another default.",
            example="The default record type must be visible",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="deploy-rights",
            title="The deploying user may not deploy",
            patterns=(
                "INSUFFICIENT_ACCESS: {what}",
                "use of the Metadata API requires a user with the {what} permission",
            ),
            meaning="The user lacks a right: deploying needs Modify Metadata Through Metadata API Functions or Modify "
            "All Data, Apex needs Author Apex as well.",
            mend="Grant the deploying user these permissions.",
            example="INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyMetadata permission",
            confidence=Confidence.DOCUMENTED,
            source="Metadata API Developer Guide, user permissions",
        ),
        Entry(
            id="policy-target",
            title="A user access policy gives something that is not there",
            patterns=("The action target {name:word} of type {type:word} does not exist",),
            meaning="The policy gives the {type} {name}, which this org does not have: its package or license is "
            "missing.",
            mend="Install the package or buy the license of {name}, or take the action out of the policy.",
            example="The action target HealthCloudPsl of type PermissionSetLicense does not exist.",
            role=Role.EITHER,
            source="forcedotcom/cli issue 2955",
            names=(Naming("{type}", "{name}"),),
        ),
        Entry(
            id="username-taken",
            title="A username is taken",
            patterns=("already exists in this or another Salesforce org. Usernames must be unique",),
            meaning="Usernames are unique over all orgs; a deleted sandbox or scratch org keeps its own for a while.",
            mend="Use another username, with the org's name in it for instance.",
            example='The username "tester@acme.example" already exists in this or another Salesforce org. Usernames '
            "must be unique across all Salesforce orgs.",
            source="LawrenceLoz/FormulaShare-DX issue 23",
        ),
    ),
)
