"""Lightning pages."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic

TOPIC = Topic(
    "Lightning pages",
    (
        Entry(
            id="flexipage-component",
            title="A Lightning page shows a component that is not there",
            patterns=("We couldn't retrieve the design time component information for component {name:word}",),
            meaning="The page shows {name}, which the org cannot offer on pages: the component failed or is not "
            "deployed, is not exposed to the App Builder, or belongs to a feature that is off.",
            mend="Mend or add {name}; its -meta.xml needs isExposed true and the target of the page; or take it off "
            "the page.",
            example="We couldn't retrieve the design time component information for component c:productTileList.",
            role=Role.EITHER,
            source="forcedotcom/cli issue 2893, trailheadapps/ebikes-lwc issue 33",
            names=(Naming("LightningComponentBundle", "{name}"), Naming("AuraDefinitionBundle", "{name}")),
        ),
        Entry(
            id="flexipage-property",
            title="A component on a Lightning page has no such property",
            patterns=("Invalid property [{property:word}] in component [{name:word}]",),
            meaning="The page sets {property} of {name}, which that component does not have in this org's release.",
            mend="Take the property out of the page, or deploy the version of {name} that has it.",
            example="Invalid property [hideUpdateButton] in component [runtime_sales_pathassistant:pathAssistant]",
            source="trailheadapps/dreamhouse-sfdx issue 5",
        ),
        Entry(
            id="flexipage-access",
            title="A component on a Lightning page belongs to a feature that is off",
            patterns=("component access denied to component {name:word}",),
            meaning="The org does not offer {name}, because its feature (Chatter for forceChatter components) is off.",
            mend="Turn the feature on in the org, or take {name} off the page.",
            example="component access denied to component forceChatter:recordFeedContainer",
            source="forcedotcom/idecore issue 202",
        ),
        Entry(
            id="flexipage-identifier",
            title="An item of a Lightning page has no identifier",
            patterns=("Required field is missing: identifier",),
            meaning="From API version 53.0 every component and field on a Lightning page has an identifier.",
            mend="Add an <identifier> to each componentInstance and fieldInstance, unique within the page.",
            example="Required field is missing: identifier",
            source="sfdx-hardis, its repair of v53 pages (fact, not wording)",
        ),
        Entry(
            id="flexipage-identifier-twice",
            title="Two items of a Lightning page have one identifier",
            patterns=("Duplicate identifier '{identifier}'",),
            meaning="The identifier {identifier} stands at two items of the page; copying an item does that.",
            mend="Give one of them another identifier.",
            example="Duplicate identifier 'cobrowse_visualforcePage': each component and field needs a unique "
            "identifier.",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="flexipage-old-shape",
            title="A Lightning page is written in the shape of before API 49.0",
            patterns=("Property 'componentInstances' not valid in version {version:word}",),
            meaning="Until 48.0 a region held componentInstances; from 49.0 on (you deploy with {version}) each stands "
            "in an itemInstances.",
            mend="Wrap every componentInstances as <itemInstances><componentInstance>, or retrieve the page again with "
            "{version}.",
            example="Property 'componentInstances' not valid in version 49.0",
            source="Appirio/Health-Cloud-Sfdx-Template issue 12",
        ),
        Entry(
            id="flexipage-region",
            title="A Lightning page has a region that its template lacks",
            patterns=(
                "Region '{region}' doesn't exist in template '{template}'",
                "region {region:word} does not exist in template {template:word}",
            ),
            meaning="The page puts components into the region {region}, and the template {template} has none of that "
            "name.",
            mend="Use a region of the template (header, main, sidebar for most record pages).",
            example="Region 'right' doesn't exist in template 'flexipage:recordHomeTemplateDesktop'",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="flexipage-region-twice",
            title="A Lightning page has a region twice",
            patterns=("Region '{region}' appears more than once",),
            meaning="The region {region} stands twice in the page; a merge of two branches does that.",
            mend="Put the items of both into one region.",
            example="Region 'sidebar' appears more than once",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="flexipage-object",
            title="The object of a Lightning page cannot change",
            patterns=("You can't change the entity type of an existing Lightning page",),
            meaning="sobjectType of a Lightning page is fixed when the page is made.",
            mend="Make a page of another name for the other object.",
            example="You can't change the entity type of an existing Lightning page.",
            confidence=Confidence.DOCUMENTED,
            source="Metadata API Developer Guide, FlexiPage (the rule; the wording is not confirmed)",
        ),
        Entry(
            id="flexipage-structure",
            title="A Lightning page is nested wrongly",
            patterns=(
                "Element {}}{element:word} invalid at this location in type FlexiPageRegion",
                "Element {element:word} invalid at this location in type FlexiPageRegion",
            ),
            meaning="{element} stands directly in the region; from API 49.0 on there is an itemInstances around each "
            "component.",
            mend="Wrap it as <itemInstances><componentInstance>, or retrieve the page again.",
            example="Element {http://soap.sforce.com/2006/04/metadata}componentName invalid at this location in type "
            "FlexiPageRegion",
            source="public threads on Lightning pages",
        ),
        Entry(
            id="flexipage-visualforce",
            title="A Lightning page shows a Visualforce page that it may not show",
            patterns=("The Visualforce page {name:word} isn't available",),
            meaning="The Visualforce page {name} is not there or not offered on Lightning pages: it needs 'Available "
            "for Lightning Experience' (availableInTouch) and, on a record page, the object's standard controller.",
            mend="Set availableInTouch to true in the page's -meta.xml and use the standard controller of the object.",
            example="The Visualforce page CobrowseWidgetCase isn't available for Lightning Experience",
            role=Role.EITHER,
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
            names=(Naming("ApexPage", "{name}"),),
        ),
        Entry(
            id="flexipage-field-load",
            title="A page or layout names a field that it cannot load",
            patterns=(
                "Could not load field {field}",
                "We couldn't retrieve or load the information on the field: {field:word}",
            ),
            meaning="The field {field} is not in the org or not visible to the deploying user.",
            mend="Deploy the field first, or take it off the page.",
            example="Could not load field Record.Cobrowse_Link__c",
            role=Role.EITHER,
            confidence=Confidence.UNCONFIRMED,
            source="sfdx-hardis, list of deployment tips (fact, not wording)",
        ),
        Entry(
            id="flexipage-facet",
            title="A facet of a Lightning page is used by no component",
            patterns=("The facet {facet:word} is defined by a component in the FlexiPage but not actually used",),
            meaning="The page declares the facet {facet}, and no component of it points there any more, often "
            "because a component was taken out by hand.",
            mend="Delete the region {facet} from the page, or give it back to the component that had it.",
            example="The facet Facet-c727db8e-413a-4345-880d-f057274fc2c0 is defined by a component in the FlexiPage "
            "but not actually used.",
            source="trailheadapps/ecars issue 85",
        ),
    ),
)
