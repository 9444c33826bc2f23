"""AWS::Lambda, type by type."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.awslambda.models import lambda_backends
from trial import ACCOUNT, Trial, client

from dryrun.cloud.cloudformation.providers.base import ResourceError

EMPTY = b"PK\x05\x06" + b"\0" * 18
"""A zip file with nothing in it."""

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
CODE = "import cfnresponse\n\ndef handler(event, context):\n    return event\n"
TAGS = [{"Key": "aws:cloudformation:stack-name", "Value": "trial"}, {"Key": "a", "Value": "1"}]


@pytest.fixture
def role() -> Any:
    with Trial("AWS::IAM::Role", {"AssumeRolePolicyDocument": TRUST, "RoleName": "works"}) as it:
        yield it.read()["Arn"]


def function(role: str, **properties: Any) -> Trial:
    return Trial("AWS::Lambda::Function", basic(role, **properties))


def basic(role: str, **properties: Any) -> dict[str, Any]:
    return {
        "Code": {"ZipFile": CODE},
        "FunctionName": "sell",
        "Handler": "index.handler",
        "Role": role,
        "Runtime": "python3.12",
        **properties,
    }


def files(name: str = "sell") -> dict[str, bytes]:
    kept = lambda_backends[ACCOUNT]["us-east-1"].get_function(name)
    with zipfile.ZipFile(io.BytesIO(kept.code_bytes)) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


def test_function(role: str) -> None:
    ec2 = client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    properties = basic(
        role,
        Architectures=["arm64"],
        DeadLetterConfig={"TargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"},
        Description="sells",
        Environment={"Variables": {"A": "1"}},
        EphemeralStorage={"Size": 1024},
        FileSystemConfigs=[
            {
                "Arn": f"arn:aws:elasticfilesystem:us-east-1:{ACCOUNT}:access-point/"
                "fsap-0123456789abcdef0",
                "LocalMountPath": "/mnt/a",
            }
        ],
        LoggingConfig={"LogFormat": "JSON", "LogGroup": "/sell"},
        MemorySize=256,
        ReservedConcurrentExecutions=0,
        SnapStart={"ApplyOn": "PublishedVersions"},
        Tags=TAGS,
        Timeout=30,
        TracingConfig={"Mode": "Active"},
        VpcConfig={"SecurityGroupIds": [group], "SubnetIds": [subnet["SubnetId"]]},
    )
    with Trial("AWS::Lambda::Function", properties) as it:
        found = it.read()
        assert {n: found.get(n) for n in properties if n != "Code"} == {
            name: value for name, value in properties.items() if name != "Code"
        }
        assert found["Arn"] == f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:sell"
        kept = client("lambda").get_function_configuration(FunctionName="sell")
        assert kept["VpcConfig"]["VpcId"] == subnet["VpcId"]
        assert sorted(files()) == ["cfnresponse.py", "index.py"]
        assert files()["index.py"].decode() == CODE
        found = it.update(basic(role, Code={"ZipFile": "x = 1"}, Tags=TAGS[:1]))
        assert files() == {"index.py": b"x = 1"}
        assert found["Architectures"] == ["x86_64"]
        assert (found["MemorySize"], found["Timeout"]) == (128, 3)
        assert found["TracingConfig"] == {"Mode": "PassThrough"}
        assert found["EphemeralStorage"] == {"Size": 512}
        assert found["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/sell"}
        assert found["Tags"] == TAGS[:1]
        for name in ("DeadLetterConfig", "Description", "Environment", "FileSystemConfigs"):
            assert not found.get(name), name
        assert "VpcConfig" not in found
        assert "ReservedConcurrentExecutions" not in found


def test_inline_code_for_node(role: str) -> None:
    text = "const response = require('cfn-response');"
    with function(role, Code={"ZipFile": text}, Runtime="nodejs22.x"):
        assert sorted(files()) == ["index.js", "node_modules/cfn-response.js"]
    with function(role, Code={"ZipFile": "from cfnresponse import send"}):
        assert sorted(files()) == ["index.py"]


def test_code_in_s3_must_be_there(role: str) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="codes")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "y = 2")
    s3.put_object(Bucket="codes", Key="a.zip", Body=packed.getvalue())
    with pytest.raises(ClientError, match="S3 Error Code: NoSuchKey"):
        function(role, Code={"S3Bucket": "codes", "S3Key": "b.zip"}).create()
    with pytest.raises(ClientError, match="S3 Error Code: NoSuchBucket"):
        function(role, Code={"S3Bucket": "codes-not-there", "S3Key": "b.zip"}).create()
    with function(role, Code={"S3Bucket": "codes", "S3Key": "a.zip"}) as it:
        assert files() == {"index.py": b"y = 2"}
        it.update(basic(role))
        assert "cfnresponse.py" in files()
        with pytest.raises(ClientError, match="NoSuchKey"):
            it.update(basic(role, Code={"S3Bucket": "codes", "S3Key": "b.zip"}))


def test_function_needs_a_role_that_is_there() -> None:
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        function(f"arn:aws:iam::{ACCOUNT}:role/nobody").create()


def test_image(role: str) -> None:
    code = {"ImageUri": f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/shop:1"}
    properties = {
        "Code": code,
        "ImageConfig": {"Command": ["app.handler"]},
        "PackageType": "Image",
        "Role": role,
    }
    with Trial("AWS::Lambda::Function", properties) as it:
        found = it.read()
        assert found["PackageType"] == "Image"
        assert found["ImageConfig"] == {"Command": ["app.handler"]}
        found = it.update({**properties, "ImageConfig": {"Command": ["other"]}})
        assert found["ImageConfig"] == {"Command": ["other"]}


def test_versions_and_aliases(role: str) -> None:
    with function(role) as it:
        first = Trial("AWS::Lambda::Version", {"FunctionName": "sell", "Description": "one"})
        first.create()
        assert first.physical_id.endswith(":function:sell:1")
        assert first.read()["Description"] == "one"
        with pytest.raises(ResourceError, match=r"A version for this .* exists \( 1 \)"):
            Trial("AWS::Lambda::Version", {"FunctionName": "sell"}).create()
        it.update(basic(role, Timeout=9))
        second = Trial("AWS::Lambda::Version", {"FunctionName": "sell"}).create()
        assert second.read()["Version"] == "2"
        alias = {"FunctionName": "sell", "FunctionVersion": "1", "Name": "live"}
        with Trial("AWS::Lambda::Alias", alias) as live:
            assert live.physical_id.endswith(":function:sell:live")
            assert live.read() == {**alias, "AliasArn": live.physical_id}
            weights = {
                "AdditionalVersionWeights": [{"FunctionVersion": "2", "FunctionWeight": 0.1}]
            }
            found = live.update({**alias, "RoutingConfig": weights, "Description": "d"})
            assert (found["RoutingConfig"], found["Description"]) == (weights, "d")
            assert "RoutingConfig" not in live.update({**alias, "FunctionVersion": "2"})
        second.delete()
        it.update(basic(role, Timeout=10))
        with Trial("AWS::Lambda::Version", {"FunctionName": "sell"}) as third:
            assert third.read()["Version"] == "3"
        first.delete()


def test_permission(role: str) -> None:
    with function(role):
        properties = {
            "Action": "lambda:InvokeFunction",
            "FunctionName": "sell",
            "Principal": "s3.amazonaws.com",
            "SourceAccount": ACCOUNT,
            "SourceArn": "arn:aws:s3:::tickets",
        }
        with Trial("AWS::Lambda::Permission", properties) as it:
            assert it.read() == {**properties, "Id": it.physical_id}
            policy = json.loads(client("lambda").get_policy(FunctionName="sell")["Policy"])
            assert policy["Statement"][0]["Condition"] == {
                "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::tickets"},
                "StringEquals": {"AWS:SourceAccount": ACCOUNT},
            }
        properties = {
            "Action": "lambda:InvokeFunctionUrl",
            "FunctionName": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:sell",
            "FunctionUrlAuthType": "NONE",
            "Principal": "*",
        }
        with Trial("AWS::Lambda::Permission", properties) as it:
            assert it.read() == {**properties, "Id": it.physical_id}
        properties = {**properties, "Principal": ACCOUNT, "PrincipalOrgID": "o-0123456789"}
        with Trial("AWS::Lambda::Permission", properties) as it:
            assert it.read() == {**properties, "Id": it.physical_id}


def test_event_source_mapping(role: str) -> None:
    with function(role), Trial("AWS::SQS::Queue", {"QueueName": "orders"}) as queue:
        source = queue.read()["Arn"]
        properties = {
            "BatchSize": 5,
            "EventSourceArn": source,
            "FilterCriteria": {"Filters": [{"Pattern": '{"a": [1]}'}]},
            "FunctionName": "sell",
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": 5},
            "Tags": TAGS,
        }
        with Trial("AWS::Lambda::EventSourceMapping", properties) as it:
            found = it.read()
            assert {name: found[name] for name in properties} == properties
            assert (found["Id"], found["Enabled"]) == (it.physical_id, True)
            assert found["EventSourceMappingArn"].endswith(it.physical_id)
            with pytest.raises(ClientError, match="already exists"):
                Trial("AWS::Lambda::EventSourceMapping", properties).create()
            # Functions are not run by moto, which would want Docker.
            sent = client("sqs").send_message(QueueUrl=queue.physical_id, MessageBody="one")
            assert sent["MessageId"]
            short = {"Enabled": False, "EventSourceArn": source, "FunctionName": "sell"}
            found = it.update({**short, "Tags": TAGS[1:]})
            assert (found["BatchSize"], found["Enabled"]) == (10, False)
            assert not found.get("FilterCriteria")
            assert found["Tags"] == TAGS[1:]


def test_event_sources_that_are_not_simulated() -> None:
    mapping = Trial("AWS::Lambda::EventSourceMapping", {})
    kafka = {"EventSourceArn": f"arn:aws:kafka:us-east-1:{ACCOUNT}:cluster/c/1"}
    assert "of the service kafka" in (mapping.provider.unsupported(kafka) or "")
    unknown = {"EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}}
    assert mapping.provider.unsupported(unknown) is None


def test_event_source_mapping_of_a_stream(role: str) -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="clicks")["StreamDescription"]["StreamARN"]
    properties = {
        "BisectBatchOnFunctionError": True,
        "DestinationConfig": {"OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:{ACCOUNT}:d"}},
        "EventSourceArn": arn,
        "FunctionName": "sell",
        "MaximumRetryAttempts": 3,
        "ParallelizationFactor": 2,
        "StartingPosition": "LATEST",
    }
    with function(role), Trial("AWS::Lambda::EventSourceMapping", properties) as it:
        found = it.read()
        assert {name: found[name] for name in properties} == properties
    kinesis.delete_stream(StreamName="clicks")


def test_layer_and_its_permission() -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="layers")
    s3.put_object(Bucket="layers", Key="a.zip", Body=EMPTY)
    properties = {
        "CompatibleArchitectures": ["x86_64"],
        "CompatibleRuntimes": ["python3.12"],
        "Content": {"S3Bucket": "layers", "S3Key": "a.zip"},
        "Description": "shared",
        "LayerName": "common",
        "LicenseInfo": "MIT",
    }
    with Trial("AWS::Lambda::LayerVersion", properties) as layer:
        found = layer.read()
        kept = {name: value for name, value in properties.items() if name != "Content"}
        assert found == {**kept, "LayerVersionArn": layer.physical_id}
        assert layer.physical_id.endswith(":layer:common:1")
        permission = {
            "Action": "lambda:GetLayerVersion",
            "LayerVersionArn": layer.physical_id,
            "OrganizationId": "o-0123456789",
            "Principal": "*",
        }
        with Trial("AWS::Lambda::LayerVersionPermission", permission) as it:
            assert it.read() == {**permission, "Id": it.physical_id}
            assert it.physical_id.startswith(f"{layer.physical_id}#")


def test_url_and_asynchronous_calls(role: str) -> None:
    with function(role) as it:
        arn = it.read()["Arn"]
        properties = {
            "AuthType": "NONE",
            "Cors": {"AllowHeaders": ["X-Boat"], "AllowOrigins": ["*"], "MaxAge": 60},
            "TargetFunctionArn": arn,
        }
        with Trial("AWS::Lambda::Url", properties) as url:
            found = url.read()
            assert {name: found[name] for name in properties} == properties
            assert found["FunctionUrl"].endswith(".lambda-url.us-east-1.on.aws/")
            assert url.physical_id == found["FunctionArn"] == arn
            address = found["FunctionUrl"]
            changed = {"AuthType": "AWS_IAM", "InvokeMode": "RESPONSE_STREAM"}
            found = url.update({**changed, "TargetFunctionArn": arn})
            assert {name: found[name] for name in changed} == changed
            assert "Cors" not in found
            assert found["FunctionUrl"] == address
        properties = {
            "FunctionName": "sell",
            "MaximumEventAgeInSeconds": 60,
            "MaximumRetryAttempts": 0,
            "Qualifier": "$LATEST",
        }
        with Trial("AWS::Lambda::EventInvokeConfig", properties) as config:
            assert config.physical_id == "sell|$LATEST"
            assert config.read() == properties
            properties = {**properties, "MaximumRetryAttempts": 1}
            assert config.update(properties) == properties


def test_code_signing(role: str) -> None:
    publishers = {
        "SigningProfileVersionArns": [f"arn:aws:signer:us-east-1:{ACCOUNT}:/signing-profiles/a"]
    }
    properties = {"AllowedPublishers": publishers, "Description": "ours", "Tags": TAGS}
    with Trial("AWS::Lambda::CodeSigningConfig", properties) as config:
        found = config.read()
        assert {name: found[name] for name in properties} == properties
        assert config.physical_id == found["CodeSigningConfigArn"]
        assert found["CodeSigningConfigArn"].endswith(found["CodeSigningConfigId"])
        enforced = {"UntrustedArtifactOnDeployment": "Enforce"}
        changed = {"AllowedPublishers": publishers, "CodeSigningPolicies": enforced}
        found = config.update(changed)
        assert (found["CodeSigningPolicies"], found["Tags"]) == (enforced, [])
        found = config.update({"AllowedPublishers": publishers})
        assert found["CodeSigningPolicies"] == {"UntrustedArtifactOnDeployment": "Warn"}
        named = basic(role, CodeSigningConfigArn=config.physical_id)
        with Trial("AWS::Lambda::Function", named) as it:
            assert it.read()["CodeSigningConfigArn"] == config.physical_id
            assert "CodeSigningConfigArn" not in it.update(basic(role))
