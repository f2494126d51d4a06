"""A component names another that is not in the org and not in the deployment."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic


def _missing(kind: str, key: str, title: str, meaning: str, mend: str, *, field: str = "field") -> Entry:
    """The entry for a missing component of one type; all of them share the platform's one sentence."""
    example = EXAMPLES.get(kind, "Cobrowse_Dashboard")
    return Entry(
        id=f"missing-{key}",
        title=title,
        patterns=(f"In field: {{field}} - no {kind} named {{name}} found", f"no {kind} named {{name}} found"),
        meaning=meaning,
        mend=mend,
        example=f"In field: {field} - no {kind} named {example} found",
        role=Role.EITHER,
        source="trailheadapps/lwc-recipes issue 586; the sentence is the same for every type",
        french=(f"Dans le champ : {{field}} - aucun {kind} nommé {{name}} trouvé",),
        french_example=f"Dans le champ : {field} - aucun {kind} nommé {example} trouvé",
        names=(Naming(kind, "{name}"),),
    )


EXAMPLES = {
    "CustomField": "Case.Cobrowse_Link__c",
    "CustomObject": "Cobrowse_Settings__c",
    "RecordType": "Case.Support",
    "QuickAction": "Case.Start_Cobrowse",
    "EmailTemplate": "Support/Welcome",
    "CustomMetadata": "Cobrowse_Filter.Case",
    "User": "agent@example.com",
    "Profile": "System Administrator",
    "Layout": "Case-Support Layout",
}

