"""Lab 02-02: what its checks read in a template."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dryrun.checks.cloudformation_templates import checks02, declared, shops, stacks
from dryrun.checks.cloudformation_templates.lab02 import LAB

TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Stage: {Type: String}
  Rehearsal: {Type: String, Default: false}
Mappings:
  Kind: {test: {Real: no}, prod: {Real: "yes"}}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Show: !Equals [!Ref Rehearsal, true]
  Either: !Or [!Condition Prod, !Condition Show]
  Both: !And [!Condition Prod, !Not [!Condition Show]]
  Table: !Equals [!FindInMap [Kind, !Ref Stage, Real], "yes"]
Resources:
  Lost: {Type: AWS::SQS::Queue, Condition: Either}
"""


def account(body: object) -> Any:
    answers = SimpleNamespace(
        get_template=lambda **_: {"TemplateBody": body},
        describe_stacks=lambda **_: {"Stacks": [{"StackStatus": "UPDATE_COMPLETE"}]},
    )
    return SimpleNamespace(client=lambda *_: answers)


def test_every_exercise_has_a_ladder_of_hints_and_a_reason() -> None:
    for exercise in LAB.exercises:
        assert len(exercise.hints) >= 3
        assert exercise.why
        assert not exercise.title.endswith((".", "?"))


def test_short_forms_are_written_out() -> None:
    found = stacks.template(account(TEMPLATE), "any")
    assert found["AWSTemplateFormatVersion"] == "2010-09-09"
    assert found["Conditions"]["Either"] == {
        "Fn::Or": [{"Condition": "Prod"}, {"Condition": "Show"}]
    }


def test_json_is_a_template_too() -> None:
    assert stacks.template(account({"Resources": {"A": {}}}), "any") == {"Resources": {"A": {}}}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("Prod", {"Stage": "prod"}, True),
        ("Prod", {"Stage": "test"}, False),
        ("Show", {"Stage": "test"}, False),
        ("Show", {"Stage": "test", "Rehearsal": "true"}, True),
        ("Either", {"Stage": "test", "Rehearsal": "true"}, True),
        ("Either", {"Stage": "test", "Rehearsal": "false"}, False),
        ("Both", {"Stage": "prod"}, True),
        ("Both", {"Stage": "prod", "Rehearsal": "true"}, False),
        ("Table", {"Stage": "prod"}, True),
    ],
)
def test_conditions_hold_as_in_cloudformation(
    name: str, given: dict[str, str], expected: bool
) -> None:
    assert declared.holds(name, stacks.template(account(TEMPLATE), "any"), given) is expected


@pytest.mark.parametrize(
    ("parameter", "taken", "refused"),
    [
        ({"AllowedPattern": "[A-D][1-9]"}, "B2", "B22"),
        ({"AllowedValues": ["B2", 7]}, "7", "8"),
        ({"MinLength": "2", "MaxLength": 3}, "abc", "abcd"),
        ({"Type": "Number", "MinValue": "30", "MaxValue": 600}, "600", "601"),
        ({"Type": "Number", "MinValue": 30}, "30", "29"),
    ],
)
def test_a_parameter_takes_what_its_constraints_allow(
    parameter: dict[str, Any], taken: str, refused: str
) -> None:
    assert declared.takes(parameter, taken)
    assert not declared.takes(parameter, refused)


def test_a_guard_that_takes_too_much_names_what_it_takes() -> None:
    body = {"Parameters": {"Pier": {"Type": "String", "AllowedPattern": "[A-Z][0-9]"}}}
    evidence = checks02.pier_guarded(account(body))
    assert evidence is not None
    assert evidence.found == "“E1” is taken"


def test_a_condition_for_the_rehearsal_alone_forgets_prod() -> None:
    body = TEMPLATE.replace("Condition: Either", "Condition: Show")
    evidence = checks02.rehearsal_table(account(body))
    assert evidence is not None
    assert evidence.expected == "Lost is made for Stage prod and Rehearsal false"
    assert checks02.rehearsal_table(account(TEMPLATE)) is None


def test_the_key_in_the_template_is_found() -> None:
    assert checks02.key_unwritten(account({"Default": shops.PAY_KEY})) is not None
    assert checks02.key_unwritten(account("Default: other")) is None
