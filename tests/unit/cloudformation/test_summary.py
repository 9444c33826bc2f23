import json

import pytest

from dryrun.cloud.cloudformation.summary import template_summary, validate_template
from dryrun.cloud.cloudformation.template import TemplateError

_DOCUMENT = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Description": "Tickets",
    "Metadata": {"AWS::CloudFormation::Interface": {"ParameterGroups": []}},
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
        "Size": {"Type": "Number", "Default": 3, "Description": "How many"},
        "Secret": {"Type": "String", "NoEcho": "true"},
        "Names": {"Type": "CommaDelimitedList"},
    },
    "Resources": {
        "B": {"Type": "AWS::S3::Bucket"},
        "Q": {"Type": "AWS::SQS::Queue"},
        "B2": {"Type": "AWS::S3::Bucket"},
        "X": {"Type": "Custom::Thing"},
    },
}


def test_validation():
    assert validate_template(_DOCUMENT) == {
        "Parameters": [
            {"ParameterKey": "Stage", "DefaultValue": "dev", "NoEcho": False},
            {
                "ParameterKey": "Size",
                "DefaultValue": "3",
                "NoEcho": False,
                "Description": "How many",
            },
            {"ParameterKey": "Secret", "NoEcho": True},
            {"ParameterKey": "Names", "NoEcho": False},
        ],
        "Description": "Tickets",
    }


def test_a_summary_lists_in_the_order_of_hashes():
    types = ("IAM::Role", "S3::Bucket", "Kinesis::Stream", "KinesisFirehose::DeliveryStream")
    resources = {f"R{number}": {"Type": f"AWS::{name}"} for number, name in enumerate(types)}
    parameters = {name: {"Type": "String"} for name in ("Harbour", "Pier", "Boat", "Crew")}
    summary = template_summary({"Parameters": parameters, "Resources": resources})
    keys = [one["ParameterKey"] for one in summary["Parameters"]]
    assert keys == ["Crew", "Pier", "Harbour", "Boat"]
    listed = [name.removeprefix("AWS::") for name in summary["ResourceTypes"]]
    assert listed == [types[2], types[0], types[1], types[3]]
    named = [one["ResourceType"][5:] for one in summary["ResourceIdentifierSummaries"]]
    assert named == [types[1], types[0], types[2], types[3]]


def test_summary():
    summary = template_summary(_DOCUMENT)
    told = {one["ParameterKey"]: one for one in summary["Parameters"]}
    assert [told["Stage"], told["Size"]] == [
        {
            "ParameterKey": "Stage",
            "DefaultValue": "dev",
            "NoEcho": False,
            "ParameterType": "String",
            "ParameterConstraints": {"AllowedValues": ["dev", "prod"]},
        },
        {
            "ParameterKey": "Size",
            "DefaultValue": "3",
            "NoEcho": False,
            "Description": "How many",
            "ParameterType": "Number",
            "ParameterConstraints": {},
        },
    ]
    assert sorted(summary["ResourceTypes"]) == [
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "Custom::Thing",
    ]
    assert summary["Version"] == "2010-09-09"
    assert json.loads(summary["Metadata"]) == _DOCUMENT["Metadata"]
    assert summary["ResourceIdentifierSummaries"] == [
        {
            "ResourceType": "AWS::S3::Bucket",
            "LogicalResourceIds": ["B", "B2"],
            "ResourceIdentifiers": ["BucketName"],
        },
        {
            "ResourceType": "AWS::SQS::Queue",
            "LogicalResourceIds": ["Q"],
            "ResourceIdentifiers": ["QueueUrl"],
        },
    ]
    assert not summary.keys() & {
        "Capabilities",
        "CapabilitiesReason",
        "DeclaredTransforms",
        "Warnings",
    }


def test_a_small_template_leaves_members_out():
    document = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
    assert validate_template(document) == {"Parameters": []}
    assert set(template_summary(document)) == {
        "Parameters",
        "ResourceTypes",
        "ResourceIdentifierSummaries",
    }


def _resource(type_name, **properties):
    return {"Type": type_name, "Properties": properties}


_ROLE = _resource("AWS::IAM::Role")
_NAMED = _resource("AWS::IAM::Role", RoleName="r")
_STACK = _resource("AWS::CloudFormation::Stack")


@pytest.mark.parametrize(
    ("resources", "more", "capabilities", "types"),
    [
        ({"R": _ROLE}, {}, ["CAPABILITY_IAM"], "AWS::IAM::Role"),
        ({"R": _NAMED}, {}, ["CAPABILITY_NAMED_IAM"], "AWS::IAM::Role"),
        (
            {"P": _resource("AWS::IAM::Policy", PolicyName="p"), "R": _ROLE, "R2": _ROLE},
            {},
            ["CAPABILITY_IAM"],
            "AWS::IAM::Policy, AWS::IAM::Role",
        ),
        (
            {"S": _STACK},
            {},
            ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            "AWS::CloudFormation::Stack",
        ),
        (
            {"F": _resource("AWS::Serverless::Function")},
            {"Transform": "AWS::Serverless-2016-10-31"},
            ["CAPABILITY_AUTO_EXPAND"],
            None,
        ),
    ],
)
def test_capabilities(resources, more, capabilities, types):
    answer = validate_template({"Resources": resources, **more})
    assert answer["Capabilities"] == capabilities
    reason = types and f"The following resource(s) require capabilities: [{types}]"
    assert answer.get("CapabilitiesReason") == reason
    assert template_summary({"Resources": resources, **more})["Capabilities"] == capabilities


def test_declared_transforms():
    document = {
        "Transform": ["AWS::LanguageExtensions", {"Name": "AWS::Include"}],
        "Resources": {"F": _resource("AWS::Serverless::Function")},
    }
    expected = ["AWS::LanguageExtensions", "AWS::Include"]
    assert validate_template(document)["DeclaredTransforms"] == expected
    assert template_summary(document)["DeclaredTransforms"] == expected


def test_types_that_aws_does_not_have():
    document = {"Resources": {"A": _resource("AWS::Foo::Bar"), "B": _resource("Foo::Baz::Qux")}}
    text = "Template format error: Unrecognized resource types: [AWS::Foo::Bar, Foo::Baz::Qux]"
    for answer in (validate_template, template_summary):
        with pytest.raises(TemplateError) as caught:
            answer(document)
        assert caught.value.message == text
    warned = template_summary(document, unrecognized_as_warning=True)
    assert warned["Warnings"] == {"UnrecognizedResourceTypes": ["AWS::Foo::Bar", "Foo::Baz::Qux"]}
