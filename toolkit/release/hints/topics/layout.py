"""Page layouts."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic

TOPIC = Topic(
    "Page layouts",
    (
        Entry(
            id="layout-related-field",
            title="A related list shows a field that is not there",
            patterns=(
                "Invalid field:{field:word} in related list:{list:word}",
                "Invalid field: {field:word} in related list: {list:word}",
            ),
            meaning="The related list {list} shows the column {field}, which this org does not have.",
            mend="Take {field} out of the related list, or deploy the field or feature that brings it.",
            example="Invalid field:CAMPAIGN.NAME in related list:RelatedCampaignList",
            role=Role.EITHER,
            source="developerforce/LightningContainerExamples issue 16",
            names=(Naming("CustomField", "{field}"),),
        ),
        Entry(
            id="layout-related-list",
            title="A layout shows a related list that is not there",
            patterns=(
                "Cannot find related list: {list:word}",
                "Cannot find related list:{list:word}",
                "Invalid related list: {list:word}",
            ),
            meaning="The layout shows the related list {list}; the relationship is not in this org, or its feature "
            "(notes, teams, histories, ...) is off.",
            mend="Turn the feature on, deploy the relationship first, or take {list} off the layout. The list of a "
            "custom relationship is written as child object and field, Session__c.Case__c.",
            example="Cannot find related list:RelatedContentNoteList",
            role=Role.EITHER,
            source="quoted in public repositories",
        ),
        Entry(
            id="layout-sections",
            title="A layout has no section",
            patterns=("Layout must have at least 1 section",),
            meaning="A layout file without any layoutSections was sent; the whole layout is replaced by what is sent.",
            mend="Retrieve the layout and change that, instead of sending a part of it.",
            example="Layout must have at least 1 section",
            source="certinia/df12-deployment-tools issue 5",
        ),
        Entry(
            id="layout-required-item",
            title="A layout lacks a field that it must show",
            patterns=("Layout must contain an item for required layout field: {field:word}",),
            meaning="{field} is required on the object, and so every layout has to show it.",
            mend="Add {field} to a section of the layout.",
            example="Layout must contain an item for required layout field: Name",
            source="quoted in public repositories",
        ),
        Entry(
            id="layout-behavior",
            title="A field on a layout has a behaviour that it may not have",
            patterns=(
                "Field:{field:word} must not be {behavior:word}",
                "Field: {field:word} must not be {behavior:word}",
                "Field:{field:word} must be {behavior:word}",
                "Field: {field:word} must be {behavior:word}",
            ),
            meaning="The behaviour of {field} on the layout contradicts the field ({behavior} is the word in "
            "question): a formula is read-only, a required field required.",
            mend="Set <behavior> of {field} to what the field allows (Edit, Readonly or Required).",
            example="Field:Cobrowse_Link__c must not be Required",
            source="sfdx-hardis, list of deployment tips (fact, not wording)",
        ),
        Entry(
            id="layout-action-twice",
            title="Two actions of a page have one place",
            patterns=(
                "duplicate value found: {fields}PlatformActionListId duplicates value on record with id: {record}",
                "duplicate value found: PlatformActionListId{fields} duplicates value on record with id: {record}",
            ),
            meaning="Two entries of the layout's platformActionListItems have the same sortOrder.",
            mend="Number the sortOrder of the actions through from 0, without doubles.",
            example="duplicate value found: SortOrder,PlatformActionListId duplicates value on record with id: "
            "0JM000000000001",
            source="sfdx-hardis, list of deployment tips (fact, not wording)",
        ),
        Entry(
            id="layout-last",
            title="The last layout of an object stays",
            patterns=("Can't delete the last layout",),
            meaning="Every object keeps at least one layout.",
            mend="Deploy another layout first, or leave this one.",
            example="Can't delete the last layout of an object",
            source="Salto's check of the same rule; the wording is not confirmed",
            confidence=Confidence.UNCONFIRMED,
        ),
        Entry(
            id="layout-page",
            title="A Visualforce page does not suit the layout",
            patterns=("Page {name:word} can't be used on this layout",),
            meaning="A layout shows only Visualforce pages with the standard controller of its own object, and {name} "
            "has another.",
            mend="Set standardController of the page to the object of the layout; use one page an object.",
            example="Page CobrowseWidgetCase can't be used on this layout: it must use the standard controller for "
            "Contact",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
            role=Role.EITHER,
            names=(Naming("ApexPage", "{name}"),),
        ),
        Entry(
            id="layout-related-content",
            title="A field cannot stand among the related content",
            patterns=("Cannot use field:{field:word} in RelatedContent section",),
            meaning="The cards of the mobile layout (relatedContent) do not take the field {field}.",
            mend="Take {field} out of relatedContent.",
            example="Cannot use field:WhatId in RelatedContent section.",
            source="developerforce/open-cti-demo-adapter issue 39",
        ),
    ),
)
