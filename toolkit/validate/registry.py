"""The rules there are. A new rule is one file, one line here, and its examples are its tests.

A line says what is needed to know whether the rule has work, so that a rule is only imported then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Literal, NamedTuple, cast

from toolkit.validate.finding import Finding
from toolkit.validate.reference import Reference
from toolkit.validate.rule import Rule

# document   check(Document) for each parsed file or child of the types in `on`
# markup     check(Markup) for each Visualforce page and component
# code       check(Apex) for each class and trigger, on its text
# apex       check(Apex) on its syntax tree, which needs the optional grammar
# raw        check(Raw) for each text file
# project    check(Project) once, over everything
# reference  as project, over the names that REFERENCES collects in the types in `on`
Kind = Literal["document", "markup", "code", "apex", "raw", "project", "reference"]


class Entry(NamedTuple):
    id: str
    module: str
    kind: Kind
    on: tuple[str, ...] = ()
    """Metadata types; a project rule has work when one of them is there, or always when empty."""
    whole: bool = False
    """Says what is missing, so it has no work on single files."""

    def load(self) -> ModuleType:
        return import_module(f"toolkit.validate.rules.{self.module}")

    @property
    def rule(self) -> Rule:
        return cast(Rule, self.load().RULE)

    @property
    def check(self) -> Callable[[object], Iterator[Finding]]:
        return cast("Callable[[object], Iterator[Finding]]", self.load().check)

    @property
    def marks(self) -> tuple[bytes, ...]:
        """Of a raw rule: what a file holds one of when the rule has something to say."""
        return cast("tuple[bytes, ...]", self.load().MARKS)

    @property
    def references(self) -> tuple[Reference, ...]:
        return cast("tuple[Reference, ...]", self.load().REFERENCES)


def _of(kind: Kind, folder: str, *rows: tuple[str, tuple[str, ...]], whole: bool = False) -> tuple[Entry, ...]:
    """Entries of one kind and folder; a file is named <id>_<name>.py."""
    return tuple(Entry(name[:5].upper(), f"{folder}.{name}", kind, on, whole) for name, on in rows)


_SETS = ("PermissionSet", "Profile")
_MARKUP = ("ApexPage", "ApexComponent")
_APEX = ("ApexClass", "ApexTrigger")
_BUNDLES = ("LightningComponentBundle", "AuraDefinitionBundle")
_MANIFEST = ("Package",)
_VERSIONED = (
    "ApexClass",
    "ApexTrigger",
    "ApexPage",
    "ApexComponent",
    "LightningComponentBundle",
    "AuraDefinitionBundle",
)
_CHILDREN = (
    "CustomField",
    "RecordType",
    "ValidationRule",
    "CompactLayout",
    "FieldSet",
    "WebLink",
    "BusinessProcess",
    "ListView",
)
_CLIENT_APP = (
    "ExtlClntAppGlobalOauthSettings",
    "ExtlClntAppOauthSettings",
    "ExtlClntAppConfigurablePolicies",
    "ExtlClntAppOauthConfigurablePolicies",
)

RULES: tuple[Entry, ...] = (
    *_of(
        "reference",
        "references",
        ("e3001_class_of_grant", _SETS),
        ("e3002_page_of_grant", _SETS),
        ("e3003_tab_of_grant", _SETS),
        ("e3004_application_of_grant", _SETS),
        ("e3005_custom_permission_of_grant", (*_SETS, "CustomPermission")),
        ("e3006_object_of_grant", _SETS),
        ("e3007_field_of_grant", _SETS),
        ("e3008_record_type_of_grant", (*_SETS, "CustomApplication")),
        ("e3009_flow_of_grant", (*_SETS, "Flow", "QuickAction")),
        ("e3011_layout_of_profile", ("Profile",)),
        ("e3012_member_of_group", ("PermissionSetGroup",)),
        ("e3020_controller_of_page", _MARKUP),
        ("e3021_component_of_page", _MARKUP),
        ("e3022_resource_of_page", _MARKUP),
        ("e3023_label_of_page", _MARKUP),
        ("e3024_page_of_page", _MARKUP),
        ("e3030_page_of_tab", ("CustomTab", "Layout", "FlexiPage", "QuickAction", "WebLink", "HomePageComponent")),
        ("e3031_lightning_of_tab", ("CustomTab", "CustomApplication", "Profile", "CustomObject")),
        ("e3032_override_content", ("CustomObject",)),
        ("e3040_tab_of_app", ("CustomApplication",)),
        ("e3051_component_of_lightning_page", ("FlexiPage",)),
        ("e3052_object_of_page", ("FlexiPage", "CustomField", "QuickAction", "ReportType", "CustomApplication")),
        ("e3053_field_of_lightning_page", ("FlexiPage",)),
        ("e3061_field_of_layout", ("Layout",)),
        ("e3080_component_of_action", ("QuickAction", "CustomTab")),
        ("e3090_header_of_client_app", _CLIENT_APP),
        ("e3091_permission_set_of_app", ("ExtlClntAppOauthConfigurablePolicies", "ConnectedApp")),
        ("e3101_value_set_of_field", ("CustomField",)),
        ("e3110_type_of_record", ("CustomMetadata",)),
        ("e3111_field_of_record", ("CustomMetadata",)),
        ("e3120_class_of_flow", ("Flow", "ExtlClntAppOauthConfigurablePolicies")),
        ("e3140_label_of_translation", ("Translations",)),
        ("e3150_class_of_component", _BUNDLES),
        ("e3152_schema_of_component", ("LightningComponentBundle",)),
        ("e3153_label_of_component", _BUNDLES),
        ("e3154_resource_of_component", _BUNDLES),
        ("e3155_channel_of_component", ("LightningComponentBundle",)),
        ("e3156_permission_of_component", ("LightningComponentBundle",)),
        ("e3157_component_of_component", _BUNDLES),
    ),
    *_of("project", "references", ("e3151_method_of_component", ("LightningComponentBundle",))),
    *_of(
        "project",
        "project",
        ("e2001_meta_without_content", ()),
        ("e2002_content_without_meta", ()),
        ("e2003_bundle_without_meta", _BUNDLES),
        ("e2030_deploy_limits", ()),
        whole=True,
    ),
    *_of("document", "project", ("w2004_layout_file_name", ("Layout",)), ("w2005_full_name_differs", _CHILDREN)),
    *_of("project", "project", ("w2006_developer_name", ()), ("e2033_component_too_large", ())),
    *_of("project", "project", ("w2040_version_above_project", _VERSIONED), ("e2041_version_unknown", _VERSIONED)),
    *_of(
        "document",
        "manifests",
        ("e2010_unknown_type", _MANIFEST),
        ("w2013_repeated_member", _MANIFEST),
        ("e2014_manifest_version", _MANIFEST),
        ("e2020_destructive_wildcard", _MANIFEST),
        ("e2021_destructive_standard_object", _MANIFEST),
    ),
    *_of(
        "project",
        "manifests",
        ("e2011_member_without_file", _MANIFEST),
        ("w2012_file_without_member", _MANIFEST),
        ("w2024_destructive_alone", _MANIFEST),
        ("w2025_deployed_and_deleted", _MANIFEST),
        whole=True,
    ),
    *_of(
        "document",
        "objects",
        ("w4001_protected_setting", ("CustomObject",)),
        ("e4003_setting_name_length", ("CustomObject",)),
        ("n4005_setting_with_object_parts", ("CustomObject",)),
        ("e4010_field_name", ("CustomField",)),
        ("e4011_field_label", ("CustomField", "CustomObject")),
        ("e4012_text_length", ("CustomField",)),
        ("e4013_number_precision", ("CustomField",)),
        ("e4014_picklist_values", ("CustomField",)),
        ("e4015_repeated_picklist_value", ("CustomField", "GlobalValueSet")),
        ("e4017_lookup_without_object", ("CustomField",)),
        ("e4019_incomplete_field", ("CustomField",)),
        ("e4023_unique_not_possible", ("CustomField",)),
        ("e4030_incomplete_object", ("CustomObject",)),
        ("e4034_validation_rule", ("ValidationRule",)),
        ("e4035_compact_layout", ("CompactLayout",)),
        ("e4040_action_override", ("CustomObject", "CustomApplication")),
        ("e4050_label_value", ("CustomLabels",)),
        ("e4060_metadata_record", ("CustomMetadata",)),
    ),
    *_of(
        "project",
        "objects",
        ("e4002_setting_field_type", ("CustomField",)),
        ("e4006_too_many_setting_fields", ("CustomField",)),
    ),
    *_of("project", "objects", ("e4031_controlled_by_parent", ("CustomObject",)), whole=True),
    *_of(
        "document",
        "permissions",
        ("e5002_repeated_entry", ("PermissionSet", "Profile", "MutingPermissionSet")),
        ("n5004_license_pinned", ("PermissionSet",)),
        ("w5005_modify_all_data", ("PermissionSet",)),
        ("n5006_modify_all_records", ("PermissionSet",)),
        ("e5007_dependent_permission", _SETS),
        ("e5008_label_missing", ("PermissionSet",)),
        ("e5010_profile_defaults", ("Profile",)),
    ),
    *_of(
        "project",
        "permissions",
        ("e5001_required_field_granted", ("PermissionSet",)),
        ("n5015_computed_field_editable", ("PermissionSet",)),
    ),
    *_of(
        "document",
        "apps",
        ("w6001_lists_without_effect", ("ConnectedApp", "ExtlClntAppOauthConfigurablePolicies")),
        ("w6002_consumer_key_in_source", ("ConnectedApp", "ExtlClntAppGlobalOauthSettings")),
        (
            "e6003_consumer_secret_in_source",
            (
                "ConnectedApp",
                "ExtlClntAppGlobalOauthSettings",
                "AuthProvider",
                "NamedCredential",
                "ExternalDataSource",
                "InstalledPackage",
            ),
        ),
        (
            "w6004_callback_without_tls",
            (
                "ConnectedApp",
                "ExtlClntAppGlobalOauthSettings",
                "CspTrustedSite",
                "RemoteSiteSetting",
                "NamedCredential",
                "CorsWhitelistOrigin",
            ),
        ),
        ("n6005_new_connected_app", ("ConnectedApp",)),
        ("w6006_org_specific_part", ("ExtlClntAppOauthSettings", "ExternalClientApplication")),
        ("w6009_nobody_authorized", ("ExtlClntAppOauthConfigurablePolicies",)),
        ("e6010_ids_for_names", ("ExtlClntAppOauthConfigurablePolicies",)),
        ("e6011_refresh_token_policy", ("ExtlClntAppOauthConfigurablePolicies",)),
        ("w6020_exportable_key", ("Certificate",)),
        ("e6021_certificate_values", ("Certificate",)),
        ("w6031_protocol_security_off", ("RemoteSiteSetting",)),
        ("e6040_app_tabs", ("CustomApplication",)),
        ("w6041_landing_tab", ("CustomApplication",)),
        ("e6042_brand_colour", ("CustomApplication",)),
        ("e6050_tab_content", ("CustomTab",)),
    ),
    *_of("project", "apps", ("w6012_client_app_parts", ("ExternalClientApplication",)), whole=True),
    *_of("project", "apps", ("w6013_scopes_for_tokens", ("ExtlClntAppOauthSettings",))),
    *_of(
        "document",
        "pages",
        ("e7001_identifier_unique", ("FlexiPage",)),
        ("e7002_identifier_missing", ("FlexiPage",)),
        ("e7003_instances_of_version", ("FlexiPage",)),
        ("w7004_region_of_template", ("FlexiPage",)),
        ("e7005_facet_missing", ("FlexiPage",)),
        ("n7006_facet_unused", ("FlexiPage",)),
        ("e7007_region_twice", ("FlexiPage",)),
        ("e7008_record_page_without_object", ("FlexiPage",)),
        ("e7009_visualforce_properties", ("FlexiPage",)),
        ("e7020_field_twice_on_layout", ("Layout",)),
        ("e7021_columns_of_section", ("Layout",)),
    ),
    *_of(
        "project",
        "pages",
        ("w7062_page_not_in_lightning", ("FlexiPage",)),
        ("e7063_controller_of_placed_page", ("FlexiPage", "Layout")),
        ("e7080_component_not_exposed", ("FlexiPage",)),
    ),
    *_of(
        "markup",
        "visualforce",
        ("w7060_unescaped_output", _MARKUP),
        ("e7065_unclosed_tag", _MARKUP),
        ("w7067_attribute_twice", _MARKUP),
        ("e7068_two_controllers", _MARKUP),
        ("w7070_plain_http", _MARKUP),
        ("w7071_session_in_page", _MARKUP),
    ),
    *_of("project", "visualforce", ("w7061_merge_field_in_script", _MARKUP)),
    *_of(
        "code",
        "apex",
        ("w8002_without_sharing", _APEX),
        ("n8003_sharing_undeclared", _APEX),
        ("w8005_hard_coded_id", _APEX),
        ("w8006_hard_coded_org_url", _APEX),
        ("w8008_see_all_data", _APEX),
        ("w8010_empty_catch", _APEX),
        ("e8013_file_and_class_name", _APEX),
        ("w8017_plain_http_callout", _APEX),
    ),
    *_of(
        "apex",
        "apex",
        ("w8001_query_by_concatenation", _APEX),
        ("w8007_query_in_loop", _APEX),
        ("n8009_test_without_assertion", _APEX),
        ("n8012_syntax", _APEX),
    ),
    *_of("project", "apex", ("n8004_class_without_test", _APEX), ("n8020_several_triggers", _APEX), whole=True),
    *_of("code", "secrets", ("w9003_credential_in_code", _APEX)),
    *_of("raw", "secrets", ("e9001_private_key", ()), ("e9002_token", ())),
)
