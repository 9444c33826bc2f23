"""What a learner meets: starting, checking, hints, solutions, catching up, and bad luck."""

from __future__ import annotations

import os
import shutil
import threading

import pytest
from demo_labs.harbour import lab97
from demo_labs.support import Desk

from dryrun import lab
from dryrun.checks.exceptions import NotDoneError, NotStartedError
from dryrun.exceptions import DryRunError, LabError
from dryrun.notebook import facade
from dryrun.notebook.state import Prepared, one_builder, write_prepared
from dryrun.workspace import Workspace


def test_check_before_start_is_one_sentence(desk: Desk) -> None:
    lab.check("1")
    assert desk.said() == (
        "! No lab is started in this notebook; run the cell with lab.start at its top, "
        "then repeat this."
    )


def test_start_shows_goal_time_places_and_progress(desk: Desk) -> None:
    lab.start("97")
    said = desk.said()
    for fact in ("Lab 97 · The quay", "about 3 minutes", "Raise the flag, then", "the quay",
                 "0 of 2 exercises done", "fresh and ready"):  # fmt: skip
        assert fact in said
    assert (desk.root / "mast").exists()


def test_start_takes_the_lab_from_the_notebooks_name(desk: Desk) -> None:
    lab.start()
    assert "Say which lab" in desk.said()
    os.environ["JPY_SESSION_NAME"] = "/home/x/labs/97-the-quay.ipynb"
    lab.start()
    assert "Lab 97" in desk.said()


def test_unknown_lab_is_one_sentence(desk: Desk) -> None:
    lab.start("77")
    assert desk.said().startswith('! There is no lab "77"; did you mean lab.start("')


def test_a_whole_exercise(desk: Desk) -> None:
    lab.start("97")
    desk.said()
    lab.check("1")
    assert "not attempted" in desk.said()
    (desk.root / "flag").write_text("blue")
    lab.check("1")
    said = desk.said()
    for fact in ("not yet", "✓ A flag is up", "✗ The flag is `red`", "expected red", "found blue",
                 "the file flag", "1 of 2 met", 'lab.hint("1")', "1 unsuccessful"):  # fmt: skip
        assert fact in said
    (desk.root / "flag").write_text("red")
    lab.check(1)
    said = desk.said()
    for fact in ("done", "Why it works: A flag is seen from afar.", "exercise 2, Tie the rope",
                 "1 of 2 exercises done"):  # fmt: skip
        assert fact in said
    assert "97/flag" in desk.progress.read_text()
    (desk.root / "mast").unlink()
    lab.check("flag")
    said = desk.said()
    assert "broken" in said
    assert "The file `mast`, which this lab made, is gone." in said
    assert 'lab.catch_up("1")' in said


def test_check_without_a_number_takes_the_next_open_one(desk: Desk) -> None:
    lab.start("97")
    (desk.root / "flag").write_text("red")
    lab.check()
    lab.check()
    assert "Exercise 2" in desk.said()


def test_hints_come_one_at_a_time_and_are_remembered(desk: Desk) -> None:
    lab.start("97")
    desk.said()
    lab.hint("1")
    said = desk.said()
    assert "Look at the mast." in said
    assert "A file is a flag." not in said
    desk.restart_kernel()
    lab.hint("1")
    assert "A file is a flag." in desk.said()
    lab.hint("1")
    assert "last hint" in desk.said()
    lab.hint("1")
    assert "hint 3 of 3" in desk.said()


