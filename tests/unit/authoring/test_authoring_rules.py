"""Each rule of the gate, tried on a lab that breaks it: file, exercise, problem, remedy."""

import dataclasses
import json

import pytest
from sample_runs import write_notebooks

from dryrun.authoring.gate.observations import CellRan, State, Trial
from dryrun.authoring.gate.rules import RULES, judge

FILE = "solutions/99-sample/01-a-logbook-for-the-ferry.md"
LAB_FILE = "labs/99-sample/01-a-logbook-for-the-ferry.ipynb"
EXERCISE = "exercise 1 (make-bucket)"


@pytest.fixture
def told(subject):
    """Return what one rule says about the sample with something changed."""

    def tell(rule, *pairs, **changes):
        made = subject(*pairs, **changes)
        [check] = [each.check for each in RULES if each.name == rule]
        return [str(finding) for finding in check(made)]

    return tell


def line_of(text, needle):
    return 1 + text[: text.index(needle)].count("\n")


def test_a_good_lab_has_no_findings(subject):
    made = subject()
    write_notebooks(made.source)
    assert judge(made, ran=True) == []


def test_every_rule_has_a_test_below():
    names = {name for name in globals() if name.startswith("test_")}
    for rule in RULES:
        assert any(name.startswith(f"test_{rule.name}_") for name in names), rule.name


def test_rules_that_need_a_run_are_left_out_without_one(subject):
    made = subject(solved={"make-bucket": State("not yet")})
    write_notebooks(made.source)
    assert judge(made, ran=False) == []
    assert judge(made, ran=True) != []


# What happened when the lab ran


def test_oracle_names_a_solution_that_is_not_done(told):
    [sentence] = told("oracle", solved={"make-bucket": State("not yet", ("bucket-exists",))})
    assert sentence.startswith(FILE)
    assert f"{EXERCISE}: the solution ends “not yet” (not met: bucket-exists);" in sentence
    assert sentence.endswith(
        "correct the solution, or the criteria if they ask for more than the text does. [oracle]"
    )


def test_oracle_names_a_cell_that_fails_by_accident(told, subject):
    line = next(cell.line for cell in subject().source.cells if cell.is_code)
    [sentence] = told("oracle", cells=[CellRan(line, "NameError: x")])
    assert sentence.startswith(f"{FILE}:{line}: a cell of the solved lab fails (NameError: x);")
    assert "tag it `fails`" in sentence


def test_oracle_names_what_clean_up_leaves(told):
    [sentence] = told("oracle", left_behind=("bucket-gone",))
    assert "`bucket-gone` is not met; make the clean-up cell remove it" in sentence


@pytest.mark.parametrize("moment", ["prepared", "caught_up"])
def test_nop_refuses_an_exercise_that_is_done_before_it_began(told, moment):
    [sentence] = told("nop", **{moment: {"make-bucket": State("done")}})
    assert f"{EXERCISE}: untouched, " in sentence
    assert "it is “done” instead of “not attempted”; change `attempted`" in sentence


def test_nop_refuses_not_yet_as_well(told):
    assert told("nop", prepared={"make-bucket": State("not yet", ("bucket-exists",))})


def test_nop_lets_the_text_do_it_wrong_but_not_right(told):
    assert not told("nop", reached={"make-bucket": State("not yet", ("bucket-exists",))})
    [sentence] = told("nop", reached={"make-bucket": State("done")})
    assert f"{EXERCISE}: untouched, when a learner reaches it, it is done already;" in sentence


def test_variants_must_exist(told):
    [sentence] = told("variants", (":single-tool: the lab has no other tool installed\n", ""))
    assert "exercise 2 (tag-bucket): it has 0 of at least 2 variants; write more" in sentence
    assert "`:single-tool:`" in sentence


def test_variants_must_pass(told):
    trial = Trial("variant", "make-bucket", 60, "", State("not yet", ("x",)), "Boom: no", 0.1)
    [sentence] = told("variants", trials=[trial])
    assert sentence.startswith(f"{FILE}:60: {EXERCISE}: this right answer ends “not yet”")
    assert "(Boom: no)" in sentence


def test_wrong_answers_must_be_three(told):
    old = "```{code-cell} ipython3\n:tags: [wrong]\n:exercise: make-bucket\n"
    old += ":criterion: bucket-exists\n\ns3.list_buckets()\n```\n"
    [sentence] = told("wrong", (old, ""))
    assert f"{EXERCISE}: it has 2 of at least 3 wrong answers; write more" in sentence


