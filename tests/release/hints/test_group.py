"""group: root causes first, and each consequence under what explains it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.org.jobs import ComponentMessage
from toolkit.release.hints import Group, group


@dataclass(frozen=True)
class Fail:
    type: str
    full_name: str
    problem: str | None


def names(failure: Fail) -> str:
    return f"{failure.type} {failure.full_name}"


def drawn(groups: tuple[Group[Fail], ...]) -> list[tuple[str, list[str]]]:
    """Each group as its cause and its consequences, with what each is because of."""
    return [
        (names(each.cause), [f"{names(part.failure)} < {names(part.because)}" for part in each.consequences])
        for each in groups
    ]


CLASS = Fail("ApexClass", "Token", "Unexpected token '<'.")
PAGE = Fail("ApexPage", "Dashboard", "Apex class 'Token' does not exist")
TAB = Fail("CustomTab", "Dashboard", "In field: page - no ApexPage named Dashboard found")
APP = Fail("CustomApplication", "Cobrowse", "In field: tabs - no CustomTab named Dashboard found")
AGENT = Fail("PermissionSet", "Agent", "In field: apexClass - no ApexClass named Token found")
ALONE = Fail("PermissionSet", "Admin", "In field: apexClass - no ApexClass named Elsewhere found")
DEPENDENT = Fail("ApexClass", "Widget", "Dependent class is invalid and needs recompilation:\n Class Token : Bad")
UNNAMED = Fail("ApexClass", "Other", "Dependent class is invalid and needs recompilation")
PERMISSION = Fail("PermissionSet", "Sales", "Unknown user permission: Fly")


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        pytest.param([], [], id="none"),
        pytest.param([CLASS], [("ApexClass Token", [])], id="one"),
        pytest.param(
            [AGENT, CLASS],
            [("ApexClass Token", ["PermissionSet Agent < ApexClass Token"])],
            id="class of permission set",
        ),
        pytest.param([ALONE, CLASS], [("PermissionSet Admin", []), ("ApexClass Token", [])], id="named is not failed"),
        pytest.param(
            [APP, TAB, PAGE, CLASS, PERMISSION],
            [
                (
                    "ApexClass Token",
                    [
                        "ApexPage Dashboard < ApexClass Token",
                        "CustomTab Dashboard < ApexPage Dashboard",
                        "CustomApplication Cobrowse < CustomTab Dashboard",
                    ],
                ),
                ("PermissionSet Sales", []),
            ],
            id="chain",
        ),
        pytest.param(
            [DEPENDENT, UNNAMED, CLASS],
            [("ApexClass Token", ["ApexClass Widget < ApexClass Token"]), ("ApexClass Other", [])],
            id="dependent classes; one that names nothing goes last",
        ),
        pytest.param(
            [Fail("ApexClass", "A", "Invalid type: B"), Fail("ApexClass", "B", "Invalid type: A")],
            [("ApexClass A", ["ApexClass B < ApexClass A"])],
            id="ring",
        ),
        pytest.param(
            [Fail("ApexClass", "A", "Invalid type: A"), Fail("ApexClass", "a", "Variable does not exist: A")],
            [("ApexClass A", []), ("ApexClass a", [])],
            id="a component does not explain itself",
        ),
        pytest.param(
            [Fail("ApexClass", "X", "Invalid type: TOKEN"), CLASS],
            [("ApexClass Token", ["ApexClass X < ApexClass Token"])],
            id="Apex knows no capitals",
        ),
        pytest.param(
            [
                Fail("CustomObject", "Log__c", "Must specify a sharingModel for the CustomObject"),
                Fail("Layout", "Log__c-Log Layout", "Parent entity failed to deploy"),
                Fail("ListView", "Log__c.All", "Parent entity failed to deploy"),
                Fail("PermissionSet", "Sales", "In field: field - no CustomField named Log__c.Text__c found"),
                Fail("Layout", "Case-Case Layout", "Parent entity failed to deploy"),
            ],
            [
                (
                    "CustomObject Log__c",
                    [
                        "Layout Log__c-Log Layout < CustomObject Log__c",
                        "ListView Log__c.All < CustomObject Log__c",
                        "PermissionSet Sales < CustomObject Log__c",
                    ],
                ),
                ("Layout Case-Case Layout", []),
            ],
            id="parts of an object",
        ),
        pytest.param(
            [
                Fail("PermissionSet", "Sales", "In field: field - no CustomField named Case.Text__c found"),
                Fail("CustomObject", "Case", "Could not resolve list view column: X"),
            ],
            [("PermissionSet Sales", []), ("CustomObject Case", [])],
            id="a standard object does not take its fields with it",
        ),
        pytest.param(
            [
                Fail(
                    "FlexiPage",
                    "Case_Page",
                    "We couldn't retrieve the design time component information for component c:x.",
                ),
                Fail("CustomObject", "Case", "Case_Page does not exist or is not a valid override for action View."),
                Fail("LightningComponentBundle", "x", "LWC1503: bad"),
            ],
            [
                (
                    "LightningComponentBundle x",
                    [
                        "FlexiPage Case_Page < LightningComponentBundle x",
                        "CustomObject Case < FlexiPage Case_Page",
                    ],
                )
            ],
            id="component, page, override",
        ),
        pytest.param(
            [
                Fail("", "LWC_Recipes", "In field: tab - no CustomTab named Hello found"),
                Fail("", "Hello", "component access denied to component x:y"),
            ],
            [(" Hello", [" LWC_Recipes <  Hello"])],
            id="types that the tool did not tell",
        ),
        pytest.param(
            [
                Fail("ApexClass", "Token", "Invalid type: Helper"),
                CLASS,
                Fail("ApexClass", "Helper", "Dependent class is invalid and needs recompilation: Class Token : Bad"),
                AGENT,
            ],
            [
                (
                    "ApexClass Token",
                    [
                        "ApexClass Helper < ApexClass Token",
                        "PermissionSet Agent < ApexClass Token",
                        "ApexClass Token < ApexClass Helper",
                    ],
                )
            ],
            id="of two errors of one class the one that follows from nothing explains",
        ),
        pytest.param(
            [
                Fail(
                    "ExtlClntAppOauthConfigurablePolicies", "P", "We couldn't find permission sets called Sales, Agent."
                ),
                AGENT,
            ],
            [("PermissionSet Agent", ["ExtlClntAppOauthConfigurablePolicies P < PermissionSet Agent"])],
            id="one of several that are named",
        ),
        pytest.param([Fail("X", "Y", None), Fail("X", "Z", "")], [("X Y", []), ("X Z", [])], id="no reason given"),
    ],
)
def test_group(failures: list[Fail], expected: list[tuple[str, list[str]]]) -> None:
    assert drawn(group(failures)) == expected


def test_the_record_of_a_job_fits() -> None:
    failed = ComponentMessage("ApexClass", "Token", "classes/Token.cls", False, problem="Unexpected token '<'.", line=3)
    names_it = ComponentMessage(
        "PermissionSet",
        "Agent",
        "permissionsets/Agent.permissionset",
        False,
        problem="In field: apexClass - no ApexClass named Token found",
    )
    groups = group([names_it, failed])
    assert [each.cause for each in groups] == [failed]
    assert groups[0].hints[0].id == "apex-syntax"
    assert groups[0].consequences[0].failure == names_it
    assert groups[0].consequences[0].hints[0].id == "missing-apex-class"


PROBLEMS = st.sampled_from(
    [
        "Unexpected token '<'.",
        "Invalid type: {}",
        "Dependent class is invalid and needs recompilation: Class {} : Bad",
        "In field: f - no ApexPage named {} found",
        "Parent entity failed to deploy",
        "no such thing",
    ]
)
NAMES = st.sampled_from(["A", "B", "C", "A.B", "A-B", ""])


@given(
    st.lists(
        st.builds(
            lambda kind, name, problem, other: Fail(kind, name, problem.format(other)),
            st.sampled_from(["ApexClass", "ApexPage", "CustomObject", ""]),
            NAMES,
            PROBLEMS,
            NAMES,
        ),
        max_size=12,
    )
)
@settings(max_examples=300, deadline=None)
def test_every_failure_is_told_exactly_once(failures: list[Fail]) -> None:
    groups = group(failures)
    told = [f for each in groups for f in (each.cause, *(part.failure for part in each.consequences))]
    assert sorted(map(repr, told)) == sorted(map(repr, failures))
    for each in groups:
        above = [each.cause]
        for part in each.consequences:
            assert part.because in above
            above.append(part.failure)


def seconds(failures: list[Fail]) -> float:
    start = time.process_time()
    group(failures)
    return time.process_time() - start


@pytest.mark.parametrize("shape", ["chain", "star", "same name"])
def test_time_grows_no_faster_than_the_failures(shape: str) -> None:
    def failures(count: int) -> list[Fail]:
        if shape == "chain":
            return [Fail("ApexClass", f"C{i}", f"Invalid type: C{i + 1}") for i in range(count)]
        if shape == "star":
            return [CLASS, *(Fail("ApexClass", f"C{i}", f"Invalid type: Token C{i}") for i in range(count))]
        half = [Fail("ApexClass", "Token", f"Unexpected token '{i}'.") for i in range(count // 2)]
        return half + [Fail("ApexPage", f"P{i}", "Apex class 'Token' does not exist") for i in range(count // 2)]

    small = min(seconds(failures(300)) for _ in range(3))
    assert min(seconds(failures(1200)) for _ in range(2)) < 9 * small + 0.02
