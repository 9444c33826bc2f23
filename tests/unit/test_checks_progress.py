"""Progress: readable, atomic, shared, and never in the way of a check."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path

from dryrun.checks import progress as module
from dryrun.checks.progress import Entry, Progress


def one_more(entry: Entry) -> Entry:
    return replace(entry, tries=entry.tries + 1)


def done(entry: Entry) -> Entry:
    return replace(entry, done=True)


def test_a_person_can_read_and_edit_it(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    Progress(path).update("01-01/key", lambda e: replace(e, tries=2, hints=1, solution=True))
    Progress(path).update("01-01/role", done)
    text = path.read_text()
    assert text.startswith("# Your progress")
    assert [line.split() for line in text.splitlines()[2:]] == [
        ["01-01/key", "open,", "tries", "2,", "hints", "1,", "solution", "shown"],
        ["01-01/role", "done"],
    ]
    path.write_text(text.replace("tries 2", "tries 0") + "# mine\nnonsense\x00 in it\n")
    again = Progress(path)
    assert again.get("01-01/key") == Entry(tries=0, hints=1, solution=True)
    again.update("01-01/key", one_more)
    assert "# mine" in path.read_text()
    assert "nonsense" in path.read_text()


def test_deleting_a_line_begins_it_again(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    kernel = Progress(path)
    kernel.update("a/x", done)
    kernel.update("a/y", done)
    path.write_text("\n".join(line for line in path.read_text().splitlines() if "a/x" not in line))
    assert kernel.get("a/x") == Entry()
    assert kernel.get("a/y").done


def test_a_renamed_exercise_keeps_its_progress(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    Progress(path).update("a/old", lambda e: replace(e, tries=2))
    renamed = Progress(path)
    assert renamed.get("a/new", ["a/old"]).tries == 2
    renamed.update("a/new", one_more, ["a/old"])
    assert "a/old" not in path.read_text()
    assert Progress(path).get("a/new").tries == 3


def test_nothing_half_written_when_the_disk_is_full(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "progress"
    kernel = Progress(path)
    kernel.update("a/x", one_more)
    before = path.read_text()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module.os, "fsync", full)
        assert kernel.update("a/x", one_more).tries == 2
    assert "No space left on device" in (kernel.trouble or "")
    assert path.read_text() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["progress", "progress.lock"]
    assert kernel.get("a/x").tries == 2, "the kernel must remember what the disk did not take"
    assert kernel.update("a/x", one_more).tries == 3
    assert kernel.trouble is None
    assert Progress(path).get("a/x").tries == 3


def test_a_folder_that_cannot_be_written_costs_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file in the way of the folder")
    kernel = Progress(tmp_path / "state" / "progress")
    assert kernel.update("a/x", one_more) == Entry(tries=1)
    assert kernel.trouble is not None
    assert kernel.trouble.count("Your progress could not be kept") == 1
    assert kernel.update("a/x", one_more) == Entry(tries=2)


def test_it_says_once_that_the_file_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    kernel = Progress(path)
    assert not kernel.lost(), "a file that never was is not lost"
    kernel.update("a/x", done)
    assert not kernel.lost()
    path.unlink()
    assert kernel.lost()
    assert not kernel.lost()
    assert kernel.get("a/x") == Entry()


def _count(path: str, key: str, times: int) -> None:
    kernel = Progress(Path(path))
    for _ in range(times):
        kernel.update(key, one_more)


def test_two_kernels_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    context = multiprocessing.get_context("fork")
    kernels = [
        context.Process(target=_count, args=(str(path), key, 25))
        for key in ("a/same", "a/same", "b/other")
    ]
    for kernel in kernels:
        kernel.start()
    for kernel in kernels:
        kernel.join(60)
    assert Progress(path).get("a/same").tries == 50
    assert Progress(path).get("b/other").tries == 25


def test_strict_runs_keep_it_in_memory() -> None:
    kernel = Progress(None)
    kernel.update("a/x", one_more)
    assert kernel.get("a/x").tries == 1
    assert kernel.trouble is None
