"""What Lambda's API answers as AWS was recorded to: refusals, revisions, layers, mappings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions import RUNTIME, TRUST, package
from in_process import client, forget, lab

HEAD = "arn:aws:lambda:us-east-1:123456789012"
ARN = f"{HEAD}:function:quay"
GONE = "The resource you requested does not exist."
DERIVED = "The derived qualifier from the function name does not match the specified qualifier."
STALE = (
    "The Revision Id provided does not match the latest Revision Id. Call the "
    "GetFunction/GetAlias API to retrieve the latest Revision Id"
)
QUEUE = "arn:aws:sqs:us-east-1:123456789012:harbour"
KINESIS = "arn:aws:kinesis:us-east-1:123456789012:stream/tide"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/log/stream/2026-01-01T00:00:00.000"


@pytest.fixture(scope="module", autouse=True)
def _quay() -> Iterator[None]:
    iam = client("iam")
    iam.create_role(RoleName="quay", AssumeRolePolicyDocument=json.dumps(TRUST))
    create("quay", Publish=True, Tags={"berth": "one"})
    client("lambda").create_alias(FunctionName="quay", Name="live", FunctionVersion="1")
    yield
    forget("lambda")
    iam.delete_role(RoleName="quay")


def create(name: str, **more: Any) -> Any:
    asked: dict[str, Any] = {
        "FunctionName": name,
        "Role": "arn:aws:iam::123456789012:role/quay",
        "Runtime": RUNTIME,
        "Handler": "app.handler",
        "Code": {"ZipFile": package("")},
        **more,
    }
    return client("lambda").create_function(**asked)


def layer(name: str, **more: Any) -> Any:
    content = {"ZipFile": package("")}
    return client("lambda").publish_layer_version(LayerName=name, Content=content, **more)


def refused(call: Any, *args: Any, **asked: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as caught:
        call(*args, **asked)
    answer = caught.value.response
    error, status = answer["Error"], answer["ResponseMetadata"]["HTTPStatusCode"]
    return error["Code"], error["Message"], status


def invalid(message: str) -> tuple[str, str, int]:
    return "InvalidParameterValueException", message, 400


def missing(message: str) -> tuple[str, str, int]:
    return "ResourceNotFoundException", message, 404


def conflicts(message: str) -> tuple[str, str, int]:
    return "ResourceConflictException", message, 409


def breaks(message: str) -> tuple[str, str, int]:
    return "ValidationException", f"1 validation error detected: {message}", 400


NAMED = {"FunctionName": "quay"}
NOBODY = {"FunctionName": "nobody"}
PERMISSION = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "*"}
WEIGHED = {"Name": "split", "FunctionVersion": "1"}
RETRIES = {"MaximumRetryAttempts": 1}
ONCE = {"ProvisionedConcurrentExecutions": 1}


def weights(**shares: float) -> dict[str, Any]:
    return {"RoutingConfig": {"AdditionalVersionWeights": shares}}


def to(arn: str) -> dict[str, Any]:
    return {"DestinationConfig": {"OnSuccess": {"Destination": arn}}}


@pytest.mark.parametrize(
    ("operation", "asked", "told"),
    [
        ("delete_function", {**NOBODY, "Qualifier": "9"},
         missing(f"Function not found: {HEAD}:function:nobody")),
        ("list_versions_by_function", NOBODY,
         missing(f"Function not found: {HEAD}:function:nobody")),
        ("update_function_code", {**NAMED, "ImageUri": "123456789012.dkr.ecr/x:latest"},
         invalid("Please don't provide ImageUri when updating a function with packageType Zip.")),
        ("update_function_code", {**NAMED, "ZipFile": b"", "RevisionId": "old"},
         ("PreconditionFailedException", STALE, 412)),
        ("update_function_configuration", {**NAMED, "RevisionId": "old"},
         ("PreconditionFailedException", STALE, 412)),
        ("publish_version", {**NAMED, "RevisionId": "old"},
         ("PreconditionFailedException", STALE, 412)),
        ("update_alias", {**NAMED, "Name": "live", "RevisionId": "old"},
         ("PreconditionFailedException", STALE, 412)),
        ("add_permission", {**NAMED, **PERMISSION, "RevisionId": "old"},
         ("PreconditionFailedException", STALE, 412)),
        # Aliases
        ("create_alias", {**NAMED, **WEIGHED, **weights(**{"10": 0.5})},
         missing(f"Function not found: {ARN}:10")),
        ("create_alias", {**NAMED, **WEIGHED, "FunctionVersion": "10", **weights(**{"1": 0.5})},
         missing(f"Function not found: {ARN}:10")),
        ("create_alias", {**NOBODY, **WEIGHED, **weights(**{"2": 0.5})},
         missing(f"Function not found: {HEAD}:function:nobody:1")),
        ("create_alias", {**NAMED, **WEIGHED, **weights(**{"$LATEST": 0.5})},
         breaks("Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to "
                "satisfy constraint: Map keys must satisfy constraint: [Member must have length "
                "less than or equal to 1024, Member must have length greater than or equal to 1, "
                "Member must satisfy regular expression pattern: [0-9]+, Member must not be "
                "null]")),
        # Permissions
        ("add_permission", {**NAMED, **PERMISSION, "Principal": "sns.example.com"},
         invalid("The provided principal was invalid. Please check the principal and try again.")),
        ("add_permission", {"FunctionName": "quay:none", **PERMISSION},
         missing(f"Cannot find alias arn: {ARN}:none")),
        ("add_permission", {**NAMED, **PERMISSION, "Qualifier": "42"},
         missing(f"Function not found: {ARN}:42")),
        ("get_policy", {**NAMED, "Qualifier": "77"}, missing(GONE)),
        ("remove_permission", {**NOBODY, "StatementId": "s"},
         missing(f"No policy found for: {HEAD}:function:nobody")),
        ("remove_permission", {**NAMED, "StatementId": "s"},
         missing("No policy is associated with the given resource.")),
        ("remove_permission", {**NAMED, "StatementId": "s", "Qualifier": "none"},
         missing(f"Cannot find alias arn: {ARN}:none")),
        # Concurrency
        ("put_function_concurrency", {**NOBODY, "ReservedConcurrentExecutions": 1},
         missing(f"Function not found: {HEAD}:function:nobody:$LATEST")),
        ("put_function_concurrency",
         {"FunctionName": f"{ARN}:1", "ReservedConcurrentExecutions": 1},
         invalid("This operation is permitted on Lambda functions only. Aliases and versions do "
                 "not support this operation. Please specify either a function name or an "
                 "unqualified function ARN.")),
        ("get_provisioned_concurrency_config", {**NAMED, "Qualifier": "$LATEST"},
         invalid("The function resource provided must be an alias or a published version.")),
        ("delete_provisioned_concurrency_config", {**NAMED, "Qualifier": "$LATEST"},
         invalid("The function resource provided must be an alias or a published version.")),
        ("put_provisioned_concurrency_config", {**NOBODY, "Qualifier": "1", **ONCE},
         missing(f"Function not found: {HEAD}:function:nobody:1")),
        ("put_provisioned_concurrency_config", {**NOBODY, "Qualifier": "live", **ONCE},
         missing(f"Cannot find alias arn: {HEAD}:function:nobody:live")),
        ("put_provisioned_concurrency_config",
         {**NAMED, "Qualifier": "1", "ProvisionedConcurrentExecutions": 1001},
         invalid("Specified ConcurrentExecutions for function is greater than account's "
                 "unreserved concurrency [1000].")),
        # Asynchronous invocations
        ("put_function_event_invoke_config", NOBODY,
         invalid("You must specify at least one of error handling or destination setting.")),
        ("put_function_event_invoke_config", {**NOBODY, **RETRIES},
         missing("The function doesn't exist.")),
        ("update_function_event_invoke_config", {**NOBODY, **RETRIES},
         missing("The function doesn't exist.")),
        ("list_function_event_invoke_configs", NOBODY, missing("The function doesn't exist.")),
        ("get_function_event_invoke_config", {"FunctionName": f"{ARN}:live"},
         missing(f"The function {ARN}:live doesn't have an EventInvokeConfig")),
        ("put_function_event_invoke_config", {**NAMED, **to(ARN)},
         invalid("You can't specify the function as a destination for itself.")),
        ("put_function_event_invoke_config", {**NAMED, **to(f"{HEAD}:function:nobody")},
         invalid(f"The destination ARN {HEAD}:function:nobody is invalid.")),
        ("put_function_event_invoke_config", {**NAMED, **to("arn:aws:iam::123456789012:role/x")},
         invalid("The provided destination config DestinationConfig(onSuccess=OnSuccess("
                 "destination=arn:aws:iam::123456789012:role/x), onFailure=null) is invalid.")),
        # URLs
        ("list_function_url_configs", NOBODY, missing("Function does not exist")),
        ("delete_function_url_config", NAMED, missing(GONE)),
        ("update_function_url_config", {**NAMED, "AuthType": "NONE"}, missing(GONE)),
        # Tags
        ("tag_resource", {"Resource": f"{ARN}:1", "Tags": {"a": "b"}},
         invalid("Tags on function aliases and versions are not supported. Please specify a "
                 "function ARN.")),
        ("tag_resource", {"Resource": ARN, "Tags": {}},
         invalid("An error occurred and the request cannot be processed.")),
        ("tag_resource", {"Resource": ARN, "Tags": {str(n): "" for n in range(50)}},
         invalid("Number of tags exceeds resource tag limit.")),
        # Event source mappings
        ("create_event_source_mapping", NOBODY, invalid("Unrecognized event source.")),
        ("create_event_source_mapping", {**NOBODY, "EventSourceArn": QUEUE},
         invalid("Function does not exist")),
        ("create_event_source_mapping",
         {**NAMED, "EventSourceArn": QUEUE, "StartingPosition": "LATEST"},
         invalid("StartingPosition is not valid for SQS event sources.")),
        ("create_event_source_mapping", {**NAMED, "EventSourceArn": QUEUE, "BatchSize": 11},
         invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is "
                 "greater than 10")),
        ("create_event_source_mapping", {**NAMED, "EventSourceArn": KINESIS},
         invalid("1 validation error detected: Value null at 'startingPosition' failed to satisfy "
                 "constraint: Member must not be null.")),
        ("create_event_source_mapping",
         {**NAMED, "EventSourceArn": KINESIS, "StartingPosition": "LATEST",
          "StartingPositionTimestamp": 1},
         invalid("Timestamp only valid with StartingPosition AT_TIMESTAMP")),
        ("create_event_source_mapping",
         {**NAMED, "EventSourceArn": TABLE, "StartingPosition": "AT_TIMESTAMP"},
         invalid(f"Unsupported starting position for arn type: {TABLE}")),
        ("update_event_source_mapping", {"UUID": "0" * 36}, missing(GONE)),
        ("delete_event_source_mapping", {"UUID": "0" * 36}, missing(GONE)),
        # Layers
        ("get_layer_version", {"LayerName": "none", "VersionNumber": 0},
         invalid("Layer Version Cannot be less than 1")),
        ("get_layer_version_by_arn", {"Arn": f"{HEAD}:layer:none:1"}, missing(GONE)),
        ("get_layer_version_policy", {"LayerName": "none", "VersionNumber": 1},
         missing(f"Layer version {HEAD}:layer:none:1 does not exist.")),
    ],
)  # fmt: skip
def test_refusals(operation: str, asked: dict[str, Any], told: tuple[str, str, int]) -> None:
    assert refused(getattr(client("lambda"), operation), **asked) == told


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"FunctionName": "a" * 65},
         invalid(f"1 validation error detected: Value '{'a' * 65}' at 'functionName' failed to "
                 "satisfy constraint: Member must have length less than or equal to 64")),
        ({"FunctionName": "arn:aws:lambda:eu-west-1:123456789012:function:far"},
         missing("Functions from 'eu-west-1' are not reachable in this region ('us-east-1')")),
        ({"FunctionName": "arn:aws:lambda:us-east-1:111122223333:function:far"},
         ("AccessDeniedException", None, 403)),
        ({"Architectures": ["x86_64", "arm64"]},
         breaks("Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member "
                "must have length less than or equal to 1")),
        ({"Architectures": ["X86_64"]},
         breaks("Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must "
                "satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member "
                "must not be null]")),
        ({"Runtime": "python3.11", "SnapStart": {"ApplyOn": "PublishedVersions"}},
         invalid("python3.11 is not supported for SnapStart enabled functions.")),
        ({"Layers": [f"{HEAD}:layer:l{n}:1" for n in range(6)]},
         invalid("Cannot reference more than 5 layers.")),
        ({"Layers": [f"{HEAD.replace('us-east-1', 'us-west-2')}:layer:far:1"]},
         invalid("Layers are not in the same region as the function. Layers are expected to be in "
                 "region us-east-1.")),
    ],
)  # fmt: skip
def test_functions_that_are_not_created(asked: dict[str, Any], told: Any) -> None:
    assert refused(create, **{"name": asked.pop("FunctionName", "never"), **asked}) == told


def test_a_function_is_named_in_every_way() -> None:
    functions = client("lambda")
    assert create(f"{HEAD}:function:long")["FunctionName"] == "long"
    assert create("123456789012:function:partly")["FunctionArn"] == f"{HEAD}:function:partly"
    for name in ("partly", "123456789012:function:partly", f"{HEAD}:function:partly"):
        assert len(functions.list_versions_by_function(FunctionName=name)["Versions"]) == 1
    for name in ("long", "123456789012:function:partly"):
        functions.delete_function(FunctionName=name)
    again = functions.delete_function(FunctionName="quay", Qualifier="1233")
    assert again["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_a_function_is_told_of_under_the_name_it_was_asked_for_by() -> None:
    functions = client("lambda")
    for qualifier, version in (("live", "1"), ("1", "1"), ("$LATEST", "$LATEST")):
        told = functions.get_function(FunctionName="quay", Qualifier=qualifier)["Configuration"]
        assert (told["FunctionArn"], told["Version"]) == (f"{ARN}:{qualifier}", version)
    assert functions.get_function_configuration(FunctionName=f"{ARN}:live")["FunctionArn"] == (
        f"{ARN}:live"
    )


def test_a_list_of_aliases_may_be_of_one_version() -> None:
    functions = client("lambda")
    functions.create_alias(FunctionName="quay", Name="edge", FunctionVersion="$LATEST")
    listed = functions.list_aliases(FunctionName="quay", FunctionVersion="1")["Aliases"]
    assert [one["Name"] for one in listed] == ["live"]
    functions.delete_alias(FunctionName="quay", Name="edge")


def test_every_change_is_another_revision() -> None:
    functions = client("lambda")
    seen = [create("pier")["RevisionId"]]

    def changed(revision: str | None = None) -> str:
        now = revision or functions.get_function_configuration(FunctionName="pier")["RevisionId"]
        assert now not in seen
        seen.append(now)
        return str(now)

    latest = changed()
    update = functions.update_function_configuration(
        FunctionName="pier", Description="new", RevisionId=latest
    )
    changed(update["RevisionId"])
    version = functions.publish_version(FunctionName="pier", RevisionId=changed())
    changed(version["RevisionId"])
    versions = functions.list_versions_by_function(FunctionName="pier")["Versions"]
    assert [one["RevisionId"] for one in versions] == [changed(), version["RevisionId"]]
    functions.add_permission(FunctionName="pier", **PERMISSION)
    policy = functions.get_policy(FunctionName="pier")
    assert policy["RevisionId"] == changed()
    functions.remove_permission(
        FunctionName="pier", StatementId="s", RevisionId=policy["RevisionId"]
    )
    changed()
    alias = functions.create_alias(FunctionName="pier", Name="a", FunctionVersion="1")
    functions.add_permission(
        FunctionName="pier:a", **PERMISSION, Qualifier="a", RevisionId=alias["RevisionId"]
    )
    changed(functions.get_alias(FunctionName="pier", Name="a")["RevisionId"])
    functions.delete_function(FunctionName="pier")


def test_code_that_is_published_at_once_is_a_version_that_is_created() -> None:
    functions = client("lambda")
    create("slip")
    told = functions.update_function_code(
        FunctionName="slip", ZipFile=package("x = 1"), Publish=True
    )
    assert (told["Version"], told["State"]) == ("1", "Pending")
    assert "LastUpdateStatus" not in told
    digest = functions.get_function_configuration(FunctionName="slip")["CodeSha256"]
    assert refused(functions.publish_version, FunctionName="slip", CodeSha256="other") == invalid(
        f"CodeSHA256 (other) is different from current CodeSHA256 in $LATEST ({digest}). Please "
        "try again with the CodeSHA256 in $LATEST."
    )
    functions.delete_function(FunctionName="slip")


def test_a_token_and_others_are_conditions_of_a_permission() -> None:
    functions = client("lambda")
    asked = {
        **PERMISSION,
        "Action": "lambda:InvokeFunctionUrl",
        "SourceArn": "arn:aws:s3:::crates",
        "SourceAccount": "123456789012",
        "PrincipalOrgID": "o-1234567890",
        "FunctionUrlAuthType": "NONE",
    }
    made = functions.add_permission(FunctionName="quay:live", **asked)
    equals = (
        '"StringEquals":{"lambda:FunctionUrlAuthType":"NONE","aws:PrincipalOrgID":"o-1234567890",'
        '"AWS:SourceAccount":"123456789012"}'
    )
    assert f'{equals},"ArnLike"' in made["Statement"]
    told = functions.add_permission(
        FunctionName="quay:live", **PERMISSION | {"StatementId": "t"}, EventSourceToken="skill.x"
    )
    condition = json.loads(told["Statement"])["Condition"]
    assert condition == {"StringEquals": {"lambda:EventSourceToken": "skill.x"}}


def test_a_version_and_an_alias_of_it_cannot_both_be_provided_for() -> None:
    functions = client("lambda")
    provide, drop = (
        functions.put_provisioned_concurrency_config,
        functions.delete_provisioned_concurrency_config,
    )
    provide(FunctionName="quay", Qualifier="1", **ONCE)
    assert refused(provide, FunctionName="quay", Qualifier="live", **ONCE) == conflicts(
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned "
        "version"
    )
    drop(FunctionName="quay", Qualifier="1")
    provide(FunctionName="quay", Qualifier="live", **ONCE)
    assert refused(provide, FunctionName="quay", Qualifier="1", **ONCE) == conflicts(
        "Version is pointed by a Provisioned Concurrency alias"
    )
    drop(FunctionName="quay", Qualifier="live")


def test_urls_are_listed_and_given_once() -> None:
    functions = client("lambda")
    made = functions.create_function_url_config(FunctionName="quay", AuthType="NONE")
    assert "InvokeMode" not in made
    again = {"FunctionName": "quay", "AuthType": "NONE"}
    assert refused(functions.create_function_url_config, **again) == conflicts(
        f"Failed to create function url config for [functionArn = {ARN}]. Error message:  "
        "FunctionUrlConfig exists for this Lambda function"
    )
    functions.create_function_url_config(FunctionName="quay:live", AuthType="AWS_IAM")
    listed = functions.list_function_url_configs(FunctionName="quay")["FunctionUrlConfigs"]
    assert [(one["FunctionArn"], one["InvokeMode"]) for one in listed] == [
        (ARN, "BUFFERED"),
        (f"{ARN}:live", "BUFFERED"),
    ]
    first = functions.list_function_url_configs(FunctionName="quay", MaxItems=1)
    assert len(first["FunctionUrlConfigs"]) == 1
    assert first["NextMarker"]
    for name in ("quay", "quay:live"):
        functions.delete_function_url_config(FunctionName=name)


def test_settings_are_changed_in_part_and_taken_away() -> None:
    functions = client("lambda")
    made = create("log", LoggingConfig={"LogFormat": "JSON"}, DeadLetterConfig={"TargetArn": QUEUE})
    assert made["DeadLetterConfig"] == {"TargetArn": QUEUE}

    def change(**settings: Any) -> Any:
        return functions.update_function_configuration(FunctionName="log", **settings)

    told = change(LoggingConfig={"LogGroup": "deck"}, DeadLetterConfig={})
    assert told["LoggingConfig"] == {
        "LogFormat": "JSON",
        "LogGroup": "deck",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
    }
    assert told["DeadLetterConfig"] == {"TargetArn": QUEUE}
    told = change(LoggingConfig={"LogFormat": "Text"}, DeadLetterConfig={"TargetArn": ""})
    assert told["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "deck"}
    assert "DeadLetterConfig" not in told
    assert "CodeSigningConfigArn" not in functions.get_function_code_signing_config(
        FunctionName="log"
    )
    functions.delete_function(FunctionName="log")


def test_all_code_counts() -> None:
    functions = client("lambda")

    def size() -> int:
        return int(functions.get_account_settings()["AccountUsage"]["TotalCodeSize"])

    sizes = [size()]
    functions.update_function_code(FunctionName="quay", ZipFile=package(""), Publish=True)
    sizes.append(size())
    layer("counted")
    sizes.append(size())
    assert sizes == sorted(set(sizes))


def test_layers_of_a_function() -> None:
    functions = client("lambda")
    one, two = (layer("twice")["LayerVersionArn"] for _ in range(2))
    asked = {"FunctionName": "quay", "Layers": [one, two]}
    assert refused(functions.update_function_configuration, **asked) == invalid(
        "Two different versions of the same layer are not allowed to be referenced in the same "
        f"function. {one} and {two} are versions of the same layer."
    )
    assert functions.get_layer_version_by_arn(Arn=two)["Version"] == 2
    for name, version in (("twice", 2), ("twice", 2), ("none", 1)):
        gone = functions.delete_layer_version(LayerName=name, VersionNumber=version)
        assert gone["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert layer("bare", CompatibleRuntimes=[])["CompatibleRuntimes"] == []


def test_the_policy_of_a_layer() -> None:
    functions = client("lambda")
    layer("shared")
    at = {"LayerName": "shared", "VersionNumber": 1}
    new = {**at, "StatementId": "s", "Action": "lambda:GetLayerVersion", "Principal": "*"}
    absent = missing("No policy is associated with the given resource.")
    assert refused(functions.get_layer_version_policy, **at) == absent
    made = functions.add_layer_version_permission(**new)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["Statement"] == (
        '{"Sid":"s","Effect":"Allow","Principal":"*","Action":"lambda:GetLayerVersion",'
        f'"Resource":"{HEAD}:layer:shared:1"}}'
    )
    assert refused(functions.add_layer_version_permission, **new) == conflicts(
        "The statement id (s) provided already exists. Please provide a new statement id, or "
        "remove the existing statement."
    )
    stale = STALE.replace("GetFunction/GetAlias", "GetLayerPolicy")
    for call, asked in (
        (functions.add_layer_version_permission, {**new, "StatementId": "t"}),
        (functions.remove_layer_version_permission, {**at, "StatementId": "s"}),
    ):
        told = refused(call, **asked, RevisionId="old")
        assert told == ("PreconditionFailedException", stale, 412)
    assert refused(functions.remove_layer_version_permission, **at, StatementId="none") == missing(
        "Statement none is not found in resource policy."
    )
    revision = functions.get_layer_version_policy(**at)["RevisionId"]
    functions.remove_layer_version_permission(**at, StatementId="s", RevisionId=revision)
    assert refused(functions.get_layer_version_policy, **at) == absent


@pytest.mark.parametrize(
    ("name", "arn"),
    [
        ("quay", ARN),
        ("quay:$LATEST", f"{ARN}:$LATEST"),
        ("quay:1", f"{ARN}:1"),
        (f"{ARN}:live", f"{ARN}:live"),
    ],
)
def test_a_mapping_calls_what_was_named(name: str, arn: str) -> None:
    functions, sqs = client("lambda"), client("sqs")
    sqs.create_queue(QueueName="harbour")
    made = functions.create_event_source_mapping(FunctionName=name, EventSourceArn=QUEUE)
    assert (made["FunctionArn"], made["ResponseMetadata"]["HTTPStatusCode"]) == (arn, 202)
    lab().clock.advance(5)
    functions.delete_event_source_mapping(UUID=made["UUID"])
    lab().clock.advance(5)