TOPIC = Topic(
    "References",
    (
        _missing(
            "ApexClass",
            "apex-class",
            "An Apex class is not there",
            "A component names the Apex class {name}, and neither the org nor this deployment has it. When the class "
            "is part of the deployment, it failed to compile and this error follows from that.",
            "Mend the errors of the class first; when it has none, add {name} to the deployment or take out the "
            "reference.",
            field="apexClass",
        ),
        _missing(
            "ApexPage",
            "apex-page",
            "A Visualforce page is not there",
            "A component names the Visualforce page {name}, which neither the org nor this deployment has. A page "
            "whose controller failed to compile fails as well and counts as missing.",
            "Mend the page and its controller first; when they have no error, add {name} to the deployment.",
            field="apexPage",
        ),
        _missing(
            "CustomField",
            "custom-field",
            "A field is not there",
            "A component names the field {name}, which the org does not have. A custom field is missing from the "
            "deployment or failed in it; a standard field needs its feature (orders, quotes, person accounts, ...).",
            "Add {name} to the deployment, correct its name, turn on the feature that brings it, or take the "
            "reference out.",
        ),
        _missing(
            "CustomObject",
            "custom-object",
            "An object is not there",
            "A component names the object {name}, which is not in the org: it is not deployed, it failed, or it is a "
            "standard object whose feature or licence this org lacks.",
            "Add {name} to the deployment, or turn on the feature that brings it, or take the reference out.",
            field="object",
        ),
        _missing(
            "FlexiPage",
            "flexipage",
            "A Lightning page is not there",
            "A tab, app or object names the Lightning page {name}, which is not in the org. Mostly the page is in "
            "this deployment and failed; tab and app then fail with it.",
            "Mend the errors of the Lightning page {name} first; when it has none, add it to the deployment.",
            field="flexiPage",
        ),
        _missing(
            "CustomTab",
            "custom-tab",
            "A tab is not there",
            "An app or a permission set names the tab {name}, which is not in the org. A tab fails with the page or "
            "object that it shows, so the cause is often two steps away.",
            "Mend the tab {name} and what it shows first; when they have no error, add the tab to the deployment.",
            field="tab",
        ),
        _missing(
            "RecordType",
            "record-type",
            "A record type is not there",
            "A component names the record type {name}, which the org does not have under that developer name.",
            "Add the record type {name} to the deployment, or use the developer name that it has in this org.",
            field="recordType",
        ),
        _missing(
            "Layout",
            "layout",
            "A page layout is not there",
            "A profile or record type assigns the layout {name}, which this org does not have; an org's layouts are "
            "often renamed, and special characters are written as %28 and the like.",
            "Add the layout {name} to the deployment, or name the one that the org has (list the Layout components).",
            field="layout",
        ),
        _missing(
            "QuickAction",
            "quick-action",
            "An action is not there",
            "A layout or Lightning page shows the action {name}, which this org does not have: it is not deployed, or "
            "it is a standard action of a feature that is off (Chatter, for most of them).",
            "Add the action {name} to the deployment, turn its feature on, or take it off the layout.",
            field="QuickAction",
        ),
        _missing(
            "EmailTemplate",
            "email-template",
            "An e-mail template is not there",
            "A component sends the e-mail template {name}, which is not in the org. Templates are named "
            "Folder/Developer_Name and need their folder.",
            "Add the template {name} and its folder to the deployment.",
            field="template",
        ),
        _missing(
            "CustomMetadata",
            "custom-metadata",
            "A custom metadata record is not there",
            "A component names the custom metadata record {name}, which is not in the org.",
            "Add the record {name} and its type to the deployment.",
            field="customMetadata",
        ),
        _missing(
            "User",
            "user",
            "A named user does not exist in this org",
            "The component names the user {name}. Usernames differ from org to org (sandboxes add a suffix), so such a "
            "component deploys to one org only.",
            "Name a user of this org, set the value for each org when you deploy, or use a queue, role or group.",
            field="runningUser",
        ),
        _missing(
            "PermissionSet",
            "permission-set",
            "A permission set is not there",
            "A component names the permission set {name}, which this org does not have under that name: use its API "
            "name, not its label or id. When it is in this deployment, it failed.",
            "Mend the permission set {name} first, or give its API name.",
            field="permissionSetName",
        ),
        _missing(
            "Profile",
            "profile",
            "A profile is not there",
            "A component names the profile {name}. Standard profiles are named in the language of the org (System "
            "Administrator is another word elsewhere), and editions differ in which they have.",
            "Look the name up in this org (SELECT Name FROM Profile) and use that, or grant a permission set instead.",
            field="profileName",
        ),
        _missing(
            "CustomPermission",
            "custom-permission",
            "A custom permission is not there",
            "A component names the custom permission {name}, which neither the org nor this deployment has.",
            "Add the custom permission {name} to the deployment.",
            field="customPermission",
        ),
        _missing(
            "CustomApplication",
            "custom-application",
            "An app is not there",
            "A component names the app {name}, which is not in the org. When it is in this deployment it failed, "
            "mostly with one of its tabs.",
            "Mend the app {name} and its tabs first; when they have no error, add the app to the deployment.",
            field="application",
        ),
        _missing(
            "ExternalClientApplication",
            "external-client-app",
            "An external client app is not there",
            "Settings or policies name the external client app {name}, whose header component is not in the org.",
            "Deploy the header (ExternalClientApplication {name}) together with its settings and policies.",
            field="externalClientApplication",
        ),
        Entry(
            id="missing-component",
            title="A component that is named is not there",
            patterns=("In field: {field} - no {type:word} named {name} found",),
            meaning="The element {field} names the {type} {name}, which neither the org nor this deployment has, or "
            "which failed in this deployment.",
            mend="Look for an error of {name} in the same deployment and mend it; when there is none, add it or take "
            "the reference out.",
            example="In field: businessProcess - no BusinessProcess named Case.Support_Process found",
            role=Role.EITHER,
            source="trailheadapps/lwc-recipes issue 586; the sentence is the same for every type",
            french=("Dans le champ : {field} - aucun {type:word} nommé {name} trouvé",),
            french_example="Dans le champ : businessProcess - aucun BusinessProcess nommé Case.Support trouvé",
            names=(Naming("{type}", "{name}"),),
            general=True,
        ),
        Entry(
            id="missing-entity",
            title="A component is not in the org",
            patterns=("Entity of type '{type:word}' named '{name}' cannot be found",),
            meaning="The org has no {type} named {name}. When it stands in a deployment, a part of a standard object "
            "or of a package was sent whose owner is not there.",
            mend="Check the spelling and the org; install the package or turn on the feature that brings {name}.",
            example="Entity of type 'CustomObject' named 'Quote' cannot be found",
            role=Role.EITHER,
            source="Metadata API Developer Guide, retrieve()",
            confidence=Confidence.DOCUMENTED,
            names=(Naming("{type}", "{name}"),),
        ),
        Entry(
            id="parent-failed",
            title="The owner of the component failed",
            patterns=("Parent entity failed to deploy",),
            meaning="The component is a part of an object that failed in the same deployment; it has no error of its "
            "own.",
            mend="Mend the object; this error goes away with it. When the object shows no error, it is not available "
            "in this org.",
            example="Parent entity failed to deploy",
            role=Role.CONSEQUENCE,
            source="forcedotcom/cli issue 40",
            french=("Échec du déploiement de l'entité parente",),
            french_example="Échec du déploiement de l'entité parente",
            owner=True,
        ),
        Entry(
            id="override-target",
            title="An action override shows something that is not there",
            patterns=("{name:word} does not exist or is not a valid override for action {action:word}",),
            meaning="The object replaces its action {action} with {name}, which is not in the org, failed in this "
            "deployment, or does not suit the action (a record page serves View; a Visualforce page needs the "
            "object's standard controller).",
            mend="Mend or add {name}, and check that it is made for this object.",
            example="Case_Cobrowse does not exist or is not a valid override for action View.",
            role=Role.EITHER,
            source="trailheadapps/ebikes-lwc issue 33",
            names=(Naming("FlexiPage", "{name}"), Naming("ApexPage", "{name}"), Naming("", "{name}")),
        ),
        Entry(
            id="lookup-target",
            title="A lookup points to an object that is not there",
            patterns=("referenceTo value of '{name:word}' does not resolve to a valid sObject type",),
            meaning="The relationship field points to the object {name}, which is not in the org or failed in this "
            "deployment.",
            mend="Mend or add the object {name}; for a standard object, turn its feature on.",
            example="referenceTo value of 'Bundle__c' does not resolve to a valid sObject type",
            role=Role.EITHER,
            source="wadewegner/deploy-to-sfdx issue 41",
            names=(Naming("CustomObject", "{name}"),),
        ),
        Entry(
            id="standard-field",
            title="A standard field is not known",
            patterns=("Could not resolve standard field's name",),
            meaning="A field without the ending __c is part of the deployment, and this org does not have it: its "
            "feature or licence is missing, or the name lost its __c.",
            mend="Turn the feature on, correct the name, or take the field out of the package.",
            example="Could not resolve standard field's name.",
            source="trailheadapps/lwc-recipes issue 586",
        ),
        Entry(
            id="list-view-column",
            title="A list view has a column that is not there",
            patterns=("Could not resolve list view column: {column}",),
            meaning="The list view shows {column}, which this org does not have as a column of that object.",
            mend="Take the column {column} out of the list view, or deploy the field or feature that brings it.",
            example="Could not resolve list view column: ACCOUNT.RECORDTYPE",
            role=Role.EITHER,
            source="SalesforceCommerceCloud/b2c-crm-sync issue 14",
            names=(Naming("CustomField", "{column}"),),
        ),
        Entry(
            id="folder-missing",
            title="A folder is not there",
            patterns=("Cannot find folder: {name}", "Cannot find folder:{name}"),
            meaning="A report, dashboard, document or e-mail template stands in the folder {name}, which the org does "
            "not have; folders are components of their own.",
            mend="Add the folder {name} to package.xml and to the deployment.",
            example="Cannot find folder:Support_Reports",
            source="sfdx-hardis, list of deployment tips (fact, not wording)",
        ),
        Entry(
            id="usernames-unknown",
            title="A user is not known in this org",
            patterns=("Cannot find a user that matches any of the following usernames: {name}",),
            meaning="The component names {name}. Usernames differ between orgs; sandboxes add a suffix to them.",
            mend="Name users of this org, set them for each org when you deploy, or use a role, queue or group.",
            example="Cannot find a user that matches any of the following usernames: agent@example.com.uat",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="namespace-foreign",
            title="A component of another namespace cannot be created",
            patterns=("Cannot create a new component with the namespace: {namespace:word}",),
            meaning="The component has the prefix {namespace}, which belongs to a managed package. Only the package "
            "brings its components; they cannot be deployed.",
            mend="Install the package {namespace} in this org first, or take its components out of the deployment.",
            example="Cannot create a new component with the namespace: sortablegrid. Only components in the same "
            "namespace as the organization can be created through the API",
            source="forcedotcom/cli issue 155",
        ),
        Entry(
            id="package-version",
            title="A managed package is missing or older",
            patterns=("Package {name} with version {version:word} not installed", "package '{name}' version {version}"),
            meaning="The component was saved against version {version} of the package {name}, and this org has an "
            "older one or none.",
            mend="Install that version, or correct packageVersions in the component's -meta.xml.",
            example="Package npsp with version 3.200 not installed",
            confidence=Confidence.UNCONFIRMED,
            source="forcedotcom/cli issue 2141 (the situation; the wording is not confirmed)",
        ),
        Entry(
            id="installed-component-in-use",
            title="Something local uses the package that is to go",
            patterns=("This installed component is referenced by a locally created component",),
            meaning="A package cannot be uninstalled while components of the org itself use parts of it.",
            mend="Take the references out of the components that the message lists, deploy that, then uninstall.",
            example="This installed component is referenced by a locally created component.",
            source="SalesforceFoundation/NPSP issue 3643",
        ),
    ),
)
