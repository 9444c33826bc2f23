"""Templates and what they mean, id by id of the curriculum's track 02.

Sources: "Template anatomy", "Intrinsic function reference", "Pseudo parameters reference",
"Parameters", "Conditions", "Mappings", "Get exported outputs from a deployed stack" and "Get
values stored in other services using dynamic references", CloudFormation User Guide.
"""

from __future__ import annotations

import base64
import json

import pytest
from delivering import hear
from in_process import client
from stacks import (
    ACCOUNT,
    cfn,
    create,
    delete,
    evaluated,
    events,
    outputs,
    parameter,
    parameters,
    paused,
    physical,
    queue,
    reason,
    refused,
    stack,
    status,
    story,
    template,
    update,
    value,
)

REGION = "us-east-1"


def create_refused(body: str, **more: object) -> str:
    """Return why a template is refused at once; nothing may be left of the stack."""
    code, message = refused(cfn().create_stack, StackName="refused", TemplateBody=body, **more)
    assert code == "ValidationError"
    assert refused(cfn().describe_stacks, StackName="refused")[0] == "ValidationError"
    return message


# A template and its stack


def test_cfn_create() -> None:
    yaml = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n  B:\n    Type: AWS::S3::Bucket\n"
    found = create("basic", yaml)
    assert found["StackStatus"] == "CREATE_COMPLETE"
    assert physical("basic", "Q").rpartition("/")[2].startswith("basic-Q-")
    assert physical("basic", "B").startswith("basic-b-")
    client("s3").head_bucket(Bucket=physical("basic", "B"))
    code, message = refused(cfn().create_stack, StackName="basic", TemplateBody=yaml)
    assert (code, message) == ("AlreadyExistsException", "Stack [basic] already exists")
    assert cfn().get_template(StackName="basic")["TemplateBody"] == yaml


def test_cfn_create_async() -> None:
    with paused() as clock:
        cfn().create_stack(StackName="slow", TemplateBody=template(Q=queue()))
        assert status("slow") == "CREATE_IN_PROGRESS"
        clock.advance(10)
        assert story("slow")[-1] == ("Q", "CREATE_IN_PROGRESS")
        clock.advance(600)
        assert status("slow") == "CREATE_COMPLETE"
    cfn().get_waiter("stack_create_complete").wait(StackName="slow")


def test_cfn_template_s3() -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="templates-here")
    s3.put_object(Bucket="templates-here", Key="dir/q.json", Body=template(Q=queue()))
    host = "s3.us-east-1.amazonaws.com"
    for number, url in enumerate(
        (
            f"https://templates-here.{host}/dir/q.json",
            f"https://{host}/templates-here/dir/q.json",
            "https://templates-here.s3.amazonaws.com/dir/q.json",
            "http://localhost:4566/templates-here/dir/q.json",
            "http://127.0.0.1:4566/templates-here/dir/q.json",
        )
    ):
        cfn().create_stack(StackName=f"url{number}", TemplateURL=url)
        assert status(f"url{number}") == "CREATE_COMPLETE"
    missing = f"https://templates-here.{host}/no.json"
    code, message = refused(cfn().create_stack, StackName="url", TemplateURL=missing)
    assert (code, message[:9]) == ("ValidationError", "S3 error:")
    code, message = refused(cfn().create_stack, StackName="url", TemplateURL="ftp://a/b")
    assert (code, message) == ("ValidationError", "TemplateURL must be a supported URL.")
    s3_uri = "s3://templates-here/dir/q.json"
    _, message = refused(cfn().create_stack, StackName="url", TemplateURL=s3_uri)
    assert message == "S3 error: Domain name specified in templates-here is not a valid S3 domain"