def test_the_solution_opens_after_three_tries(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(facade, "_solution_text", lambda *_: "echo red > flag")
    lab.start("97")
    lab.check("1")
    lab.solution("1")
    assert "opens after success or 3 unsuccessful checks (so far: 0)" in desk.said()
    (desk.root / "flag").write_text("blue")
    for _ in range(2):
        lab.check("1")
    lab.solution("1")
    assert "echo red" not in desk.said()
    (desk.root / "mast").unlink()
    lab.check("1")
    assert "broken" in desk.said()
    lab.solution("1")
    assert "echo red > flag" in desk.said(), "a broken check counts as a try"


def test_the_solution_opens_after_success(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(facade, "_solution_text", lambda *_: "echo red > flag")
    lab.start("97")
    (desk.root / "flag").write_text("red")
    lab.check("1")
    desk.said()
    lab.solution("1")
    assert "echo red > flag" in desk.said()


def test_a_missing_source_of_solutions_is_one_sentence(desk: Desk) -> None:
    lab.start("97")
    (desk.root / "flag").write_text("red")
    lab.check("1")
    desk.said()
    lab.solution("1")
    assert desk.said().startswith("! The solution of exercise 1 is not in this workspace (")


def test_catch_up_builds_and_restores_the_environment(desk: Desk) -> None:
    lab.start("97")
    os.environ["AWS_PROFILE"] = "stray"
    os.environ["AWS_ENDPOINT_URL"] = "http://elsewhere"
    (desk.root / "flag").write_text("blue")
    desk.session.workspace.aws_config.write_text("[profile mine]\n")
    desk.said()
    lab.catch_up("2")
    said = desk.said()
    assert "1. Raise the `flag`" in said
    assert "AWS_PROFILE" not in os.environ
    assert os.environ["AWS_ENDPOINT_URL"] == "http://localhost:1"
    assert os.environ["DEMO_FLAG"] == "red", "what a solver sets stays"
    assert (desk.root / "flag").read_text() == "red"
    assert "[profile mine]" not in desk.session.workspace.aws_config.read_text()
    assert lab.outcome("1") == "done"
    lab.reset()
    assert "DEMO_FLAG" not in os.environ
    assert lab.outcome("1") == "not attempted: flag-up flag-red"


def test_start_again_keeps_the_work(desk: Desk) -> None:
    lab.start("97")
    (desk.root / "flag").write_text("red")
    os.environ["AWS_PROFILE"] = "mine"
    lab.start("97")
    assert os.environ["AWS_PROFILE"] == "mine", "the same kernel keeps what the learner set"
    desk.restart_kernel()
    desk.said()
    lab.start("97")
    assert "as you left it" in desk.said()
    assert (desk.root / "flag").exists()
    assert "AWS_PROFILE" not in os.environ


def test_a_restarted_kernel_goes_on_without_start(desk: Desk) -> None:
    lab.start("97")
    (desk.root / "flag").write_text("red")
    desk.restart_kernel()
    desk.said()
    lab.check("1")
    assert "done" in desk.said()
    desk.restart_kernel()
    os.environ["JPY_SESSION_NAME"] = "labs/98-the-harbour.ipynb"
    lab.check("1")
    assert "No lab is started" in desk.said(), "this notebook is of another lab"


def test_a_lost_cloud_is_said_and_catch_up_offered(desk: Desk) -> None:
    lab.start("97")
    (desk.root / "flag").write_text("red")
    lab.check("1")
    desk.launcher.dead = True
    desk.said()
    lab.check("2")
    assert 'not running; run lab.start("97")' in desk.said()
    lab.start("97")
    said = desk.said()
    assert "was lost" in said
    assert 'lab.catch_up("2")' in said
    desk.launcher.runs += 1
    lab.check("2")
    assert 'your account is empty; run lab.start("97")' in desk.said()


def test_a_deleted_state_folder_is_said_and_starts_anew(desk: Desk) -> None:
    lab.start("97")
    (desk.root / "flag").write_text("red")
    lab.check("1")
    shutil.rmtree(desk.root / ".dryrun")
    desk.launcher.dead = True
    desk.said()
    lab.check("1")
    assert "The folder .dryrun is gone" in desk.said()
    lab.start("97")
    assert "0 of 2 exercises done" in desk.said()


def test_a_deleted_progress_file_is_said_once(desk: Desk) -> None:
    lab.start("97")
    (desk.root / "flag").write_text("red")
    lab.check("1")
    desk.progress.unlink()
    desk.said()
    lab.check("2")
    assert "your progress starts anew" in desk.said()
    lab.check("2")
    assert "your progress starts anew" not in desk.said()


def test_a_full_disk_does_not_stop_a_check(desk: Desk) -> None:
    lab.start("97")
    (desk.root / "flag").write_text("blue")
    desk.progress.mkdir()
    desk.said()
    lab.check("1")
    said = desk.said()
    assert "found blue" in said
    assert said.count("Your progress could not be kept") == 1
    lab.check("1")
    assert "2 unsuccessful" in desk.said()


def test_a_state_folder_that_cannot_be_made_is_one_sentence(desk: Desk) -> None:
    (desk.root / ".dryrun").write_text("a file")
    lab.start("97")
    assert desk.said().startswith("! Dry Run cannot write to")


def test_two_notebooks_of_one_lab(desk: Desk) -> None:
    lab.start("97")
    first = facade._active
    desk.restart_kernel()
    lab.start("97")
    lab.reset()
    facade._active = first
    desk.said()
    lab.check("1")
    assert "Exercise 1" in desk.said(), "the first kernel follows the reset of the second"


def test_two_kernels_do_not_prepare_at_once(desk: Desk) -> None:
    workspace = Workspace(desk.root)
    workspace.prepare()
    other = threading.Thread(target=lab.start, args=("97",))
    with one_builder(workspace):
        other.start()
        other.join(0.2)
        assert other.is_alive()
        assert not (desk.root / "mast").exists()
    other.join(10)
    assert (desk.root / "mast").exists()


def test_another_lab_in_another_notebook(desk: Desk) -> None:
    lab.start("97")
    first = desk.session
    write_prepared(first.workspace, Prepared("98", first.running.instance, 0))
    desk.said()
    lab.check("1")
    assert 'The account now holds lab 98; run lab.start("97")' in desk.said()
    lab.start("97")
    assert "The account held lab 98" in desk.said()


def test_a_lab_that_cannot_be_prepared_is_one_sentence(desk: Desk, monkeypatch) -> None:
    def fails(_: object) -> None:
        raise KeyError("mast")

    broken = lab97.LAB.__class__(id="97", title="x", exercises=lab97.LAB.exercises, prepare=fails)
    monkeypatch.setattr(lab97, "LAB", broken)
    lab.start("97")
    assert "Lab 97 could not be prepared (KeyError: 'mast')" in desk.said()


def test_a_stumble_is_a_sentence_and_a_log(desk: Desk, monkeypatch) -> None:
    lab.start("97")
    desk.said()
    monkeypatch.setattr(facade.runner, "run", lambda *_: 1 / 0)
    lab.check("1")
    assert "Dry Run itself stumbled (ZeroDivisionError" in desk.said()
    assert "Traceback" in (desk.root / ".dryrun" / "trouble.log").read_text()


def test_quiz_and_answer_count(desk: Desk) -> None:
    lab.start("97")
    desk.said()
    lab.quiz()
    said = desk.said()
    assert "b. yellow `Q`" in said
    assert 'lab.answer("colour", "a")' in said
    lab.answer("colour", "a")
    assert "Red means danger." in desk.said()
    lab.answer("colour", " B) ")
    assert "Yellow it is." in desk.said()
    lab.answer("colour", "x")
    assert "its choices are a to c" in desk.said()
    lab.progress()
    assert "1 of 1 answered right" in desk.said()
    assert "97/quiz/colour" in desk.progress.read_text()


def test_progress_and_clean_up(desk: Desk) -> None:
    lab.start("97")
    for name in ("flag", "rope"):
        (desk.root / name).write_text("red")
    lab.check("1")
    lab.check("2")
    assert "lab.check_clean_up()" in desk.said()
    lab.check_clean_up()
    said = desk.said()
    assert "✗ The flag is down" in said
    (desk.root / "flag").unlink()
    lab.check_clean_up()
    assert "That was lab 97. Well done." in desk.said()
    lab.progress()
    assert "2 of 2 done" in desk.said()


def test_clock(desk: Desk) -> None:
    lab.start("97")
    lab.clock.advance(hours=1, minutes=1)
    lab.clock.pause()
    lab.clock.fast()
    lab.clock.live(factor=60)
    lab.clock.step()
    sent = [payload for path, payload in desk.launcher.controls if path == "clock"]
    assert sent == [
        {"action": "advance", "seconds": 3660.0},
        {"action": "mode", "mode": "paused"},
        {"action": "mode", "mode": "fast"},
        {"action": "live", "factor": 60},
        {"action": "step"},
    ]
    assert lab.clock.now == "2026-01-05T09:00:00+00:00"
    assert "fast" in repr(lab.clock)
    desk.said()
    lab.clock.advance(hours=-1)
    assert "only goes forward" in desk.said()


def test_clock_before_start_is_one_sentence(desk: Desk) -> None:
    lab.clock.pause()
    assert "No lab is started" in desk.said()


def test_outcome_is_quiet_and_counts_nothing(desk: Desk) -> None:
    lab.start("97")
    (desk.root / "flag").write_text("blue")
    desk.said()
    assert lab.outcome("1") == "not yet: flag-red"
    (desk.root / "mast").unlink()
    assert lab.outcome("1") == "broken: flag-up flag-red"
    assert desk.said() == ""
    assert not desk.progress.exists()


class TestStrict:
    """DRYRUN_STRICT=1 turns every sentence into an error."""

    @pytest.fixture(autouse=True)
    def _strict(self, desk: Desk) -> None:
        os.environ["DRYRUN_STRICT"] = "1"

    def test_errors_raise(self, desk: Desk) -> None:
        with pytest.raises(NotStartedError):
            lab.check("1")
        lab.start("97")
        with pytest.raises(LabError):
            lab.check("9")
        with pytest.raises(DryRunError):
            lab.solution("1")

    def test_a_check_that_is_not_done_raises_after_showing(self, desk: Desk) -> None:
        lab.start("97")
        with pytest.raises(NotDoneError, match=r"Exercise 1 \(flag\).*flag-up, flag-red"):
            lab.check("1")
        assert "not attempted" in desk.said()
        (desk.root / "flag").write_text("red")
        lab.check("1")
        with pytest.raises(NotDoneError, match="flag-down"):
            lab.check_clean_up()

    def test_every_start_is_fresh_and_nothing_is_kept(self, desk: Desk) -> None:
        lab.start("97")
        (desk.root / "flag").write_text("red")
        lab.check("1")
        lab.start("97")
        assert lab.outcome("1").startswith("not attempted")
        assert not desk.progress.exists()
