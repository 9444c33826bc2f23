from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dryrun.cloud.cloudformation.schema import schema
from dryrun.cloud.cloudformation.schema_corrections import REPAIRS
from dryrun.cloud.cloudformation.template.unknown import UNKNOWN

_BASE = {"Role": "arn:aws:iam::123456789012:role/r", "Code": {"ZipFile": "x"}}
_TRUST = {"Version": "2012-10-17", "Statement": []}


@pytest.mark.parametrize(
    ("type_name", "properties", "expected"),
    [
        ("AWS::SQS::Queue", {}, []),
        ("AWS::SQS::Queue", {"Nope": 1}, ["#: extraneous key [Nope] is not permitted"]),
        (
            "AWS::SQS::Queue",
            {"VisibilityTimeout": "soon"},
            ["#/VisibilityTimeout: expected type: Integer, found: String"],
        ),
        (
            "AWS::Lambda::Function",
            {},
            ["#: required key [Code] not found", "#: required key [Role] not found"],
        ),
        (
            "AWS::Lambda::Function",
            {**_BASE, "Role": ["x"]},
            ["#/Role: expected type: String, found: JSONArray"],
        ),
        (
            "AWS::Lambda::Function",
            {**_BASE, "Role": "x"},
            ["#/Role: failed validation constraint for keyword [pattern]"],
        ),
        (
            "AWS::Lambda::Function",
            {**_BASE, "VpcConfig": {"SubnetIds": "subnet-1"}},
            ["#/VpcConfig/SubnetIds: expected type: JSONArray, found: String"],
        ),
        (
            "AWS::Lambda::Function",
            {**_BASE, "Environment": {"Variables": {"KEY": {"a": 1}}}},
            ["#/Environment/Variables/KEY: expected type: String, found: JSONObject"],
        ),
        (
            "AWS::SQS::Queue",
            {"Tags": [{"Key": "a"}]},
            ["#/Tags/0: required key [Value] not found"],
        ),
        (
            "AWS::IAM::Role",
            {"AssumeRolePolicyDocument": _TRUST, "MaxSessionDuration": 60},
            ["#/MaxSessionDuration: failed validation constraint for keyword [minimum]"],
        ),
        (
            "AWS::IAM::Role",
            {"AssumeRolePolicyDocument": _TRUST, "RoleName": "r" * 65},
            ["#/RoleName: expected maxLength: 64, actual: 65"],
        ),
        (
            "AWS::Logs::LogGroup",
            {"RetentionInDays": 2},
            [
                "#/RetentionInDays: #: only 1 subschema matches out of 2",
                "#/RetentionInDays: failed validation constraint for keyword [enum]",
            ],
        ),
        (
            "AWS::IAM::Role",
            {"AssumeRolePolicyDocument": []},
            [
                "#/AssumeRolePolicyDocument: #: no subschema matched out of the total 2 subschemas",
                "#/AssumeRolePolicyDocument: expected type: JSONObject, found: JSONArray",
                "#/AssumeRolePolicyDocument: expected type: String, found: JSONArray",
            ],
        ),
        *(
            (
                "AWS::CloudFront::ResponseHeadersPolicy",
                {
                    "ResponseHeadersPolicyConfig": {
                        "Name": "timed",
                        "ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": rate},
                    }
                },
                lines,
            )
            for rate, lines in (
                (50, []),
                (0.0003, []),
                (
                    0.00015,
                    [
                        "#/ResponseHeadersPolicyConfig/ServerTimingHeadersConfig/SamplingRate: "
                        "failed validation constraint for keyword [multipleOf]"
                    ],
                ),
            )
        ),
        ("Custom::Thing", {"A": [1]}, ["#: required key [ServiceToken] not found"]),
        ("Custom::Thing", {"ServiceToken": "arn", "A": {"b": None}}, []),
        ("AWS::CDK::Metadata", {"Analytics": "v2", "More": 1}, []),
        ("AWS::SQS::Queue", [], ["#: expected type: JSONObject, found: JSONArray"]),
    ],
)
def test_the_words_of_the_registry(type_name, properties, expected):
    assert schema(type_name).validate(properties) == expected


@pytest.mark.parametrize("unknown", [UNKNOWN, str(UNKNOWN), "{{resolve:ssm:/ferry/x}}"])
def test_what_only_the_execution_knows_passes(unknown):
    function = schema("AWS::Lambda::Function")
    properties = {
        "Role": unknown,
        "Code": unknown,
        "Timeout": unknown,
        "Runtime": unknown,
        "Layers": [unknown, unknown],
        "Tags": unknown,
        "VpcConfig": {"SubnetIds": unknown},
    }
    assert function.validate(properties) == []
    volume = {"AvailabilityZone": unknown, "Size": unknown}
    assert schema("AWS::EC2::Volume").validate(volume) == []


