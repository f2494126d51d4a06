"""Judging is pure: the same facts and configuration, whatever they are, give links that say how to mend them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.config.load import load_project
from toolkit.config.model import Placement
from toolkit.config.project import Project
from toolkit.placement.overrides import Override
from toolkit.release.publickey import PublicKey
from toolkit.release.step import Evidence
from toolkit.release.verify import effective
from toolkit.release.verify.effective import Level
from toolkit.release.verify.facts import (
    AppFact,
    AppPages,
    CertificateFact,
    Entity,
    Facts,
    Holding,
    KeyFact,
    PageFacts,
    Person,
    RowFact,
    StepFact,
    WidgetFact,
)
from toolkit.release.verify.judge import judge
from toolkit.release.verify.links import Link, State, Verification
from toolkit.release.verify.mends import Mends
from toolkit.release.verify.pages import Shown, of_app, org_default
from toolkit.report.verify import last_word, print_verification, verification_json
from toolkit.resources import shipped

MENDS = Mends("prod", Path("config"))
NOW = datetime(2026, 5, 1, tzinfo=UTC)
SET, SHADOW = "0PS000000000001", "0PS000000000002"
NAMES = (
    ("ApexPage", "CobrowseWidgetContact"),
    ("ApexPage", "CobrowseWidgetCase"),
    ("ApexPage", "CobrowseWidgetAccount"),
    ("ApexPage", "CobrowseWidgetLead"),
    ("ApexPage", "CobrowseDashboard"),
    ("ApexClass", "CobrowseWidgetController"),
    ("ApexClass", "CobrowseDashboardController"),
    ("CustomPermission", "Cobrowse_Agent"),
    ("CustomApplication", "Cobrowse"),
)
ENTITIES = tuple(Entity(*name) for name in NAMES)


def load() -> Project:
    return load_project(shipped("config"), org="local")


PROJECT = load()


def person(**values: object) -> Person:
    made = Person(
        id="005000000000001",
        username="ada@acme.example",
        name="Ada",
        active=True,
        frozen=False,
        email="ada@acme.example",
        profile_id="00e000000000001",
        profile="Standard User",
        profile_file="Standard",
        holdings=(Holding(SET, "Cobrowse_Agent", "permission set Cobrowse_Agent"),),
    )
    return replace(made, **values)


def facts(**values: object) -> Facts:
    """An org in which everything works for one user."""
    widget = {name: f"CobrowseWidget{name}" for name in ("Contact", "Case", "Account", "Lead")}
    made = Facts(
        now=NOW,
        org="Acme",
        org_id="00D000000000001",
        steps=(StepFact("components", "Components", (Evidence("components", "ApexPage X", ok=True, text="there"),)),),
        people=(person(),),
        strangers=(),
        grants={entity: frozenset({SET}) for entity in ENTITIES},
        tabs={"cobrowsedashboard": {SET: "DefaultOn"}},
        app=AppFact(True, frozenset({SET})),
        rows={"00D000000000001": RowFact(KeyFact.SET, "https://cobrowse.io", "CobrowseIO")},
        certificates={"CobrowseIO": CertificateFact(PublicKey("PEM", 2048, NOW + timedelta(days=200), "CN=x"))},
        pages=PageFacts(
            overrides={name.casefold(): (Override("View", "Flexipage", f"Page_{name}", "Large"),) for name in widget},
            apps=(),
            pages={f"Page_{name}": (WidgetFact(page, "sidebar", False, True),) for name, page in widget.items()},
            layouts={},
            assigned={},
        ),
        wanted=frozenset(),
    )
    return replace(made, **values)


def chain(found: Facts) -> dict[str, tuple[str, str]]:
    """The links of the one user that are not ok."""
    (only,) = judge(found, PROJECT, MENDS, named=True).people
    return {f"{link.name} {link.subject}": (str(link.state), link.text) for link in only.links if link.state != "ok"}


def test_everything_works() -> None:
    assert chain(facts()) == {}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"email": None}, {"e-mail ada@acme.example": ("missing", "none; the token names the user by it")}),
        ({"email": "  "}, {"e-mail ada@acme.example": ("missing", "none; the token names the user by it")}),
        ({"frozen": True}, {"user ada@acme.example": ("missing", "frozen")}),
        ({"active": False, "frozen": True}, {"user ada@acme.example": ("missing", "inactive")}),
    ],
)
def test_what_the_user_alone_breaks(values: dict, expected: dict) -> None:
    assert chain(facts(people=(person(**values),))) == expected


def test_a_group_that_is_being_recalculated_is_a_doubt() -> None:
    held = Holding(SET, "Cobrowse_Agent", "permission set group Support", stale=True)
    broken = chain(facts(people=(person(holdings=(held,)),)))
    assert {state for state, _ in broken.values()} == {"warning"}
    text = "by permission set group Support, but Salesforce has not recalculated the group yet"
    assert broken["tab CobrowseDashboard"] == ("warning", text)


@pytest.mark.parametrize(
    ("left", "state", "text"),
    [
        (timedelta(days=30), "ok", "RSA 2048, good until 2026-05-31"),
        (timedelta(days=29, hours=23), "warning", "RSA 2048, good until 2026-05-30: it expires in 29 days"),
        (timedelta(seconds=1), "warning", "RSA 2048, good until 2026-05-01: it expires in 0 days"),
        (timedelta(0), "missing", "RSA 2048, expired on 2026-05-01"),
        (timedelta(days=-400), "missing", "RSA 2048, expired on 2025-03-27"),
    ],
)
def test_a_certificate_gets_old(left: timedelta, state: str, text: str) -> None:
    key = PublicKey("PEM", 2048, NOW + left, "CN=x")
    found = judge(facts(certificates={"CobrowseIO": CertificateFact(key)}), PROJECT, MENDS, named=True)
    (of_org,) = [link for link in found.links if link.name == "certificate"]
    (of_user,) = [link for link in found.people[0].links if link.name == "certificate"]
    assert (str(of_org.state), of_org.text) == (state, text)
    assert (str(of_user.state), of_user.text) == (state, f"{text}; named by the row of the org")
    mend = (
        "give certificate.name a new name in package.yaml, then sfmeta deploy --org prod, and paste the new public "
        "key at Cobrowse"
    )
    assert of_org.mend == (None if state == "ok" else mend)
    assert found.exit_code == (1 if state == "missing" else 0)


def test_a_certificate_that_cannot_sign() -> None:
    certificates = {"CobrowseIO": CertificateFact(None, "certificate CobrowseIO has no RSA key")}
    text = "certificate CobrowseIO has no RSA key; named by the row of the org"
    assert chain(facts(certificates=certificates)) == {"certificate CobrowseIO": ("missing", text)}


def test_a_missing_link_without_a_mend_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="does not say how to mend it"):
        Link("page access", "X", State.MISSING, "gone")


# settings: what the generated Apex does, told a second time

texts = st.sampled_from([None, "", "  ", "https://a.example", " https://b.example ", "http://c.example"])
filter_texts = st.sampled_from(
    ["", "{", "[]", '{"Contact":{"Email":"e"}}', '{"contact":{"Phone":"p"}}', '{"Case":{}}', '{"Contact":{"Email":""}}',
     '{"Contact":{"Email":1}}', '{"Contact":[]}', "[" * 2040]
)  # fmt: skip
rows = st.builds(RowFact, st.sampled_from(KeyFact), texts, texts, filter_texts)
levels = st.lists(rows, max_size=3).map(lambda found: [Level(f"row {i}", row) for i, row in enumerate(found)])


@given(levels)
def test_a_value_is_that_of_the_nearest_row_that_has_one(found: list[Level]) -> None:
    merged = next((level.row.service_url for level in found if level.row.service_url), "")
    expected = merged.strip() or "https://default.example"
    assert effective.service_url(found, "https://default.example").text == expected
    assert effective.certificate(found, "Default").text


@given(levels)
def test_filters_are_those_of_the_nearest_row_that_knows_the_object(found: list[Level]) -> None:
    result = effective.filters_of(found, "Contact", {"CONTACT": {"Default": "d"}})
    for level in found:
        if level.row.filters in ("{", "[]", "[" * 2040) or 'Email":""' in level.row.filters:
            assert result.error is not None
            return
        if level.row.filters in ('{"Contact":{"Email":1}}', '{"Contact":[]}'):
            assert (result.error is not None, result.source) == (True, level.said)
            return
        if level.row.filters.casefold().startswith('{"contact"'):
            assert result.fields == next(iter(json.loads(level.row.filters).values()))
            assert result.source == level.said
            return
    assert result.fields == {"Default": "d"}


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://cobrowse.io", True),
        ("HTTPS://cobrowse.io/", True),
        ("https://", False),
        ("http://localhost:3000/x", True),
        ("http://[::1]", True),
        ("http://localhost.evil.example", False),
        ("javascript:alert(1)", False),
    ],
)
def test_where_a_token_may_be_sent(url: str, *, safe: bool) -> None:
    assert effective.is_safe(url) is safe


# pages: the narrowest assignment wins

names = st.sampled_from(["P1", "P2"])
overrides = st.lists(
    st.builds(
        Override,
        action=st.sampled_from(["View", "Edit"]),
        type=st.sampled_from(["Flexipage", "Default", "Visualforce"]),
        content=names,
        form_factor=st.sampled_from(["Large", "Small", None]),
        object=st.sampled_from(["Contact", "contact", "Case", None]),
        app=st.just("Sales"),
        profile=st.sampled_from([None, "Standard", "Admin"]),
        record_type=st.sampled_from([None, "Contact.VIP"]),
    ),
    max_size=6,
).map(tuple)


@given(overrides, st.sampled_from([None, "Standard"]))
def test_of_app_tells_only_what_this_profile_gets(found: tuple[Override, ...], profile: str | None) -> None:
    shown = list(of_app("Contact", "Large", AppPages("Sales", None, found), profile))
    mine = [
        o
        for o in found
        if (o.action, o.type, o.form_factor) == ("View", "Flexipage", "Large")
        and (o.object or "").casefold() == "contact"
        and o.profile in (None, profile)
    ]
    if profile is None:
        assert all(one.record_type is None for one in shown)
    assert {one.page for one in shown} <= {o.content for o in mine}
    plain = [one for one in shown if one.record_type is None]
    assert len(plain) <= 1
    narrower = [o.content for o in mine if o.profile == profile and o.profile and not o.record_type]
    if narrower:
        assert plain[0].page == narrower[0]


@given(overrides)
def test_the_org_default_is_a_page_or_something_else_or_nothing(found: tuple[Override, ...]) -> None:
    shown: Shown = org_default("Contact", "Large", found)
    assert shown.page is None or shown.instead is None
    pages = [o.content for o in found if (o.action, o.type, o.form_factor) == ("View", "Flexipage", "Large")]
    assert shown.page == (pages[0] if pages else None)


def test_layouts_by_profile_and_record_type() -> None:
    layouts = {
        "Case-Case Layout": frozenset({"cobrowsewidgetcase"}),
        "Case-Support (1)": frozenset({"other"}),
        "CaseExtra__c-Case Layout": frozenset(),
    }
    assigned = (
        (None, "Case-Case Layout"),
        ("Case.VIP", "Case-Support (1)"),
        ("Case.Old", "Case-Gone"),
        (None, "CaseExtra__c-Case Layout"),
    )
    held = facts()
    found = replace(
        held,
        people=(person(profile_file="Custom%3A Sales"),),
        pages=replace(held.pages, layouts=layouts, assigned={"custom: sales": assigned}),
    )
    placements = tuple(
        Placement.model_validate({"object": name, "target": "layout", "layouts": [layout]})
        for name, layout in (("Case", "Case Layout"), ("case", "Case-Support (1)"))
    )
    project = replace(PROJECT, package=PROJECT.package.model_copy(update={"placements": placements}))
    links = judge(found, project, MENDS, named=True).people[0].links
    assert [(link.subject, str(link.state), link.text) for link in links if link.name == "layout"] == [
        ("Case", "ok", "Case-Case Layout with the widget"),
        ("Case record type VIP", "missing", "Case-Support (1), without the widget"),
        ("Case record type Old", "not knowable", "Case-Gone, which the org does not return"),
    ]
    placements = (Placement.model_validate({"object": "Case", "target": "both", "layouts": ["Case Layout"]}),)
    project = replace(PROJECT, package=PROJECT.package.model_copy(update={"placements": placements}))
    links = judge(found, project, MENDS, named=True).people[0].links
    assert {link.subject: str(link.state) for link in links if link.name == "layout"}[
        "Case record type VIP"
    ] == "warning"


# whatever the org answers

words = st.text(max_size=12)
holdings = st.lists(
    st.builds(
        Holding,
        st.sampled_from([SET, SHADOW]),
        st.sampled_from(["", "Cobrowse_Agent", "Other"]),
        words,
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=3,
).map(tuple)
people = st.lists(
    st.builds(
        person,
        active=st.booleans(),
        frozen=st.sampled_from([None, True, False]),
        email=st.one_of(st.none(), words),
        name=words,
        profile=words,
        profile_file=st.sampled_from([None, "Standard"]),
        holdings=holdings,
    ),
    max_size=2,
).map(tuple)
holders = st.frozensets(st.sampled_from([SET, SHADOW]))
any_facts = st.builds(
    facts,
    people=people,
    grants=st.dictionaries(st.sampled_from(ENTITIES), holders),
    tabs=st.dictionaries(st.just("cobrowsedashboard"), st.dictionaries(st.just(SET), words)),
    app=st.one_of(st.none(), st.builds(AppFact, st.booleans(), holders, st.frozensets(words), st.frozensets(words))),
    rows=st.dictionaries(st.sampled_from(["00D000000000001", "00e000000000001", "005000000000001"]), rows),
    certificates=st.dictionaries(
        st.sampled_from(["CobrowseIO", "https://a.example"]), st.builds(CertificateFact, st.none(), words)
    ),
    pages=st.builds(
        PageFacts,
        overrides=st.dictionaries(st.sampled_from(["contact", "case", "lead"]), overrides),
        apps=overrides.map(lambda found: (AppPages("Sales", None, found),)),
        pages=st.dictionaries(
            names,
            st.one_of(
                st.none(),
                st.lists(st.builds(WidgetFact, words, words, st.booleans(), st.booleans()), max_size=2).map(tuple),
            ),
        ),
        layouts=st.just({}),
        assigned=st.just({}),
    ),
    wanted=st.one_of(st.none(), st.frozensets(st.just("005000000000001"))),
)


class Sink:
    """A stream that keeps what is written."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def isatty(self) -> bool:
        return False

    def flush(self) -> None:
        pass


