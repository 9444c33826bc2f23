"""The builder and the gate on a sample lab, with real kernels and real clouds."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from dryrun.authoring.build import build, execute
from dryrun.authoring.exceptions import BuildError
from dryrun.authoring.gate.report import check_labs
from dryrun.authoring.source import load_source

HERE = Path(__file__)
SAMPLES = HERE.parents[2] / "samples" / "authoring"
SOURCE = Path("solutions") / "99-sample" / "01-a-logbook-for-the-ferry.md"
FILE = SOURCE.as_posix()

pytestmark = pytest.mark.slow


@pytest.fixture
def repository(tmp_path, monkeypatch):
    shutil.copytree(SAMPLES / "repository", tmp_path, dirs_exist_ok=True)
    (tmp_path / "tests" / "labs").mkdir(parents=True)
    shutil.copy(HERE.parents[2] / "labs" / "sanitize.cfg", tmp_path / "tests" / "labs")
    # The sample's checks must be found by this process and by the kernels it starts.
    monkeypatch.syspath_prepend(str(SAMPLES))
    monkeypatch.setenv("PYTHONPATH", str(SAMPLES))
    monkeypatch.setenv("DRYRUN_LAB_PACKAGES", "sample_labs")
    monkeypatch.setenv("AWS_PROFILE", "the-authors-own")
    sys.modules.pop("sample_labs", None)
    return tmp_path


def spoil(repository, *pairs):
    path = repository / SOURCE
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return path


def test_a_lab_is_built_twice_and_written_once_then_passes_the_gate(repository):
    path = repository / SOURCE
    first = build(load_source(path, repository))
    assert first.lab_written
    assert first.solution_written
    files = (first.source.lab_notebook, first.source.solution_notebook)
    before = [file.read_bytes() for file in files]
    executed = json.loads(before[1])
    code = [cell for cell in executed["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert str(repository) not in before[1].decode()
    assert "/tmp/" not in before[1].decode()
    second = build(load_source(path, repository))
    assert not second.lab_written
    assert not second.solution_written
    assert [file.read_bytes() for file in files] == before
    assert not (repository / ".dryrun").exists()
    [report] = check_labs([path], repository)
    assert report.findings == ()
    assert "passes (2 exercises, 2 variants, 6 wrong, 7 mutants;" in report.summary


def test_bad_answers_are_found_out_by_running_them(repository):
    path = spoil(
        repository,
        # a solution that does something else, so that its check fails
        ('"TagSet": [{"Key": "team", "Value": "deck"}]},', '"TagSet": []},'),
        # a variant that is not one
        ('boto3.resource("s3").Bucket("ferry-logbook-99").create()', "print(1)"),
        # a wrong answer that is right
        ('s3.create_bucket(Bucket="ferry-logbook")', 's3.create_bucket(Bucket="ferry-logbook-99")'),
        # a failure that is none
        ('raise RuntimeError("the logbook is full")', "print(2)"),
        # nothing is cleaned up
        ("    s3.delete_bucket(", "    dict("),
        ('lab.check("2")', "pass"),
        ("lab.check_clean_up()", "pass"),
    )
    with pytest.raises(BuildError, match="tagged `fails` but succeeds; make it fail or drop the"):
        execute(load_source(path, repository))
    [report] = check_labs([path], repository)
    told = "\n".join(report.findings)
    for sentence in (
        "exercise 2 (tag-bucket): the solution ends “",
        "exercise 1 (make-bucket): this right answer ends “not attempted” (not met: bucket-exists)",
        "exercise 1 (make-bucket): this wrong answer ends “done”",
        "the cell is tagged `fails` but succeeds",
        "the clean-up criterion `bucket-gone` is not met",
        "the solved lab never calls s3:DeleteBucket; take it out of `capabilities:`",
    ):
        assert sentence in told, told
    assert all(finding.startswith(("solutions/", "labs/")) for finding in report.findings)


def test_a_cell_that_fails_by_accident_stops_the_build(repository):
    path = spoil(repository, ("s3.create_bucket(Bucket=", "s3.create_buckets(Bucket="))
    with pytest.raises(BuildError, match=rf"{FILE}:\d+: the cell fails \(AttributeError: .*tag it"):
        execute(load_source(path, repository))


def test_a_lab_that_does_not_start_is_one_finding(repository):
    path = spoil(repository, ('lab.start("99-01")', 'lab.start("99-02")'))
    [report] = check_labs([path], repository)
    assert any("the lab does not start (LabError:" in finding for finding in report.findings)
