"""package.xml, the files beside it, and XML that the platform does not read."""

from toolkit.release.hints.entry import Confidence, Entry, Role, Topic

TOPIC = Topic(
    "Manifests, files and XML",
    (
        Entry(
            id="named-not-found",
            title="package.xml names a component that the zip does not hold",
            patterns=(
                "An object '{name}' of type {type:word} was named in package.xml, but was not found in zipped",
                "An object {name} of type {type:word} was named in package.xml, but was not found in zipped",
            ),
            meaning="The manifest lists the {type} {name} and there is no file for it: the file is missing, has "
            "another name or folder, or is left out by .forceignore.",
            mend="Add the file or take {name} out of package.xml; `sfmeta package` builds both from the same files.",
            example="An object 'Account' of type CustomObject was named in package.xml, but was not found in zipped "
            "directory",
            source="forcedotcom/cli issue 2182",
            french=("Un objet '{name}' de type {type:word} a été nommé dans package.xml, mais est introuvable",),
            french_example="Un objet « Account » de type CustomObject a été nommé dans package.xml, mais est "
            "introuvable dans le répertoire compressé",
        ),
        Entry(
            id="found-not-named",
            title="The zip holds a component that package.xml does not name",
            patterns=(
                "An object '{name}' of type {type:word} was found in zipped directory, but was not named in package",
            ),
            meaning="There is a file for the {type} {name}, and the manifest does not list it, so it is not deployed.",
            mend="List {name} in package.xml or take its file out; `sfmeta package` builds both from the same files.",
            example="An object 'Old' of type ApexClass was found in zipped directory, but was not named in package.xml",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="not-in-manifest",
            title="A part of the file is not in package.xml",
            patterns=("Not in package.xml",),
            meaning="The file holds this component and package.xml does not list it. Often the whole object was sent "
            "while the manifest lists only some of its parts.",
            mend="List the component, or its whole object, in package.xml, or send only the parts that are listed.",
            example="Not in package.xml",
            source="forcedotcom/cli issue 3012",
        ),
        Entry(
            id="no-manifest",
            title="The zip has no package.xml where it belongs",
            patterns=("No package.xml found",),
            meaning="package.xml must be at the root of the zip (or, without singlePackage, in its folder). Zipping "
            "the folder instead of its content puts it one level too deep.",
            mend="Zip the content of the folder; `sfmeta package` does it right.",
            example="No package.xml found",
            source="quoted in public repositories",
        ),
        Entry(
            id="bad-zip",
            title="What was sent is not a zip",
            patterns=("Please upload a valid zip file",),
            meaning="The platform could not open what it got as a zip file: it was cut off, or encoded twice.",
            mend="Build the zip again and send it as it is.",
            example="Please upload a valid zip file.",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="unknown-type",
            title="package.xml names a type that this version does not have",
            patterns=(
                "Unknown type name '{type:word}' specified in package.xml",
                "The requested metadata type {type:word} is not supported",
                "Entity type: '{type:word}' is unknown",
            ),
            meaning="The API version of the manifest or the org does not know the metadata type {type}: it is "
            "misspelt, newer than the version, or belongs to a feature that is off.",
            mend="Correct the name, raise <version> in package.xml, or take the type out.",
            example="Unknown type name 'ExternalClientApplication' specified in package.xml",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="manifest-version",
            title="package.xml asks for a version that is none",
            patterns=("Invalid version specified: {version:word}",),
            meaning="<version> of package.xml is {version}, which is no API version that this org has.",
            mend="Use a version with one decimal that the org has, 62.0 for example; /services/data lists them.",
            example="Invalid version specified: 99.0",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="destructive-wildcard",
            title="A wildcard in a destructive manifest",
            patterns=("Wildcards are not allowed in destructive changes",),
            meaning="destructiveChanges.xml must name every component; * is not allowed there.",
            mend="List the components one by one.",
            example="Wildcards are not allowed in destructive changes",
            confidence=Confidence.DOCUMENTED,
            source="Metadata API Developer Guide, deleting components",
        ),
        Entry(
            id="xml-broken",
            title="A file is not well-formed XML",
            patterns=("Error parsing file: {reason}",),
            meaning="The platform could not read the file: {reason}. Merge markers, an unescaped & or <, and a file "
            "cut off are the usual reasons.",
            mend="Open the file at the line given and mend the XML; `sfmeta validate` finds it before the deployment.",
            example="Error parsing file: Element type 'fields' must be followed by either attribute specifications, "
            "'>' or '/>'.",
            source="sfdx-hardis, list of deployment tips (fact, not wording)",
            french=("Erreur d'analyse du fichier : {reason}",),
            french_example="Erreur d'analyse du fichier : L'élément n'est pas fermé.",
        ),
        Entry(
            id="element-misplaced",
            title="An element stands where it does not belong",
            patterns=(
                "Element {}}{element:word} invalid at this location in type {type:word}",
                "Element {element:word} invalid at this location in type {type:word}",
                "Element {element:word} invalid at this location{type}",
            ),
            meaning="The XML element {element} is not one of {type}: it is misspelt, nested in the wrong place, or of "
            "a newer API version.",
            mend="Move or correct the element; `sfmeta validate` checks every file against the type model.",
            example="Element {http://soap.sforce.com/2006/04/metadata}colour invalid at this location in type "
            "CustomApplication",
            source="public threads on Lightning pages",
        ),
        Entry(
            id="property-version",
            title="An element is not of this API version",
            patterns=("Property '{property:word}' not valid in version {version:word}",),
            meaning="The element {property} does not exist in API version {version}: it came later, or was taken "
            "away since.",
            mend="Change <version> of package.xml to one that has {property}, or take the element out.",
            example="Property 'formFactors' not valid in version 37.0",
            source="apex-enterprise-patterns/fflib-apex-common-samplecode issue 16",
        ),
        Entry(
            id="field-required",
            title="A required element is missing",
            patterns=("Required field is missing: {field:word}", "Required field is missing: {field}"),
            meaning="The component needs the element {field} and does not have it, or has it empty.",
            mend="Add {field} with a value, or take the empty element around it out.",
            example="Required field is missing: label",
            source="force-dev-tool issue 137",
            french=("Champ obligatoire manquant : {field}", "Un champ obligatoire est manquant : {field}"),
            french_example="Champ obligatoire manquant : label",
        ),
        Entry(
            id="value-twice",
            title="An entry stands twice in a list",
            patterns=(
                "Field: {field:word}, value: {value} appears more than once",
                "Field: {field:word}, value:{value} appears more than once",
            ),
            meaning="{value} stands more than once under {field}; a merge of two branches does that.",
            mend="Keep one of the entries for {value}.",
            example="Field: tabs, value: standard-Contact appears more than once",
            source="certinia/apex-mdapi issue 45",
            french=("Champ : {field:word}, valeur : {value} apparaît plusieurs fois",),
            french_example="Champ : tabs, valeur : standard-Contact apparaît plusieurs fois",
        ),
        Entry(
            id="file-missing",
            title="One of the two files of a component is missing",
            patterns=("Required file is missing: {file}",),
            meaning="The component consists of a content file and a -meta.xml file, and {file} is not in the zip.",
            mend="Add {file}.",
            example="Required file is missing: classes/Token.cls-meta.xml",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="enum-value",
            title="A value is not one of those allowed",
            patterns=("'{value}' is not a valid value for the enum '{enum:word}'",),
            meaning="{value} is not one of the values of {enum} in this API version; the spelling counts, capitals "
            "too.",
            mend="Use a value of the list, or the API version that has it.",
            example="'RunSomeTests' is not a valid value for the enum 'TestLevel'",
            source="quoted in public repositories",
        ),
        Entry(
            id="value-type",
            title="A value has the wrong form",
            patterns=("'{value}' is not a valid value for the type {type:word}",),
            meaning="The value {value} cannot be read as {type}.",
            mend="Write it in the form of {type}: true or false, a number, or a date like 2027-08-01T00:00:00.000Z.",
            example="'yes' is not a valid value for the type xsd:boolean",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="bad-date",
            title="A date is not a full date and time",
            patterns=("'{value}' is not a valid value for the type xsd:dateTime",),
            meaning="{value} must be a date with its time and zone; a bare date is refused.",
            mend="Write it like 2027-08-01T00:00:00.000Z.",
            example="'2027-08-01' is not a valid value for the type xsd:dateTime",
            source="Lightning Flow Scanner, its certificate set-up",
        ),
        Entry(
            id="not-available",
            title="The type cannot be deployed to this org",
            patterns=("Not available for deploy for this organization",),
            meaning="The org's edition or licences lack the feature of this component, or the deploying user may not "
            "change it (Apex without Author Apex, or Apex in an edition without it).",
            mend="Turn on the feature or get the licence, check the permissions of the deploying user, or leave the "
            "component out for this org.",
            example="Not available for deploy for this organization",
            source="trailheadapps/agent-script-recipes issue 98",
            french=("Non disponible pour le déploiement dans cette organisation",),
            french_example="Non disponible pour le déploiement dans cette organisation",
        ),
        Entry(
            id="full-name-suffix",
            title="A custom name lacks its ending",
            patterns=("fullName must end with: {endings}",),
            meaning="The name is neither a standard one of this org nor ends as a custom one does ({endings}). A "
            "standard object or field whose feature is off is told this way as well.",
            mend="Add the ending, or turn on the feature of the standard field.",
            example="fullName must end with: __c or __kav or __x or __b or __e or __p or __mdt or __dll or __dlm",
            source="tiaanswart/lightning-fieldset issue 17",
        ),
        Entry(
            id="workspace-missing",
            title="The Salesforce CLI does not find the component in the project",
            patterns=("The {type:word} named {name} was not found in the workspace",),
            meaning="sf was asked for the {type} {name}, and no package directory of sfdx-project.json holds it.",
            mend="Check the name and packageDirectories; deploy the folder instead of the name.",
            example="The PermissionSet named ContentHubUser was not found in the workspace.",
            source="forcedotcom/cli issue 851",
        ),
        Entry(
            id="too-large-value",
            title="A text is too long",
            patterns=("{field}: data value too large", "data value too large: {field}"),
            meaning="The value of {field} is longer than it may be; the message gives the limit.",
            mend="Shorten the text.",
            example="Label: data value too large (max length=64)",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="duplicate-part",
            title="A name is taken already",
            patterns=("duplicate value found: {fields} duplicates value on record with id: {record}",),
            meaning="Another record of the org has the same {fields} already: {record}.",
            mend="Rename yours, or change the one that is there instead of creating another.",
            example="duplicate value found: DeveloperName duplicates value on record with id: 0F3x0000000AbCd",
            role=Role.CAUSE,
            source="quoted in public repositories, the French form as well",
            french=("valeur en double trouvée : {fields} duplique {} : {record}",),
            french_example="valeur en double trouvée : DeveloperName duplique la valeur de l'enregistrement avec "
            "l'ID : 0F3x0000000AbCd",
        ),
        Entry(
            id="component-invalid-name",
            title="A component has a name that the platform does not take",
            patterns=("can only contain underscores and alphanumeric characters",),
            meaning="A developer name has letters, digits and single underscores only, begins with a letter and does "
            "not end with an underscore.",
            mend="Rename the component; keep the label as it is.",
            example="The Name can only contain underscores and alphanumeric characters. It must be unique, begin with "
            "a letter, not include spaces.",
            confidence=Confidence.DOCUMENTED,
            source="Metadata API Developer Guide, fullName",
        ),
        Entry(
            id="destructive-absent",
            title="What is to be deleted is not there",
            patterns=("No {type:word} named: {name} found",),
            meaning="The destructive manifest names the {type} {name}, which the org does not have: it is gone "
            "already. A warning, which fails the job only when warnings are not ignored.",
            mend="Nothing to do, or take {name} out of the destructive manifest; ignoreWarnings lets the job pass.",
            example="No ApexPage named: CobrowseOld found",
            source="salesforce source-deploy-retrieve, deploy messages",
        ),
        Entry(
            id="not-available-version",
            title="The type does not exist in this API version",
            patterns=("Not available for deploy for this API version",),
            meaning="The package is of an API version in which the platform did not have, or does not have any more, "
            "this type or setting under this name.",
            mend="Set the package's version (sourceApiVersion, or version in package.xml) to the one that the file was "
            "retrieved with, or retrieve it anew with the newest.",
            example="Not available for deploy for this API version",
            source="SalesforceFoundation/gem pull request 244",
        ),
        Entry(
            id="org-feature-missing",
            title="The org lacks a feature that the package needs",
            patterns=("Missing Organization Feature: {feature}", "requires the feature {feature}"),
            meaning="The feature {feature} is not part of this org's edition, or not switched on.",
            mend="Turn on or buy {feature}; in a scratch org add it to features in its definition.",
            example="Missing Organization Feature: ContactsToMultipleAccounts",
            source="forcedotcom/cli issue 1537",
        ),
        Entry(
            id="name-given-twice",
            title="The package holds a component twice",
            patterns=("Duplicate name '{name}' specified",),
            meaning="{name} comes in two files, or a part of a larger file is named on its own beside it.",
            mend="Keep one of the two; name either the whole (MatchingRules of an object) or its parts in the "
            "manifest.",
            example="Duplicate name 'Contact.One_Rule' specified",
            source="forcedotcom/cli issue 1677",
        ),
        Entry(
            id="package-install-failed",
            title="A managed package could not be installed",
            patterns=("The package installation failed", "The post install script failed", "Package install failed"),
            meaning="The package's own installation, or its script after it, failed in this org.",
            mend="Install it by hand in Setup to read its whole message; features that it needs, rights of the "
            "installing user and data of the org are the usual reasons.",
            example="Unexpected Error, Details: The package installation failed. Please provide the following "
            "information to the publisher: Error Message: The post install script failed.",
            source="SalesforceFoundation/NPSP issue 556",
        ),
    ),
)
