"""Connected apps, external client apps, and Lightning apps with their tabs."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic

TOPIC = Topic(
    "Apps",
    (
        Entry(
            id="connected-app-blocked",
            title="Connected apps cannot be created any more",
            patterns=("You can't create a connected app", "connected app creation"),
            meaning="Since Spring '26 customers cannot create connected apps, neither in Setup nor by deployment. Apps "
            "that exist can be changed.",
            mend="Use an external client app (app.kind: external_client_app), adopt an existing connected app, or ask "
            "Salesforce Customer Support to allow creation.",
            example="You can't create a connected app. To enable connected app creation, contact Salesforce Customer "
            "Support.",
            confidence=Confidence.DOCUMENTED,
            source="Salesforce Help 005228017 (the rule; the wording is not confirmed)",
        ),
        Entry(
            id="consumer-key-given",
            title="An existing connected app keeps its consumer key",
            patterns=("You cannot provide a Consumer Key",),
            meaning="The file holds a consumerKey, and the app exists already with its own.",
            mend="Take consumerKey and consumerSecret out of the file; keys do not belong in source.",
            example="You cannot provide a Consumer Key",
            source="trailheadapps/ready-to-fly issue 29",
        ),
        Entry(
            id="consumer-key-taken",
            title="A consumer key is used somewhere else",
            patterns=("consumer key is already taken",),
            meaning="Consumer keys are unique in all of Salesforce; this one belongs to an app of another org.",
            mend="Take consumerKey out, so that the org makes a new one.",
            example="The consumer key is already taken.",
            source="forcedotcom/devops-center-feedback issue 256",
            french=("La clé du consommateur est déjà utilisée", "La clé client est déjà utilisée"),
            french_example="La clé du consommateur est déjà utilisée.",
        ),
        Entry(
            id="app-permission-sets",
            title="An app policy names permission sets that are not there",
            patterns=("We couldn't find permission sets called {name}",),
            meaning="The policy lists {name}. It takes API names; ids and labels are not found, and a permission set "
            "that failed in this deployment is not either.",
            mend="Write the API names in commaSeparatedPermissionSet, and deploy the permission sets before the app.",
            example="We couldn't find permission sets called 0PS000000000001AAA.",
            role=Role.EITHER,
            source="a public guide to external client app policies",
            names=(Naming("PermissionSet", "{name}"),),
        ),
        Entry(
            id="app-profiles",
            title="An app policy names profiles that are not there",
            patterns=("We couldn't find profiles called {name}",),
            meaning="The policy lists {name}; profile names are in the language of the org.",
            mend="Look the names up in this org (SELECT Name FROM Profile).",
            example="We couldn't find profiles called System Administrator.",
            confidence=Confidence.UNCONFIRMED,
            source="by analogy with the message for permission sets",
        ),
        Entry(
            id="eca-policy-exists",
            title="The app has an OAuth policy already",
            patterns=(
                "ExtlClntAppOauthSettingsId duplicates value on record with id: {record:word}",
                "ExtlClntAppOauthSettingsId duplicates value on {record:word}",
            ),
            meaning="The org makes a policy by itself when OAuth is turned on, and there can be only one: {record}.",
            mend="Deploy yours under the name of the one that is there (list ExtlClntAppOauthConfigurablePolicies), "
            "mostly the settings' name with _defaultPolicy.",
            example="DUPLICATE_VALUE: duplicate value found: ExtlClntAppOauthSettingsId duplicates value on record "
            "with id: CobrowseIO_oauth_defaultPolicy",
            source="a public guide to external client app policies",
        ),
        Entry(
            id="eca-header",
            title="The parts of an external client app stay with it",
            patterns=("The external client app of an existing component can't be changed",),
            meaning="Settings and policies belong to one external client app for good.",
            mend="Use other names for the parts of another app.",
            example="The external client app of an existing component can't be changed",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="eca-org-scoped",
            title="An external client app carries the id of another org",
            patterns=("orgScopedExternalApp{what}", "oauthLink{what}"),
            meaning="orgScopedExternalApp and oauthLink hold ids of the org that the files were retrieved from.",
            mend="Take both elements out before deploying to another org.",
            example="Invalid value for orgScopedExternalApp: 00Dbm000004ELiD:Onyx_Cloud",
            confidence=Confidence.UNCONFIRMED,
            source="onyx-dot-app/onyx pull request 14953 (the situation; the wording is not confirmed)",
            general=True,
        ),
        Entry(
            id="app-exists",
            title="An app of that name exists",
            patterns=("duplicate developer name: {name:word}", "An external client app named {name} already exists"),
            meaning="The org has an app {name} already, perhaps one made by hand.",
            mend="Give its name in your configuration, so that it is adopted and changed in place.",
            example="An external client app named CobrowseIO already exists",
            confidence=Confidence.UNCONFIRMED,
            source="sfdx-hardis recognises the situation",
        ),
        Entry(
            id="tab-content",
            title="A tab shows nothing",
            patterns=("Must specify one of the following for a tab: {kinds}",),
            meaning="A tab has exactly one of {kinds}.",
            mend="Add the element that names what the tab shows.",
            example="Must specify one of the following for a tab: page, flexiPage, url, customObject, lwcComponent, "
            "auraComponent or scontrol",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="app-override-twice",
            title="An app assigns two pages to one place",
            patterns=("Duplicate action override {what}", "duplicate actionOverrides {what}"),
            meaning="Two overrides of the app are for the same object, action, form factor (and record type and "
            "profile): {what}.",
            mend="Keep one of them.",
            example="Duplicate action override View for Case and form factor Large",
            confidence=Confidence.UNCONFIRMED,
            source="Salto checks the same rule",
        ),
    ),
)
