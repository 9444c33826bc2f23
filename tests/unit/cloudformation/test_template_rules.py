"""Conditions and rules; "Condition functions" and "Rule functions", Template Reference."""

from __future__ import annotations

import pytest
from template_scope import FakeAccount, FakeScope, values_scope

from dryrun.cloud.cloudformation.template import (
    TemplateError,
    check_rules,
    evaluate_conditions,
    parameter_values,
    parse,
    read,
)

HEAD = """
Parameters:
  Env: {Type: String, Default: dev}
  Count: {Type: Number, Default: 3}
  Zones: {Type: CommaDelimitedList, Default: 'a,b'}
  Vpc: {Type: AWS::EC2::VPC::Id, Default: vpc-1}
  Subnets: {Type: List<AWS::EC2::Subnet::Id>, Default: 'subnet-1'}
Mappings: {M: {dev: {Large: no}, prod: {Large: yes}}}
Resources: {Q: {Type: AWS::SQS::Queue}}
"""
CONDITIONS = [
    ("!Equals [!Ref Env, dev]", True),
    ("!Equals [!Ref Env, Dev]", False),
    ("!Equals [!Ref Count, 3]", True),
    ("!Equals ['true', true]", True),
    ("!Equals [!Ref AWS::Region, eu-west-1]", True),
    ("!Equals [!FindInMap [M, !Ref Env, Large], 'false']", True),
    ("!Equals [!Join ['', [!Ref Env, x]], devx]", True),
    ("!Equals [!Select [1, !Ref Zones], b]", True),
    ("!Equals [!Sub '${Env}', dev]", True),
    ("!Not [!Equals [a, a]]", False),
    ("!And [!Equals [a, a], !Condition Later]", True),
    ("!Or [!Equals [a, b], !Not [!Condition Later]]", False),
    ("!Condition Later", True),
    ("{Condition: Later}", True),
]
HELD = [
    "!Equals [!Ref Env, dev]",
    "!Contains [[dev, prod], !Ref Env]",
    "!Contains [!Ref Zones, b]",
    "!Not [!Contains [!Ref Zones, '']]",
    "!EachMemberEquals [[x, x], x]",
    "!EachMemberIn [!Ref Zones, [a, b, c]]",
    "!And [!Equals [a, a], !Equals [b, b]]",
    "!Or [!Equals [a, b], !Equals [b, b]]",
    "!EachMemberIn [!ValueOfAll [AWS::EC2::Subnet::Id, VpcId], [vpc-1, vpc-2]]",
    "!EachMemberEquals [!ValueOf [Subnets, VpcId], !Ref Vpc]",
    "!EachMemberIn [!RefAll AWS::EC2::VPC::Id, [vpc-1]]",
]
BROKEN = [
    "!Equals [!Ref Env, prod]",
    "!Contains [[prod], !Ref Env]",
    "!EachMemberEquals [!Ref Zones, a]",
    "!EachMemberIn [!Ref Zones, [a]]",
    "!Not [!Equals [a, a]]",
    "!EachMemberEquals [!ValueOfAll [AWS::EC2::Subnet::Id, VpcId], vpc-1]",
]


@pytest.mark.parametrize(("node", "value"), CONDITIONS)
def test_conditions(node: str, value: bool) -> None:
    template = parse(read(f"{HEAD}Conditions: {{C: {node}, Later: !Equals [x, x]}}\n"))
    values = parameter_values(template, [], None, FakeAccount())
    found = evaluate_conditions(template, values_scope(template, values))
    assert found == {"C": value, "Later": True}
    assert list(found) == ["C", "Later"]


def test_a_list_equals_nothing() -> None:
    template = parse(read(f"{HEAD}Conditions: {{C: !Equals [!Ref Zones, 'a,b']}}\n"))
    values = parameter_values(template, [], None, FakeAccount())
    with pytest.raises(TemplateError) as caught:
        evaluate_conditions(template, values_scope(template, values))
    assert caught.value.message == (
        "Template error: every Fn::Equals object requires a list of 2 string parameters."
    )


def test_a_thousand_conditions_in_a_row_are_no_trouble() -> None:
    section = {"C0": {"Fn::Equals": ["a", "a"]}}
    section |= {f"C{n}": {"Fn::Not": [{"Condition": f"C{n - 1}"}]} for n in range(1, 1000)}
    document = {
        "Conditions": dict(reversed(section.items())),
        "Resources": {"Q": {"Type": "AWS::SQS::Queue"}},
    }
    found = evaluate_conditions(parse(document), FakeScope({"": True}))
    assert (found["C0"], found["C999"]) == (True, False)


def check(assertion: str, rest: str = "") -> None:
    template = parse(
        read(
            f"{HEAD}Rules: {{R: {{{rest}Assertions: [{{Assert: {assertion}, "
            "AssertDescription: It must hold}]}}\n"
        )
    )
    values = parameter_values(template, [], None, FakeAccount())
    check_rules(template, values_scope(template, values), FakeAccount())


@pytest.mark.parametrize("assertion", HELD)
def test_an_assertion_that_holds(assertion: str) -> None:
    check(assertion)


@pytest.mark.parametrize("assertion", BROKEN)
def test_an_assertion_that_does_not_hold(assertion: str) -> None:
    with pytest.raises(TemplateError, match="It must hold"):
        check(assertion)
    check(assertion, "RuleCondition: !Equals [!Ref Env, prod], ")


# aws-cloudformation/cloudformation-coverage-roadmap issue 921
def test_other_functions_are_refused_in_rules() -> None:
    with pytest.raises(TemplateError) as caught:
        check("!Contains [[!Sub '${Env}'], a]")
    assert caught.value.message == (
        "Template format error: Following functions are not supported in the Rules block of the "
        "template: [Fn::Sub]"
    )


def test_what_only_the_account_knows_is_refused_without_it() -> None:
    template = parse(
        read(f"{HEAD}Rules: {{R: {{Assertions: [{{Assert: !Contains [!RefAll A, b]}}]}}}}\n")
    )
    with pytest.raises(TemplateError, match="Dry Run does not simulate Fn::RefAll"):
        check_rules(template, FakeScope())
