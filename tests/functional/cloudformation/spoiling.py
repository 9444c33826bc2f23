"""Templates that are wrong in every way somebody thought of: each number gives one of them."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from dryrun.cloud.cloudformation.template import read

FOLDER = Path(__file__).parents[3] / "templates"
Spoiler = Callable[[Any, random.Random], Any]

RICH: dict[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Description": "Every section and most functions",
    "Metadata": {"AWS::CloudFormation::Interface": {"ParameterGroups": []}},
    "Parameters": {
        "Env": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
        "Size": {"Type": "Number", "Default": 3, "MinValue": 1, "MaxValue": 9},
        "Names": {"Type": "CommaDelimitedList", "Default": "a,b,c"},
        "Secret": {"Type": "String", "NoEcho": True, "Default": "hush-hush", "MinLength": 4},
    },
    "Mappings": {"Sizes": {"dev": {"Delay": 1}, "prod": {"Delay": 5}}},
    "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Env"}, "prod"]},
        "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Fn::Not": [{"Condition": "IsProd"}]}]},
    },
    "Rules": {"R": {"Assertions": [{"Assert": {"Fn::Contains": [["dev", "prod"], {"Ref": "Env"}]},
                                    "AssertDescription": "an environment"}]}},
    "Resources": {
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "DeletionPolicy": "Delete",
            "Properties": {
                "DelaySeconds": {"Fn::FindInMap": ["Sizes", {"Ref": "Env"}, "Delay"]},
                "RedrivePolicy": {
                    "deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3,
                },
                "Tags": [{"Key": "env", "Value": {"Ref": "Env"}}],
            },
        },
        "Dead": {"Type": "AWS::SQS::Queue"},
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Condition": "Either",
            "DependsOn": ["Queue"],
            "Properties": {
                "DisplayName": {"Fn::Join": ["-", [{"Ref": "AWS::StackName"}, {"Ref": "Env"}]]},
                "Subscription": [
                    {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": "Queue.Arn"}}
                ],
            },
        },
        "Word": {
            "Type": "AWS::SSM::Parameter",
            "UpdateReplacePolicy": "Delete",
            "Properties": {
                "Type": "String",
                "Value": {"Fn::Sub": ["${Queue.Arn} ${X} ${!Y}", {"X": {"Ref": "Size"}}]},
                "Description": {"Fn::If": ["IsProd", "real", {"Ref": "AWS::NoValue"}]},
            },
        },
        "Pick": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {
                "Type": "StringList",
                "Value": {"Fn::Join": [",", {"Fn::Split": [".", "1.2.3"]}]},
                "Tags": {"b64": {"Fn::Base64": "text"},
                         "one": {"Fn::Select": [1, {"Ref": "Names"}]},
                         "net": {"Fn::Select": [0, {"Fn::Cidr": ["10.0.0.0/16", 2, 8]}]},
                         "zone": {"Fn::Select": ["0", {"Fn::GetAZs": ""}]}},
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                   "Principal": {"Service": "lambda.amazonaws.com"}}],
                },
                "Policies": [{"PolicyName": "p", "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "sqs:*",
                                   "Resource": {"Fn::GetAtt": ["Queue", "Arn"]}}]}}],
            },
        },
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}},
        "Bucket": {"Type": "AWS::S3::Bucket",
                   "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}},
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            },
        },
    },
    "Outputs": {
        "Url": {"Value": {"Ref": "Queue"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-u"}}},
        "Arn": {"Condition": "Either", "Value": {"Fn::GetAtt": ["Topic", "TopicArn"]}},
    },
}  # fmt: skip
EXTENDED: dict[str, Any] = {
    "Transform": "AWS::LanguageExtensions",
    "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "a,b"}},
    "Resources": {
        "Fn::ForEach::Each": [
            "Name", {"Ref": "Names"}, {"Queue${Name}": {"Type": "AWS::SQS::Queue"}},
        ],
        "Sum": {"Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String",
                               "Value": {"Fn::ToJsonString": {"n": {"Fn::Length": [1, 2]}}}}},
    },
}  # fmt: skip
SERVERLESS: dict[str, Any] = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Globals": {"Function": {"Timeout": 3}},
    "Resources": {
        "Table": {"Type": "AWS::Serverless::SimpleTable"},
        "Hello": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Runtime": "python3.12", "Handler": "i.h", "InlineCode": "def h(e, c): return 1",
                "Events": {"Tick": {"Type": "Schedule",
                                    "Properties": {"Schedule": "rate(1 hour)"}}},
            },
        },
    },
}  # fmt: skip

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, float("inf"), "", " ", "x", "\u0000", "\ud83d",
    "\U0001f600", "é", "\u202e", "a" * 3000, [], {}, [[]], [{}], {"": ""}, [None], {"a": None},
    {"Ref": "Nowhere"},
    {"Ref": "AWS::NoValue"}, {"Ref": None}, {"Ref": ["Queue"]}, {"Fn::GetAtt": ["Queue"]},
    {"Fn::GetAtt": ["Queue", "Arn", "More"]}, {"Fn::GetAtt": "Queue"}, {"Fn::GetAtt": [1, {}]},
    {"Fn::Sub": ""}, {"Fn::Sub": "${"}, {"Fn::Sub": "${}"}, {"Fn::Sub": "${A.B.C}"},
    {"Fn::Sub": ["${x}", []]}, {"Fn::Sub": [{}, {}]}, {"Fn::Join": []}, {"Fn::Join": ["", 1]},
    {"Fn::Join": [["a"], ["b"]]}, {"Fn::Select": [99, ["a"]]}, {"Fn::Select": [-1, ["a"]]},
    {"Fn::Select": ["x", ["a"]]}, {"Fn::Select": [0, []]}, {"Fn::Split": ["", "a"]},
    {"Fn::Split": [",", ["a"]]}, {"Fn::Cidr": ["10.0.0.0/8", 999, 8]}, {"Fn::Cidr": ["x", 1, 1]},
    {"Fn::Cidr": ["10.0.0.0/16", -1, 99]}, {"Fn::FindInMap": ["No", "no", "no"]},
    {"Fn::FindInMap": [{}, [], 1]}, {"Fn::If": ["No", 1, 2]}, {"Fn::If": [{}, 1]},
    {"Fn::If": ["IsProd", 1]}, {"Fn::Equals": [1]}, {"Fn::Not": [1, 2]}, {"Fn::And": []},
    {"Fn::Base64": {}}, {"Fn::Base64": [1]}, {"Fn::GetAZs": {"a": 1}}, {"Fn::GetAZs": "mars-1"},
    {"Fn::ImportValue": "nothing"}, {"Fn::ImportValue": []}, {"Fn::Transform": {"Name": "No"}},
    {"Fn::Transform": []}, {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {}}},
    {"Fn::Length": 1}, {"Fn::ToJsonString": None}, {"Fn::ForEach::X": ["a"]}, {"Fn::Nothing": 1},
    {"Ref": "A", "Fn::Sub": "b"}, {"Condition": "No"}, "{{resolve:ssm:/nothing}}",
    "{{resolve:ssm-secure:/nothing:1}}", "{{resolve:secretsmanager:no:SecretString:x}}",
    "{{resolve:}}", "{{resolve:ssm:}}", "{{resolve:nope:x:y}}", "${AWS::Region}", "AWS::NoValue",
    "arn:aws:sqs:us-east-1:123456789012:gone", "Queue", "Dead", "AWS::SQS::Queue",
    "AWS::Nothing::AtAll", "Custom::Thing", "AWS::EC2::VPC", "AWS::CloudFormation::WaitCondition",
)  # fmt: skip
CHARACTERS = (
    "\t", "\u0000", "\ufeff", "\u2028", "\U0001f600", "\x85", "\x1b", "'", '"', "{", "}", "[", "]",
    ":", "- ", "!", "!Ref", "!Sub ", "!GetAtt ", "&a ", "*a", "<<: ", "%", "@", "`", "|", ">", "#",
    "---\n", "...\n", "? ", ",", "\\", "\r", "!!python/object:os.system ", "!!binary ", "!!set ",
)  # fmt: skip
PAIRS = tuple(zip("abcdefgh", "bcdefghi", strict=True))
BOMBS = (
    "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in PAIRS),
    "Resources: &r\n  Queue: *r\n",
    "Resources:\n  Queue: &q\n    Type: AWS::SQS::Queue\n    Properties: *q\n",
    "Resources: " + "[" * 900 + "]" * 900,
    "Resources: " + "{a: " * 900 + "1" + "}" * 900,
    "[" * 20_000,
    '{"a":' * 9_000,
    "Resources:\n" + "".join(f"{' ' * n}a{n}:\n" for n in range(1, 300)),
    "- " * 20_000,
    "? " * 20_000,
    "!a " * 15_000,
    "&a " * 15_000,
    '{"Resources": ' + "9" * 5000 + "}",
    '{"Resources": 1e999999999}',
    "Resources: 0x" + "f" * 40_000,
    "Resources: 1" + ":59" * 9_000,
    "Resources: !!float " + "1" * 40_000,
    "Resources: 9999-99-99",
    "Resources: {? {a: b} : c}",
    "Resources: {? [a] : c}",
    "Resources: {1: {Type: AWS::SQS::Queue}, 1.5: {}, null: {}, true: {}, 2020-01-01: {}}",
    "Resources: {<<: {Q: {Type: AWS::SQS::Queue}}}",
    "Resources: {<<: [1, 2]}",
    "Resources: !Ref\n",
    "!Sub Resources",
    "null", "~", "1", '"text"', "[]", "{}", "", " ", "\n", "---", "--- ---", "\ufeff{}", "\u0000",
    '{"Resources": {}}', '{"Resources": null}', '{"Resources": []}', '{"Resources": "x"}',
    '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}, "Q": {"Type": "AWS::SNS::Topic"}}}',
    "Description: " + "d" * 51_188,
    "Description: " + "d" * 51_189,
)  # fmt: skip


@functools.cache
def samples() -> tuple[Any, ...]:
    """Return valid templates as documents: those of the labs, and some with everything in them."""
    found = [RICH, RICH, RICH, EXTENDED, SERVERLESS]
    for path in sorted(FOLDER.rglob("*.yaml")) + sorted(FOLDER.rglob("*.json")):
        try:
            document = read(path.read_text())
        except Exception:  # broken on purpose, and then no start
            continue
        if "Resources" in document and len(str(document)) < 20_000:
            found.append(document)
    return tuple(found)


LONGEST = 4_000_000
"""What is longer costs the client that signs it more time than the cloud that refuses it."""


def spoiled(rng: random.Random) -> str:
    """Return one template's text."""
    if rng.random() < 0.04:
        return rng.choice(BOMBS)
    document = copy.deepcopy(rng.choice(samples()))
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        document = rng.choice(SPOILERS)(document, rng)
    text = written(document, rng)[:LONGEST]
    if rng.random() < 0.2:
        for _ in range(rng.choice((1, 1, 2, 5))):
            text = rng.choice(TEXT_SPOILERS)(text, rng)[:LONGEST]
    # No client can send half a character, unless JSON spells it out.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def written(document: Any, rng: random.Random) -> str:
    """Return a document as JSON or YAML."""
    as_json, escaped = rng.random() < 0.5, rng.random() < 0.5
    if not as_json:
        with contextlib.suppress(RecursionError):
            return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=not escaped))
    with contextlib.suppress(RecursionError):
        return json.dumps(document, ensure_ascii=escaped)
    return rng.choice(BOMBS)  # what is too deep to be written is among them, too