def test_what_cfn_lint_adds_for_itself_is_not_checked():
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "not an address"}
    group = {"GroupDescription": "g", "SecurityGroupIngress": [rule]}
    assert schema("AWS::EC2::SecurityGroup").validate(group) == []
    assert schema("AWS::EC2::VPC").validate({}) == []


@pytest.mark.parametrize(
    ("type_name", "given", "expected"),
    [
        (
            "AWS::SQS::Queue",
            {"VisibilityTimeout": "60", "FifoQueue": "true", "QueueName": 7},
            {"VisibilityTimeout": 60, "FifoQueue": True, "QueueName": "7"},
        ),
        ("AWS::SQS::Queue", {"FifoQueue": "False"}, {"FifoQueue": False}),
        ("AWS::SQS::Queue", {"VisibilityTimeout": 60.0}, {"VisibilityTimeout": 60}),
        ("AWS::SQS::Queue", {"VisibilityTimeout": "soon"}, {"VisibilityTimeout": "soon"}),
        (
            "AWS::SQS::Queue",
            {"Tags": [{"Key": 1, "Value": True}]},
            {"Tags": [{"Key": "1", "Value": "true"}]},
        ),
        (
            "AWS::SQS::Queue",
            {"RedrivePolicy": {"maxReceiveCount": "3"}},
            {"RedrivePolicy": {"maxReceiveCount": "3"}},
        ),
        ("AWS::SQS::Queue", {"RedrivePolicy": "{}"}, {"RedrivePolicy": "{}"}),
        (
            "AWS::Lambda::Function",
            {"Environment": {"Variables": {"KEY": 5}}, "Timeout": "3"},
            {"Environment": {"Variables": {"KEY": "5"}}, "Timeout": 3},
        ),
        (
            "AWS::CloudWatch::Alarm",
            {"Threshold": "1.5", "ActionsEnabled": "true"},
            {"Threshold": 1.5, "ActionsEnabled": True},
        ),
        (
            "AWS::DynamoDB::Table",
            {
                "KeySchema": [{"AttributeName": 1}],
                "ProvisionedThroughput": {"ReadCapacityUnits": "5"},
            },
            {
                "KeySchema": [{"AttributeName": "1"}],
                "ProvisionedThroughput": {"ReadCapacityUnits": 5},
            },
        ),
        (
            "AWS::SSM::Parameter",
            {"Type": "String", "Value": 3, "Tags": {"a": 1}},
            {"Type": "String", "Value": "3", "Tags": {"a": "1"}},
        ),
        ("Custom::Thing", {"ServiceToken": "t", "A": 1}, {"ServiceToken": "t", "A": 1}),
        ("AWS::SQS::Queue", {"VisibilityTimeout": UNKNOWN}, {"VisibilityTimeout": UNKNOWN}),
        ("AWS::SQS::Queue", {"Nope": 1}, {"Nope": 1}),
        ("AWS::SQS::Queue", ["x"], ["x"]),
    ],
)
def test_coercion(type_name, given, expected):
    assert schema(type_name).coerce(given) == expected


_ORDINARY = yaml.safe_load((Path(__file__).parent / "ordinary_resources.yaml").read_text("utf-8"))


@pytest.mark.parametrize("type_name", _ORDINARY)
def test_no_ordinary_resource_is_refused(type_name):
    found = schema(type_name)
    for properties in _ORDINARY[type_name]:
        assert found.validate(found.coerce(properties)) == []


def test_what_cfn_lint_changed_is_put_back():
    for type_name, repairs in REPAIRS.items():
        document = schema(type_name).document
        for pointer, original in repairs.items():
            *steps, last = pointer
            node = document
            for step in steps:
                node = node[step]
            assert node.get(last) == original


_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_TYPES = [
    "AWS::S3::Bucket",
    "AWS::Lambda::Function",
    "AWS::EC2::Instance",
    "AWS::DynamoDB::Table",
    "AWS::WAFv2::WebACL",
    "AWS::StepFunctions::StateMachine",
    "AWS::CloudFormation::WaitCondition",
    "Custom::X",
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(_TYPES), st.data())
def test_nothing_hostile_raises(type_name, data):
    found = schema(type_name)
    names = st.sampled_from(sorted(found.properties)) | st.text(max_size=5)
    properties = data.draw(st.dictionaries(names, _TREES, max_size=4) | _TREES)
    coerced = found.coerce(properties)
    assert all(isinstance(line, str) for line in found.validate(coerced))
    assert found.coerce(coerced) == coerced
