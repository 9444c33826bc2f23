"""Declared parameters and their values; "Parameters syntax", User Guide."""

from __future__ import annotations

from typing import Any

import pytest
from template_scope import FakeAccount

from dryrun.cloud.cloudformation.template import (
    ParameterValue,
    Template,
    TemplateError,
    check_existence,
    parameter_values,
    parse,
    read,
)

Q = "Resources: {Q: {Type: AWS::SQS::Queue}}\n"


def declared(parameters: str) -> Template:
    return parse(read(f"Parameters: {parameters}\n{Q}"))


def values(
    parameters: str,
    given: dict[str, Any] | None = None,
    previous: dict[str, ParameterValue] | None = None,
) -> dict[str, ParameterValue]:
    items = [
        {"ParameterKey": name, "UsePreviousValue": True}
        if value is True
        else {"ParameterKey": name, "ParameterValue": value}
        for name, value in (given or {}).items()
    ]
    return parameter_values(declared(parameters), items, previous, FakeAccount())


DECLARATIONS = [
    ("{A-B: {Type: String}}", "Template format error: Parameter name A-B is non alphanumeric."),
    ("{A: {Default: a}}",
     "Template format error: Every Parameters object must contain a Type member."),
    ("{A: {Type: SecureString}}",
     "Template format error: Unrecognized parameter type: SecureString"),
    ("{A: {Type: AWS::SSM::Parameter::Value<Number>}}",
     "Template format error: Unrecognized parameter type: AWS::SSM::Parameter::Value<Number>"),
    ("{A: {Type: String, Default: [a]}}",
     "Template format error: Every Default member must be a string."),
    ("{A: {Type: String, Properties: {}}}", "Invalid template parameter property 'Properties'"),
    ("{A: {Type: String, Default: }}",
     "[/Parameters/A/Default] 'null' values are not allowed in templates"),
    ("{A: }", "[/Parameters/A] 'null' values are not allowed in templates"),
    ("{A: {Type: String, NoEcho: maybe}}",
     "Template format error: [/Parameters/A/NoEcho] must be a boolean"),
    ("{A: {Type: String, MinLength: 5, MaxLength: 4}}",
     "Template error: Parameter 'A' MinLength must be less than MaxLength."),
    ("{A: {Type: Number, MinValue: 5, MaxValue: 4}}",
     "Template error: Parameter 'A' MinValue must be less than MaxValue."),
    ("{A: {Type: String, MinValue: 5}}",
     "Template error: Parameter 'A' MinValue must be on a parameter of type Number"),
    # cfncompat's tests against real AWS: T7a
    ("{A: {Type: String, Default: '{{resolve:ssm:/a}}'}}",
     "Template error: parameter A should not contain ssm versionless resolver"),
]  # fmt: skip
VALUES = [
    ("{A: {Type: String}}", {}, "Parameters: [A] must have values"),
    ("{A: {Type: String}, B: {Type: String}}", {}, "Parameters: [A, B] must have values"),
    ("{A: {Type: 'AWS::SSM::Parameter::Value<String>'}}", {},
     "Parameter A should either have input value or default value"),
    ("{A: {Type: 'AWS::SSM::Parameter::Value<String>'}, B: {Type: String}}", {},
     "Parameters: [B] must have values"),
    ("{A: {Type: String}}", {"A": "a", "X": "b", "Y": "c"},
     "Parameters: [X, Y] do not exist in the template"),
    ("{A: {Type: String, AllowedValues: [a]}}", {"A": "b"},
     "Parameter 'A' must be one of AllowedValues"),
    ("{A: {Type: String, AllowedValues: [a], ConstraintDescription: be a}}", {"A": "b"},
     "Parameter 'A' failed to satisfy constraint: be a"),
    ("{A: {Type: String, AllowedPattern: '[a-z]+'}}", {"A": "a1"},
     "Parameter 'A' must match pattern [a-z]+"),
    ("{A: {Type: String, AllowedPattern: '['}}", {"A": "a1"},
     "Parameter 'A' AllowedPattern must be a valid regular expression."),
    ("{A: {Type: String, MinLength: 5}}", {"A": "abcd"},
     "Parameter 'A' must contain at least 5 characters"),
    ("{A: {Type: String, MaxLength: 3}}", {"A": "abcd"},
     "Parameter 'A' must contain at most 3 characters"),
    ("{A: {Type: Number}}", {"A": "x"}, "Parameter 'A' must be a number."),
    ("{A: {Type: Number, MaxValue: 5}}", {"A": "6"},
     "Parameter 'A' must be a number not greater than 5"),
    ("{A: {Type: Number, MinValue: 5}}", {"A": "4"},
     "Parameter 'A' must be a number not less than 5"),
    ("{A: {Type: List<Number>}}", {"A": "1, x"}, "Parameter 'A' must be a number."),
    ("{A: {Type: CommaDelimitedList, AllowedValues: [a, b]}}", {"A": "a, c"},
     "Parameter 'A' must be one of AllowedValues"),
    ("{A: {Type: String}}", {"A": "x" * 4097},
     "Parameter 'A' must contain at most 4096 characters"),
    # cfncompat's tests against real AWS: T1d, T3e, T4b, T4d, T2a
    ("{A: {Type: AWS::SSM::Parameter::Value<String>}}", {"A": "/none:99"},
     "Unable to fetch parameters [/none:99] from parameter store for this account."),
    ("{A: {Type: AWS::SSM::Parameter::Value<String>}}", {"A": "/app/secure"},
     "Parameters [/app/secure] referenced by template have types not supported by CloudFormation."),
    ("{A: {Type: AWS::SSM::Parameter::Value<CommaDelimitedList>}}", {"A": "/app/ami"},
     "Types for SSM parameters [/app/ami] defined in CFN template and SSM are incompatible"),
    ("{A: {Type: AWS::SSM::Parameter::Value<String>}}", {"A": "/app/list"},
     "Types for SSM parameters [/app/list] defined in CFN template and SSM are incompatible"),
    ("{A: {Type: AWS::SSM::Parameter::Value<String>, AllowedPattern: '^ami-.*$'}}",
     {"A": "/app/ami"}, "Parameter 'A' must match pattern ^ami-.*$"),
    # rackerlabs/ebs_snapper issue 56
    ("{A: {Type: String}}", {"A": True},
     "Invalid input for parameter key A. Cannot specify usePreviousValue as true for a parameter "
     "key not in the previous template"),
]  # fmt: skip
EFFECTIVE = [
    ("{A: {Type: String, Default: 5}}", {}, "5", "5"),
    ("{A: {Type: String, Default: true}}", {}, "true", "true"),
    ("{A: {Type: Number, Default: 1}}", {"A": "2.50"}, "2.50", "2.50"),
    ("{A: {Type: CommaDelimitedList}}", {"A": "a, b ,c"}, "a, b ,c", ["a", "b", "c"]),
    ("{A: {Type: CommaDelimitedList, Default: ''}}", {}, "", []),
    ("{A: {Type: List<Number>}}", {"A": "80,443"}, "80,443", ["80", "443"]),
    ("{A: {Type: List<AWS::EC2::Subnet::Id>}}", {"A": "subnet-1,subnet-2"}, "subnet-1,subnet-2",
     ["subnet-1", "subnet-2"]),
    ("{A: {Type: String, AllowedPattern: '[a-z]*'}}", {"A": ""}, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "message"), DECLARATIONS)
