"""The org room against the local org: every way to sign in, records, queries, retrieve, list, describe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.errors import AuthError, RefusedError, RequestError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata.archive import read_zip
from toolkit.org import soql
from toolkit.org.org import Org, connect
from toolkit.org.signin import AccessToken, ClientCredentials, JwtBearer


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedOrg]:
    with EmbeddedOrg(tmp_path_factory.mktemp("org") / "state") as served:
        yield served


@pytest.fixture(scope="module")
def org(local: EmbeddedOrg) -> Org:
    return connect(AccessToken(local.url, local.access_token))


def test_who_and_where(org: Org, local: EmbeddedOrg) -> None:
    assert org.identity.username == local.username
    assert org.identity.org_id == local.org_id
    assert org.organization.id == local.org_id
    assert org.organization.kind == "Developer Edition"
    assert not org.organization.is_production
    assert org.api_version == org.versions[-1]


def test_a_production_org_is_told_from_a_developer_edition(tmp_path: Path) -> None:
    with EmbeddedOrg(tmp_path / "p", org_type="production") as served:
        assert connect(AccessToken(served.url, served.access_token)).organization.is_production


def test_jwt_bearer(local: EmbeddedOrg) -> None:
    credentials = JwtBearer(local.url, local.client_id, local.username, local.jwt_key().decode())
    org = connect(credentials)
    assert org.identity.username == local.username
    assert org.query(soql.select("Id", source="Profile"))


def test_jwt_bearer_with_another_key_is_refused(local: EmbeddedOrg) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    local.jwt_key()
    with pytest.raises(AuthError) as caught:
        connect(JwtBearer(local.url, local.client_id, local.username, key.decode()))
    assert str(caught.value).startswith(f"sign in {local.username} by JWT bearer: invalid_grant")


def test_client_credentials(local: EmbeddedOrg) -> None:
    org = connect(ClientCredentials(local.url, local.client_id, local.client_secret))
    assert org.identity.org_id == local.org_id
    with pytest.raises(AuthError, match="sign in by client credentials: invalid_client"):
        connect(ClientCredentials(local.url, local.client_id, "wrong-secret"))


def test_a_token_that_is_not_the_orgs(local: EmbeddedOrg) -> None:
    org = connect(AccessToken(local.url, f"{local.org_id[:15]}!AQ.wrong"))
    for ask in (
        lambda: org.identity,
        lambda: org.query(soql.select("Id", source="User")),
        lambda: org.tooling_query(soql.select("Id", source="Certificate")),
        lambda: org.retrieve({"ApexClass": ["X"]}, api_version="62.0"),
        lambda: org.create("PermissionSet", {"Name": "X"}),
        lambda: org.create_all("PermissionSet", [{"Name": "X"}]),
    ):
        with pytest.raises(AuthError) as caught:
            ask()
        assert "AQ.wrong" not in str(caught.value)
        assert "sign in again" in str(caught.value)


def test_records_are_created_changed_queried_and_deleted(org: Org) -> None:
    record = org.create("PermissionSet", {"Name": "Made_here", "Label": "Made here"})
    where = soql.equals("Name", "Made_here")
    org.update("PermissionSet", record, {"Label": "Changed"})
    (row,) = org.query(soql.select("Id", "Label", "IsOwnedByProfile", source="PermissionSet", where=where))
    assert (row.id, row.text("Label"), row.flag("IsOwnedByProfile")) == (record, "Changed", False)
    org.delete("PermissionSet", record)
    assert org.query(soql.select("Id", source="PermissionSet", where=where)) == ()


def test_a_refused_record_says_every_reason(org: Org) -> None:
    with pytest.raises(RefusedError) as caught:
        org.create("PermissionSet", {"Nonsense__c": 1})
    assert caught.value.codes
    assert all(str(p).startswith("create a PermissionSet: ") for p in caught.value.problems)
    with pytest.raises(RefusedError) as unknown:
        org.query(soql.select("Id", source="Nowhere__c"))
    assert unknown.value.codes == ("INVALID_TYPE",)
    assert str(unknown.value).startswith("query Nowhere__c: INVALID_TYPE: ")


def test_collections_go_out_in_two_hundreds_and_each_row_has_its_answer(org: Org) -> None:
    rows = [{"Name": f"Bulk_{n}", "Label": f"Bulk {n}"} for n in range(205)]
    rows[201] = {"Name": "Bulk_0", "Label": "twice"}
    results = org.create_all("PermissionSet", rows)
    assert len(results) == 205
    assert [n for n, result in enumerate(results) if not result.success] == [201]
    assert results[201].errors[0].code
    assert results[204].id
    assert org.create_all("PermissionSet", []) == ()


def test_parents_are_read_by_path(org: Org) -> None:
    where = soql.equals("Username", "admin@local.example")
    (row,) = org.query(soql.select("Id", "Profile.Name", source="User", where=where))
    assert row.text("Profile.Name") == "System Administrator"
    assert row.text("Profile.Missing") is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
    .map(str.strip)
    .filter(lambda s: s and s.isprintable())
)
def test_any_text_comes_back_from_the_org_by_its_literal(org: Org, value: str) -> None:
    record = org.create("PermissionSet", {"Name": f"P{abs(hash(value)) % 10**12}", "Label": value[:40]})
    try:
        rows = org.query(soql.select("Id", "Label", source="PermissionSet", where=soql.equals("Label", value[:40])))
        assert record in {row.id for row in rows}
    finally:
        org.delete("PermissionSet", record)


def test_an_injection_finds_nobody(org: Org) -> None:
    where = soql.equals("Username", "x' OR Username != '")
    assert org.query(soql.select("Id", source="User", where=where)) == ()


def test_retrieve_tells_what_is_not_there_and_brings_what_is(org: Org) -> None:
    found = org.retrieve({"Profile": ["Admin"], "ApexClass": ["Nobody"]}, api_version="62.0")
    assert found.zip is not None
    assert [c.full_name for c in read_zip(found.zip, "z", check_manifest=False)] == ["Admin"]
    assert any("Nobody" in message.problem for message in found.messages)


def test_list_and_describe(org: Org) -> None:
    listed = org.list_metadata(("Profile", None), ("ApexClass", None), ("Layout", None), ("CustomObject", None))
    assert ("Profile", "Admin") in {(row.type, row.full_name) for row in listed}
    described = {row.name: row for row in org.describe_metadata()}
    assert described["ApexClass"].meta_file
    assert described["CustomObject"].folder == "objects"


def test_an_org_that_went_away_in_the_middle(tmp_path: Path, local: EmbeddedOrg) -> None:
    state = Path(shutil.copytree(local.state, tmp_path / "copy"))
    with EmbeddedOrg(state) as served:
        org = connect(AccessToken(served.url, served.access_token))
    with pytest.raises(RequestError, match=r"ask who is signed in: no connection to 127\.0\.0\.1"):
        _ = org.identity