def test_cfn_delete() -> None:
    resources = {
        "Q": queue(QueueName="gone-q"),
        "B": {"Type": "AWS::S3::Bucket"},
        "T": {"Type": "AWS::SNS::Topic"},
        "P": parameter("x"),
        "L": {"Type": "AWS::Logs::LogGroup"},
        "R": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
        },
    }
    resources["R"]["Properties"]["AssumeRolePolicyDocument"]["Statement"] = [  # type: ignore[index]
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
    create("gone", template(**resources), Capabilities=["CAPABILITY_IAM"])
    bucket, topic = physical("gone", "B"), physical("gone", "T")
    found = delete("gone")
    assert found["StackStatus"] == "DELETE_COMPLETE"
    assert found["DeletionTime"] >= found["CreationTime"]
    assert client("sqs").list_queues(QueueNamePrefix="gone-q").get("QueueUrls", []) == []
    assert bucket not in [one["Name"] for one in client("s3").list_buckets()["Buckets"]]
    assert topic not in [one["TopicArn"] for one in client("sns").list_topics()["Topics"]]
    code, message = refused(cfn().describe_stacks, StackName="gone")
    assert (code, message) == ("ValidationError", "Stack with id gone does not exist")
    cfn().delete_stack(StackName="gone")  # what is not there need not be deleted


FORMAT_ERRORS = [
    ("{}", "Template format error: At least one Resources member must be defined."),
    (
        '{"Resources": {}}',
        "Template format error: At least one Resources member must be defined.",
    ),
    (
        json.dumps({"AWSTemplateFormatVersion": "2011-01-01", "Resources": {"Q": queue()}}),
        "Template format error: unsupported value for AWSTemplateFormatVersion.",
    ),
    (
        json.dumps({"Foo": {}, "Resources": {"Q": queue()}}),
        "Invalid template property or properties [Foo]",
    ),
    ("Resources:\n  Q: [", "Template format error: YAML not well-formed. (line 3, column 1)"),
    (
        template(Q=queue(QueueName={"Ref": "Missing"})),
        "Template format error: Unresolved resource dependencies [Missing] in the Resources block "
        "of the template",
    ),
    (
        template(A={**queue(), "DependsOn": "B"}, B={**queue(), "DependsOn": "A"}),
        "Circular dependency between resources: [A, B]",
    ),
]


@pytest.mark.parametrize(("body", "message"), FORMAT_ERRORS)
def test_cfn_format_errors(body: str, message: str) -> None:
    assert create_refused(body) == message
    code, said = refused(cfn().validate_template, TemplateBody=body)
    assert code == "ValidationError"
    if "Circular" not in message and "Unresolved" not in message:
        assert said == message


def test_cfn_format_errors_of_names_and_sizes() -> None:
    code, message = refused(
        cfn().create_stack, StackName="1bad_name", TemplateBody=template(Q=queue())
    )
    assert code == "ValidationError"
    assert "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*" in message
    large = template({"Description": "x"}, Q=queue(QueueName="y" * 51_200))
    code, message = refused(cfn().create_stack, StackName="large", TemplateBody=large)
    assert code == "ValidationError"
    assert message.endswith("Member must have length less than or equal to 51200")


def test_cfn_bad_type_property() -> None:
    assert create_refused(template(F={"Type": "AWS::Foo::Bar"})) == (
        "Template format error: Unrecognized resource types: [AWS::Foo::Bar]"
    )
    found = create("bp", template(Q=queue(Nope=1)))
    assert found["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "extraneous key [Nope] is not permitted" in reason("bp", "Q")


def test_cfn_type_coverage() -> None:
    """A type without a provider fails its resource; nothing is a hollow success."""
    nothing = {"Type": "AWS::GroundStation::Config", "Properties": {
        "Name": "a", "ConfigData": {"DataflowEndpointConfig": {}}}}  # fmt: skip
    found = create("tc", template(N=nothing))
    assert found["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Dry Run does not simulate AWS::GroundStation::Config" in reason("tc", "N")


def test_cfn_prop_coverage() -> None:
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "VersioningConfiguration": {"Status": "Enabled"},
            "PublicAccessBlockConfiguration": {"BlockPublicAcls": True},
        },
    }
    managed = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "ManagedPolicyArns": [managed],
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ec2.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
        },
    }
    tagged = parameter("x", Tags={"a": "1"})
    create("pc", template(B=bucket, R=role, P=tagged), Capabilities=["CAPABILITY_IAM"])
    s3, name = client("s3"), physical("pc", "B")
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert block["BlockPublicAcls"] is True
    attached = client("iam").list_attached_role_policies(RoleName=physical("pc", "R"))
    assert [one["PolicyArn"] for one in attached["AttachedPolicies"]] == [managed]
    tags = client("ssm").list_tags_for_resource(
        ResourceType="Parameter", ResourceId=physical("pc", "P")
    )
    assert {"Key": "a", "Value": "1"} in tags["TagList"]