@given(any_facts, st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_answer_of_an_org_is_judged_and_told(found: Facts, named: bool) -> None:
    told: Verification = judge(found, PROJECT, MENDS, named=named)
    missing = [
        link
        for link in (*told.links, *(link for one in told.people for link in one.links))
        if link.state is State.MISSING
    ]
    assert all(link.mend for link in missing)
    assert told.exit_code == (1 if missing else 0)
    assert told == judge(found, PROJECT, MENDS, named=named)
    document = json.loads(json.dumps(verification_json(told, "prod")))
    assert document["works"] is (not missing)
    assert document["summary"]["missing"] == len(missing)
    assert last_word(told).startswith("It works for") is (not missing)


def test_names_from_the_org_do_not_reach_the_terminal_as_they_are() -> None:
    found = judge(facts(people=(person(name="Ada\x1b[31m\nEve", profile="\x9b2J"),)), PROJECT, MENDS, named=True)
    sink = Sink()
    print_verification(found, sink)
    assert not {"\x1b", "\x9b"} & set(sink.text)
    assert "Ada [31m Eve" in sink.text


@pytest.mark.parametrize("owner", ["005000000000001", "00e000000000001"])
def test_a_licence_key_of_blanks_hides_the_one_behind_it(owner: str) -> None:
    """The generated Apex takes the nearest row that is not empty, and blanks are no issuer."""
    rows = {"00D000000000001": RowFact(KeyFact.SET, None, None), owner: RowFact(KeyFact.BLANK)}
    (person_report,) = judge(facts(rows=rows), PROJECT, MENDS, named=True).people
    (link,) = [link for link in person_report.links if link.name == "licence key"]
    whose = "user ada@acme.example" if owner.startswith("005") else "profile Standard User"
    assert (str(link.state), link.text) == (
        "missing", f"blank in the row of {whose}, which hides what the rows behind it say"
    )  # fmt: skip
    assert link.mend == f"Setup, Custom Settings, Cobrowse_Settings__c, Manage: delete or complete the row of {whose}"
