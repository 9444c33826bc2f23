"""What the cloud says it simulates."""

from __future__ import annotations

import in_process
import pytest
from botocore.exceptions import ClientError

from dryrun import cli
from dryrun.cloud import capabilities, registry
from dryrun.cloud.capabilities import Source, source
from dryrun.cloud.cloudformation import providers
from dryrun.cloud.cloudformation.schema import schema
from dryrun.cloud.services import heads


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("sts", "GetCallerIdentity", Source.OURS),
        ("sts", "AssumeRole", Source.OURS),
        ("sts", "GetAccessKeyInfo", Source.OURS),
        ("sts", "AssumeRoleWithSAML", Source.NOT_SIMULATED),
        ("s3", "ListObjectsV2", Source.MOTO),
        ("s3", "DeleteObjects", Source.MOTO),
        ("s3", "SelectObjectContent", Source.MOTO),
        ("s3", "ListDirectoryBuckets", Source.NOT_SIMULATED),
        ("s3", "PutBucketMetricsConfiguration", Source.NOT_SIMULATED),
        ("lambda", "InvokeAsync", Source.NOT_SIMULATED),
        ("lambda", "ListLayers", Source.MOTO),
        ("ec2", "DescribeInstances", Source.MOTO),
        # moto has a method for it that only says it is not implemented.
        ("ec2", "BundleInstance", Source.NOT_SIMULATED),
        # moto answers elb and elbv2, apigateway and apigatewayv2 at one address.
        ("elb", "DescribeAccountLimits", Source.NOT_SIMULATED),
        ("elbv2", "DescribeAccountLimits", Source.MOTO),
        ("kendra", "Query", Source.NOT_SIMULATED),
        ("no-such-service", "Anything", Source.NOT_SIMULATED),
        ("s3", "NoSuchOperation", Source.NOT_SIMULATED),
    ],
)
def test_who_answers(service: str, operation: str, expected: Source) -> None:
    assert source(service, operation) is expected


def test_the_heads_are_those_of_the_installed_botocore() -> None:
    loader = in_process.session()._loader
    assert set(heads()) == set(loader.list_available_services("service-2")), (
        "data/services.json is older than botocore; run `python -m dryrun.cloud.services`"
    )


@pytest.mark.parametrize("service", registry.WITHDRAWN)
def test_what_is_withdrawn_exists_and_is_refused(service: str) -> None:
    client = in_process.client(service)
    for operation in registry.WITHDRAWN[service]:
        assert operation in client.meta.service_model.operation_names
        assert source(service, operation) is Source.NOT_SIMULATED


def test_the_table_is_in_order_of_names() -> None:
    listed = [one.operation for one in capabilities.service_table("sts")]
    assert listed == sorted(listed)


def test_a_refusal_is_one_sentence_in_the_words_of_aws() -> None:
    with pytest.raises(ClientError) as refusal:
        in_process.client("kendra").list_indices()
    assert refusal.value.response["Error"] == {
        "Code": "NotSimulated",
        "Message": "Dry Run does not simulate kendra ListIndices; real AWS would carry it out.",
    }
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_what_is_not_there_is_said_to_be_not_there() -> None:
    with pytest.raises(ClientError) as refusal:
        in_process.client("appsync").delete_graphql_api(apiId="nowhere")
    assert refusal.value.response["Error"]["Code"] == "NotFoundException"
    assert "nowhere" in refusal.value.response["Error"]["Message"]
    with pytest.raises(ClientError) as refusal:
        in_process.client("ec2").delete_transit_gateway(TransitGatewayId="tgw-0")
    assert refusal.value.response["Error"]["Code"] == "InvalidTransitGatewayID.NotFound"


def test_a_parameter_moto_counts_on_is_named() -> None:
    with pytest.raises(ClientError) as refusal:
        in_process.client("dynamodb").create_table(TableName="x")
    assert "without KeySchema" in refusal.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("service", "words"),
    [("sqss", "There is no AWS service"), ("deadline", "simulates nothing of the AWS service")],
)
def test_the_command_names_a_service_it_cannot_list(
    service: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["cloud", "capabilities", "--service", service])
    assert words in capsys.readouterr().err


def test_the_command_lists_one_service_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["cloud", "capabilities", "--service", "sts"])
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("sts ") for line in lines)
    assert any(line.split() == ["sts", "GetCallerIdentity", "ours"] for line in lines)


def test_the_resource_types_and_what_becomes_of_their_properties(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["cloud", "capabilities", "--types"])
    assert ended.value.code == 0
    listed = capsys.readouterr().out.split()
    assert {"AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::CloudFormation::Stack"} < set(listed)
    with pytest.raises(SystemExit):
        cli.main(["cloud", "capabilities", "--types", "AWS::SQS::Queue"])
    shown = capsys.readouterr().out
    assert "VisibilityTimeout" in shown
    assert "applied" in shown
    with pytest.raises(SystemExit):
        cli.main(["cloud", "capabilities", "--types", "AWS::Lambda::Function"])
    assert "more is accepted than by AWS: AWS no longer creates functions" in (
        capsys.readouterr().out
    )
    with pytest.raises(SystemExit) as ended:
        cli.main(["cloud", "capabilities", "--types", "AWS::GroundStation::Config"])
    assert ended.value.code == 1
    assert "does not simulate the resource type" in capsys.readouterr().err


@pytest.mark.parametrize("name", providers.types())
def test_providers_speak_of_what_the_official_schema_has(name: str) -> None:
    """A property that is handled or harmless exists; a harmless one says why."""
    provider, known = providers.provider(name), schema(name)
    assert provider is not None
    assert known is not None
    if not known.is_open:
        assert provider.handled <= known.properties
        assert set(provider.harmless) <= known.properties
    assert not provider.handled & set(provider.harmless)
    assert provider.handled >= set(provider.lenient)
    reasons = [*provider.harmless.values(), *provider.lenient.values()]
    assert all(len(reason.split()) > 2 for reason in reasons)
    assert provider.name_property is None or provider.name_property in known.properties
