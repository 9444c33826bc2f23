"""What every intrinsic function gives; "Intrinsic function reference", Template Reference."""

from __future__ import annotations

from typing import Any

import pytest
from template_scope import FakeScope

from dryrun.cloud.cloudformation.template import (
    NO_VALUE,
    PSEUDO,
    UNKNOWN,
    Reference,
    TemplateError,
    evaluate,
    parameter_references,
    parse,
    pseudo,
    read,
    references,
)

VALUES = [
    ("plain", "plain"),
    ("{A: [1, true, null]}", {"A": [1, True, None]}),
    ("!Ref Env", "dev"),
    ("!Ref Names", ["a", "b", "c"]),
    ("!Ref AWS::Partition", "aws"),
    ("!Ref AWS::NotificationARNs", ["arn:aws:sns:x:1:t"]),
    ("{A: !Ref AWS::NoValue, B: [1, !Ref AWS::NoValue, 2]}", {"B": [1, 2]}),
    ("!GetAtt Queue.Arn", "Queue/Arn"),
    ("{'Fn::GetAtt': Queue.Arn}", "Queue/Arn"),
    ("!GetAtt Nested.Outputs.Url", "Nested/Outputs.Url"),
    ("{'Fn::GetAtt': [Queue, !Ref Env]}", "Queue/dev"),
    ("!Base64 hello world", "aGVsbG8gd29ybGQ="),
    ("!Base64 {Ref: Env}", "ZGV2"),
    # Dynamic references are not resolved inside Base64, for they are resolved last.
    ("!Base64 '{{resolve:ssm:/a}}'", "e3tyZXNvbHZlOnNzbTovYX19"),
    ("!FindInMap [M, !Ref AWS::Region, Ami]", "ami-1"),
    ("!FindInMap [M, eu-west-1, Sizes]", ["s", "m"]),
    ("!FindInMap [M, nowhere, Ami, {DefaultValue: !Ref Env}]", "dev"),
    ("!FindInMap [!Sub 'M', eu-west-1, !Join ['', [A, mi]]]", "ami-1"),
    ("!GetAZs ''", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
    ("!GetAZs {Ref: AWS::Region}", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
    ("!Select [1, !GetAZs us-east-1]", "us-east-1b"),
    ("!If [Made, a, !Ref Nowhere]", "a"),
    ("!If [Left, a, {Ref: Env}]", "dev"),
    ("[!If [Left, a, !Ref AWS::NoValue]]", []),
    ("!ImportValue {'Fn::Sub': '${Env}-vpc'}", "import:dev-vpc"),
    ("!Join ['-', [a, !Ref Env, 1, true, 1.5]]", "a-dev-1-true-1.5"),
    ("!Join [',', !Ref Names]", "a,b,c"),
    ("!Join ['', []]", ""),
    ("!Join [',', [a, !Ref AWS::NoValue, b]]", "a,b"),
    ("!Select ['2', !Ref Names]", "c"),
    ("!Select [0, [!Ref Topic, b]]", UNKNOWN),
    ("!Select [1, [!Ref Topic, b]]", "b"),
    ("!Split ['|', 'a|b||c']", ["a", "b", "", "c"]),
    ("!Split ['::', !Sub 'a::${Env}']", ["a", "dev"]),
    ("!Sub '${Env}/${AWS::Region}/${Queue.Arn}/${!Literal}/$Env/${unclosed'",
     "dev/eu-west-1/Queue/Arn/${Literal}/$Env/${unclosed"),
    ("!Sub ['${A}-${Env}-${A}', {A: !Join ['', [x, y]], Env: 5}]", "xy-5-xy"),
    ("!Sub '${ AWS::Region }'", "eu-west-1"),
    ("!Length [a, !Ref Topic]", 2),
    ("!Length {Ref: Names}", 3),
    ("!ToJsonString {A: [1, true, null, 'é', !Ref Env]}", '{"A":[1,true,null,"é","dev"]}'),
    ("!Cidr [192.168.0.0/24, 6, 5]", [f"192.168.0.{n}/27" for n in (0, 32, 64, 96, 128, 160)]),
    # measured: 192.168.0.0/16, 2, 8 (ministackorg/ministack pull request 1661)
    ("!Cidr [192.168.0.0/16, 2, 8]", ["192.168.0.0/24", "192.168.1.0/24"]),
    ("!Cidr ['2001:db8:0:1a00::/56', '2', '64']", ["2001:db8:0:1a00::/64", "2001:db8:0:1a01::/64"]),
    ("!Select [1, !Cidr [!Join ['/', [10.0.0.0, 16]], 2, 8]]", "10.0.1.0/24"),
    ("x{{resolve:ssm:/a:1}}y{{resolve:secretsmanager:s:SecretString:k}}",
     "x<ssm|/a:1>y<secretsmanager|s:SecretString:k>"),
    ("!Sub '{{resolve:ssm:/${Env}}}'", "<ssm|/dev>"),
    ("!Join ['', ['{{resolve:ssm:', '/a', '}}']]", "<ssm|/a>"),
    ("'{{resolve:other:/a}}'", "{{resolve:other:/a}}"),
    ("{'Fn::GetStackOutput': {StackName: s, OutputName: !Ref Env}}", "s.dev@None"),
]  # fmt: skip

UNKNOWNS = [
    "!Ref Topic", "!GetAtt Topic.Arn", "!Base64 {Ref: Topic}", "!Join [',', [a, !Ref Topic]]",
    "!Join [',', {'Fn::GetAtt': [Topic, List]}]", "!Sub 'a${Topic}'", "!Sub '${Topic.Arn}'",
    "!Sub ['${A}', {A: !Ref Topic}]", "!Split [',', !Ref Topic]",
    "!Select [0, !Split [',', !Ref Topic]]",
    "!ImportValue {Ref: Topic}", "!GetAZs {Ref: Topic}", "!Cidr [!Ref Topic, 1, 8]",
    "!FindInMap [M, !Ref Topic, Ami]", "!ToJsonString {A: [!Ref Topic]}", "!Length {Ref: Topic}",
    "!Select [!Ref Topic, [a]]", "{'Fn::GetAtt': [Queue, !Ref Topic]}",
]  # fmt: skip

JOIN = (
    "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and "
    "(2) a list of strings to be joined or a function that returns a list of strings "
    "(such as Fn::GetAZs) to be joined."
)
SUB = (
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. "
    "Specify a string as first argument, and an optional second argument to specify a mapping "
    "of values to replace in the string"
)
ERRORS = [
    ("!Join [',']", JOIN),
    ("!Join [',', [[a]]]", JOIN),
    ("!Join [',', [{a: b}]]", JOIN),
    ("!Select [3, [a]]", "Template error: Fn::Select cannot select nonexistent value at index 3"),
    ("!Select [-1, [a]]",
     "Template error: Fn::Select cannot select nonexistent value at index -1"),
    ("!Select [x, [a]]",
     "Template error: Fn::Select requires a list argument with a valid index value as its "
     "first element"),
    ("!Select [0, a]", "Template error: Fn::Select requires a list argument with two elements: "
     "an integer index and a list"),
    ("!FindInMap [M, a, b]", "Template error: Unable to get mapping for M::a::b"),
    ("!FindInMap [X, a, b]", "Template error: Mapping named 'X' is not present in the 'Mappings' "
     "section of template."),
    ("!Base64 [a]", "Template error: every Fn::Base64 object must have a String-typed value."),
    ("!GetAZs [a]", "Template error: every Fn::GetAZs object must have a String-typed value."),
    ("!If [X, a, b]", "Template error: unresolved condition dependency X in Fn::If"),
    ("!If [Made, a]", "Template error: Fn::If requires a list argument with three elements"),
    ("!Sub [a]", SUB),
    ("!Sub {a: b}", SUB),
    ("!Sub '${a-b}'",
     "Template error: variable names in Fn::Sub syntax must contain only alphanumeric "
     "characters, underscores, periods, and colons"),
    ("!Sub '${Names}'",
     "Template error: every variable in an Fn::Sub object must reference a string"),
    ("!GetAtt Queue", "Template error: every Fn::GetAtt object requires two non-empty parameters, "
     "the resource name and the resource attribute"),
    ("{Ref: [a]}", "Template error: All References must be of type string"),
    ("!Cidr [10.0.0.0/16, 0, 8]", "Template error: Fn::Cidr count must be between 1 and 256"),
    ("!Cidr [nonsense, 1, 8]", "Template error: nonsense is not a valid CIDR"),
    ("!Cidr [10.0.0.0/24, 9, 5]", "Template error: Fn::Cidr cannot generate 9 CIDRs of 5 bits "
     "from 10.0.0.0/24"),
    ("!Cidr [10.0.0.0/24, 1, 9]", "Template error: Fn::Cidr cannot generate 1 CIDRs of 9 bits "
     "from 10.0.0.0/24"),
]  # fmt: skip


def node_of(text: str) -> Any:
    return read(f"A: {text}\n")["A"]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_a_function_gives(text: str, value: Any) -> None:
    assert evaluate(node_of(text), FakeScope()) == value


@pytest.mark.parametrize("text", UNKNOWNS)
def test_a_function_over_something_unknown_gives_unknown(text: str) -> None:
    assert evaluate(node_of(text), FakeScope()) is UNKNOWN


@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_a_function_used_wrongly_is_refused(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        evaluate(node_of(text), FakeScope())
    assert caught.value.message == message


def test_a_function_nobody_knows_is_refused() -> None:
    with pytest.raises(TemplateError) as caught:
        evaluate({"Fn::Nope": 1}, FakeScope())
    # aws/aws-cli pull request 2746
    assert caught.value.message.startswith(
        "Template Error: Encountered unsupported function: Fn::Nope "
        "Supported functions are: [Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, "
    )


def test_secrets_are_left_alone_where_outputs_are_evaluated() -> None:
    text = "{{resolve:ssm:/a}} {{resolve:secretsmanager:s}}"
    assert evaluate(text, FakeScope(), secrets=False) == "<ssm|/a> {{resolve:secretsmanager:s}}"


def test_nothing_grows_beyond_a_megabyte() -> None:
    node: Any = "x" * 1000
    for _ in range(8):
        node = {"Fn::Sub": ["${A}" * 10, {"A": node}]}
    with pytest.raises(TemplateError, match="more than"):
        evaluate(node, FakeScope())


def test_unknown_is_shown_as_in_change_sets() -> None:
    assert str(UNKNOWN) == "{{changeSet:KNOWN_AFTER_APPLY}}"
    assert evaluate({"Ref": "AWS::NoValue"}, FakeScope()) is NO_VALUE


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
    ],
)
def test_pseudo_parameters_follow_the_partition(region: str, partition: str, suffix: str) -> None:
    given = {name: pseudo(name, region, "1", "id", "name", []) for name in PSEUDO}
    assert given["AWS::Partition"] == partition
    assert given["AWS::URLSuffix"] == suffix
    assert given["AWS::StackName"] == "name"


def test_references_are_found_everywhere_in_order() -> None:
    node = node_of(
        "[!Ref A, !GetAtt B.C.D, !Sub ['${E}${F.G}${!H}${I}${AWS::Region}', {I: !Ref J}], "
        "!If [K, !Ref L, !Ref A], {X: {Ref: M}}]"
    )
    assert references(node) == (
        Reference("A", None),
        Reference("B", "C.D"),
        Reference("E", None),
        Reference("F", "G"),
        Reference("J", None),
        Reference("L", None),
        Reference("M", None),
    )


def test_parameters_are_told_from_resources() -> None:
    template = parse(
        read("Parameters: {P: {Type: String}}\nResources: {R: {Type: AWS::SQS::Queue}}\n")
    )
    node = node_of("[!Ref R, !Sub '${P}']")
    assert parameter_references(node, template) == ("P",)
