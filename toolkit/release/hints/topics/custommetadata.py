"""Records of custom metadata types, and values inside of files."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic

TOPIC = Topic(
    "Records of custom metadata",
    (
        Entry(
            id="cmdt-value-type",
            title="A value of a custom metadata record has the wrong xsi:type",
            patterns=(
                "Unsupported type '{type:word}' for field name '{field:word}'",
                "Assignment of unsupported type to field name '{field:word}'",
                "Unable to find a deserializer for the type {type}",
            ),
            meaning="Every value of a record carries its type, and the one that is written does not exist or does "
            "not fit the field. References to other records are texts.",
            mend='Write xsi:type="xsd:string" for text, picklists and references (by developer name), xsd:double for '
            'numbers, xsd:boolean, xsd:date or xsd:dateTime; xsi:nil="true" for no value.',
            example="Error deploying metadata of type CustomMetadata and fullName Rule.One. Error message: "
            "Unsupported type 'Id' for field name 'value'",
            source="jongpie/CustomMetadataSaver issues 4 and 16, forcedotcom/cli issue 544",
        ),
        Entry(
            id="cmdt-name",
            title="A custom metadata record is not named Type.Record",
            patterns=("Must specify the name in the CustomMetadataType.CustomMetadata format",),
            meaning="The full name of such a record is its type without __mdt, a dot, and the record's own name.",
            mend="Name the file and the member Type.Record, as in Country.Austria.",
            example="Must specify the name in the CustomMetadataType.CustomMetadata format, Current Name: Country., "
            "Required Delimiter: .",
            source="forcedotcom/CustomMetadataLoader issue 82",
        ),
        Entry(
            id="cmdt-namespace",
            title="A record is of a namespace that the org does not know",
            patterns=("Unknown SObject Namespace for Metadata",),
            meaning="The type of the record, or a field of it, has a namespace in front whose package is not "
            "installed, or the reference of the record is written with an id.",
            mend="Install the package, or write the names as this org has them; refer to records by developer name.",
            example="Unknown SObject Namespace for Metadata Error Id: 144931985-272582 (-768177128)",
            source="forcedotcom/CustomMetadataLoader issues 3 and 9",
        ),
        Entry(
            id="cmdt-empty-value",
            title="An empty text stands where a number or date belongs",
            patterns=("'{}' is not valid for the type xsd:{type:word}", "'' is not valid for the type xsd:{type:word}"),
            meaning="The value cannot be read as {type}; an empty element is not the same as no value.",
            mend='Write a value of the type {type}, or xsi:nil="true" in the element when there is none.',
            example="'' is not valid for the type xsd:double",
            source="forcedotcom/CustomMetadataLoader issue 9",
        ),
        Entry(
            id="cmdt-record-missing",
            title="A custom metadata record is referred to and not there",
            patterns=("no CustomMetadata record {name} found", "Invalid custom metadata record: {name}"),
            meaning="Something refers to the record {name}, which is neither in the org nor in the deployment.",
            mend="Deploy the record {name} together with what uses it.",
            example="Invalid custom metadata record: Country.Austria",
            role=Role.EITHER,
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
            names=(Naming("CustomMetadata", "{name}"),),
        ),
        Entry(
            id="load-from-db",
            title="The org cannot load a component of this name",
            patterns=("Load of metadata from db failed for metadata of type:{type:word} and file name:{name}",),
            meaning="The org has no {type} of the name {name}, or knows it under another spelling or an older type: "
            "names of members and of files count with their capitals.",
            mend="Write the name as the org lists it; retrieve it anew with the newest API version, because types get "
            "replaced (GenAiPlanner by GenAiPlannerBundle, for one).",
            example="Metadata API received improper input. Please ensure file name and capitalization is correct. "
            "Load of metadata from db failed for metadata of type:StandardValueSet and file name:71.",
            source="forcedotcom/devops-center-feedback issue 257, forcedotcom/cli issue 3309",
        ),
    ),
)
