import subprocess
import sys
import time

import pytest

from dryrun.cloud.cloudformation.schema import ResourceSchema, reason, schema, unknown_types


def known(type_name: str) -> ResourceSchema:
    found = schema(type_name)
    assert found is not None
    return found


def test_a_queue_has_what_the_registry_says():
    queue = known("AWS::SQS::Queue")
    assert queue.type == "AWS::SQS::Queue"
    assert {"QueueName", "VisibilityTimeout", "Tags"} <= queue.properties
    assert queue.create_only == {("QueueName",), ("FifoQueue",)}
    assert queue.read_only == {("QueueUrl",), ("Arn",)}
    assert queue.primary_identifier == ("QueueUrl",)
    assert queue.has_handlers == {"create", "read", "update", "delete", "list"}
    assert (queue.taggable, queue.tag_property, queue.system_tags) == (True, "Tags", False)


@pytest.mark.parametrize(
    ("type_name", "tag_property", "system_tags", "is_map"),
    [
        ("AWS::S3::Bucket", "Tags", True, False),
        ("AWS::SSM::Parameter", "Tags", True, True),
        ("AWS::Cognito::UserPool", "UserPoolTags", True, True),
        ("AWS::IAM::Role", "Tags", False, False),
        ("AWS::IAM::Policy", None, False, False),
        ("AWS::Lambda::Permission", None, False, False),
    ],
)
def test_tags(type_name, tag_property, system_tags, is_map):
    found = known(type_name)
    assert found.tag_property == tag_property
    assert found.taggable == (tag_property is not None)
    assert found.system_tags == system_tags
    assert found.tags_are_map == is_map


@pytest.mark.parametrize(
    "name", ["AWS::Foo::Bar", "", "Foo", "Foo::Bar::Baz::MODULE", "AWS::Serverless::Function"]
)
def test_a_type_aws_does_not_have(name):
    assert schema(name) is None


def test_unknown_types_are_named_once_and_in_order():
    types = ["AWS::Foo::B", "AWS::SQS::Queue", "AWS::Foo::A", "AWS::Foo::B", "Custom::Anything"]
    assert unknown_types(types) == ["AWS::Foo::B", "AWS::Foo::A"]


def test_a_type_only_another_region_has():
    assert known("AWS::DeviceFarm::Project").properties


@pytest.mark.parametrize(
    ("type_name", "path", "expected"),
    [
        ("AWS::SQS::Queue", ("QueueName",), "Always"),
        ("AWS::SQS::Queue", ("VisibilityTimeout",), "Never"),
        ("AWS::SQS::Queue", ("RedrivePolicy", "maxReceiveCount"), "Never"),
        ("AWS::S3::Bucket", ("BucketName",), "Always"),
        ("AWS::EC2::Instance", ("NetworkInterfaces", "0", "SubnetId"), "Always"),
        ("AWS::EC2::Instance", ("InstanceType",), "Conditionally"),
        ("AWS::Pipes::Pipe", ("SourceParameters",), "Conditionally"),
        (
            "AWS::Pipes::Pipe",
            ("SourceParameters", "KinesisStreamParameters", "StartingPosition"),
            "Always",
        ),
        (
            "AWS::Pipes::Pipe",
            ("SourceParameters", "KinesisStreamParameters", "BatchSize"),
            "Never",
        ),
        ("AWS::DynamoDB::Table", ("AttributeDefinitions", 0, "AttributeType"), "Conditionally"),
        ("Custom::Thing", ("ServiceToken",), "Never"),
        ("Custom::Thing", ("Anything",), "Never"),
    ],
)
def test_recreation(type_name, path, expected):
    assert known(type_name).recreation(path) == expected


def test_updates_that_are_refused():
    text = "Modifying service token is not allowed."
    assert known("Custom::Thing").refuses_update("ServiceToken") == text
    assert known("Custom::Thing").refuses_update("Other") is None
    assert known("AWS::CloudFormation::WaitCondition").refuses_update("Count")


@pytest.mark.parametrize(
    ("type_name", "attribute", "expected"),
    [
        ("AWS::SQS::Queue", "Arn", True),
        ("AWS::SQS::Queue", "QueueName", True),
        ("AWS::SQS::Queue", "Nope", False),
        ("AWS::RDS::DBInstance", "Endpoint.Address", True),
        ("AWS::Lambda::Function", "FunctionName", False),
        ("AWS::CloudFormation::Stack", "Outputs.Url", True),
        ("AWS::SQS::Queue", "Outputs.Url", False),
        ("Custom::Thing", "Whatever.It.Is", True),
    ],
)
def test_attributes(type_name, attribute, expected):
    assert known(type_name).has_attribute(attribute) is expected


def test_a_plain_reason():
    lines = known("AWS::SQS::Queue").validate({"Nope": 1})
    assert reason("AWS::SQS::Queue", "Q", lines) == (
        "Properties validation failed for resource Q with message:\n"
        "#: extraneous key [Nope] is not permitted"
    )


def test_an_early_reason_stands_in_brackets():
    lines = ["#: required key [Code] not found", "#: required key [Role] not found"]
    assert reason("AWS::Lambda::Function", "F", lines, early=True) == (
        "Properties validation failed for resource F with message: "
        "[#: required key [Code] not found, #: required key [Role] not found]"
    )


@pytest.mark.parametrize(
    ("type_name", "properties", "expected"),
    [
        (
            "AWS::IAM::AccessKey",
            {"UserName": "u", "Nope": 1},
            "Encountered unsupported property Nope",
        ),
        ("AWS::IAM::AccessKey", {}, "Property UserName cannot be empty."),
        (
            "AWS::IAM::UserToGroupAddition",
            {"GroupName": "g", "Users": "u"},
            "Value of property Users must be of type List",
        ),
        (
            "AWS::CodeBuild::Project",
            {
                "FilterGroups": [],
                "Artifacts": {"Type": "NO_ARTIFACTS"},
                "Environment": {
                    "Type": "LINUX_CONTAINER",
                    "Image": "i",
                    "ComputeType": "BUILD_GENERAL1_SMALL",
                },
                "ServiceRole": "r",
                "Source": {"Type": "NO_SOURCE"},
            },
            "Property validation failure: "
            "[Encountered unsupported properties in {/}: [FilterGroups]]",
        ),
    ],
)
def test_types_outside_the_registry_have_words_of_their_own(type_name, properties, expected):
    found = known(type_name)
    assert reason(type_name, "X", found.validate(properties)) == expected


def test_cfn_lint_itself_is_not_imported():
    code = (
        "import sys; from dryrun.cloud.cloudformation.schema import schema;"
        "schema('AWS::S3::Bucket').validate({}); print('cfnlint.template' in sys.modules,"
        "'cfnlint' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]


def test_it_is_fast_enough_for_every_resource_of_a_stack():
    bucket = known("AWS::S3::Bucket")
    properties = {
        "BucketName": "tickets",
        "VersioningConfiguration": {"Status": "Enabled"},
        "Tags": [{"Key": str(number), "Value": "x"} for number in range(10)],
    }
    assert bucket.validate(properties) == []
    start = time.process_time()
    for _ in range(100):
        bucket.validate(properties)
    assert (time.process_time() - start) / 100 < 0.001
