"""A configuration folder is loaded whole, or every mistake in it is told at once with its place and mend."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.config.load import load, load_orgs, load_project
from toolkit.config.model import AppKind
from toolkit.config.project import Project
from toolkit.config.secrets import SecretRef
from toolkit.errors import ConfigError, Location

Folder = Callable[..., Path]
Loaded = Callable[..., Project]
Problems = Callable[..., list[str]]

SHIPPED = Path(__file__).parents[2] / "config"


def test_the_shipped_configuration() -> None:
    project, orgs = load(SHIPPED)
    package = project.package
    assert orgs.default == "local"
    assert project.org == "local"
    assert package.service.license_key == SecretRef("env", "COBROWSE_LICENSE_KEY")
    assert {one.object: dict(one.filters) for one in package.widget.objects} == {
        "Contact": {"Email": "user_email"},
        "Case": {"ContactEmail": "user_email"},
        "Account": {"AccountNumber": "customer_number"},
        "Lead": {"Email": "user_email"},
    }
    agent, admin = package.permission_sets.agent, package.permission_sets.admin
    assert (agent.name, agent.label) == ("Cobrowse_Agent", "Cobrowse.io Agent")
    assert (admin.name, admin.label) == ("Cobrowse_Admin", "Cobrowse.io Admin")
    assert agent.assign.users == ("agent@local.example", "agent2@local.example")
    assert admin.assign.profiles == ("System Administrator",)
    assert (package.app.kind, package.app.name, package.app.profiles) == (
        AppKind.EXTERNAL_CLIENT_APP,
        "CobrowseIO",
        ("System Administrator",),
    )
    assert package.app.permitted_users == "admin_approved"
    assert (package.certificate.name, package.certificate.key_size) == ("CobrowseIO", 2048)
    assert [(one.object, one.region, one.height, one.assign.org_default) for one in package.placements] == [
        ("Contact", "sidebar", 900, True),
        ("Case", "sidebar", 900, True),
    ]


def test_the_shipped_base_names_no_user_of_the_local_org() -> None:
    package = load_project(SHIPPED).package
    assert package.permission_sets.agent.assign.users == ()
    assert "local.example" not in (SHIPPED / "package.yaml").read_text(encoding="utf-8")


def test_layers(loaded: Loaded) -> None:
    files = {"overlays/acme.yaml": "widget: {height: 600}\nservice: {tokenLifetime: 1h}\n"}
    assert loaded(files=files).package.widget.height == 900
    assert loaded(files=files, org="other").package.widget.height == 900
    package = loaded(files=files, org="acme").package
    assert (package.widget.height, package.service.token_lifetime) == (600, 3600)
    assert loaded("widget.height=700", files=files, org="acme").package.widget.height == 700


def test_values_know_their_places(loaded: Loaded, tmp_path: Path) -> None:
    project = loaded("widget.label=Help", files={"overlays/acme.yaml": "app:\n  label: Acme\n"}, org="acme")
    base, overlay = str(tmp_path / "package.yaml"), str(tmp_path / "overlays/acme.yaml")
    assert project.where("service.licenseKey") == Location(base, 2, 15)
    assert project.where("widget.objects.0.filters.Email") == Location(base, 7, 16)
    assert project.where("widget.objects.0.filters") == Location(base, 6, 7)
    assert project.where("widget.objects.0") == Location(base, 5, 7)
    assert project.where("app.label") == Location(overlay, 2, 10)
    assert project.where("app.contactEmail") == Location(base, 12, 17)
    assert project.where("widget.label") == Location("--set widget.label=Help")
    assert project.where("app.scopes") == project.where("app") == Location(overlay, 1, 1)
    assert project.where("certificate.name") is None


def test_all_mistakes_of_all_layers_at_once(problems: Problems, whole: str) -> None:
    found = problems(
        "widget.embed.page=dashbord",
        "certificate.keySize=1024",
        "nonsense",
        org="acme",
        files={
            "package.yaml": whole + "prefix: 1st\nprefix: 2nd\ntrustedUrl: no\n",
            "overlays/acme.yaml": "widget:\n  heigth: 700\n  objects:\n    - {object: Case, filters: {}}\n",
        },
    )
    assert found == [
        "--set certificate.keySize=1024: `certificate.keySize` must be one of 2048, 4096; found the number 1024",
        "--set nonsense: is not of the form path=value "
        "(write --set widget.height=700, or --set widget.objects.0.label=Devices)",
        "--set widget.embed.page=dashbord: `widget.embed.page` must be one of dashboard, code, connect; "
        'found the text "dashbord" (did you mean dashboard?)',
        "overlays/acme.yaml:2:3: unknown key `heigth`, did you mean `height`?",
        "overlays/acme.yaml:4:22: `widget.objects.0.filters` must have at least 1 of them; it has 0",
        'package.yaml:13:9: `prefix` is not a prefix; found the text "1st" (letters and digits, a letter first)',
        "package.yaml:14:1: duplicate key `prefix`, first on line 13:1 (remove one of them)",
        'package.yaml:15:13: `trustedUrl` must be true or false; found the text "no" '
        "(write false; YAML 1.2 reads `no` as text)",
    ]


def test_a_file_that_cannot_be_read_does_not_hide_the_others(problems: Problems) -> None:
    assert problems("widget.heigth=1", org="acme", files={"overlays/acme.yaml": "a: [\n"}) == [
        "--set widget.heigth=...: unknown key `heigth`, did you mean `height`?",
        "overlays/acme.yaml:1:4: a value was expected here (check brackets and commas; the file may end too early)",
    ]
    both = problems("x", org="acme", files={"package.yaml": "a: 'b", "overlays/acme.yaml": "a: 'b"})
    assert [line.partition(": ")[0] for line in both] == ["--set x", "overlays/acme.yaml:1:4", "package.yaml:1:4"]


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        (
            "",
            [
                "package.yaml:1:1: missing key `contactEmail` in `app` "
                "(Salesforce wants one for every app; or set app.kind to none)",
                "package.yaml:1:1: missing key `permissionSets` (add `permissionSets:`)",
                "package.yaml:1:1: missing key `service` (add `service:`)",
                "package.yaml:1:1: missing key `widget` (add `widget:`)",
            ],
        ),
        ("- a\n", ["package.yaml:1:1: the file must hold a map; found a list (write `key: value`)"]),
        ("text\n", ['package.yaml:1:1: the file must hold a map; found the text "text" (write `key: value`)']),
        (
            "app: {kind: none}\nservice:\nwidget: 5\npermissionSets: [a]\n",
            [
                "package.yaml:2:9: missing key `service` (add `service:`)",
                "package.yaml:3:9: `widget` must be a map of keys to values; found the number 5",
                "package.yaml:4:1: `permissionSets` must be a map of keys to values; found a list",
            ],
        ),
        (
            "app: {kind: none}\n"
            "service: {licenseKey: 12345678, url: 5}\n"
            "widget: {objects: {object: Case}, label: true}\n"
            "permissionSets:\n"
            "  agent: {name: A__b, label: ' x'}\n"
            "  admin: {name: B_, label: '', assign: {users: [bob]}}\n",
            [
                "package.yaml:2:23: `service.licenseKey` must be a reference to a secret, not the secret itself "
                "(write ${env:NAME} or ${file:path} and keep the secret itself out of the configuration)",
                "package.yaml:2:38: `service.url` must be text; found the number 5 (put it in quotes)",
                "package.yaml:3:10: `widget.objects` must be a list; found a map "
                "(begin each item with `- `, or write [a, b])",
                "package.yaml:3:42: `widget.label` must be text; found true (put it in quotes)",
                'package.yaml:5:17: `permissionSets.agent.name` is not a developer name; found the text "A__b" '
                "(a letter first, then letters, digits and single underscores, none at the end)",
                'package.yaml:5:30: `permissionSets.agent.label` is not a line of text; found the text " x" '
                "(without control characters, and without blanks at its ends)",
                'package.yaml:6:17: `permissionSets.admin.name` is not a developer name; found the text "B_" '
                "(a letter first, then letters, digits and single underscores, none at the end)",
                "package.yaml:6:28: `permissionSets.admin.label` is not a line of text; found an empty text "
                "(without control characters, and without blanks at its ends)",
                "package.yaml:6:49: `permissionSets.admin.assign.users.0` is not a username or e-mail address; "
                'found the text "bob" (of the form name@host.domain, without blanks and quotes)',
            ],
        ),
    ],
)
def test_messages(yaml: str, expected: list[str], problems: Problems) -> None:
    assert problems(files={"package.yaml": yaml}) == expected


def test_nothing_is_said_about_values_that_could_not_be_read(problems: Problems, whole: str) -> None:
    broken = whole.replace("Email: user_email", "Email: *alias").replace("agent: {", "agent: &a {") + "widgte: *b\n"
    assert problems(files={"package.yaml": broken}) == [
        "package.yaml:7:16: aliases are not supported (write the value out)",
        "package.yaml:9:10: anchors are not supported (remove `&a`)",
        "package.yaml:13:9: aliases are not supported (write the value out)",
    ]


def test_an_unknown_key_is_found_also_when_its_value_is_null(problems: Problems, whole: str) -> None:
    assert problems(files={"package.yaml": whole + "preffix:\n"}) == [
        "package.yaml:13:1: unknown key `preffix`, did you mean `prefix`?"
    ]


def test_an_unknown_key_without_a_likeness_names_the_keys_there_are(problems: Problems, whole: str) -> None:
    assert problems(files={"package.yaml": whole.replace("  contactEmail", "  zzz: 1\n  contactEmail")}) == [
        "package.yaml:12:3: unknown key `zzz` (the keys of `app` are kind, name, label, description, contactEmail, "
        "callbackUrl, scopes, permittedUsers, profiles, permissionSets, refreshToken, ipRelaxation, create)"
    ]


def test_terminals_are_safe_from_what_is_quoted(problems: Problems, whole: str) -> None:
    text = (
        whole + 'app2: "\\e[31m"\n"\\e[2J\\n' + "k" * 200 + '": 1\nlightningApp: {color: "\\e[31m' + "x" * 200 + '"}\n'
    )
    found = problems(files={"package.yaml": text})
    assert len(found) == 3
    assert all(problem.isprintable() for problem in found)
    assert "kkk...`" in found[1]
    assert 'xxx..."' in found[2]


def test_a_folder_without_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_project(tmp_path / "nowhere")
    assert str(caught.value) == (
        f"{tmp_path / 'nowhere' / 'package.yaml'}: there is no such file "
        "(write one with `sfmeta init`, or name the folder that holds it)"
    )


@pytest.mark.parametrize("name", ["x" * 300, "a\x00b", "package.yaml/x"])
def test_a_root_that_cannot_be(name: str, tmp_path: Path) -> None:
    (tmp_path / "package.yaml").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError):
        load_project(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read(folder: Folder) -> None:
    root = folder()
    root.chmod(0)
    try:
        with pytest.raises(ConfigError) as caught:
            load_project(root)
    finally:
        root.chmod(0o700)
    assert "cannot be read: Permission denied" in str(caught.value)


@pytest.mark.parametrize("org", ["../x", "a/b", "", ".", "a\x00b", "x" * 3 + "/", "-x", "x" * 300, "a\n"])
def test_an_org_is_no_path(org: str, problems: Problems) -> None:
    (problem,) = problems(org=org)
    assert "cannot be the name of an org" in problem


def test_load_checks_the_org_and_reads_both_files(folder: Folder) -> None:
    root = folder({"orgs.yaml": "default: acme\norgs: {acme: {kind: lokal}}\n", "overlays/acme.yaml": "widgt: 1\n"})
    with pytest.raises(ConfigError) as caught:
        load(root)
    assert str(caught.value).replace(f"{root}/", "").splitlines() == [
        "orgs.yaml:2:8: `orgs.acme.kind` must be one of local, access_token, jwt, client_credentials, "
        "refresh_token, sfdx_url, sf_cli, web, password; "
        'found the text "lokal" (did you mean local?)'
    ]
    folder({"orgs.yaml": "default: acme\norgs: {acme: {kind: local}}\n"})
    with pytest.raises(ConfigError) as caught:
        load(root)
    assert str(caught.value).replace(f"{root}/", "") == (
        "overlays/acme.yaml:1:1: unknown key `widgt`, did you mean `widget`?"
    )
    with pytest.raises(ConfigError) as caught:
        load(root, org="acne")
    assert str(caught.value) == "there is no org `acne` in orgs.yaml (did you mean acme?)"
    project, orgs = load(root, org="local")
    assert project.org == "local"
    assert set(orgs.orgs) == {"local", "acme"}


def test_an_overlay_of_no_org_is_told(folder: Folder) -> None:
    orgs = "orgs: {production: {kind: local}}\n"
    root = folder({"orgs.yaml": orgs, "overlays/prodction.yaml": "", "overlays/local.yml": "", "overlays/x.yaml": ""})
    with pytest.raises(ConfigError) as caught:
        load(root, org="local")
    assert str(caught.value).replace(f"{root}/", "").splitlines() == [
        "overlays/local.yml: the name of an overlay ends in .yaml (rename it)",
        "overlays/prodction.yaml: there is no org `prodction` to lay this over (did you mean production?)",
        "overlays/x.yaml: there is no org `x` to lay this over (the orgs are local, production)",
    ]


def test_a_file_with_the_other_ending_is_found(tmp_path: Path) -> None:
    (tmp_path / "package.yml").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"rename package\.yml, which is beside it"):
        load_project(tmp_path)


def test_orgs_may_be_absent(folder: Folder) -> None:
    orgs = load_orgs(folder())
    assert orgs.default is None
    assert list(orgs.orgs) == ["local"]


_HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_PATHS = st.sampled_from(
    [
        "service",
        "service.url",
        "service.tokenLifetime",
        "apiVersion",
        "widget",
        "widget.embed",
        "widget.objects",
        "widget.objects.0",
        "widget.objects.0.filters",
        "widget.iframeAllow",
        "permissionSets.agent.assign",
        "permissionSets.agent.assign.query",
        "app",
        "app.refreshToken",
        "app.scopes",
        "settings",
        "placements",
        "placements.0",
        "certificate",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_PATHS, _HOSTILE)
def test_any_value_anywhere_is_taken_or_refused(folder: Folder, path: str, value: object) -> None:
    import json

    try:
        text = json.dumps(value)
        load_project(folder(), overrides=[f"{path}={text}"])
    except ConfigError as error:
        assert all(problem.where is not None for problem in error.problems)  # noqa: PT017  # not every value is refused


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(folder: Folder, data: bytes) -> None:
    root = folder()
    (root / "overlays").mkdir(exist_ok=True)
    (root / "overlays" / "acme.yaml").write_bytes(data)
    try:
        load_project(root, org="acme")
    except ConfigError as error:
        assert error.problems  # noqa: PT017  # not every text is refused


def test_loading_a_project_imports_nothing_heavy() -> None:
    script = (
        "import sys; from pathlib import Path; from toolkit.config.load import load_project; "
        "load_project(Path(sys.argv[1])); "
        "heavy = {'lxml', 'jinja2', 'rich', 'requests', 'simple_salesforce', 'starlette', 'uvicorn', 'cryptography', "
        "'lark', 'subprocess', 'toolkit.config.targets', 'toolkit.config.schema'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script, SHIPPED], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