def test_wrong_answers_name_a_criterion_that_exists(told):
    [sentence] = [
        s for s in told("wrong", (":criterion: tag-team", ":criterion: tags")) if ":" in s
    ][:1]
    assert "exercise 2 (tag-bucket): there is no criterion `tags`; name one of tag-team" in sentence


def test_wrong_answers_must_be_rejected(told):
    trial = Trial("wrong", "make-bucket", 70, "bucket-exists", State("done"), None, 0.1)
    [sentence] = told("wrong", trials=[trial])
    assert f"{FILE}:70: {EXERCISE}: this wrong answer ends “done”" in sentence
    assert "`bucket-exists` does not reject it; make the criterion stricter" in sentence


def test_wrong_answers_must_be_rejected_by_the_criterion_they_name(told):
    state = State("not yet", ("other",))
    trial = Trial("wrong", "make-bucket", 70, "bucket-exists", state, None, 0.1)
    assert told("wrong", trials=[trial])


def mutant(outcome, name="drop Bucket="):
    return Trial("mutant", "make-bucket", 50, name, State(outcome), None, 0.1)


def test_mutants_that_pass_are_named(told):
    [sentence] = told("mutants", trials=[mutant("done")])
    assert f"{EXERCISE}: the mutant `drop Bucket=` of the solution passes;" in sentence
    assert "list it under `equivalent` with the reason" in sentence
    assert not told("mutants", trials=[mutant("not yet"), mutant("broken", "x")])


EQUIVALENT = (
    ":tags: [solution]\n:exercise: make-bucket\n",
    ':tags: [solution]\n:exercise: make-bucket\n:equivalent: {"drop Bucket=": "why not"}\n',
)


def test_mutants_listed_as_equivalent_may_pass(told):
    assert not told("mutants", EQUIVALENT, trials=[mutant("done")])


def test_mutants_listed_as_equivalent_must_pass(told):
    [sentence] = told("mutants", EQUIVALENT, trials=[mutant("not yet")])
    assert "is listed as equivalent but ends “not yet”; take it out of `equivalent`" in sentence


def test_an_equivalent_mutant_that_fails_tells_why(told):
    late = dataclasses.replace(mutant("not yet"), error="no end after 30 s")
    [sentence] = told("mutants", EQUIVALENT, trials=[late])
    assert "but ends “not yet” (no end after 30 s);" in sentence


def test_mutants_listed_must_still_occur(told):
    gone = (EQUIVALENT[0], EQUIVALENT[1].replace("drop Bucket=", "drop Name="))
    [sentence] = told("mutants", gone, trials=[])
    assert "has no mutant `drop Name=` (any more); take it out" in sentence


def test_fails_cells_must_fail(told, subject):
    line = next(cell.line for cell in subject().source.cells if "fails" in cell.tags)
    [sentence] = told("fails", cells=[CellRan(line, None)])
    assert f"{FILE}:{line}: the cell is tagged `fails` but succeeds; make it fail" in sentence


# What stands in the source and the checks


def test_agreement_on_title_order_and_numbers(told, subject):
    assert "the title is" in told("agreement", ("title: A logbook", "title: The logbook"))[0]
    [sentence] = told("agreement", exercise={"number": "7"})
    assert f"{EXERCISE}: the checks number it 7" in sentence
    [sentence] = told("agreement", exercise={"id": "other"})
    assert "exercise 1 is `make-bucket` here but `other` in the checks" in sentence


def test_leaks_finds_a_line_of_the_solution(told):
    line = 's3.create_bucket(Bucket="ferry-logbook-99")["ResponseMetadata"]["HTTPStatusCode"]'
    [sentence] = told("leaks", ("## Recap", f"Like `{line}`.\n\n## Recap"))
    assert sentence.startswith(f"{LAB_FILE}")
    assert f"{EXERCISE}: the line `{line}` of its solution can be read there; say it in words" in (
        sentence
    )


def test_leaks_finds_a_line_of_a_variant(told):
    line = 'boto3.resource("s3").Bucket("ferry-logbook-99").create()'
    [sentence] = told("leaks", ("## Recap", f"{line}\n\n## Recap"))
    assert "of its variant can be read there" in sentence


def test_leaks_finds_a_value_nobody_stated(told):
    [sentence] = told(
        "leaks",
        ("named `ferry-logbook-99`", "with the name on the list"),
        ('lab.check("1")', 'lab.check("1")  # ferry-logbook-99'),
    )
    assert f"{EXERCISE}: its value `ferry-logbook-99` shows in code behind the gap" in sentence


