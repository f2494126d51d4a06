"""The bundle as a whole: values arrive, references resolve, the XML is as the WSDL has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from toolkit.config.model import AppKind
from toolkit.config.project import Project
from toolkit.errors import GenerateError, UsageError
from toolkit.generate.names import names_of
from toolkit.generate.project import generate
from toolkit.metadata.archive import bundle_files
from toolkit.metadata.component import Bundle
from toolkit.metadata.schema.check import check
from toolkit.metadata.schema.order import order_children
from toolkit.metadata.xml import METADATA_NS, parse

Alter = Callable[[Project, Mapping[str, object]], Project]
EXTRA = {"apex": "urn:apex", "c": "urn:c"}


def file_of(bundle: Bundle, path: str) -> bytes:
    return next(file.content for file in bundle.files() if file.path == path)


def texts_of(bundle: Bundle, path: str, name: str) -> list[str]:
    root = parse(file_of(bundle, path), path)
    return [element.text or "" for element in root.iter(f"{{{METADATA_NS}}}{name}")]


def markup_of(bundle: Bundle, path: str) -> etree._Element:
    """A page or component as XML; its prefixes are declared by the platform, here by us."""
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in EXTRA.items())
    return etree.fromstring(f"<markup{declared}>{file_of(bundle, path).decode()}</markup>")


@pytest.fixture(scope="session", params=["shipped", "variant"])
def project(request: pytest.FixtureRequest) -> Project:
    found: Project = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def bundle(project: Project) -> Bundle:
    return generate(project)


def test_it_is_a_package_that_is_complete(bundle: Bundle) -> None:
    files = dict(bundle_files(bundle))  # raises when a file has no manifest entry, or the reverse
    assert "package.xml" in files
    assert {component.origin for component in bundle} == {component.files[0].path for component in bundle}


def test_every_document_is_valid_and_in_wsdl_order(bundle: Bundle) -> None:
    found = 0
    for component in bundle:
        for file in component.files:
            if not file.content.startswith(b"<?xml"):
                continue
            findings = check(file.content, source=file.path, type_name=component.type, api_version=bundle.api_version)
            assert findings == []
            root = parse(file.content, file.path)
            before = etree.tostring(root)
            order_children(root)
            assert etree.tostring(root) == before, file.path
            assert root.find(f"{{{METADATA_NS}}}fullName") is None, "a full name would make a named package"
            found += 1
    assert found >= 40


def test_every_class_stands_in_its_own_file_with_sharing(project: Project, bundle: Bundle) -> None:
    names = names_of(project.package)
    for name in (*names.classes, *names.test_classes):
        source = file_of(bundle, f"classes/{name}.cls").decode()
        assert source.isascii()
        outer = re.search(r"^(?:public|private)(.*)\b(?:class|interface) (\w+) \{$", source, re.MULTILINE)
        assert outer is not None
        assert outer[2] == name
        assert "with sharing" in outer[1] or name == f"{names.prefix}Signer"
        assert "without sharing" not in source
        assert "SeeAllData" not in source
        assert "TODO" not in source
        assert texts_of(bundle, f"classes/{name}.cls-meta.xml", "apiVersion") == [project.package.api_version]


def test_every_class_is_used_by_its_own_test(project: Project, bundle: Bundle) -> None:
    names = names_of(project.package)
    for name in names.classes:
        if f"{name}Test" in names.test_classes:
            test = file_of(bundle, f"classes/{name}Test.cls").decode()
            assert re.search(rf"\b{name}\b", test.partition("class ")[2])
            assert "@IsTest" in test
            assert "System.runAs(" in test


def test_no_secret_and_no_reference_to_one_is_in_the_bundle(project: Project, bundle: Bundle) -> None:
    reference = str(project.package.service.license_key)
    assert all(reference.encode() not in file.content for file in bundle.files())


def test_pages_embed_one_bound_url_and_nothing_unescaped(project: Project, bundle: Bundle) -> None:
    names = names_of(project.package)
    for component in bundle.only("ApexPage", "ApexComponent"):
        path = component.files[0].path
        root = markup_of(bundle, path)
        source = file_of(bundle, path).decode()
        assert "escape=" not in source
        assert "<script" not in source
        expressions = re.findall(r"\{!(.*?)\}", source)
        assert set(expressions) <= {
            *("content", "content.frameUrl", "content.title", "content.heading", "content.advice", "content.ready"),
            *(
                "NOT(content.ready)",
                "save",
                "allowed",
                "NOT(allowed)",
                "licenseKey",
                "serviceUrl",
                "audience",
                "tokenLifetime",
            ),
            *("certificate", "filterConfig"),
        }
        if component.type == "ApexPage":
            assert texts_of(bundle, f"{path}-meta.xml", "availableInTouch") == ["true"]
            assert (root[0].get("cspHeader") == "true") is project.package.widget.csp_header
    frame = markup_of(bundle, f"components/{names.frame_component}.component").find(".//iframe")
    assert frame is not None
    assert (frame.get("src"), frame.get("title")) == ("{!content.frameUrl}", "{!content.title}")
    assert frame.get("referrerpolicy") == "no-referrer"
    assert frame.get("allow") == "; ".join(project.package.widget.iframe_allow)
    assert frame.get("height") == str(project.package.widget.height)


def test_each_object_has_a_page_on_its_standard_controller(project: Project, bundle: Bundle) -> None:
    names = names_of(project.package)
    for widget in project.package.widget.objects:
        page = markup_of(bundle, f"pages/{names.widget_pages[widget.object]}.page")[0]
        assert page.get("standardController") == widget.object
        assert page.get("extensions") == f"{names.prefix}WidgetController"


def test_permission_sets_grant_what_is_there_and_no_more(project: Project, bundle: Bundle) -> None:
    names = names_of(project.package)
    kinds = {"apexClass": "ApexClass", "apexPage": "ApexPage", "tab": "CustomTab", "application": "CustomApplication"}
    granted = {}
    for name in (names.agent_permission_set, names.admin_permission_set):
        path = f"permissionsets/{name}.permissionset"
        for element, kind in kinds.items():
            present = {component.full_name for component in bundle.only(kind)}
            assert set(texts_of(bundle, path, element)) <= present
        granted[name] = {element: set(texts_of(bundle, path, element)) for element in (*kinds, "name")}
        assert texts_of(bundle, path, "license") == texts_of(bundle, path, "objectPermissions") == []
    agent, admin = granted[names.agent_permission_set], granted[names.admin_permission_set]
    assert {element: admin[element] - agent[element] for element in admin} == {
        "apexClass": {f"{names.prefix}SettingsController"},
        "apexPage": {names.settings_page},
        "tab": {names.settings_tab},
        "application": set(),
        "name": {names.admin_permission},
    }
    assert all(agent[element] <= admin[element] for element in agent)
    assert agent["apexClass"] == {f"{names.prefix}DashboardController", f"{names.prefix}WidgetController"}
    assert agent["name"] == {names.agent_permission, names.setting}


def test_the_setting_has_the_fields_that_rows_fill(project: Project, bundle: Bundle) -> None:
    names = names_of(project.package)
    path = f"objects/{names.setting}.object"
    fields = names.fields
    assert texts_of(bundle, path, "fullName") == [
        *(fields.license_key, fields.service_url, fields.audience, fields.token_lifetime, fields.certificate),
        *fields.filter_parts,
    ]
    assert texts_of(bundle, path, "customSettingsType") == ["Hierarchy"]
    assert texts_of(bundle, path, "visibility") == ["Public"]


def test_the_certificate_is_empty_and_its_key_stays(bundle: Bundle) -> None:
    (certificate,) = bundle.only("Certificate")
    assert certificate.files[0].content == b""
    assert texts_of(bundle, certificate.files[1].path, "privateKeyExportable") == ["false"]


def test_the_kind_of_app_decides_the_family(shipped: Project, variant: Project, altered: Alter) -> None:
    def types(project: Project) -> set[str]:
        return {component.type for component in generate(project)}

    family = {
        "ExternalClientApplication",
        "ExtlClntAppConfigurablePolicies",
        "ExtlClntAppGlobalOauthSettings",
        "ExtlClntAppOauthConfigurablePolicies",
        "ExtlClntAppOauthSettings",
    }
    assert family <= types(shipped)
    assert "ConnectedApp" in types(variant)
    assert not family & types(variant)
    for changes in ({"app.kind": AppKind.NONE}, {"app.kind": AppKind.CONNECTED_APP, "app.create": False}):
        assert not ({*family, "ConnectedApp"} & types(altered(shipped, changes)))


def test_the_trusted_url_is_the_origin_of_the_service(variant: Project) -> None:
    bundle = generate(variant)
    path = "cspTrustedSites/AcmeService.cspTrustedSite"
    assert texts_of(bundle, path, "endpointUrl") == ["https://support.acme.example:8443"]
    assert urlsplit(variant.package.service.url).path == "/cobrowse"


# What no configuration should hold, and every place has to stand.
HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=40),
    st.lists(
        st.sampled_from(
            [
                "{!",
                "}",
                "]]>",
                "<",
                "&",
                '"',
                "'",
                "\\",
                "\n",
                "\t",
                "\U0001f600",
                "שלום",
                "-->",
                "<!--",
                "{{",
                "{%",
                "*/",
            ]
        ),
        min_size=1,
        max_size=6,
    ).map("".join),
)
LABELS = {
    "widget.label": ("apex", "TITLE"),
    "widget.blank_message": ("apex", "BLANK_MESSAGE"),
    "lightning_app.settings_label": ("tabs/CobrowseSettings.tab", "label"),
    "lightning_app.dashboard_label": ("pages/CobrowseDashboard.page-meta.xml", "label"),
    "lightning_app.label": ("applications/Cobrowse.app", "label"),
    "lightning_app.description": ("applications/Cobrowse.app", "description"),
    "permission_sets.agent.label": ("customPermissions/Cobrowse_Agent.customPermission", "label"),
    "permission_sets.admin.label": ("permissionsets/Cobrowse_Admin.permissionset", "label"),
    "app.label": ("externalClientApps/CobrowseIO.eca", "label"),
    "app.callback_url": ("extlClntAppGlobalOauthSets/CobrowseIO_glbloauth.ecaGlblOauth", "callbackUrl"),
    "certificate.label": ("certs/CobrowseIO.crt-meta.xml", "masterLabel"),
}


@settings(max_examples=25, deadline=None)
@given(value=HOSTILE)
@example(value="{!$Api.Session_ID}")
@example(value="]]></label><x/>")
@example(value="'); delete [SELECT Id FROM User]; //\n")
def test_every_text_arrives_where_it_belongs(
    shipped: Project, altered: Alter, apex: Callable[[str], str], value: str
) -> None:
    bundle = generate(altered(shipped, dict.fromkeys(LABELS, value)))
    defaults = file_of(bundle, "classes/CobrowseDefaults.cls").decode()
    for path, name in LABELS.values():
        if path == "apex":
            literal = re.search(rf"^    public static final String {name} = (.*);$", defaults, re.MULTILINE)
            assert literal is not None
            assert apex(literal[1]) == value
        else:
            assert texts_of(bundle, path, name) == [value]
    plain = generate(shipped).only("ApexPage", "ApexComponent")
    markup = [file for file in plain.files() if not file.path.endswith("-meta.xml")]
    assert [file_of(bundle, file.path) for file in markup] == [file.content for file in markup], "no text is in markup"


@settings(max_examples=25, deadline=None)
@given(path=st.sampled_from(sorted(LABELS)), bad=st.sampled_from(["\x00", "\x0b", "\x1f", "\r", "\ufffe", "\ud83d"]))
def test_what_no_document_can_hold_is_refused_with_its_place(
    shipped: Project, altered: Alter, path: str, bad: str
) -> None:
    with pytest.raises(GenerateError) as caught:
        generate(altered(shipped, {path: f"a{bad}b"}))
    (problem,) = caught.value.problems
    assert f"holds the character U+{ord(bad):04X}" in problem.message
    assert problem.mend == "remove it"


def test_a_filter_key_arrives_as_it_is(shipped: Project, altered: Alter, apex: Callable[[str], str]) -> None:
    key = "it's \\ {!x} \U0001f600"
    objects = tuple(
        widget.model_copy(update={"filters": {"Email": key}}) for widget in shipped.package.widget.objects[:1]
    )
    defaults = file_of(generate(altered(shipped, {"widget.objects": objects})), "classes/CobrowseDefaults.cls").decode()
    literal = re.search(r"^            'Email' => (.*)$", defaults, re.MULTILINE)
    assert literal is not None
    assert apex(literal[1]) == key


def test_a_label_that_is_too_long_is_refused_with_its_place(shipped: Project, altered: Alter) -> None:
    project = altered(shipped, {"widget.label": "x" * 75})
    with pytest.raises(GenerateError, match="is 3 characters too long"):
        generate(project)


def test_mistakes_outside_the_configuration(shipped: Project, altered: Alter, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        generate(shipped, overrides=tmp_path / "nothing")
    with pytest.raises(GenerateError, match="too old for the generated Apex"):
        generate(altered(shipped, {"api_version": "57.0"}))


def test_an_override_is_used(shipped: Project, tmp_path: Path) -> None:
    (tmp_path / "tabs").mkdir()
    (tmp_path / "tabs" / "tab.tab.j2").write_text(
        f'<CustomTab xmlns="{METADATA_NS}"><label>{{{{ names.prefix }}}}!</label></CustomTab>', encoding="utf-8"
    )
    bundle = generate(shipped, overrides=tmp_path)
    assert texts_of(bundle, "tabs/CobrowseDashboard.tab", "label") == ["Cobrowse!"]
    assert texts_of(bundle, "applications/Cobrowse.app", "label") == ["Cobrowse.io"]
