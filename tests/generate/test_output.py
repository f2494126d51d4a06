from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from toolkit.config.project import Project
from toolkit.errors import UsageError
from toolkit.generate import output
from toolkit.generate.layout import write_generated
from toolkit.generate.output import Written, write_folder
from toolkit.generate.project import generate


def tree_of(folder: Path) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*") if file.is_file()}


def write(folder: Path, files: dict[str, str], *, force: bool = False) -> Written:
    contents = {path: text.encode() for path, text in files.items()}
    return write_folder(folder, contents, record=folder / ".record", force=force)


def test_it_writes_and_lists_what_is_ours(tmp_path: Path) -> None:
    written = write(tmp_path / "out", {"b/c.txt": "c", "a.txt": "a"})
    assert written == Written(tmp_path / "out", ("a.txt", "b/c.txt"), (), (), ())
    sums = "".join(
        f"{hashlib.sha256(name[0].encode()).hexdigest()}  {path}\n" for name, path in (("a", "a.txt"), ("c", "b/c.txt"))
    )
    assert tree_of(tmp_path / "out") == {"a.txt": "a", "b/c.txt": "c", ".record": sums}
    assert [file.name for file in tmp_path.iterdir()] == ["out"], "nothing is left beside the folder"


def test_a_second_run_changes_what_is_different(tmp_path: Path) -> None:
    write(tmp_path, {"a": "1", "b/c": "2", "b/d/e": "3"})
    before = (tmp_path / "a").stat().st_mtime_ns
    written = write(tmp_path, {"a": "1", "b/c": "9"})
    assert (written.written, written.unchanged, written.removed) == (("b/c",), ("a",), ("b/d/e",))
    assert (tmp_path / "a").stat().st_mtime_ns == before
    assert not (tmp_path / "b" / "d").exists()


def test_files_of_others_stay_and_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("x")
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").write_text("x")
    with pytest.raises(UsageError) as caught:
        write(tmp_path, {"a": "1", "b": "2", "c": "3"})
    assert str(caught.value) == "\n".join(
        f"{tmp_path / name}: was not written by sfmeta as it is now (move it away, or use --force to overwrite it)"
        for name in "ab"
    )
    assert tree_of(tmp_path) == {"theirs": "x", "a": "x", "b": "x"}
    assert write(tmp_path, {"a": "1", "b": "2"}, force=True).written == ("a", "b")
    assert (tmp_path / "theirs").read_text() == "x"


def test_the_same_content_is_nobodys_loss(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    assert write(tmp_path, {"a": "1"}).unchanged == ("a",)


def test_what_was_changed_by_hand_is_kept(tmp_path: Path) -> None:
    write(tmp_path, {"a": "1", "b": "2"})
    (tmp_path / "b").write_text("mine")
    written = write(tmp_path, {"a": "1"})
    assert (written.removed, written.kept) == ((), ("b",))
    assert (tmp_path / "b").read_text() == "mine"
    assert write(tmp_path, {"a": "1"}).kept == (), "from then on it is theirs"


def test_when_a_write_fails_everything_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "out", {"a": "1", "b": "2", "z": "3"})
    before = tree_of(tmp_path / "out")
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if target.name == "new":
            raise OSError(28, "No space left on device", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(UsageError, match=r"No space left on device .files were put back as they were"):
        write(tmp_path / "out", {"a": "9", "deep/er/new": "x"})
    monkeypatch.undo()
    assert tree_of(tmp_path / "out") == before
    assert not (tmp_path / "out" / "deep").exists()
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_an_interrupt_undoes_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "out", {"a": "1"})
    before = tree_of(tmp_path / "out")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(output, "_make_parents", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "out", {"a": "9"})
    assert tree_of(tmp_path / "out") == before


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "link").symlink_to(outside)
    with pytest.raises(UsageError, match="a file or a link stands where a folder of the project has to be"):
        write(folder, {"link/a": "1"}, force=True)
    (folder / "a").symlink_to(outside / "victim")
    with pytest.raises(UsageError, match="was not written by sfmeta"):
        write(folder, {"a": "1"})
    write(folder, {"a": "1"}, force=True)
    assert not (folder / "a").is_symlink()
    assert list(outside.iterdir()) == []


def test_what_cannot_be_a_folder_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="is a file, not a folder"):
        write(tmp_path / "file", {"a": "1"})
    (tmp_path / "out" / "a").mkdir(parents=True)
    with pytest.raises(UsageError, match="is a folder, where a file has to be"):
        write(tmp_path / "out", {"a": "1"}, force=True)


def test_a_record_cannot_point_elsewhere(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("v")
    digest = hashlib.sha256(b"v").hexdigest()
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / ".record").write_text(f"{digest}  ../victim\n{digest}  {victim}\nnonsense\n{digest}  \n")
    assert write(folder, {"a": "1"}).removed == ()
    assert victim.exists()


def test_a_project_of_others_keeps_its_project_file(tmp_path: Path, shipped: Project) -> None:
    (tmp_path / "packages" / "core").mkdir(parents=True)
    theirs = '{"packageDirectories": [{"path": "packages/core", "default": true}], "sourceApiVersion": "61.0"}'
    (tmp_path / "sfdx-project.json").write_text(theirs)
    written = write_generated(generate(shipped), tmp_path, "source")
    assert (tmp_path / "sfdx-project.json").read_text() == theirs
    assert all(path.startswith("packages/core/main/default/") for path in written.written)
    assert write_generated(generate(shipped), tmp_path, "source").written == ()


def test_nothing_of_ours_is_inside_a_metadata_api_folder(tmp_path: Path, shipped: Project) -> None:
    folder = tmp_path / "mdapi"
    write_generated(generate(shipped), folder, "mdapi")
    assert [file.name for file in folder.iterdir() if file.is_file()] == ["package.xml"]
    assert write_generated(generate(shipped), folder, "mdapi").written == ()