def test_declarations(parameters: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        declared(parameters)
    assert caught.value.message == message


@pytest.mark.parametrize(("parameters", "given", "message"), VALUES)
def test_values_that_are_refused(parameters: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        values(parameters, given)
    assert caught.value.message == message


@pytest.mark.parametrize(("parameters", "given", "value", "effective"), EFFECTIVE)
def test_what_ref_gives(parameters: str, given: dict[str, Any], value: str, effective: Any) -> None:
    found = values(parameters, given)["A"]
    assert (found.value, found.effective) == (value, effective)


def test_a_parameter_of_parameter_store_is_shown_resolved() -> None:
    found = values("{A: {Type: AWS::SSM::Parameter::Value<List<String>>}}", {"A": "/app/list"})["A"]
    assert found.effective == ["a", "b", "c", "d"]
    assert found.shown() == {
        "ParameterKey": "A",
        "ParameterValue": "/app/list",
        "ResolvedValue": "a,b,c,d",
    }


def test_a_hidden_value_is_not_shown() -> None:
    found = values("{A: {Type: String, NoEcho: true}}", {"A": "secret"})["A"]
    assert found.shown() == {"ParameterKey": "A", "ParameterValue": "****"}
    assert found.effective == "secret"


def test_previous_values_are_kept_where_asked_for() -> None:
    previous = {"A": ParameterValue("A", "old", None, "old", no_echo=False)}
    parameters = "{A: {Type: String, Default: new}}"
    assert values(parameters, {"A": True}, previous)["A"].value == "old"
    assert values(parameters, {}, previous)["A"].value == "new"


def test_a_value_beside_the_previous_one_is_refused() -> None:
    template = declared("{A: {Type: String}}")
    given = [{"ParameterKey": "A", "ParameterValue": "a", "UsePreviousValue": True}]
    with pytest.raises(TemplateError) as caught:
        parameter_values(template, given, None, FakeAccount())
    # widdix/cfn-create-or-update pull request 15
    assert caught.value.message == (
        "Invalid input for parameter key A. Cannot specify usePreviousValue as true and non empty "
        "value for a parameter"
    )


# rgfindl/headless-wordpress issue 4; AWS checks this after it took the request
def test_what_does_not_exist_is_named_for_the_stack_to_fail_with() -> None:
    parameters = (
        "{V: {Type: AWS::EC2::VPC::Id}, S: {Type: List<AWS::EC2::Subnet::Id>}, "
        "N: {Type: AWS::SSM::Parameter::Name}, "
        "I: {Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>}}"
    )
    good = {"V": "vpc-1", "S": "subnet-1,subnet-2", "N": "/app/ami", "I": "/app/ami"}
    template = declared(parameters)
    check_existence(template, values(parameters, good), FakeAccount())
    bad = {"V": "vpc-9", "S": "subnet-1,subnet-9", "N": "/none", "I": "/app/ami"}
    with pytest.raises(TemplateError) as caught:
        check_existence(template, values(parameters, bad), FakeAccount())
    assert caught.value.message == (
        "Parameter validation failed: parameter value vpc-9 for parameter name V does not exist, "
        "parameter value subnet-9 for parameter name S does not exist, "
        "parameter value /none for parameter name N does not exist"
    )


def test_a_pattern_that_never_ends_is_given_up() -> None:
    with pytest.raises(TemplateError, match="AllowedPattern must be a valid regular expression"):
        values("{A: {Type: String, AllowedPattern: '(a|aa)+$'}}", {"A": "a" * 60 + "!"})
