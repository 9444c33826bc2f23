"""Lab sources: what is read, and the sentence for each way to get one wrong."""

import json

import pytest

from dryrun.authoring.exceptions import SourceError
from dryrun.authoring.notebook import dump, gap_text, lab_notebook, solution_notebook
from dryrun.authoring.sanitize import sanitize
from dryrun.authoring.source import find_source, find_sources, path_id, solution_text
from dryrun.workspace import Workspace

FILE = "solutions/99-sample/01-a-logbook-for-the-ferry.md"


def test_a_source_is_read_whole(spoiled):
    source = spoiled()
    assert (source.id, source.minutes, source.file) == ("99-01", 7, FILE)
    assert source.exercises == ("make-bucket", "tag-bucket")
    assert source.number("tag-bucket") == "2"
    assert len(source.of("variant", "make-bucket")) == 2
    assert [cell.criterion for cell in source.of("wrong", "tag-bucket")] == ["tag-team"] * 3
    lines = source.text.splitlines()
    for cell in source.cells:
        first = lines[cell.line - 1 :][0]
        assert first.startswith("```{code-cell}") if cell.is_code else not first.startswith("```")


def test_sources_are_found_by_id(repository):
    workspace = Workspace(repository)
    (repository / "solutions" / "00-start-here.md").write_text("")
    (repository / "solutions" / "README.md").write_text("")
    assert [path_id(path, repository) for path in find_sources(workspace)] == ["00", "99-01"]
    assert find_source(workspace, "99-01").as_posix().endswith(FILE)
    with pytest.raises(SourceError, match=r"no source of lab 42 .* the labs are 00, 99-01"):
        find_source(workspace, "42")


def test_solution_text_is_the_cell_as_jupytext_reads_it(spoiled, repository):
    source = spoiled()
    workspace = Workspace(repository)
    for exercise in source.exercises:
        assert solution_text(workspace, "99-01", exercise) == source.solution(exercise).text
    with pytest.raises(SourceError, match=f"{FILE} has no solution of the exercise `other`"):
        solution_text(workspace, "99-01", "other")


def test_solution_text_reads_options_in_a_block(spoiled, repository):
    block = (
        '---\ntags: [solution]\nexercise: make-bucket\nequivalent:\n  "drop Bucket=": why\n---\n'
    )
    source = spoiled((":tags: [solution]\n:exercise: make-bucket\n\n", block))
    assert source.solution("make-bucket").equivalent == {"drop Bucket=": "why"}
    text = solution_text(Workspace(repository), "99-01", "make-bucket")
    assert text == source.solution("make-bucket").text


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("dryrun:\n", "other:\n", r":1: there is no `dryrun:` in the front matter; add id"),
        ("  minutes: 7", "  minutes: soon", r":1: `dryrun: minutes:` must be a whole number"),
        ("  minutes: 7", "  minutes: 7\n  waits: long", r":1: `dryrun: waits:` must be true or"),
        ("  minutes: 7", "  minuts: 7", r":1: `dryrun:` has no key `minuts`; use capabilities"),
        ('id: "99-01"', 'id: "98-01"', r":1: the id is 98-01 but the path says 99-01; make them"),
        ("    - make a bucket", "    - 3", r":1: `dryrun: objectives:` must be a list of texts"),
        ("[solution]", "[soluton]", r":\d+: there is no tag `soluton`; did you mean `solution`"),
        (":criterion:", ":criteron:", r"no cell option `criteron`; did you mean `criterion`\?"),
        (":criterion: tag-team\n", "", r"this `wrong` cell names no criterion; add `:criterion"),
        ("[variant]\n:exercise: make-bucket", "[variant]", r"`variant` cell names no exercise"),
        ("[variant]", "[variant, wrong]", r"a cell cannot be both variant and wrong; keep one"),
        ("[solution]\n:exercise: tag-bucket", "[solution]\n:exercise: make-bucket",
         r"the exercise `make-bucket` already has a solution at line \d+; keep one"),
        ("[variant]\n:exercise: make-bucket", "[variant]\n:exercise: x", r"no solution cell has"),
        ("[variant]\n:exercise", ":exercise", r"could not be read|cell with an exercise must be"),
        (":single-tool: the lab has no other tool installed", ":single-tool: 3", r"must be a text"),
        (":single-tool: the", ':equivalent: {"x": ""}\n:single-tool: the', r"no reason for `x`"),
        ("[quiz]", "[quiz, : {", r"Code cell \d+ at line \d+ could not be read"),
    ],
)  # fmt: skip
def test_a_bad_source_is_one_sentence_with_file_and_place(spoiled, old, new, sentence):
    with pytest.raises(SourceError, match=sentence) as caught:
        spoiled((old, new))
    assert str(caught.value).startswith(FILE)
    assert "\n" not in str(caught.value)


def test_a_lab_has_gaps_and_nothing_of_the_answers(spoiled):
    source = spoiled()
    text = dump(lab_notebook(source))
    for word in (
        "HTTPStatusCode",
        "ACL=",
        "gave up",
        "bridge",
        "solution",
        "criterion",
        "jupytext",
    ):
        assert word not in text
    cells = lab_notebook(source)["cells"]
    gap = next(cell for cell in cells if cell["id"] == "exercise-make-bucket")
    assert gap["source"].startswith("# Exercise 1: your turn.")
    assert all(not cell.get("outputs") for cell in cells)


def test_a_gap_may_begin_with_code_of_the_author(spoiled):
    old = ":tags: [solution]\n:exercise: make-bucket\n"
    source = spoiled((old, old + ':gap: "report()"\n'))
    assert gap_text(source, source.solution("make-bucket")).endswith("below.\nreport()\n")


def test_a_sentence_in_a_gap_is_a_comment(spoiled):
    old = ":tags: [solution]\n:exercise: make-bucket\n"
    source = spoiled((old, old + ':gap: "Make a bucket, then look."\n'))
    text = gap_text(source, source.solution("make-bucket"))
    assert text.endswith("below.\n# Make a bucket, then look.\n")


def test_cell_ids_come_from_the_text(spoiled):
    before = [cell["id"] for cell in lab_notebook(spoiled())["cells"]]
    new = "New.\n\n+++\n\n## Recap"
    after = [cell["id"] for cell in lab_notebook(spoiled(("## Recap", new)))["cells"]]
    assert len(set(after)) == len(after) == len(before) + 1
    assert len(set(after) & set(before)) >= len(before) - 1


def test_a_failing_cell_is_tagged_as_jupyter_knows_it(spoiled):
    cells = solution_notebook(spoiled(), "f" * 64)["cells"]
    tagged = [
        cell["source"] for cell in cells if "raises-exception" in cell["metadata"].get("tags", [])
    ]
    assert tagged == ['raise RuntimeError("the logbook is full")']


def test_what_may_differ_is_sanitised_and_nothing_else(request):
    root = request.config.rootpath
    output = {
        "text": "localhost:40123 at 2026-11-23T05:00:01.5Z took 0.32 s in /tmp/x/dry-run/.dryrun",
        "data": ['"RequestId": "4f3b-aa-00112233"', "ferry-9931 has 300 keys, 3600 seconds"],
    }
    assert sanitize(output, root) == {
        "text": "localhost:PORT at TIMESTAMP took DURATION in ~/dry-run/.dryrun",
        "data": ['"RequestId": "REQUEST-ID"', "ferry-9931 has 300 keys, 3600 seconds"],
    }
    assert json.loads(json.dumps(output)) == output
