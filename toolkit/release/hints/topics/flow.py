"""Flows."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic

TOPIC = Topic(
    "Flows",
    (
        Entry(
            id="flow-active-version",
            title="An active version of a flow cannot be overwritten",
            patterns=("The version of the flow you're updating is active and can't be overwritten",),
            meaning="The file is named after a version (Name-1.flow) that is active in the org.",
            mend="Deploy the flow without a version number in its name: the org then makes a new version.",
            example="The version of the flow you're updating is active and can't be overwritten.",
            source="solenopsis/Solenopsis issue 218",
        ),
        Entry(
            id="flow-interviews",
            title="Waiting interviews hold the flow",
            patterns=(
                "Flow Interview - {name}",
                "there are paused or waiting interviews",
                "paused and waiting interviews",
            ),
            meaning="Interviews of the flow are paused or wait, and so the flow, or a field that it uses, cannot go.",
            mend="Delete the interviews in Setup, Paused and Failed Flow Interviews, then try again.",
            example="This flow has paused and waiting interviews and can't be deleted",
            confidence=Confidence.UNCONFIRMED,
            source="sfdx-hardis, list of deployment tips (fact, not wording)",
        ),
        Entry(
            id="flow-apex-class",
            title="A flow variable has an Apex type that is not there",
            patterns=("'apexClass' is invalid. Provide the API name of an Apex class",),
            meaning="A variable of the flow has the type of an Apex class that is not in the org, does not compile, or "
            "has no @AuraEnabled fields.",
            mend="Deploy the class first; it needs @AuraEnabled fields and a constructor without parameters.",
            example='SomeVariable (Variable) - "apexClass" is invalid. Provide the API name of an Apex class that '
            "includes an Apex data type supported in flows.",
            role=Role.EITHER,
            source="forcedotcom/cli issue 2233",
        ),
        Entry(
            id="flow-action",
            title="A flow calls an action that is not there",
            patterns=("We can't find an action with the name and action type that you specified",),
            meaning="The flow calls an invocable method, e-mail alert, quick action or subflow that is not in the org.",
            mend="Mend or add the action first; an Apex action needs @InvocableMethod.",
            example="Send_Link (Action) - We can't find an action with the name and action type that you specified.",
            role=Role.EITHER,
            source="quoted in public repositories",
        ),
        Entry(
            id="flow-field",
            title="A flow uses a field that is not there",
            patterns=("The field '{field:word}' for the object '{object:word}' doesn't exist",),
            meaning="The flow reads or writes {object}.{field}, which this org does not have, or its running user may "
            "not see.",
            mend="Deploy the field {object}.{field} with the flow.",
            example='Get_Case (Get Records) - The field "Cobrowse_Link__c" for the object "Case" doesn\'t exist.',
            role=Role.EITHER,
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
            names=(Naming("CustomField", "{object}.{field}"),),
        ),
        Entry(
            id="flow-delete-active",
            title="An active flow cannot be deleted",
            patterns=(
                "Active flows can't be deleted",
                "You can't delete an active flow",
                "flow version is active and can't be deleted",
            ),
            meaning="A flow goes only when none of its versions is active.",
            mend="Deactivate it first (deploy a FlowDefinition with activeVersionNumber 0), then delete its versions.",
            example="You can't delete an active flow version.",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="flow-coverage",
            title="Flows are tested too little for the org's setting",
            patterns=(
                "Flow test coverage",
                "flows have insufficient test coverage",
                "Deploy processes and flows as active",
            ),
            meaning="The org deploys flows as active only when tests cover enough of them.",
            mend="Deploy the flow inactive and activate it by hand, or add Apex tests that run it.",
            example="Flow test coverage is 0%, at least 75% is required to deploy flows as active",
            confidence=Confidence.UNCONFIRMED,
            source="Salesforce Help, deploy processes and flows as active (the rule)",
        ),
    ),
)
