"""What a good run of the sample lab looks like, made up: no kernel, no cloud."""

from dryrun.authoring.build import fingerprint
from dryrun.authoring.gate.observations import CellRan, Observations, State, Trial
from dryrun.authoring.notebook import dump, lab_notebook, solution_notebook
from dryrun.authoring.source import Source

DONE = State("done")
CALLS = ("s3:ListBuckets", "s3:CreateBucket", "s3:PutBucketTagging", "s3:DeleteBucket")


def good_run(source: Source) -> Observations:
    untouched = {name: State("not attempted", ("bucket-exists",)) for name in source.exercises}
    shown = [cell for cell in source.cells if cell.is_code and cell.role in ("shown", "solution")]
    trials = [
        Trial(
            cell.role,
            str(cell.exercise),
            cell.line,
            cell.criterion or "",
            DONE if cell.role == "variant" else State("not yet", (cell.criterion or "",)),
            None,
            0.1,
        )
        for cell in source.cells
        if cell.role in ("variant", "wrong")
    ]
    return Observations(
        prepared=dict(untouched),
        reached=dict(untouched),
        caught_up=dict(untouched),
        solved=dict.fromkeys(source.exercises, DONE),
        cells=[
            CellRan(cell.line, "RuntimeError: full" if "fails" in cell.tags else None)
            for cell in shown
        ],
        calls=CALLS,
        trials=trials,
        oracle_seconds=2.0,
    )


def write_notebooks(source: Source) -> None:
    """Write both notebooks as a build would, with a made-up run."""
    lab = source.lab_notebook
    lab.parent.mkdir(parents=True, exist_ok=True)
    lab.write_text(dump(lab_notebook(source)))
    executed = solution_notebook(source, fingerprint(source))
    for count, cell in enumerate(c for c in executed["cells"] if c["cell_type"] == "code"):
        cell["execution_count"] = count + 1
    source.solution_notebook.write_text(dump(executed))
