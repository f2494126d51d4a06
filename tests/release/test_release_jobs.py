"""Jobs of a release: deadlines, deletions, and an org whose answers are hostile."""

from __future__ import annotations

import base64
import io
import random
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from toolkit.errors import DeployError, ReleaseError, RequestError, StillRunningError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey, Destructive
from toolkit.org.org import connect
from toolkit.org.signin import AccessToken
from toolkit.release import jobs, run
from toolkit.release.steps import component_steps

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
META = f"<ApexClass {NS}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>".encode()


def apex(name: str, text: str = "") -> Component:
    body = text or f"public with sharing class {name} {{\n}}\n"
    return Component(
        "ApexClass",
        name,
        (ComponentFile(f"classes/{name}.cls", body.encode()), ComponentFile(f"classes/{name}.cls-meta.xml", META)),
    )


def bundle(*components: Component, **more: object) -> Bundle:
    return Bundle.of(components, api_version="62.0", **more)


def kinds(report) -> list[tuple[str, str]]:
    return [(change.kind.value, change.subject) for change in report.steps[1].changes]


def test_a_job_that_outlasts_the_wait_is_still_running_under_its_id(first_day: Path, tmp_path: Path, new_org) -> None:
    ctx = new_org.context(bundle(apex("Slow")), None, wait=0.3, whole=True)
    planned = run.plan(ctx, component_steps())
    state = Path(shutil.copytree(first_day, tmp_path / "slow"))
    with EmbeddedOrg(state, job_delay=5.0) as served:
        slow = type(new_org)(connect(AccessToken(served.url, served.access_token), api_version="62.0"))
        ctx = slow.context(bundle(apex("Slow")), None, wait=0.3, whole=True)
        report = run.apply(ctx, planned)
    assert isinstance(report.error, StillRunningError)
    assert report.error.exit_code == 69
    (problem,) = report.error.problems
    assert problem.message.startswith("deployment 0Af")
    assert "is still running after 0.3 s (Pending" in problem.message
    assert report.steps[1].outcome.value == "still running"


def test_only_what_changed_is_sent_for_an_integration_and_all_of_it_for_a_folder(new_org) -> None:
    assert new_org.deploy(bundle(apex("A"), apex("B"))).error is None
    changed = bundle(apex("A"), apex("B", "public with sharing class B {\n    Integer x;\n}\n"))
    report = new_org.deploy(changed)
    assert kinds(report) == [("unchanged", "ApexClass A"), ("changed", "ApexClass B")]
    assert report.steps[1].jobs[0].components_total == 2


def test_a_deletion_is_a_change_once_and_then_no_more(new_org) -> None:
    assert new_org.deploy(bundle(apex("A"), apex("Old"))).error is None
    gone = bundle(apex("A"), destructive=Destructive(post=(ComponentKey("ApexClass", "Old"),)))
    first = new_org.deploy(gone)
    assert first.error is None, str(first.error)
    assert kinds(first) == [("unchanged", "ApexClass A"), ("deleted", "ApexClass Old")]
    assert {e.subject: e.text for e in first.evidence("components")}["ApexClass Old"] == "not in the org, as wanted"
    second = new_org.deploy(gone)
    assert second.error is None
    assert not second.changed


def test_nothing_of_a_failed_job_is_kept_and_every_failure_is_told(new_org) -> None:
    def too_new(name: str) -> Component:
        made = apex(name)
        return Component(
            "ApexClass", name, (made.files[0], ComponentFile(made.files[1].path, META.replace(b"62.0", b"99.0")))
        )

    report = new_org.deploy(bundle(apex("Good"), too_new("Bad"), too_new("Worse")))
    assert isinstance(report.error, DeployError)
    told = str(report.error)
    assert "classes/Bad.cls" in told
    assert "classes/Worse.cls" in told
    assert "nothing of it was kept" in told
    assert kinds(new_org.deploy(bundle(apex("Good")))) == [("created", "ApexClass Good")]


