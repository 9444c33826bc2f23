"""Types of services that few templates use: made, read back, and gone again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from trial import Trial, client


@pytest.fixture(scope="module")
def place() -> dict[str, Any]:
    ec2 = client("ec2")
    wanted = [{"Name": "default-for-az", "Values": ["true"]}]
    subnets = ec2.describe_subnets(Filters=wanted)["Subnets"]
    groups = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [subnets[0]["VpcId"]]}]
    )
    return {
        "vpc": subnets[0]["VpcId"],
        "subnets": [one["SubnetId"] for one in subnets[:2]],
        "group": groups["SecurityGroups"][0]["GroupId"],
    }


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def whole(stack: ExitStack, kind: str, asked: dict[str, Any], logical: str = "Thing") -> Trial:
    it = stack.enter_context(Trial(kind, asked, logical))
    found = it.read()
    assert {name: found.get(name) for name in asked} == asked
    return it


TAGS = [{"Key": "team", "Value": "blue"}]
ROLE = "arn:aws:iam::123456789012:role/works"


def test_sagemaker(stack: ExitStack, place: dict[str, Any]) -> None:
    kind = "AWS::SageMaker::"
    scripts = {
        "NotebookInstanceLifecycleConfigName": "scripts",
        "OnStart": [{"Content": "ZWNobyBib2F0"}],
    }
    whole(stack, kind + "NotebookInstanceLifecycleConfig", scripts, "Scripts")
    notebook = {
        "NotebookInstanceName": "boats",
        "InstanceType": "ml.t3.medium",
        "RoleArn": ROLE,
        "SubnetId": place["subnets"][0],
        "SecurityGroupIds": [place["group"]],
        "LifecycleConfigName": "scripts",
        "Tags": TAGS,
    }
    it = whole(stack, kind + "NotebookInstance", notebook, "Notebook")
    assert it.physical_id == it.read()["NotebookInstanceArn"]
    assert it.update({**notebook, "Tags": []})["Tags"] == []
    container = {"Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/boats:1"}
    model = {"ModelName": "boats", "ExecutionRoleArn": ROLE, "PrimaryContainer": container}
    whole(stack, kind + "Model", model, "Model")
    variant = {
        "VariantName": "all",
        "ModelName": "boats",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.t2.medium",
        "InitialVariantWeight": 1.0,
    }
    config = {"EndpointConfigName": "boats", "ProductionVariants": [variant]}
    whole(stack, kind + "EndpointConfig", config, "Config")
    endpoint = {"EndpointName": "boats", "EndpointConfigName": "boats"}
    whole(stack, kind + "Endpoint", endpoint, "Endpoint")


def test_resolver(stack: ExitStack, place: dict[str, Any]) -> None:
    kind = "AWS::Route53Resolver::"
    endpoint = {
        "Name": "out",
        "Direction": "OUTBOUND",
        "SecurityGroupIds": [place["group"]],
        "IpAddresses": [{"SubnetId": one} for one in place["subnets"]],
        "Tags": TAGS,
    }
    above = whole(stack, kind + "ResolverEndpoint", endpoint, "Endpoint")
    assert above.read()["IpAddressCount"] == "2"
    assert above.update({**endpoint, "Name": "away"})["Name"] == "away"
    rule = {
        "Name": "harbour",
        "RuleType": "FORWARD",
        "DomainName": "harbour.example",
        "ResolverEndpointId": above.physical_id,
        "TargetIps": [{"Ip": "10.0.0.2", "Port": "53"}],
    }
    it = whole(stack, kind + "ResolverRule", rule, "Rule")
    joined = {"ResolverRuleId": it.physical_id, "VPCId": place["vpc"], "Name": "here"}
    whole(stack, kind + "ResolverRuleAssociation", joined, "Joined")


def test_appconfig(stack: ExitStack) -> None:
    app = {"Name": "ferry", "Description": "sells tickets", "Tags": TAGS}
    it = whole(stack, "AWS::AppConfig::Application", app, "App")
    assert it.update({**app, "Name": "ferries", "Tags": []})["Name"] == "ferries"
    profile = {"ApplicationId": it.physical_id, "Name": "flags", "LocationUri": "hosted"}
    shown = whole(stack, "AWS::AppConfig::ConfigurationProfile", profile, "Profile")
    assert shown.read()["ConfigurationProfileId"] == shown.physical_id


@pytest.mark.parametrize(
    ("kind", "more"), [("SimpleAD", {"Size": "Small"}), ("MicrosoftAD", {"Edition": "Standard"})]
)
def test_directories(
    stack: ExitStack, place: dict[str, Any], kind: str, more: dict[str, Any]
) -> None:
    asked = {
        "Name": "corp.ferry.example",
        "Password": "Harbour-Master-1",
        "VpcSettings": {"VpcId": place["vpc"], "SubnetIds": place["subnets"]},
        **more,
    }
    it = whole(stack, f"AWS::DirectoryService::{kind}", asked)
    assert it.read()["DnsIpAddresses"]


def test_directory_with_an_alias(stack: ExitStack, place: dict[str, Any]) -> None:
    asked = {
        "Name": "corp.ferry.example",
        "Password": "Harbour-Master-1",
        "VpcSettings": {"VpcId": place["vpc"], "SubnetIds": place["subnets"]},
        "CreateAlias": True,
        "EnableSso": True,
    }
    it = whole(stack, "AWS::DirectoryService::MicrosoftAD", asked)
    assert it.read()["Alias"].startswith("trial-")
    shown = client("ds").describe_directories(DirectoryIds=[it.physical_id])
    assert shown["DirectoryDescriptions"][0]["SsoEnabled"] is True
    assert it.update({**asked, "EnableSso": False})["EnableSso"] is False


def test_file_system(stack: ExitStack, place: dict[str, Any]) -> None:
    asked = {
        "FileSystemType": "LUSTRE",
        "StorageCapacity": 1200,
        "SubnetIds": place["subnets"][:1],
        "SecurityGroupIds": [place["group"]],
        "Tags": TAGS,
    }
    it = whole(stack, "AWS::FSx::FileSystem", asked)
    assert it.read()["DNSName"].startswith(it.physical_id)


def test_timestream(stack: ExitStack) -> None:
    database = {"DatabaseName": "boats", "Tags": TAGS}
    whole(stack, "AWS::Timestream::Database", database, "Database")
    table = {
        "DatabaseName": "boats",
        "TableName": "speeds",
        "RetentionProperties": {
            "MemoryStoreRetentionPeriodInHours": "24",
            "MagneticStoreRetentionPeriodInDays": "7",
        },
        "Tags": TAGS,
    }
    it = whole(stack, "AWS::Timestream::Table", table, "Table")
    assert it.physical_id == "boats|speeds"


def test_things_with_certificates(stack: ExitStack) -> None:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "boat")])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, SHA256())
    asked = {
        "CertificateSigningRequest": made.public_bytes(Encoding.PEM).decode(),
        "Status": "ACTIVE",
    }
    certificate = whole(stack, "AWS::IoT::Certificate", asked, "Certificate")
    assert certificate.update({**asked, "Status": "INACTIVE"})["Status"] == "INACTIVE"
    arn = certificate.read()["Arn"]
    stack.enter_context(Trial("AWS::IoT::Thing", {"ThingName": "boat"}, "Thing"))
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "iot:*", "Resource": "*"}],
    }
    policy = {"PolicyName": "sails", "PolicyDocument": document}
    stack.enter_context(Trial("AWS::IoT::Policy", policy, "Policy"))
    joined = {"PolicyName": "sails", "Principal": arn}
    whole(stack, "AWS::IoT::PolicyPrincipalAttachment", joined, "Joined")
    held = {"ThingName": "boat", "Principal": arn}
    whole(stack, "AWS::IoT::ThingPrincipalAttachment", held, "Held")


def test_glue(stack: ExitStack) -> None:
    flow = {
        "Name": "count",
        "Description": "counts boats",
        "DefaultRunProperties": {"harbour": "north"},
        "Tags": {"team": "blue"},
    }
    it = whole(stack, "AWS::Glue::Workflow", flow, "Flow")
    assert it.update({**flow, "Description": "counts ships"})["Description"] == "counts ships"
    config = {
        "Name": "safe",
        "EncryptionConfiguration": {"S3Encryptions": [{"S3EncryptionMode": "SSE-S3"}]},
    }
    whole(stack, "AWS::Glue::SecurityConfiguration", config, "Config")


def test_share(stack: ExitStack, place: dict[str, Any]) -> None:
    subnet = f"arn:aws:ec2:us-east-1:123456789012:subnet/{place['subnets'][0]}"
    asked = {"Name": "nets", "AllowExternalPrincipals": True, "ResourceArns": [subnet]}
    it = whole(stack, "AWS::RAM::ResourceShare", asked)
    assert it.read()["Arn"] == it.physical_id