def test_cfn_tags() -> None:
    body = template(B={"Type": "AWS::S3::Bucket"}, Q=queue(Tags=[{"Key": "own", "Value": "1"}]))
    create("tg", body, Tags=[{"Key": "project", "Value": "ferry"}])
    tagging = client("s3").get_bucket_tagging(Bucket=physical("tg", "B"))["TagSet"]
    tags = {one["Key"]: one["Value"] for one in tagging}
    assert tags["project"] == "ferry"
    assert tags["aws:cloudformation:stack-name"] == "tg"
    assert tags["aws:cloudformation:logical-id"] == "B"
    assert tags["aws:cloudformation:stack-id"] == stack("tg")["StackId"]
    queued = client("sqs").list_queue_tags(QueueUrl=physical("tg", "Q"))["Tags"]
    assert queued == {"own": "1", "project": "ferry"} | {
        key: value for key, value in queued.items() if key.startswith("aws:")
    }
    update("tg", Tags=[{"Key": "project", "Value": "quay"}])
    queued = client("sqs").list_queue_tags(QueueUrl=physical("tg", "Q"))["Tags"]
    assert queued["project"] == "quay"
    message = create_refused(body, Tags=[{"Key": "aws:mine", "Value": "x"}])
    assert "aws:" in message


def test_cfn_cost() -> None:
    code, message = refused(cfn().estimate_template_cost, TemplateBody=template(Q=queue()))
    assert code == "NotSimulated"
    assert "does not simulate" in message


def test_cfn_validate() -> None:
    sections = {
        "Description": "tickets",
        "Parameters": {
            "Unused": {"Type": "String", "Default": "a", "Description": "d", "NoEcho": True}
        },
    }
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {"RoleName": "x", "AssumeRolePolicyDocument": {}},
    }
    found = cfn().validate_template(TemplateBody=template(sections, R=role))
    assert found["Parameters"] == [
        {"ParameterKey": "Unused", "DefaultValue": "a", "NoEcho": True, "Description": "d"}
    ]
    assert found["Capabilities"] == ["CAPABILITY_NAMED_IAM"]
    assert "AWS::IAM::Role" in found["CapabilitiesReason"]
    summary = cfn().get_template_summary(TemplateBody=template(sections, R=role))
    assert summary["ResourceTypes"] == ["AWS::IAM::Role"]
    assert summary["ResourceIdentifierSummaries"][0]["ResourceIdentifiers"] == ["RoleName"]