def places(node: Any, most: int = 4000) -> list[tuple[Any, Any]]:
    """Return every container with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [node]
    while waiting and len(found) < most:
        inner = waiting.pop()
        if isinstance(inner, dict | list):
            keys = list(inner) if isinstance(inner, dict) else range(len(inner))
            for key in keys:
                found.append((inner, key))
                waiting.append(inner[key])
    return found


def _put(document: Any, rng: random.Random, value: Callable[[Any], Any]) -> Any:
    found = places(document)
    if found:
        holder, key = rng.choice(found)
        holder[key] = value(holder[key])
    return document


def odd(document: Any, rng: random.Random) -> Any:
    return _put(document, rng, lambda _: copy.deepcopy(rng.choice(ODD)))


def wrapped(document: Any, rng: random.Random) -> Any:
    name = rng.choice(
        ("Ref", "Fn::Sub", "Fn::GetAtt", "Fn::Join", "Fn::If", "Fn::Select", "Fn::Split",
         "Fn::Base64", "Fn::FindInMap", "Fn::ImportValue", "Fn::Not", "Fn::Equals", "Fn::Cidr",
         "Fn::GetAZs", "Fn::Transform", "Fn::Length", "Fn::ToJsonString", "Condition", "a")
    )  # fmt: skip
    return _put(document, rng, lambda old: {name: old})


def listed(document: Any, rng: random.Random) -> Any:
    return _put(document, rng, lambda old: [old] * rng.choice((1, 2, 3)))


def texted(document: Any, rng: random.Random) -> Any:
    return _put(document, rng, lambda old: json.dumps(old))


def removed(document: Any, rng: random.Random) -> Any:
    found = places(document)
    if found:
        holder, key = rng.choice(found)
        del holder[key]
    return document


def renamed(document: Any, rng: random.Random) -> Any:
    found = [(holder, key) for holder, key in places(document) if isinstance(holder, dict)]
    if found:
        holder, key = rng.choice(found)
        name = rng.choice(
            (str(key) + "x", str(key).lower(), "", "a b", "é", "A" * 256, "Fn::Sub", "Ref",
             "Type", "Properties", "AWS::Region", "Queue", "Fn::ForEach::L", "0", "Condition")
        )  # fmt: skip
        holder[name] = holder.pop(key)
    return document


def moved(document: Any, rng: random.Random) -> Any:
    found = places(document)
    if len(found) > 1:
        (holder, key), (other, name) = rng.sample(found, 2)
        with contextlib.suppress(RecursionError):  # deeper than a copy of it can go
            holder[key] = copy.deepcopy(other[name])
    return document


def swapped(document: Any, rng: random.Random) -> Any:
    """Refer to something else than before: cycles come of it."""
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        return document
    parameters = document.get("Parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    names = [*document["Resources"], *parameters, "AWS::Region"]
    name = rng.choice([str(one) for one in names])
    return _put(
        document,
        rng,
        lambda _: rng.choice(
            ({"Ref": name}, {"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}"}, name)
        ),
    )


def deep(document: Any, rng: random.Random) -> Any:
    levels, name = rng.choice((20, 100, 400)), rng.choice(("a", "Fn::Sub", "Fn::Base64", None))

    def dug(old: Any) -> Any:
        for _ in range(levels):
            old = [old] if name is None else {name: old}
        return old

    return _put(document, rng, dug)


def many(document: Any, rng: random.Random) -> Any:
    """More of something than there may be."""
    found = [(holder, key) for holder, key in places(document) if isinstance(holder, dict)]
    if found:
        holder, key = rng.choice(found)
        for number in range(rng.choice((60, 201, 501))):
            holder[f"{key}{number}"] = holder[key]
    return document


SPOILERS: tuple[Spoiler, ...] = (
    odd, odd, odd, odd, wrapped, listed, texted, removed, removed, renamed, renamed, moved, moved,
    swapped, swapped, deep, many,
)  # fmt: skip


def inserted(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(CHARACTERS) + text[at:]


def cut(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text) + 1)]


def line_lost(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        del lines[rng.randrange(len(lines))]
    return "".join(lines)


def line_twice(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return "".join(lines)


def indented(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        at = rng.randrange(len(lines))
        lines[at] = rng.choice((" ", "   ", "\t")) + lines[at]
    return "".join(lines)


def padded(text: str, rng: random.Random) -> str:
    size = rng.choice((51_200, 51_201)) - len(text.encode("utf-8", "surrogatepass"))
    return text + " " * max(size, 0)


TEXT_SPOILERS: tuple[Callable[[str, random.Random], str], ...] = (
    inserted, inserted, cut, line_lost, line_twice, indented, padded,
)  # fmt: skip
