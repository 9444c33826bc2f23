"""What is read from YAML and JSON; "CloudFormation template formats", User Guide."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest

from dryrun.cloud.cloudformation.template import TemplateError, read

SHORT_FORMS = [
    ("!Ref A", {"Ref": "A"}),
    ("!Ref 123", {"Ref": "123"}),
    ("!Condition A", {"Condition": "A"}),
    ("!GetAtt A.B", {"Fn::GetAtt": ["A", "B"]}),
    ("!GetAtt A.B.C", {"Fn::GetAtt": ["A", "B.C"]}),
    ("!GetAtt [A, B.C]", {"Fn::GetAtt": ["A", "B.C"]}),
    ("!GetAtt A", {"Fn::GetAtt": "A"}),
    ("!Sub 'x${A}'", {"Fn::Sub": "x${A}"}),
    ("!Sub ['x${A}', {A: 1}]", {"Fn::Sub": ["x${A}", {"A": 1}]}),
    ("!Base64 {'Fn::Sub': x}", {"Fn::Base64": {"Fn::Sub": "x"}}),
    ("!GetAZs", {"Fn::GetAZs": ""}),
    ("!GetAZs ''", {"Fn::GetAZs": ""}),
    ("!If [A, !Ref B, !Ref C]", {"Fn::If": ["A", {"Ref": "B"}, {"Ref": "C"}]}),
    ("!Transform {Name: AWS::Include}", {"Fn::Transform": {"Name": "AWS::Include"}}),
    ("!Select [0, !Split [',', a]]", {"Fn::Select": [0, {"Fn::Split": [",", "a"]}]}),
    ("!Cidr [10.0.0.0/16, 1, 8]", {"Fn::Cidr": ["10.0.0.0/16", 1, 8]}),
    ("!Or [!Equals [a, b], !Not [!Condition C]]",
     {"Fn::Or": [{"Fn::Equals": ["a", "b"]}, {"Fn::Not": [{"Condition": "C"}]}]}),
]  # fmt: skip

SCALARS = [
    ("2012-10-17", "2012-10-17"), ("2010-09-09", "2010-09-09"), ("yes", True), ("Off", False),
    ("'yes'", "yes"), ("~", None), ("", None), ("10", 10), ("010", 8), ("0x1F", 31),
    ("1_000", 1000),
    ("22:22", 1342), ("012345678901", "012345678901"), ("1.10", 1.1), ("8.0", 8.0), ("1e3", "1e3"),
    (".inf", ".inf"), (".", "."), ("t2.micro", "t2.micro"), ("9" * 200, "9" * 200),
    ("!!str 12", "12"), ("!!int '12'", 12), ("<<", "<<"), ("=", "="),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SHORT_FORMS)
def test_short_forms_become_long_ones(text: str, value: Any) -> None:
    assert read(f"A: {text}\n") == {"A": value}


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_unquoted_scalars_mean_what_they_mean_in_yaml_1_1(text: str, value: Any) -> None:
    read_value = read(f"A: {text}\n")["A"]
    assert (read_value, type(read_value)) == (value, type(value))


def test_a_function_may_stand_under_a_short_form_in_a_block() -> None:
    body = "A: !Base64\n  Fn::Sub: |\n    #!/bin/bash\n    echo ${AWS::Region}\n"
    assert read(body) == {"A": {"Fn::Base64": {"Fn::Sub": "#!/bin/bash\necho ${AWS::Region}\n"}}}


def test_json_may_have_tabs_and_a_mark_in_front() -> None:
    assert read('\ufeff{\t"A":\t[1,\t"b\tc"]}') == {"A": [1, "b\tc"]}


# CloudFormation takes a key given twice and lets the last one win, in YAML as in JSON:
# go-to-k/cdk-real-drift issue 1074, checked against ValidateTemplate and GetTemplateSummary.
@pytest.mark.parametrize("body", ["A: 1\nA: 2\n", '{"A": 1, "A": 2}'])
def test_the_last_of_two_equal_keys_wins(body: str) -> None:
    assert read(body) == {"A": 2}


ERRORS = [
    # seeebiii/aws-cloudformation-templates issue 1
    ("A: &a [1]\nB: *a\n",
     "Template error: YAML aliases are not allowed in CloudFormation templates"),
    # awsdocs/aws-cloudformation-user-guide pull request 753
    ("A: [", "Template format error: YAML not well-formed. (line 2, column 1)"),
    ("A: !Base64 !Sub x", "Template format error: YAML not well-formed. (line 1, column 12)"),
    ("A: 1\n---\nB: 2\n", "Template format error: YAML not well-formed. (line 2, column 1)"),
    ("A: !!binary aGk=", "Template format error: YAML not well-formed. (line 1, column 4)"),
    ('{"A": 1,}', "Template format error: JSON not well-formed. (line 1, column 10)"),
    ('{"A":', "Template format error: JSON not well-formed. (line 1, column 6)"),
    ('{"A": NaN}', "Template format error: JSON not well-formed."),
    ('{"A": "\\ud800"}', "Template format error: JSON not well-formed."),
    # awslabs/amazon-ecs-amazon-efs issue 7
    ("template.json", "Template format error: unsupported structure."),
    ("- a", "Template format error: unsupported structure."),
    ("", "Template format error: unsupported structure."),
    ("# nothing", "Template format error: unsupported structure."),
    ("A: \ud800", "Template format error: unsupported structure."),
    ("A: {B: {!Sub x: 1}}", "Template format error: [/A/B] map keys must be strings; "
     "received a map instead"),
    ("A: {[a]: 1}",
     "Template format error: [/A] map keys must be strings; received a list instead"),
    ("A: {1: 1}",
     "Template format error: [/A] map keys must be strings; received numeric [1] instead"),
    ("? \n: 1", "Template format error: [/] map keys must be strings; received null instead"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "message"), ERRORS)
def test_what_cannot_be_read_is_refused_in_awss_words(body: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read(body)
    assert caught.value.message == message


BOMBS = [
    "[" * 50_000, "{" * 50_000, "A: " + "[" * 50_000, "- " * 25_000, "A: " + "{a: " * 10_000,
    '{"a":' * 10_000, '{"a":' + "[" * 50_000, "? " * 10_000, "A: " + "1:" * 25_000 + "1",
    "A: " + "9" * 50_000, '{"a": ' + "9" * 50_000 + "}", "!Sub " * 10_000, "A: 'x\x00'", "\x00",
    "A: &a " * 5_000, "\n".join("  " * depth + "a:" for depth in range(220)),
    "a: &a [x]\n" + "\n".join(f"b{i}: &b{i} [*a, *a]" for i in range(100)),
    "%TAG ! tag:x,2000:\n---\nA: !x y", "%YAML 9.9\n---\nA: 1",
    "A: !<tag:yaml.org,2002:python/none> x",
]  # fmt: skip


@pytest.mark.parametrize("body", BOMBS)
def test_hostile_texts_are_refused_or_read_at_once(body: str) -> None:
    started = time.perf_counter()
    with suppress(TemplateError):
        assert isinstance(read(body), dict)
    assert time.perf_counter() - started < 5