def test_leaks_looks_at_the_committed_notebook(subject):
    made = subject()
    write_notebooks(made.source)
    lab = json.loads(made.source.lab_notebook.read_text())
    lab["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    made.source.lab_notebook.write_text(json.dumps(lab))
    [check] = [rule.check for rule in RULES if rule.name == "leaks"]
    [finding] = check(made)
    assert str(finding).startswith(f"{LAB_FILE}: it has outputs; build it again")


def test_hints_must_be_three(told):
    [sentence] = told("hints", exercise={"hints": ("one", "two")})
    assert f"{EXERCISE}: it has 2 hints; write at least 3" in sentence


def test_hints_must_differ(told, subject):
    ladder = subject().lab.exercises[0].hints
    [sentence] = told("hints", exercise={"hints": (ladder[0], ladder[0], ladder[2])})
    assert "two of its hints are the same" in sentence


def test_hints_must_grow(told, subject):
    ladder = subject().lab.exercises[0].hints
    [sentence] = told("hints", exercise={"hints": ladder[::-1]})
    assert "gives away no more of the solution than its first" in sentence


def test_hints_must_keep_the_answer_back(told, subject):
    made = subject()
    solution = made.source.solution("make-bucket").text
    ladder = (*made.lab.exercises[0].hints[:2], f"Write {solution}")
    [sentence] = told("hints", exercise={"hints": ladder})
    assert "hint 3 is the solution, word for word; leave a piece" in sentence


def test_questions_must_be_asked_and_explained(subject):
    made = subject(('lab.quiz("whose-bucket")', "1"))
    [question] = made.lab.questions
    bare = dataclasses.replace(question, explanations=("No.",), answer=5)
    lab = dataclasses.replace(made.lab, questions=(bare,))
    [check] = [rule.check for rule in RULES if rule.name == "questions"]
    told = [str(finding) for finding in check(dataclasses.replace(made, lab=lab))]
    assert "is never asked; add lab.quiz" in told[0]
    assert "has no choice number 5" in told[1]
    assert "explains 1 of 2 choices" in told[2]


def test_twins_of_images(told):
    [sentence] = told("twins", ("## Recap", "![](boat.png)\n\n## Recap"))
    assert "the image boat.png has no alternative text; say in the brackets" in sentence
    [sentence] = told("twins", ("## Recap", '<img src="b.png" alt=" ">\n\n## Recap'))
    assert "an <img> has no `alt` text" in sentence


def test_twins_of_outputs(subject):
    made = subject()
    write_notebooks(made.source)
    notebook = json.loads(made.source.solution_notebook.read_text())
    data = {"text/html": "<b>1</b>", "text/plain": "<IPython.core.display.HTML object>"}
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code[1]["outputs"] = [output]
    made.source.solution_notebook.write_text(json.dumps(notebook))
    [check] = [rule.check for rule in RULES if rule.name == "twins"]
    [finding] = check(made)
    assert "the output of `import boto3` has no plain text" in str(finding)


def test_headings_have_one_first_level_and_no_jump(told):
    [sentence] = told("headings", ("## Recap", "# Recap"))
    assert "“Recap” is a second first-level heading; use `##`" in sentence
    [sentence] = told("headings", ("## Recap", "#### Recap"))
    assert "“Recap” jumps from level 2 to 4; use ###" in sentence


def test_headings_begin_with_the_title(told):
    [sentence] = told("headings", ("# A logbook for the ferry", "# Something else"))
    assert "does not hold the title" in sentence
    assert told("headings", ("# A logbook for the ferry\n", ""))


@pytest.mark.parametrize(
    ("old", "name"),
    [
        ("**Goal.**", "Goal"),
        ("**You will be able to**", "You will be able to"),
        ("## Break it on purpose", "Break it on purpose"),
        ("## Clean up", "Clean up"),
        ("## What is simulated here", "What is simulated here"),
        ("## Recap", "Recap"),
    ],
)
def test_parts_of_a_page(told, old, name):
    [sentence] = told("parts", (old, "## Other" if old.startswith("#") else ""))
    assert f"the page has no “{name}”; add a heading or a bold lead **{name}**" in sentence


@pytest.mark.parametrize("name", ["Predict", "Do", "Why"])
def test_parts_of_an_exercise(told, name):
    [sentence] = told("parts", (f"**{name}.**", ""))
    assert f"{EXERCISE}: its section “1. A bucket” has no “{name}”; add a bold lead" in sentence


def test_parts_of_an_exercise_include_its_check(told):
    [sentence] = told("parts", ('lab.check("1")', "pass"))
    assert 'has no “Check”; add lab.check("1") behind the gap' in sentence


def test_parts_may_be_left_out_for_a_reason(told):
    front = ("  minutes: 7\n", "  minutes: 7\n  omit:\n    recap: five minutes long\n")
    assert not told("parts", front, ("## Recap", "## Bye"))
    [sentence] = told("parts", (front[0], front[1].replace("recap", "recup")))
    assert "`omit` names `recup`, which is no part of a page; use one of goal" in sentence


def test_unfinished_words_of_the_scaffold(told):
    [sentence] = told("unfinished", ("- Names are shared.", "- TODO"))
    assert "“- TODO” is still to do; write it" in sentence
    [sentence] = told("unfinished", exercise={"title": "TODO"})
    assert f"{EXERCISE}: “TODO” in its checks is still to do" in sentence


def test_links_lead_to_files_and_headings(told, repository):
    new = "[a](../nowhere.md) [b](#nothing) [c](#Clean-up) [d](https://example.org)\n\n## Recap"
    first, second = told("links", ("## Recap", new))
    assert "the link to ../nowhere.md leads to no file; write it relative to labs/" in first
    assert "the link to #nothing leads to no heading of this page" in second
    (repository / "labs").mkdir(exist_ok=True)


def test_ids_must_be_known(told):
    first, second = told("ids", ("    - STS-CALLER-ID", "    - STS-CALER-ID"))
    assert "the curriculum has no id STS-CALER-ID; did you mean STS-CALLER-ID" in first
    assert "the checks practise STS-CALLER-ID, which the front matter does not list" in second


def test_ids_must_be_practised(told):
    [sentence] = told("ids", ("    - STS-CALLER-ID", "    - STS-CALLER-ID\n    - PAG-S3"))
    assert "no exercise and no question practises PAG-S3; add it to the `ids`" in sentence


def test_ids_of_the_curriculum_must_be_listed(subject):
    made = subject()
    planned = dataclasses.replace(made.source, id="01-03")
    [check] = [rule.check for rule in RULES if rule.name == "ids"]
    told = [str(finding) for finding in check(dataclasses.replace(made, source=planned))]
    assert any("the curriculum gives this lab PAG-TIMEOUT; teach it" in each for each in told)


def test_capabilities_must_be_listed(told):
    [sentence] = told("capabilities", ("    - s3:DeleteBucket\n", ""))
    assert "the lab calls s3:DeleteBucket; list it under `capabilities:`" in sentence


def test_capabilities_must_be_used(told):
    [sentence] = told("capabilities", ("    - s3:Delete", "    - s3:HeadBucket\n    - s3:Delete"))
    assert "the solved lab never calls s3:HeadBucket; take it out" in sentence


def test_capabilities_must_be_simulated(told):
    new = "    - s3:Teleport\n    - moon\n    - imds\n    - s3:Delete"
    first, second, third = told("capabilities", ("    - s3:Delete", new))
    assert "s3:Teleport is not simulated" in first
    assert "there is no capability moon; write service:Operation or one of imds" in second
    assert "nothing in the lab uses imds" in third


def test_capabilities_must_not_have_been_refused(told):
    [sentence] = told("capabilities", refused=("s3:CreateBucket",))
    assert "calls s3:CreateBucket, which answered NotSimulated" in sentence


def test_minutes_must_be_honest(told):
    [sentence] = told("minutes", ("minutes: 7", "minutes: 45"))
    assert sentence.startswith(f"{FILE}: it says 45 minutes, but its words")
    assert "say between" in sentence


def test_staleness_of_both_notebooks(subject):
    made = subject()
    [check] = [rule.check for rule in RULES if rule.name == "staleness"]
    first, second = map(str, check(made))
    remedy = "build it with `dryrun build-labs 99-01` and commit it"
    assert first == f"{LAB_FILE}: it is missing; {remedy}. [staleness]"
    assert second.startswith("solutions/99-sample/01-a-logbook-for-the-ferry.ipynb: it is missing")
    write_notebooks(made.source)
    assert not list(check(made))
    stale = subject(("## Recap", "## Recap\n\nMore."))
    first, second = map(str, check(stale))
    assert "it is not what the source builds" in first
    assert "the source or the checks have changed since it was run" in second


def test_staleness_of_a_solution_that_was_never_run(subject):
    made = subject()
    write_notebooks(made.source)
    file = made.source.solution_notebook
    notebook = json.loads(file.read_text())
    notebook["cells"][1]["execution_count"] = None
    file.write_text(json.dumps(notebook))
    [check] = [rule.check for rule in RULES if rule.name == "staleness"]
    [finding] = check(made)
    assert "some of its cells were never run" in str(finding)