def archive(*entries: tuple[str, bytes], link: str | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(info, "/etc/passwd")
    return out.getvalue()


NOISE = random.Random(7).randbytes(300_000)

HOSTILE = {
    "parent": archive(("../../evil.cls", b"x")),
    "absolute": archive(("/evil.cls", b"x")),
    "link": archive(link="classes/A.cls"),
    "bomb": archive(("classes/A.cls", b"\0" * 700_000_000)),
    "cut": archive(("classes/A.cls", b"x" * 5000))[:-40],
    "none": b"not a zip at all",
    "large parent": archive(("classes/A.cls", NOISE), ("../../evil.cls", NOISE)),
    "large link": archive(("classes/A.cls", NOISE), link="classes/B.cls"),
    "large cut": archive(("classes/A.cls", NOISE))[:-40],
    "large damaged": archive(("classes/A.cls", NOISE)).replace(NOISE[5000:5010], b"0123456789"),
    "large none": NOISE,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_zip_from_an_org_is_refused(new_org, monkeypatch, name: str) -> None:
    def reply(rest: str) -> bytes:
        return (
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><r><result>'
            f"<id>09S000000000001AAA</id>{rest}</result></r></soapenv:Body></soapenv:Envelope>"
        ).encode()

    encoded = base64.encodebytes(HOSTILE[name]).decode()
    done = reply(f"<done>true</done><status>Succeeded</status><success>true</success><zipFile>{encoded}</zipFile>")

    def post(envelope, doing, *, keep=None, **_):
        """The answer in pieces, as it would come over the network."""
        if keep is None:
            return reply("<done>false</done>"), 200
        return keep(done[at : at + 1000] for at in range(0, len(done), 1000)), 200

    calls = new_org.org._soap._calls
    monkeypatch.setattr(calls, "_post", post)
    ctx = new_org.context(bundle(apex("A")), None)
    with pytest.raises(RequestError) as caught:
        jobs.retrieve(ctx, ctx.bundle)
    assert str(caught.value).count("retrieve metadata: ") >= 1


def test_metadata_newer_than_the_org_is_told_before_anything_is_asked(new_org) -> None:
    with pytest.raises(ReleaseError) as caught:
        new_org.deploy(Bundle.of([apex("A")], api_version="99.0"))
    assert "the metadata has API version 99.0, and the org's newest is 67.0" in str(caught.value)


def test_what_is_too_large_for_one_retrieve_is_read_in_several(new_org, monkeypatch) -> None:
    meta = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<StaticResource xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        b"    <cacheControl>Private</cacheControl>\n    <contentType>application/octet-stream</contentType>\n"
        b"</StaticResource>\n"
    )

    def resource(name: str, size: int) -> Component:
        path = f"staticresources/{name}.resource"
        files = (ComponentFile(path, NOISE[:size]), ComponentFile(f"{path}-meta.xml", meta))
        return Component("StaticResource", name, files)

    made = bundle(apex("A"), *(resource(f"R{number}", 100_000 * number + 10) for number in range(4)))
    asked: list[set[str]] = []
    retrieve = new_org.org.retrieve

    def counted(members, **more):
        asked.append({name for names in members.values() for name in names})
        return retrieve(members, **more)

    monkeypatch.setattr(new_org.org, "retrieve", counted)
    assert new_org.deploy(made).error is None
    assert asked == [{"A", "R0", "R1", "R2", "R3"}] * 2
    asked.clear()
    monkeypatch.setattr(jobs, "_TOGETHER", 500_000)
    monkeypatch.setattr(jobs, "_BYTES_AT_ONCE", 350_000)
    again = new_org.deploy(made)
    assert (again.error, again.changed) == (None, False)
    assert sorted(map(sorted, asked)) == [["A", "R0"], ["R1", "R2"], ["R3"]]