def test_cfn_notification() -> None:
    sns, sqs = client("sns"), client("sqs")
    topic = sns.create_topic(Name="stack-news")["TopicArn"]
    url = sqs.create_queue(QueueName="stack-news")["QueueUrl"]
    hear(topic, url)
    create("news", template(Q=queue()), NotificationARNs=[topic])
    texts = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for one in got:
            body = json.loads(one["Body"])
            assert body["Subject"] == "AWS CloudFormation Notification"
            texts.append(body["Message"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    assert len(texts) == len(events("news"))
    assert any("ResourceStatus='CREATE_COMPLETE'\nResourceStatusReason=''" in t for t in texts)
    assert any("LogicalResourceId='Q'" in text for text in texts)


# Parameters, mappings, conditions


def with_parameter(**declaration: object) -> str:
    return template({"Parameters": {"A": declaration}}, P=parameter({"Ref": "A"}))


def test_cfn_param_ref() -> None:
    create("pr", with_parameter(Type="String", Default="dflt"))
    assert value("pr") == "dflt"
    create("pr2", with_parameter(Type="String", Default="dflt"), Parameters=parameters(A="given"))
    assert value("pr2") == "given"
    assert stack("pr2")["Parameters"] == [{"ParameterKey": "A", "ParameterValue": "given"}]


def test_cfn_param_allowedvalues() -> None:
    body = with_parameter(Type="String", AllowedValues=["a", "b"])
    assert create_refused(body, Parameters=parameters(A="z")) == (
        "Parameter 'A' must be one of AllowedValues"
    )


@pytest.mark.parametrize(
    ("declaration", "given", "message"),
    [
        (
            {"Type": "String", "AllowedPattern": "[a-z]+"},
            "ZZ9",
            "Parameter 'A' must match pattern [a-z]+",
        ),
        ({"Type": "String", "MinLength": 5}, "ab", "must contain at least 5 characters"),
        ({"Type": "String", "MaxLength": 1}, "ab", "must contain at most 1 characters"),
        ({"Type": "Number", "MaxValue": 5}, "9", "must be a number not greater than 5"),
        ({"Type": "Number"}, "abc", "must be a number."),
    ],
)
def test_cfn_param_pattern(declaration: dict[str, object], given: str, message: str) -> None:
    said = create_refused(with_parameter(**declaration), Parameters=parameters(A=given))
    assert message in said


def test_cfn_param_pattern_of_what_must_exist() -> None:
    """AWS takes the request; the stack fails before its first resource."""
    body = with_parameter(Type="AWS::EC2::VPC::Id")
    found = create("pvpc", body, Parameters=parameters(A="vpc-doesnotexist"))
    assert found["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reason("pvpc", "pvpc", "ROLLBACK_IN_PROGRESS") == (
        "Parameter validation failed: parameter value vpc-doesnotexist for parameter name A does "
        "not exist. Rollback requested by user."
    )


def test_cfn_param_missing() -> None:
    body = with_parameter(Type="String")
    assert create_refused(body) == "Parameters: [A] must have values"
    both = parameters(A="x", Nope="y")
    assert create_refused(body, Parameters=both) == (
        "Parameters: [Nope] do not exist in the template"
    )


def test_cfn_param_noecho() -> None:
    body = with_parameter(Type="String", NoEcho=True, Default="hidden")
    create("ne", body, Parameters=parameters(A="sekret"))
    assert stack("ne")["Parameters"] == [{"ParameterKey": "A", "ParameterValue": "****"}]
    assert value("ne") == "sekret"


def test_cfn_param_list() -> None:
    joined = {"Fn::Join": ["+", {"Ref": "L"}]}
    second = {"Fn::Select": ["1", {"Ref": "L"}]}
    declared = {"Parameters": {"L": {"Type": "CommaDelimitedList", "Default": "a, b,c"}}}
    body = template(declared, P=parameter({"Fn::Sub": ["${j}/${s}", {"j": joined, "s": second}]}))
    create("pl", body)
    assert value("pl") == "a+b+c/b"


def test_cfn_param_ssmtype() -> None:
    ssm = client("ssm")
    ssm.put_parameter(Name="/golden/ami", Value="ami-123", Type="String")
    body = with_parameter(Type="AWS::SSM::Parameter::Value<String>", Default="/golden/ami")
    found = create("pt", body)
    assert found["Parameters"] == [
        {"ParameterKey": "A", "ParameterValue": "/golden/ami", "ResolvedValue": "ami-123"}
    ]
    assert value("pt") == "ami-123"
    ssm.put_parameter(Name="/golden/ami", Value="ami-456", Type="String", Overwrite=True)
    update("pt")
    assert value("pt") == "ami-456"
    create_refused(body, Parameters=parameters(A="/not/there"))
    create_refused(body, Parameters=parameters(A=""))


def test_cfn_pseudo_basic() -> None:
    text = "${AWS::AccountId} ${AWS::Region} ${AWS::StackName} ${AWS::StackId}"
    found = evaluated("psb", {"Fn::Sub": text}).split()
    assert found == [ACCOUNT, REGION, "psb", stack("psb")["StackId"]]


def test_cfn_pseudo_notifarns() -> None:
    topic = client("sns").create_topic(Name="pseudo")["TopicArn"]
    node = {"Fn::Join": [",", {"Ref": "AWS::NotificationARNs"}]}
    assert evaluated("psn", node, NotificationARNs=[topic]) == topic


def test_cfn_pseudo_novalue() -> None:
    nothing = {"Ref": "AWS::NoValue"}
    body = template(
        {"Conditions": {"C": {"Fn::Equals": ["a", "b"]}}},
        Q=queue(VisibilityTimeout={"Fn::If": ["C", 99, nothing]}),
    )
    create("psv", body)
    found = client("sqs").get_queue_attributes(
        QueueUrl=physical("psv", "Q"), AttributeNames=["VisibilityTimeout"]
    )
    assert found["Attributes"]["VisibilityTimeout"] == "30"


def test_cfn_pseudo_partition() -> None:
    assert evaluated("psp", {"Fn::Sub": "${AWS::Partition} ${AWS::URLSuffix}"}) == (
        "aws amazonaws.com"
    )
    china = client("cloudformation").meta.region_name
    assert china == REGION


MAPPING = {"Mappings": {"M": {"us-east-1": {"Ami": "ami-1"}}}}


def test_cfn_mappings() -> None:
    node = {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "Ami"]}
    assert evaluated("mp", node, MAPPING) == "ami-1"
    missing = template(MAPPING, P=parameter({"Fn::FindInMap": ["M", "eu-west-1", "Ami"]}))
    assert "Unable to get mapping for M::eu-west-1::Ami" in create_refused(missing)
    fallback = {"Fn::FindInMap": ["M", "eu-west-1", "Ami", {"DefaultValue": "ami-0"}]}
    sections = {**MAPPING, "Transform": "AWS::LanguageExtensions"}
    assert evaluated("mp2", fallback, sections, Capabilities=["CAPABILITY_AUTO_EXPAND"]) == "ami-0"
    changed = {"Mappings": {"M": {"us-east-1": {"Ami": "ami-2"}}}}
    update("mp", template(changed, P=parameter(node)))
    assert value("mp") == "ami-2"


STAGE = {"Parameters": {"E": {"Type": "String", "Default": "dev"}}}


def is_dev(conditions: dict[str, object], name: str, **more: object) -> str:
    base = {"IsDev": {"Fn::Equals": [{"Ref": "E"}, "dev"]}}
    sections = {**STAGE, "Conditions": {**base, **conditions}}
    return evaluated(name, {"Fn::If": ["C", "yes", "no"]}, sections, **more)


def test_cfn_cond_functions() -> None:
    dev: dict[str, object] = {"Condition": "IsDev"}
    false = {"Fn::Equals": ["a", "b"]}
    tables: list[tuple[dict[str, object], str]] = [
        ({"C": {"Fn::Not": [dev]}}, "no"),
        ({"C": {"Fn::And": [dev, {"Fn::Not": [false]}]}}, "yes"),
        ({"C": {"Fn::And": [dev, false]}}, "no"),
        ({"C": {"Fn::Or": [dev, false]}}, "yes"),
        ({"C": {"Fn::Or": [false, false]}}, "no"),
    ]
    for number, (conditions, expected) in enumerate(tables):
        assert is_dev(conditions, f"cf{number}") == expected
    opposite = parameters(E="prod")
    assert is_dev({"C": {"Fn::Not": [dev]}}, "cfp", Parameters=opposite) == "yes"


def test_cfn_cond_yaml_short() -> None:
    body = """
    Parameters: {E: {Type: String, Default: dev}}
    Conditions:
      IsDev: !Equals [!Ref E, dev]
      Not: !Not [!Condition IsDev]
      And: !And [!Condition IsDev, !Equals [a, a]]
      Or: !Or [!Condition Not, !Condition IsDev]
    Resources:
      P:
        Type: AWS::SSM::Parameter
        Properties:
          Type: String
          Value: !Sub
            - ${n} ${a} ${o}
            - n: !If [Not, t, f]
              a: !If [And, t, f]
              o: !If [Or, t, f]
    """
    create("ys", body)
    assert value("ys") == "f t t"


def test_cfn_cond_resource() -> None:
    sections = {
        "Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
        "Outputs": {"O": {"Value": "x", "Condition": "No"}},
    }
    create("cr1", template(sections, Q=queue(), N={**queue(), "Condition": "No"}))
    resources = cfn().describe_stack_resources(StackName="cr1")["StackResources"]
    assert [one["LogicalResourceId"] for one in resources] == ["Q"]
    assert outputs("cr1") == {}
    undefined = template(Q={**queue(), "Condition": "Nowhere"})
    assert "Unresolved condition dependency Nowhere" in create_refused(undefined)


def test_cfn_cond_update() -> None:
    sections = {**STAGE, "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "E"}, "prod"]}}}
    body = template(sections, A=queue(), Q={**queue(QueueName="cu-q"), "Condition": "Prod"})
    create("cu1", body)
    sqs = client("sqs")
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="cu-q")
    update("cu1", Parameters=parameters(E="prod"))
    assert len(sqs.list_queues(QueueNamePrefix="cu-q")["QueueUrls"]) == 1
    update("cu1", Parameters=parameters(E="dev"))
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="cu-q")


