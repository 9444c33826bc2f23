"""A lab of plain files, for tests that need no cloud."""

from __future__ import annotations

from pathlib import Path

from dryrun.checks import Account, Broken, Criterion, Evidence, Exercise, Lab, Question


def _file(account: Account, name: str) -> Path:
    return account.workspace.root / name


def prepare(account: Account) -> None:
    for name in ("flag", "rope"):
        _file(account, name).unlink(missing_ok=True)
    _file(account, "mast").write_text("a mast")


def _mast(account: Account) -> None:
    if not _file(account, "mast").exists():
        raise Broken("The file `mast`, which this lab made, is gone.")


def flag_is_up(account: Account) -> Evidence | None:
    _mast(account)
    file = _file(account, "flag")
    return None if file.exists() else Evidence("a flag", "no flag", "the file flag")


def flag_is_red(account: Account) -> Evidence | None:
    file = _file(account, "flag")
    found = file.read_text() if file.exists() else "no flag"
    return None if found == "red" else Evidence("red", found, "the file flag")


def rope_is_tied(account: Account) -> Evidence | None:
    file = _file(account, "rope")
    return None if file.exists() else Evidence("a rope", "no rope", "the file rope")


def raise_flag(account: Account) -> None:
    _file(account, "flag").write_text("red")
    account.environ["DEMO_FLAG"] = "red"


LAB = Lab(
    id="97",
    title="The quay",
    goal="Raise the flag, then tie the rope.",
    minutes=3,
    prepare=prepare,
    places=(("the quay", "the workspace"),),
    exercises=(
        Exercise(
            id="flag",
            aliases=("banner",),
            number="1",
            title="Raise the `flag`",
            criteria=(
                Criterion("flag-up", "A flag is up", flag_is_up),
                Criterion("flag-red", "The flag is `red`", flag_is_red),
            ),
            hints=("Look at the mast.", "A file is a flag.", "Write `red` into `flag`."),
            attempted=lambda account: _file(account, "flag").exists(),
            solve=raise_flag,
            why="A flag is seen from afar.",
        ),
        Exercise(
            id="rope",
            number="2",
            title="Tie the rope",
            criteria=(Criterion("rope-tied", "The rope is tied", rope_is_tied),),
            hints=("One.", "Two.", "Three."),
            attempted=lambda account: _file(account, "rope").exists(),
            solve=lambda account: _file(account, "rope").write_text("") and None,
        ),
    ),
    questions=(
        Question(
            id="colour",
            text="Which flag says *I am in quarantine*?",
            choices=("red", "yellow `Q`", "white"),
            answer=1,
            explanations=("Red means danger.", "Yellow it is.", "White means surrender."),
        ),
    ),
    clean_up=(
        Criterion(
            "flag-down",
            "The flag is down",
            lambda account: (
                Evidence("no flag", "a flag", "the file flag")
                if _file(account, "flag").exists()
                else None
            ),
        ),
    ),
)
