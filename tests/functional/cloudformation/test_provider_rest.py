"""AWS::Athena, IoT and SES, type by type."""

from __future__ import annotations

import pytest
from trial import ACCOUNT, Trial

from dryrun.cloud.cloudformation.providers.base import ResourceError

TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]


def test_athena() -> None:
    result = {"OutputLocation": "s3://lake/results/"}
    properties = {
        "Description": "reports",
        "Name": "reports",
        "RecursiveDeleteOption": True,
        "Tags": TAGS,
        "WorkGroupConfiguration": {
            "BytesScannedCutoffPerQuery": 10000000,
            "EnforceWorkGroupConfiguration": True,
            "ResultConfiguration": result,
        },
    }
    with Trial("AWS::Athena::WorkGroup", properties) as group:
        found = group.read()
        assert (found["Description"], found["Tags"]) == ("reports", TAGS)
        assert found["WorkGroupConfiguration"]["ResultConfiguration"] == result
        assert found["WorkGroupConfiguration"]["BytesScannedCutoffPerQuery"] == 10000000
        assert group.update({**properties, "Tags": TAGS[1:]})["Tags"] == TAGS[1:]
        less = {"Name": "reports", "State": "DISABLED"}
        found = group.update(less)
        assert (found["State"], found["Tags"]) == ("DISABLED", [])
        assert "ResultConfiguration" not in found["WorkGroupConfiguration"]
        query = {
            "Database": "lake",
            "Name": "all",
            "QueryString": "SELECT 1",
            "WorkGroup": "reports",
        }
        with Trial("AWS::Athena::NamedQuery", query) as it:
            assert it.read() == {**query, "NamedQueryId": it.physical_id}
            with pytest.raises(ResourceError, match="is not empty"):
                group.delete()


def test_thing_and_policy() -> None:
    properties = {"AttributePayload": {"Attributes": {"deck": "1"}}, "ThingName": "scale"}
    with Trial("AWS::IoT::Thing", properties) as thing:
        found = thing.read()
        assert {name: found[name] for name in properties} == properties
        assert found["Arn"].endswith(":thing/scale")
        assert "AttributePayload" not in thing.update({"ThingName": "scale"})
    statement = {"Effect": "Allow", "Action": "iot:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    properties = {"PolicyDocument": document, "PolicyName": "talk"}
    with Trial("AWS::IoT::Policy", properties) as policy:
        found = policy.read()
        assert {name: found[name] for name in properties} == properties
        changed = {**document, "Statement": [{**statement, "Action": "iot:Publish"}]}
        found = policy.update({**properties, "PolicyDocument": changed})
        assert found["PolicyDocument"] == changed


def test_topic_rule() -> None:
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    role = f"arn:aws:iam::{ACCOUNT}:role/iot"
    queue = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/q"
    payload = {
        "Actions": [
            {"Lambda": {"FunctionArn": function}},
            {"Sqs": {"QueueUrl": queue, "RoleArn": role, "UseBase64": False}},
        ],
        "AwsIotSqlVersion": "2016-03-23",
        "Description": "weighs",
        "RuleDisabled": False,
        "Sql": "SELECT * FROM 'scales'",
    }
    with Trial("AWS::IoT::TopicRule", {"TopicRulePayload": payload}) as rule:
        found = rule.read()
        assert found["TopicRulePayload"] == payload
        assert found["Arn"].endswith(f":rule/{rule.physical_id}")
        found = rule.update({"TopicRulePayload": {**payload, "RuleDisabled": True}})
        assert found["TopicRulePayload"]["RuleDisabled"] is True


def test_mail() -> None:
    given = {"SubjectPart": "Hello", "TemplateName": "hello", "TextPart": "Hi {{name}}"}
    with Trial("AWS::SES::Template", {"Template": given}) as template:
        assert template.read() == {"Id": "hello", "Template": given}
        changed = {**given, "HtmlPart": "<b>Hi</b>"}
        assert template.update({"Template": changed})["Template"] == changed
    properties = {"EmailIdentity": "ferry.example.com", "Tags": TAGS}
    with Trial("AWS::SES::EmailIdentity", properties) as identity:
        assert identity.read() == properties
        assert identity.update({**properties, "Tags": []})["Tags"] == []


def test_parameters_of_a_method_in_words() -> None:
    api = Trial("AWS::ApiGateway::RestApi", {"Name": "boats"}).create()
    root = api.read()["RootResourceId"]
    given = {
        "RestApiId": api.physical_id,
        "ResourceId": root,
        "HttpMethod": "GET",
        "AuthorizationType": "NONE",
        "RequestParameters": {"method.request.querystring.a": "true"},
        "MethodResponses": [
            {"StatusCode": "200", "ResponseParameters": {"method.response.header.b": "false"}}
        ],
    }
    with Trial("AWS::ApiGateway::Method", given) as method:
        found = method.read()
        assert found["RequestParameters"] == {"method.request.querystring.a": True}
        header = {"method.response.header.b": False}
        assert found["MethodResponses"][0]["ResponseParameters"] == header
    api.delete()