# Functions and wiring


def test_cfn_fn_ref() -> None:
    body = template(
        Q=queue(QueueName="ref-q"),
        B={"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "ref-b"}},
        T={"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "ref-t"}},
        S=parameter("x", Name="ref-s"),
        P=parameter({"Fn::Sub": "${Q} ${B} ${T} ${S}"}),
    )
    create("rf", body)
    assert value("rf").split() == [
        f"http://localhost:4566/{ACCOUNT}/ref-q",
        "ref-b",
        f"arn:aws:sns:{REGION}:{ACCOUNT}:ref-t",
        "ref-s",
    ]


def test_cfn_fn_getatt() -> None:
    body = template(
        Q=queue(QueueName="ga-q"),
        B={"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "ga-b"}},
        T={"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "ga-t"}},
        S=parameter("val"),
        P=parameter(
            {
                "Fn::Sub": "${Q.Arn} ${Q.QueueName} ${B.DomainName} ${B.Arn} ${S.Value} "
                "${T.TopicArn} ${T.TopicName}"
            }
        ),
    )
    create("ga", body)
    assert value("ga").split() == [
        f"arn:aws:sqs:{REGION}:{ACCOUNT}:ga-q",
        "ga-q",
        "ga-b.s3.amazonaws.com",
        "arn:aws:s3:::ga-b",
        "val",
        f"arn:aws:sns:{REGION}:{ACCOUNT}:ga-t",
        "ga-t",
    ]
    queued = "Resources:\n  Q: {Type: AWS::SQS::Queue}\n"
    long = f"{queued}Outputs:\n  A:\n    Value:\n      Fn::GetAtt: Q.Arn\n"
    create("ga2", long)
    assert outputs("ga2")["A"].startswith("arn:aws:sqs:")
    wrong = template({"Outputs": {"O": {"Value": {"Fn::GetAtt": ["Q", "Nope"]}}}}, Q=queue())
    assert create("ga3", wrong)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reason("ga3", "ga3", "ROLLBACK_IN_PROGRESS") == (
        "Requested attribute Nope does not exist in schema for AWS::SQS::Queue. "
        "Rollback requested by user."
    )
    older = {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "nobody"}}
    wrong = template({"Outputs": {"O": {"Value": {"Fn::GetAtt": ["K", "Nope"]}}}}, K=older)
    assert create_refused(wrong, Capabilities=["CAPABILITY_IAM"]) == (
        "Template error: resource K does not support attribute type Nope in Fn::GetAtt"
    )


def test_cfn_fn_base64() -> None:
    assert evaluated("b64", {"Fn::Base64": "hello"}) == base64.b64encode(b"hello").decode()
    yaml = """
    Resources:
      P:
        Type: AWS::SSM::Parameter
        Properties:
          Type: String
          Value: !Base64
            Fn::Sub: "hi ${AWS::StackName}"
    """
    create("b64n", yaml)
    assert value("b64n") == base64.b64encode(b"hi b64n").decode()


def test_cfn_fn_join() -> None:
    assert evaluated("jn", {"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}, "b"]]}) == (
        "a-us-east-1-b"
    )


def test_cfn_fn_select_split() -> None:
    assert evaluated("ss", {"Fn::Select": [2, {"Fn::Split": ["|", "a|b|c"]}]}) == "c"
    out = template(P=parameter({"Fn::Select": [5, ["a"]]}))
    assert "Fn::Select cannot select nonexistent value at index 5" in create_refused(out)


def test_cfn_fn_sub() -> None:
    assert evaluated("sb", {"Fn::Sub": ["${a}-${!Literal}", {"a": "x"}]}) == "x-${Literal}"
    missing = template(P=parameter({"Fn::Sub": "${Nope}"}))
    assert "Unresolved resource dependencies [Nope]" in create_refused(missing)


def test_cfn_fn_getazs() -> None:
    for number, region in enumerate(("", {"Ref": "AWS::Region"}, "us-east-1")):
        found = evaluated(f"az{number}", {"Fn::Select": [0, {"Fn::GetAZs": region}]})
        assert found == "us-east-1a"


def test_cfn_fn_cidr() -> None:
    node = {"Fn::Join": [" ", {"Fn::Cidr": ["10.0.0.0/16", 3, 8]}]}
    assert evaluated("ci1", node) == "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24"


def test_cfn_fn_langext() -> None:
    body = json.dumps(
        {
            "Transform": "AWS::LanguageExtensions",
            "Resources": {
                "Fn::ForEach::Queues": [
                    "Name",
                    ["Red", "Blue"],
                    {"Q${Name}": {"Type": "AWS::SQS::Queue"}},
                ],
                "P": parameter(
                    {
                        "Fn::Sub": [
                            "${l} ${j}",
                            {
                                "l": {"Fn::Length": ["a", "b", "c"]},
                                "j": {"Fn::ToJsonString": {"k": "v"}},
                            },
                        ]
                    }
                ),
            },
        }
    )
    create("le", body, Capabilities=["CAPABILITY_AUTO_EXPAND"])
    assert value("le") == '3 {"k":"v"}'
    listed = cfn().list_stack_resources(StackName="le")["StackResourceSummaries"]
    assert {"QRed", "QBlue"} < {one["LogicalResourceId"] for one in listed}


def test_cfn_outputs() -> None:
    sections = {"Outputs": {"U": {"Value": {"Ref": "Q"}, "Description": "where"}}}
    create("ou", template(sections, Q=queue()))
    assert stack("ou")["Outputs"] == [
        {"OutputKey": "U", "OutputValue": physical("ou", "Q"), "Description": "where"}
    ]


def exporter(name: str, export: str, queue_name: str) -> str:
    sections = {
        "Outputs": {"O": {"Value": {"Fn::GetAtt": ["Q", "QueueName"]}, "Export": {"Name": export}}}
    }
    return template(sections, Q=queue(QueueName=queue_name))


def test_cfn_export_list() -> None:
    create("xl", exporter("xl", "shared-xl", "xl-q"))
    found = [one for one in cfn().list_exports()["Exports"] if one["Name"] == "shared-xl"]
    assert found == [
        {"Name": "shared-xl", "Value": "xl-q", "ExportingStackId": stack("xl")["StackId"]}
    ]
    again = create("xl2", exporter("xl2", "shared-xl", "xl-q2"))
    assert again["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Export with name shared-xl is already exported by stack xl" in reason(
        "xl2", "xl2", "ROLLBACK_IN_PROGRESS"
    )


def test_cfn_importvalue() -> None:
    create("xi", exporter("xi", "shared-xi", "xi-q"))
    assert evaluated("xi2", {"Fn::ImportValue": "shared-xi"}) == "xi-q"
    found = create("xi3", template(P=parameter({"Fn::ImportValue": "nope"})))
    assert found["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "No export named nope found." in json.dumps(
        [one.get("ResourceStatusReason") for one in events("xi3")]
    )


def test_cfn_export_inuse() -> None:
    create("xu", exporter("xu", "shared-xu", "xu-q"))
    assert evaluated("xu-user", {"Fn::ImportValue": "shared-xu"}) == "xu-q"
    assert cfn().list_imports(ExportName="shared-xu")["Imports"] == ["xu-user"]
    cfn().delete_stack(StackName="xu")
    assert status("xu") == "CREATE_COMPLETE"
    assert "Cannot delete export shared-xu as it is in use by xu-user" in str(
        stack("xu")["StackStatusReason"]
    )
    without = update("xu", template(Q=queue(QueueName="xu-q")))
    assert without["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "Export shared-xu cannot be deleted as it is in use by xu-user" in reason(
        "xu", "xu", "UPDATE_ROLLBACK_IN_PROGRESS"
    )
    changed = update("xu", exporter("xu", "shared-xu", "xu-q2"))
    assert changed["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "Export shared-xu cannot be updated as it is in use by xu-user" in reason(
        "xu", "xu", "UPDATE_ROLLBACK_IN_PROGRESS"
    )
    delete("xu-user")
    assert delete("xu")["StackStatus"] == "DELETE_COMPLETE"


def test_cfn_dependson() -> None:
    body = template(
        Z=queue(),
        Y={**queue(), "DependsOn": "Z"},
        X=queue(RedrivePolicy={"deadLetterTargetArn": {"Fn::GetAtt": ["Y", "Arn"]},
                               "maxReceiveCount": 3}),
    )  # fmt: skip
    create("do", body)
    order = [name for name, state in story("do") if state == "CREATE_COMPLETE"]
    assert order == ["Z", "Y", "X", "do"]
    assert [name for name, state in story(delete("do")["StackId"]) if state == "DELETE_COMPLETE"
            ][:3] == ["X", "Y", "Z"]  # fmt: skip
    create_refused(template(A={**queue(), "DependsOn": "Nowhere"}))


# Secrets and settings by reference


def test_cfn_dyn_ssm() -> None:
    ssm = client("ssm")
    ssm.put_parameter(Name="/dyn/plain", Value="one", Type="String")
    ssm.put_parameter(Name="/dyn/plain", Value="two", Type="String", Overwrite=True)
    assert evaluated("dy1", "{{resolve:ssm:/dyn/plain:1}}") == "one"
    assert evaluated("dy2", "{{resolve:ssm:/dyn/plain}}") == "two"
    found = create("dy3", template(P=parameter("{{resolve:ssm:/dyn/missing}}")))
    assert found["StackStatus"] == "ROLLBACK_COMPLETE"


def test_cfn_dyn_ssmsecure() -> None:
    client("ssm").put_parameter(Name="/dyn/secure", Value="hush", Type="SecureString")
    node = "{{resolve:ssm-secure:/dyn/secure:1}}"
    message = create_refused(template(P=parameter(node)))
    assert message == (
        "SSM Secure reference is not supported in: [AWS::SSM::Parameter/Properties/Value]"
    )
    user = {
        "Type": "AWS::IAM::User",
        "Properties": {"LoginProfile": {"Password": node}},
    }
    found = create("dys", template(U=user), Capabilities=["CAPABILITY_IAM"])
    assert found["StackStatus"] in ("CREATE_COMPLETE", "ROLLBACK_COMPLETE")
    assert "hush" not in json.dumps(events("dys"), default=str)


def test_cfn_dyn_secrets() -> None:
    secrets = client("secretsmanager")
    text = json.dumps({"user": "purser", "password": "pw-1"})
    secrets.create_secret(Name="dyn-db", SecretString=text)
    node = "{{resolve:secretsmanager:dyn-db:SecretString:password}}"
    assert evaluated("dsm", node) == "pw-1"
    assert evaluated("dsm2", "{{resolve:secretsmanager:dyn-db}}") == text
    shown = [one.get("ResourceProperties") or "" for one in events("dsm")]
    assert not any("pw-1" in one for one in shown)
    assert any("{{resolve:secretsmanager" in one for one in shown)
