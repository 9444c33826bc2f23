"""Lists too long for one page: every page full, no item lost or doubled, as AWS pages them.

Twenty-five things of a kind are made, then listed by tens with botocore's own paginator.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import in_process
import pytest
from admin import secret_of
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from dryrun.cloud.keys import ADMIN_KEY_ID
from dryrun.cloud.launcher import Running

MANY, SIZE = 25, 10
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "sts:AssumeRole",
     "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]}}]})  # fmt: skip
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})  # fmt: skip


@dataclass(frozen=True)
class List:
    """A list: how to fill it, and how to tell its things apart."""

    service: str
    operation: str
    fill: Callable[[Any, int], Any]
    name: str | None
    arguments: Callable[[], dict[str, Any]] = dict
    prepare: Callable[[Any], Any] = lambda client: None
    drop: Callable[[Any, Any], Any] | None = None
    """Delete a listed thing."""
    mine: Callable[[Any], bool] = lambda item: True
    needed: Callable[[], dict[str, Any]] = dict
    """Arguments the paginator sets and a plain call must."""
    token: str | None = "made up"

    def __str__(self) -> str:
        return f"{self.service}-{self.operation}"


def zip_of_nothing() -> bytes:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.py", "def handler(event, context): return event")
    return buffer.getvalue()


def lambda_role() -> str:
    iam = in_process.client("iam")
    try:
        made = iam.create_role(RoleName="runs-functions", AssumeRolePolicyDocument=TRUST)
        return str(made["Role"]["Arn"])
    except ClientError:
        return str(iam.get_role(RoleName="runs-functions")["Role"]["Arn"])


LISTS = (
    List("iam", "list_users", lambda c, n: c.create_user(UserName=f"page-{n:02}"), "UserName",
         mine=lambda x: x["UserName"].startswith("page-"),
         drop=lambda c, x: c.delete_user(UserName=x["UserName"])),
    List("iam", "list_roles",
         lambda c, n: c.create_role(RoleName=f"page-{n:02}", AssumeRolePolicyDocument=TRUST),
         "RoleName", mine=lambda x: x["RoleName"].startswith("page-"),
         drop=lambda c, x: c.delete_role(RoleName=x["RoleName"])),
    List("iam", "list_groups", lambda c, n: c.create_group(GroupName=f"page-{n:02}"), "GroupName",
         drop=lambda c, x: c.delete_group(GroupName=x["GroupName"])),
    List("iam", "list_policies",
         lambda c, n: c.create_policy(PolicyName=f"page-{n:02}", PolicyDocument=POLICY),
         "PolicyName", arguments=lambda: {"Scope": "Local"}),
    List("lambda", "list_functions",
         lambda c, n: c.create_function(FunctionName=f"page-{n:02}", Runtime="python3.12",
                                        Role=lambda_role(), Handler="a.handler",
                                        Code={"ZipFile": zip_of_nothing()}), "FunctionName",
         drop=lambda c, x: c.delete_function(FunctionName=x["FunctionName"])),
    List("kms", "list_keys", lambda c, n: c.create_key(), "KeyId"),
    List("kms", "list_aliases",
         lambda c, n: c.create_alias(AliasName=f"alias/page-{n:02}",
                                     TargetKeyId=c.list_keys()["Keys"][0]["KeyId"]),
         "AliasName", prepare=lambda c: c.create_key(),
         mine=lambda x: x["AliasName"].startswith("alias/page-"),
         drop=lambda c, x: c.delete_alias(AliasName=x["AliasName"])),
    List("cloudwatch", "describe_alarms",
         lambda c, n: c.put_metric_alarm(AlarmName=f"page-{n:02}", EvaluationPeriods=1, Period=60,
                                         ComparisonOperator="GreaterThanThreshold", Threshold=1,
                                         MetricName="x", Namespace="y", Statistic="Sum"),
         "AlarmName", drop=lambda c, x: c.delete_alarms(AlarmNames=[x["AlarmName"]])),
    List("ec2", "describe_volumes",
         lambda c, n: c.create_volume(AvailabilityZone="us-east-1a", Size=1), "VolumeId",
         mine=lambda x: not x["Attachments"],
         drop=lambda c, x: c.delete_volume(VolumeId=x["VolumeId"])),
    List("ec2", "describe_security_groups",
         lambda c, n: c.create_security_group(GroupName=f"page-{n:02}", Description="x"), "GroupId",
         mine=lambda x: x["GroupName"].startswith("page-"),
         drop=lambda c, x: c.delete_security_group(GroupId=x["GroupId"])),
    List("ec2", "describe_instances",
         lambda c, n: c.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1),
         "ReservationId"),
    List("s3", "list_buckets", lambda c, n: c.create_bucket(Bucket=f"page-{n:02}"), "Name",
         mine=lambda x: x["Name"].startswith("page-"),
         drop=lambda c, x: c.delete_bucket(Bucket=x["Name"])),
    List("s3", "list_objects_v2",
         lambda c, n: c.put_object(Bucket="objects", Key=f"dir/{n:02} &é.txt", Body=b"x"), "Key",
         prepare=lambda c: c.create_bucket(Bucket="objects"),
         arguments=lambda: {"Bucket": "objects"},
         drop=lambda c, x: c.delete_object(Bucket="objects", Key=x["Key"])),
    List("s3", "list_objects",
         lambda c, n: c.put_object(Bucket="objects1", Key=f"dir/{n:02}.txt", Body=b"x"), "Key",
         prepare=lambda c: c.create_bucket(Bucket="objects1"),
         arguments=lambda: {"Bucket": "objects1"}, token=None,
         drop=lambda c, x: c.delete_object(Bucket="objects1", Key=x["Key"])),
    List("s3", "list_object_versions",
         lambda c, n: c.put_object(Bucket="versions", Key=f"{n % 3}.txt", Body=b"x"), "VersionId",
         prepare=lambda c: (c.create_bucket(Bucket="versions"), c.put_bucket_versioning(
             Bucket="versions", VersioningConfiguration={"Status": "Enabled"})),
         arguments=lambda: {"Bucket": "versions"}, token=None),
    List("sqs", "list_queues", lambda c, n: c.create_queue(QueueName=f"page-{n:02}"), None,
         drop=lambda c, x: c.delete_queue(QueueUrl=x)),
    List("ssm", "describe_parameters",
         lambda c, n: c.put_parameter(Name=f"/page/{n:02}", Value="x", Type="String"), "Name",
         mine=lambda x: x["Name"].startswith("/page/"),
         arguments=lambda: {"ParameterFilters": [{"Key": "Path", "Values": ["/page"]}]},
         drop=lambda c, x: c.delete_parameter(Name=x["Name"])),
    List("ssm", "get_parameters_by_path",
         lambda c, n: c.put_parameter(Name=f"/paths/{n:02}", Value="x", Type="String"), "Name",
         arguments=lambda: {"Path": "/paths"},
         drop=lambda c, x: c.delete_parameter(Name=x["Name"])),
    List("ssm", "describe_maintenance_windows",
         lambda c, n: c.create_maintenance_window(Name=f"page-{n:02}", Schedule="rate(1 day)",
                                                  Duration=2, Cutoff=1,
                                                  AllowUnassociatedTargets=True), "WindowId",
         drop=lambda c, x: c.delete_maintenance_window(WindowId=x["WindowId"])),
    List("logs", "describe_log_groups",
         lambda c, n: c.create_log_group(logGroupName=f"page-{n:02}"), "logGroupName",
         mine=lambda x: x["logGroupName"].startswith("page-"),
         drop=lambda c, x: c.delete_log_group(logGroupName=x["logGroupName"])),
    List("logs", "describe_log_streams",
         lambda c, n: c.create_log_stream(logGroupName="streams", logStreamName=f"page-{n:02}"),
         "logStreamName", prepare=lambda c: c.create_log_group(logGroupName="streams"),
         arguments=lambda: {"logGroupName": "streams"}),
    List("events", "list_rules",
         lambda c, n: c.put_rule(Name=f"page-{n:02}", ScheduleExpression="rate(1 day)"), "Name",
         mine=lambda x: x["Name"].startswith("page-"),
         drop=lambda c, x: c.delete_rule(Name=x["Name"])),
    List("secretsmanager", "list_secrets",
         lambda c, n: c.create_secret(Name=f"page-{n:02}", SecretString="x"), "Name",
         drop=lambda c, x: c.delete_secret(SecretId=x["Name"], ForceDeleteWithoutRecovery=True)),
    List("dynamodb", "list_tables",
         lambda c, n: c.create_table(TableName=f"page-{n:02}", BillingMode="PAY_PER_REQUEST",
                                     KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
                                     AttributeDefinitions=[{"AttributeName": "a",
                                                            "AttributeType": "S"}]), None,
         mine=lambda x: x.startswith("page-"), token=None,
         drop=lambda c, x: c.delete_table(TableName=x)),
    List("dynamodb", "scan",
         lambda c, n: c.put_item(TableName="scanned", Item={"a": {"S": f"{n:02}"}}), None,
         prepare=lambda c: c.create_table(TableName="scanned", BillingMode="PAY_PER_REQUEST",
                                          KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
                                          AttributeDefinitions=[{"AttributeName": "a",
                                                                 "AttributeType": "S"}]),
         arguments=lambda: {"TableName": "scanned"}, token=None),
    List("servicecatalog", "list_portfolios",
         lambda c, n: c.create_portfolio(DisplayName=f"page-{n:02}", ProviderName="x",
                                         IdempotencyToken=f"{n}"), "Id",
         drop=lambda c, x: c.delete_portfolio(Id=x["Id"])),
    List("appsync", "list_graphql_apis",
         lambda c, n: c.create_graphql_api(name=f"page-{n:02}", authenticationType="API_KEY"),
         "apiId", drop=lambda c, x: c.delete_graphql_api(apiId=x["apiId"])),
    List("stepfunctions", "list_state_machines",
         lambda c, n: c.create_state_machine(
             name=f"page-{n:02}", roleArn=lambda_role(),
             definition='{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}'), "name",
         drop=lambda c, x: c.delete_state_machine(stateMachineArn=x["stateMachineArn"])),
    List("ecr", "describe_repositories",
         lambda c, n: c.create_repository(repositoryName=f"page-{n:02}"), "repositoryName",
         drop=lambda c, x: c.delete_repository(repositoryName=x["repositoryName"])),
    List("ecs", "list_clusters", lambda c, n: c.create_cluster(clusterName=f"page-{n:02}"), None,
         drop=lambda c, x: c.delete_cluster(cluster=x)),
    List("autoscaling", "describe_launch_configurations",
         lambda c, n: c.create_launch_configuration(LaunchConfigurationName=f"page-{n:02}",
                                                    ImageId="ami-12c6146b",
                                                    InstanceType="t2.micro"),
         "LaunchConfigurationName"),
    List("elbv2", "describe_target_groups",
         lambda c, n: c.create_target_group(Name=f"page-{n:02}", TargetType="lambda"),
         "TargetGroupArn",
         drop=lambda c, x: c.delete_target_group(TargetGroupArn=x["TargetGroupArn"])),
    List("apigateway", "get_rest_apis", lambda c, n: c.create_rest_api(name=f"page-{n:02}"), "id",
         token="bWFkZSB1cA==", drop=lambda c, x: c.delete_rest_api(restApiId=x["id"])),
    List("route53", "list_hosted_zones",
         lambda c, n: c.create_hosted_zone(Name=f"page{n:02}.example.", CallerReference=f"{n}"),
         "Id", token=None, drop=lambda c, x: c.delete_hosted_zone(Id=x["Id"])),
    List("cloudfront", "list_public_keys",
         lambda c, n: c.create_public_key(PublicKeyConfig={
             "CallerReference": f"{n}", "Name": f"page-{n:02}", "EncodedKey": "x"}), "Id",
         token=None),
    List("kinesis", "list_streams", lambda c, n: c.create_stream(StreamName=f"page-{n:02}",
                                                                 ShardCount=1), None, token=None),
    List("resource-groups", "list_groups",
         lambda c, n: c.create_group(Name=f"page-{n:02}", ResourceQuery={
             "Type": "TAG_FILTERS_1_0",
             "Query": json.dumps({"ResourceTypeFilters": ["AWS::AllSupported"],
                                  "TagFilters": [{"Key": "a", "Values": ["b"]}]})}),
         "GroupName"),
    List("athena", "list_named_queries",
         lambda c, n: c.create_named_query(Name=f"page-{n:02}", Database="d", QueryString="q"),
         None),
    List("glue", "get_databases",
         lambda c, n: c.create_database(DatabaseInput={"Name": f"page-{n:02}"}), "Name",
         drop=lambda c, x: c.delete_database(Name=x["Name"])),
    List("cognito-idp", "list_user_pools",
         lambda c, n: c.create_user_pool(PoolName=f"page-{n:02}"), "Id",
         needed=lambda: {"MaxResults": 60},
         drop=lambda c, x: c.delete_user_pool(UserPoolId=x["Id"])),
)  # fmt: skip


def filled(one: List) -> Any:
    """Return a client whose list holds at least MANY things; fill it only once."""
    client = in_process.client(one.service, region_name="us-east-1")
    if _filled.get(one.service) != str(one):
        in_process.forget(one.service)
        one.prepare(client)
        for number in range(MANY):
            one.fill(client, number)
        _filled[one.service] = str(one)
    return client


_filled: dict[str, str] = {}
"""Which list each service holds now."""


def pages_of(client: Any, one: List, size: int) -> list[list[Any]]:
    """Return the items of each page as the paginator meets them."""
    paginator = client.get_paginator(one.operation)
    pages = paginator.paginate(**one.arguments(), PaginationConfig={"PageSize": size})
    (key, *_) = list(paginator.result_keys)
    return [list(key.search(page) or []) for page in pages]


def identity(one: List, item: Any) -> str:
    return str(item[one.name] if one.name else item)


@pytest.mark.parametrize("one", LISTS, ids=str)
def test_every_page_is_full_and_nothing_is_lost(one: List) -> None:
    client = filled(one)
    pages = pages_of(client, one, SIZE)
    lengths = [len(page) for page in pages]
    everything = [identity(one, item) for page in pages for item in page]
    assert len(set(everything)) == len(everything), "an item is listed twice"
    mine = [item for page in pages for item in page if one.mine(item)]
    assert len(mine) == MANY
    assert lengths[:-1] == [SIZE] * (len(lengths) - 1), lengths
    assert len(lengths) == -(-len(everything) // SIZE)


@pytest.mark.parametrize("one", [one for one in LISTS if one.drop], ids=str)
def test_deleting_between_pages_loses_nothing(one: List) -> None:
    client = filled(one)
    paginator = client.get_paginator(one.operation)
    (key, *_) = list(paginator.result_keys)
    seen = []
    for page in paginator.paginate(**one.arguments(), PaginationConfig={"PageSize": SIZE}):
        items = [item for item in key.search(page) or [] if one.mine(item)]
        for item in items:
            one.drop(client, item)  # type: ignore[misc]
        seen += [identity(one, item) for item in items]
    _filled.pop(one.service)
    assert len(set(seen)) == len(seen) == MANY


@pytest.mark.parametrize("one", [one for one in LISTS if one.token], ids=str)
def test_a_token_that_was_made_up_is_refused(one: List) -> None:
    client = in_process.client(one.service)
    one_token = client.get_paginator(one.operation)._pagination_cfg["input_token"]
    with contextlib.suppress(ClientError):
        one.prepare(client)
    with pytest.raises(ClientError) as refusal:
        getattr(client, one.operation)(**one.arguments(), **one.needed(), **{one_token: one.token})
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    code = refusal.value.response["Error"]["Code"]
    assert code.startswith(("Invalid", "Validation", "BadRequest", "Client")), code


# Sizes of pages that nobody asked for


@pytest.mark.parametrize(
    ("service", "operation", "count", "expected"),
    [
        # "ListTopics" (Amazon SNS): "Each call returns a limited list of topics, up to 100."
        ("sns", "list_topics", 230, [100, 100, 30]),
        # "ListUsers" (IAM): "If you do not include this parameter, the number of items defaults
        # to 100."
        ("iam", "list_users", 230, [100, 100, 30]),
        # "ListFunctions" (AWS Lambda): "returns a maximum of 50 items in each response".
        ("lambda", "list_functions", 60, [50, 10]),
        # "GetParametersByPath" (Systems Manager): at most 10.
        ("ssm", "get_parameters_by_path", 25, [10, 10, 5]),
    ],
)
def test_a_page_nobody_sized_is_as_large_as_aws_says(
    service: str, operation: str, count: int, expected: list[int]
) -> None:
    client = in_process.client(service)
    fill: dict[str, Callable[[int], Any]] = {
        "sns": lambda n: client.create_topic(Name=f"size-{n:04}"),
        "iam": lambda n: client.create_user(UserName=f"size-{n:04}", Path="/sizes/"),
        "lambda": lambda n: client.create_function(
            FunctionName=f"size-{n:04}", Runtime="python3.12", Role=lambda_role(),
            Handler="a.handler", Code={"ZipFile": zip_of_nothing()}),
        "ssm": lambda n: client.put_parameter(Name=f"/sizes/{n:04}", Value="x", Type="String"),
    }  # fmt: skip
    arguments = {
        "iam": {"PathPrefix": "/sizes/"},
        "ssm": {"Path": "/sizes"},
    }.get(service, {})
    for number in range(count):
        fill[service](number)
    paginator = client.get_paginator(operation)
    (key, *_) = list(paginator.result_keys)
    lengths = [len(key.search(page) or []) for page in paginator.paginate(**arguments)]
    if service in ("lambda", "sns"):  # other tests' things may still be there
        assert set(lengths[:-1]) == {expected[0]}
    else:
        assert lengths == expected


def test_a_cap_holds_whatever_is_asked() -> None:
    client = in_process.client("lambda")
    for number in range(55):
        client.create_function(
            FunctionName=f"cap-{number:02}", Runtime="python3.12", Role=lambda_role(),
            Handler="a.handler", Code={"ZipFile": zip_of_nothing()})  # fmt: skip
    assert len(client.list_functions(MaxItems=1000)["Functions"]) == 50


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code"),
    [
        ("iam", "list_users", {"MaxItems": 1001}, "ValidationError"),
        ("iam", "list_users", {"MaxItems": 0}, "ValidationError"),
        ("ssm", "describe_parameters", {"MaxResults": 51}, "ValidationException"),
        ("kms", "list_keys", {"Limit": 1001}, "ValidationException"),
    ],
)
def test_a_page_size_out_of_bounds_is_refused(
    service: str, operation: str, arguments: dict[str, Any], code: str
) -> None:
    client = in_process.client(service, parameter_validation=False)
    with pytest.raises(ClientError, match=code):
        getattr(client, operation)(**arguments)


def test_zero_means_the_default_where_aws_says_so() -> None:
    client = in_process.client("stepfunctions")
    assert "stateMachines" in client.list_state_machines(maxResults=0)


def test_a_token_belongs_to_its_list() -> None:
    iam = in_process.client("iam")
    for number in range(3):
        iam.create_group(GroupName=f"token-{number}")
    marker = iam.list_groups(MaxItems=1)["Marker"]
    assert iam.list_groups(MaxItems=1, Marker=marker)["Groups"]
    with pytest.raises(ClientError, match="ValidationError"):
        iam.list_roles(Marker=marker)


def test_the_same_token_gives_the_same_page_again() -> None:
    client = filled(next(one for one in LISTS if one.operation == "list_aliases"))
    token = client.list_aliases(Limit=SIZE)["NextMarker"]
    first = client.list_aliases(Limit=SIZE, Marker=token)["Aliases"]
    again = client.list_aliases(Limit=SIZE, Marker=token)["Aliases"]
    assert first == again


def test_the_size_may_change_between_pages() -> None:
    client = filled(next(one for one in LISTS if one.operation == "list_aliases"))
    first = client.list_aliases(Limit=7)
    second = client.list_aliases(Limit=100, Marker=first["NextMarker"])
    names = [alias["AliasName"] for alias in first["Aliases"] + second["Aliases"]]
    assert len(first["Aliases"]) == 7
    assert not second["Truncated"]
    assert len(set(names)) == len(names)
    assert sum(name.startswith("alias/page-") for name in names) == MANY


def test_what_is_made_between_pages_doubles_nothing() -> None:
    client = in_process.client("events")
    for number in range(20):
        client.put_rule(Name=f"made-{number:02}b", ScheduleExpression="rate(1 day)")
    first = client.list_rules(NamePrefix="made-", Limit=10)
    for number in range(20):
        client.put_rule(Name=f"made-{number:02}a", ScheduleExpression="rate(1 day)")
    second = client.list_rules(NamePrefix="made-", Limit=100, NextToken=first["NextToken"])
    names = [rule["Name"] for rule in first["Rules"] + second["Rules"]]
    assert len(set(names)) == len(names)
    assert {f"made-{number:02}b" for number in range(20)} <= set(names)


# Answers that take their time


def test_a_list_takes_as_long_as_it_is_and_a_page_size_cures_it(running: Running) -> None:
    fixture = {"pattern": "slow-{number:04}", "count": 400, "path": "/slow/"}
    running.control("fixture", {"name": "iam_users", "arguments": fixture})
    running.control("settings", {"item_latency_ms": 20})
    try:
        iam = in_process.session().client(
            "iam",
            endpoint_url=running.endpoint,
            aws_access_key_id=ADMIN_KEY_ID,
            aws_secret_access_key=secret_of(running),
            config=Config(read_timeout=3, retries={"total_max_attempts": 1}),
        )
        iam.meta.events.unregister("before-send", in_process.lab().before_send)
        with pytest.raises(ReadTimeoutError):
            iam.list_users(PathPrefix="/slow/", MaxItems=400)
        pages = iam.get_paginator("list_users").paginate(
            PathPrefix="/slow/", PaginationConfig={"PageSize": 25, "MaxItems": 75}
        )
        assert [len(page["Users"]) for page in pages] == [25, 25, 25]
    finally:
        running.control("settings", {"item_latency_ms": 0})
