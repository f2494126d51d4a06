"""Lightning web components and Aura components."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic

_BUNDLE = (Naming("LightningComponentBundle", "{name}"), Naming("AuraDefinitionBundle", "{name}"))

TOPIC = Topic(
    "Lightning components",
    (
        Entry(
            id="lwc-module",
            title="A component uses a module that is not there",
            patterns=("No MODULE named markup://{name:word} found",),
            meaning="The component uses {name}, which is not in the org: it is not deployed, failed, or is a base "
            "component of a feature that is off.",
            mend="Mend or add {name} first.",
            example="No MODULE named markup://c:ldsUtils found : [markup://c:showPdfRelatedToRecordId]",
            role=Role.EITHER,
            source="annyhe/pdfViewer issue 3",
            names=_BUNDLE,
        ),
        Entry(
            id="aura-component",
            title="A component uses a component that is not there",
            patterns=("No COMPONENT named markup://{name:word} found",),
            meaning="The component uses {name}, which is not in the org or failed in this deployment.",
            mend="Mend or add {name} first.",
            example="No COMPONENT named markup://c:categoryFilter found : [markup://c:auraDomEventListener]",
            role=Role.EITHER,
            source="trailheadapps/lwc-recipes issue 7",
            names=_BUNDLE,
        ),
        Entry(
            id="lwc-apex",
            title="A Lightning component calls Apex that is not there",
            patterns=(
                "Unable to find Apex action class referenced as '{name:word}'",
                "Unable to find Apex action method referenced as '{name:word}'",
            ),
            meaning="The JavaScript imports {name}, which is not in the org: the class failed, or the method is not "
            "@AuraEnabled, public or global, and static.",
            mend="Mend the Apex first; check the name and that the method is @AuraEnabled static.",
            example="Unable to find Apex action class referenced as 'FieldsetController'.",
            role=Role.EITHER,
            source="tiaanswart/lightning-fieldset issue 1",
            names=(Naming("ApexClass", "{name}"),),
        ),
        Entry(
            id="aura-attribute",
            title="A component is given an attribute that it does not have",
            patterns=("The attribute '{attribute:word}' was not found on the COMPONENT markup://{name:word}",),
            meaning="{name} has no public attribute {attribute}; the one in the org may be older than the code.",
            mend="Correct the attribute, or deploy the newer {name} together with it; in a web component it needs "
            "@api.",
            example='The attribute "Var2" was not found on the COMPONENT markup://c:LCDemo1',
            role=Role.EITHER,
            source="trailheadapps/lwc-recipes issue 956",
            names=_BUNDLE,
        ),
        Entry(
            id="lwc-base-file",
            title="A bundle's folder and file have different names",
            patterns=("No base file for markup://{name:word}",),
            meaning="The bundle {name} has no file of the same name; folder, .js, .html and -meta.xml must agree, "
            "capitals too.",
            mend="Rename the files or the folder so that they agree.",
            example="No base file for markup://c:utils",
            source="jamessimone/lwc-paginator issue 1",
        ),
        Entry(
            id="aura-token",
            title="A design token is not there",
            patterns=("No TOKEN named {name:word} found",),
            meaning="The style uses the design token {name}, which this org does not offer.",
            mend="Use a CSS custom property (--lwc-...) with a fallback, or another token.",
            example="No TOKEN named force:base.spacingNone found",
            source="svierk/awesome-lwc-collection issue 81",
        ),
        Entry(
            id="lwc-compile",
            title="A Lightning web component does not compile",
            patterns=("LWC1{code:word}",),
            meaning="The compiler of Lightning web components refuses the file (LWC1{code}); the text after the number "
            "says why.",
            mend="Mend the template or script at the place given; the component fails the same way on your machine "
            "with the LWC compiler.",
            example='LWC1503: "track" is a known framework decorator, but was not imported',
            confidence=Confidence.UNCONFIRMED,
            source="the open source LWC compiler numbers its errors like this",
        ),
        Entry(
            id="lwc-target",
            title="A component has a target that its configuration does not allow",
            patterns=("The '{target:word}' target is not", "'{target:word}' is not a valid target"),
            meaning="The -meta.xml of the component lists the target {target}, which this API version or org does not "
            "know.",
            mend="Correct the target, raise apiVersion, or turn on its feature.",
            example="The 'lightning__AgentforceOutput' target is not supported in this organization",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="lwc-reference",
            title="A web component imports something that is not there",
            patterns=(
                "Invalid reference {name:word} of type {kind:word} in file {file:word}",
                "Invalid reference {name:word} of type {kind:word}",
            ),
            meaning="The component names {name} ({kind}), which is neither in the org nor in this deployment. Custom "
            "metadata types end with __mdt here, not with __c.",
            mend="Correct the name, or deploy {name} with the component or before it.",
            example="Invalid reference Product__c of type sobjectClass in file bikeCard.js-meta.xml",
            role=Role.EITHER,
            source="trailheadapps/ebikes-lwc issue 337, forcedotcom/cli issue 1288",
            names=(Naming("", "{name}"),),
        ),
        Entry(
            id="lwc-source-length",
            title="A file of a web component is too long",
            patterns=("Value too long for field: Source maximum length is:{limit:word}",),
            meaning="One file of a web component has more than {limit} characters.",
            mend="Split it into several modules, or load the library from a static resource with "
            "lightning/platformResourceLoader.",
            example="Value too long for field: Source maximum length is:131072",
            source="deploy results in public repositories",
        ),
        Entry(
            id="aura-controller",
            title="An Aura component's controller is not there",
            patterns=("No CONTROLLER named apex://{name:word} found",),
            meaning="The component's markup names the Apex class {name} as its controller, which is not in the org "
            "or failed.",
            mend="Mend or add the class {name} first.",
            example="No CONTROLLER named apex://ThingController found : [markup://c:things]",
            confidence=Confidence.UNCONFIRMED,
            role=Role.EITHER,
            source="the open-source Aura framework (the form)",
            names=(Naming("ApexClass", "{name}"),),
        ),
        Entry(
            id="aura-definition",
            title="An Aura component uses an event, interface or application that is not there",
            patterns=(
                "No EVENT named markup://{name:word} found",
                "No INTERFACE named markup://{name:word} found",
                "No APPLICATION named markup://{name:word} found",
            ),
            meaning="The markup names {name}, which is not in the org: it is not deployed, failed, or belongs to a "
            "feature that is off.",
            mend="Mend or add {name} first.",
            example="No EVENT named markup://c:thingChanged found : [markup://c:things]",
            role=Role.EITHER,
            source="the open-source Aura framework (the form)",
            names=(Naming("AuraDefinitionBundle", "{name}"),),
        ),
        Entry(
            id="action-component",
            title="A quick action shows a component that is not there",
            patterns=(
                "Unable to retrieve lightning web component by namespace/developer name : {name:word}",
                "Unable to retrieve lightning component by namespace/developer name : {name:word}",
            ),
            meaning="The quick action shows {name}, which is not in the org or failed in this deployment.",
            mend="Mend or add {name} first.",
            example="Unable to retrieve lightning web component by namespace/developer name : timeline",
            role=Role.EITHER,
            source="deploy results that tools in public repositories read",
            names=_BUNDLE,
        ),
        Entry(
            id="lwc-bundle",
            title="A web component's bundle is not there",
            patterns=("Cannot find Lightning Component Bundle {name:word}", "Unable to find {kind} bundle {name}"),
            meaning="A file belongs to the bundle {name}, whose main file is neither in the deployment nor in the org.",
            mend="Deploy the whole folder of {name}: at least its .js and its .js-meta.xml.",
            example="Cannot find Lightning Component Bundle switchtemplate.",
            source="RoseSilverSoftware/IlluminatedCloud issue 1230",
        ),
    ),
)
