"""Deleting components that something still needs."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic

TOPIC = Topic(
    "Deleting",
    (
        Entry(
            id="delete-active-page",
            title="An active Lightning page cannot go",
            patterns=("You can't delete an active Lightning Page",),
            meaning="The page is assigned: as the org default, to an app, or to an app with record type and profile.",
            mend="Deploy the object or app without the override first (type Default), then delete the page; `sfmeta "
            "uninstall` does it in this order.",
            example="You can't delete an active Lightning Page. Deactivate it first.",
            source="SFDO-Tooling/CumulusCI issue 136",
            french=("Vous ne pouvez pas supprimer une page Lightning active",),
            french_example="Vous ne pouvez pas supprimer une page Lightning active.",
        ),
        Entry(
            id="delete-referenced",
            title="Something still uses what is to go",
            patterns=(
                "This {kind} is referenced elsewhere in salesforce.com{} : {users}",
                "This {kind} is referenced elsewhere in salesforce.com",
            ),
            meaning="The {kind} is in use. A check-only run says so even when the same deployment takes the use "
            "away, because deletions come first.",
            mend="Take it out of what the message lists and deploy that, or list the deletion in "
            "destructiveChangesPost.xml, which runs after the changes.",
            example="This apex page is referenced elsewhere in salesforce.com.  Remove the usage and try again. : Page "
            "Layout - Case-Case Layout.",
            source="quoted in public repositories",
            french=(
                "Ce {kind} est référencé ailleurs dans salesforce.com",
                "Cette {kind} est référencée ailleurs dans salesforce.com",
            ),
            french_example="Cette page apex est référencée ailleurs dans salesforce.com.",
        ),
        Entry(
            id="delete-record-type",
            title="Record types are not deleted by deployment",
            patterns=("Cannot delete record type through API", "cannot delete record type {name} through API"),
            meaning="The Metadata API does not delete record types.",
            mend="Deactivate it by deployment, and delete it by hand in Setup.",
            example="Cannot delete record type through API",
            source="sfdx-hardis, list of deployment tips (fact, not wording)",
        ),
        Entry(
            id="delete-standard",
            title="Standard objects stay",
            patterns=("Standard objects can't be deleted: {name:word}", "Standard objects can't be deleted"),
            meaning="A destructive manifest names a standard object, which cannot go.",
            mend="Take it out of the destructive manifest; name its custom fields one by one instead.",
            example="Standard objects can't be deleted: Case",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="delete-managed",
            title="A component of a package stays",
            patterns=(
                "Cannot delete managed object: {name}",
                "Cannot modify managed object: {name}",
                "Cannot delete a component that is part of an installed package",
            ),
            meaning="Components of a managed package cannot be deleted, and most of them not changed, in the org.",
            mend="Take it out of the manifest; uninstall or upgrade the package instead.",
            example="Cannot modify managed object: entity=CustomField, component=ns__Token",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="delete-dependents",
            title="Code still uses what is to go",
            patterns=("is referenced by {kind} {name:word}", "is currently referenced by the following: {name}"),
            meaning="{name} still uses it.",
            mend="Change or delete {name} first.",
            example="The field Case.Cobrowse_Link__c is referenced by class CobrowseWidget",
            role=Role.EITHER,
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
            names=(Naming("", "{name}"),),
            general=True,
        ),
        Entry(
            id="delete-default-app",
            title="Profiles open an app that is to go",
            patterns=("Unable to delete custom app. Profiles are using this custom app as default",),
            meaning="At least one profile has the app as its default.",
            mend="Give those profiles another default app first, in this deployment or in Setup, then delete it.",
            example="Unable to delete custom app. Profiles are using this custom app as default.",
            source="certinia/df12-deployment-tools issue 15",
        ),
        Entry(
            id="delete-page-in-use",
            title="A page is in use elsewhere",
            patterns=("you have tried to delete is currently being referenced by {users}",),
            meaning="A page, link, button, tab, dashboard or layout still shows it; it may be one that is not in "
            "your files.",
            mend="Where Is This Used? on the page in Setup names them; take the references out first.",
            example="The page you have tried to delete is currently being referenced by a page, custom link, button, "
            "web tab, dashboard, SoftPhone layout or custom sidebar component. Please delete the reference before "
            "deleting the page.",
            source="RoseSilverSoftware/IlluminatedCloud issue 1215",
        ),
        Entry(
            id="delete-field-in-use",
            title="A field is in use",
            patterns=("The custom field is in use in {users}", "custom field{} is in use in {users}"),
            meaning="The field cannot go, because it is used in {users}",
            mend="Take the field out of it first; the field's Where Is This Used? shows all of them.",
            example="The custom field is in use in a workflow rule.",
            source="SalesforceFoundation/NPSP issue 3643",
        ),
        Entry(
            id="delete-absent-page",
            title="What is to be deleted is not there",
            patterns=("id does not exist",),
            meaning="A destructive manifest names something that the org does not have, or not any more.",
            mend="Take it out of the destructive manifest, or deploy with --ignore-warnings.",
            example="id does not exist",
            source="SFDO-Tooling/CumulusCI issue 215",
        ),
    ),
)
