"""Paging, id by id of the curriculum: what a page size changes, and what it does not.

Sources: "Using AWS CLI pagination options" (AWS CLI User Guide), and the list operations of the
services' API references.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from outside import Account, needs_v2, together, trust

from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace

MANY, SIZE = 21, 10
PAGES = [10, 10, 1]
TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
}
ROLE = "arn:aws:iam::123456789012:role/runs"
SLOW = "/slow/"


@pytest.fixture(scope="module")
def account(running: Running, workspace: Workspace) -> Account:
    return Account(running, workspace)


@dataclass(frozen=True)
class Paged:
    """A list: how to put the thing of a number on it, and what to ask for."""

    service: str
    operation: str
    fill: Callable[[Any, int], Any]
    asked: dict[str, Any] = field(default_factory=dict)
    prepare: Callable[[Any], Any] = lambda _: None

    def __str__(self) -> str:
        return f"{self.service}-{self.operation}"


def pages_of(account: Account, one: Paged, size: int | None = SIZE) -> list[list[Any]]:
    """Return the items of each page, as boto3's paginator asks for it."""
    client = account.client(one.service)
    paginator = client.get_paginator(one.operation)
    limit = {"PageSize": size} if size else {}
    (key, *_) = list(paginator.result_keys)
    pages = paginator.paginate(**one.asked, PaginationConfig=limit)
    return [list(key.search(page) or []) for page in pages]


def fill(account: Account, one: Paged) -> None:
    """Put MANY things on a list."""
    client = account.client(one.service)
    one.prepare(client)
    for number in range(MANY):
        one.fill(client, number)


def check_pages(account: Account, one: Paged) -> None:
    """Find every page full, and nothing missing or twice."""
    fill(account, one)
    pages = pages_of(account, one)
    assert [len(page) for page in pages] == PAGES
    names = [json.dumps(item, sort_keys=True, default=str) for page in pages for item in page]
    assert len(set(names)) == MANY


# S3


@needs_v2
def test_pag_s3(account: Account) -> None:
    account.client("s3").create_bucket(Bucket="hold")
    objects = {"bucket": "hold", "pattern": "{number:02}", "count": 25}
    account.running.control("fixture", {"name": "s3_objects", "arguments": objects})
    terminal = account.terminal()
    ask = "aws s3api list-objects-v2 --bucket hold"
    said: dict[str, Any] = {}

    def run(options: str) -> Callable[[], None]:
        return lambda: said.update({options: terminal.run(f"{ask} {options}").json})

    whole = account.calls(run(""))
    paged = account.calls(run("--page-size 10"))
    assert [call["operation"] for call in whole] == ["ListObjectsV2"]
    assert [call["parameters"].get("MaxKeys") for call in paged] == [10, 10, 10]
    assert said[""]["Contents"] == said["--page-size 10"]["Contents"]
    assert len(said[""]["Contents"]) == 25
    listed = Paged("s3", "list_objects_v2", lambda *_: None, {"Bucket": "hold"})
    assert [len(page) for page in pages_of(account, listed, 10)] == [10, 10, 5]
    run("--max-items 5")()
    first = said["--max-items 5"]
    assert [one["Key"] for one in first["Contents"]] == [f"{n:02}" for n in range(1, 6)]
    more = f"--max-items 5 --starting-token {first['NextToken']}"
    run(more)()
    assert [one["Key"] for one in said[more]["Contents"]] == [f"{n:02}" for n in range(6, 11)]


# Services


def packed() -> bytes:
    """Return a zip file with a function."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.py", "def handler(event, context): return 1\n")
    return made.getvalue()


MACHINE = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
DOCUMENT = json.dumps(
    {
        "schemaVersion": "2.2",
        "description": "x",
        "mainSteps": [
            {"action": "aws:runShellScript", "name": "a", "inputs": {"runCommand": ["true"]}}
        ],
    }
)

YES = (
    Paged("sqs", "list_queues", lambda c, n: c.create_queue(QueueName=f"q{n:02}")),
    Paged(
        "dynamodb",
        "scan",
        lambda c, n: c.put_item(TableName="scanned", Item={"a": {"S": f"{n:02}"}}),
        {"TableName": "scanned"},
        lambda c: c.create_table(TableName="scanned", **TABLE),
    ),
    Paged(
        "ssm",
        "describe_parameters",
        lambda c, n: c.put_parameter(Name=f"/p/{n:02}", Value="x", Type="String"),
        {"ParameterFilters": [{"Key": "Path", "Values": ["/p"]}]},
    ),
    Paged("ssm", "get_parameters_by_path", lambda *_: None, {"Path": "/p"}),
    Paged(
        "ssm",
        "list_documents",
        lambda c, n: c.create_document(
            Name=f"page-{n:02}", Content=DOCUMENT, DocumentType="Command"
        ),
        {"Filters": [{"Key": "Owner", "Values": ["Self"]}]},
    ),
    Paged("logs", "describe_log_groups", lambda c, n: c.create_log_group(logGroupName=f"l{n:02}")),
    Paged(
        "events",
        "list_rules",
        lambda c, n: c.put_rule(Name=f"page-{n:02}", ScheduleExpression="rate(1 day)"),
        {"NamePrefix": "page-"},
    ),
    Paged(
        "iam",
        "list_roles",
        lambda c, n: c.create_role(
            RoleName=f"page-{n:02}",
            Path="/pages/",
            AssumeRolePolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [trust({"Service": "lambda.amazonaws.com"})],
                }
            ),
        ),
        {"PathPrefix": "/pages/"},
    ),
    Paged(
        "secretsmanager",
        "list_secrets",
        lambda c, n: c.create_secret(Name=f"s{n:02}", SecretString="x"),
    ),
    Paged(
        "scheduler",
        "list_schedules",
        lambda c, n: c.create_schedule(
            Name=f"page-{n:02}",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": "arn:aws:sqs:us-east-1:123456789012:q00", "RoleArn": ROLE},
        ),
    ),
    Paged(
        "stepfunctions",
        "list_state_machines",
        lambda c, n: c.create_state_machine(name=f"m{n:02}", roleArn=ROLE, definition=MACHINE),
    ),
    Paged(
        "ec2",
        "describe_instances",
        lambda c, n: c.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1),
    ),
)
"""Services that took a page size from the first."""


NO = (
    Paged(
        "iam",
        "list_users",
        lambda c, n: c.create_user(UserName=f"page-{n:02}", Path="/pages/"),
        {"PathPrefix": "/pages/"},
    ),
    Paged(
        "lambda",
        "list_functions",
        lambda c, n: c.create_function(
            FunctionName=f"f{n:02}",
            Runtime="python3.12",
            Handler="a.handler",
            Role=ROLE,
            Code={"ZipFile": packed()},
        ),
    ),
    Paged(
        "cloudwatch",
        "describe_alarms",
        lambda c, n: c.put_metric_alarm(
            AlarmName=f"a{n:02}",
            EvaluationPeriods=1,
            Period=60,
            ComparisonOperator="GreaterThanThreshold",
            Threshold=1,
            MetricName="x",
            Namespace="y",
            Statistic="Sum",
        ),
    ),
    Paged("kms", "list_keys", lambda c, n: c.create_key()),
    Paged(
        "ec2",
        "describe_volumes",
        lambda c, n: c.create_volume(AvailabilityZone="us-east-1a", Size=1),
        {"Filters": [{"Name": "status", "Values": ["available"]}]},
    ),
    Paged(
        "servicecatalog",
        "list_portfolios",
        lambda c, n: c.create_portfolio(
            DisplayName=f"p{n:02}", ProviderName="x", IdempotencyToken=f"{n}"
        ),
    ),
    Paged(
        "appsync",
        "list_graphql_apis",
        lambda c, n: c.create_graphql_api(name=f"g{n:02}", authenticationType="API_KEY"),
    ),
    Paged(
        "ssm",
        "describe_maintenance_windows",
        lambda c, n: c.create_maintenance_window(
            Name=f"window-{n:02}",
            Schedule="rate(1 day)",
            Duration=2,
            Cutoff=1,
            AllowUnassociatedTargets=True,
        ),
    ),
)
"""Services of which plain moto gives everything on one page, whatever the size asked for."""


@pytest.fixture(scope="module")
def role(account: Account) -> None:
    """Make the role that functions, schedules and state machines have."""
    services = ["lambda.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com"]
    statement = trust({"Service": services})
    account.client("iam").create_role(
        RoleName="runs",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


@pytest.mark.parametrize("one", YES, ids=str)
def test_pag_services_yes(account: Account, role: None, one: Paged) -> None:
    check_pages(account, one)


def test_pag_services_yes_by_name_and_unasked(account: Account) -> None:
    """Find lists whose pages are of another making: by name, and of a size nobody chooses."""
    dynamodb = account.client("dynamodb", region="eu-west-1")
    for number in range(MANY):
        dynamodb.create_table(TableName=f"t{number:02}", **TABLE)
    tables = dynamodb.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": SIZE})
    assert [len(page["TableNames"]) for page in tables] == PAGES
    outputs = {f"O{n}": {"Value": "x", "Export": {"Name": f"e{n:03}"}} for n in range(105)}
    template = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}, "Outputs": outputs}
    cloudformation = account.client("cloudformation", region="eu-west-1")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(template))
    exports = cloudformation.get_paginator("list_exports").paginate()
    assert [len(page["Exports"]) for page in exports] == [100, 5]


@pytest.mark.parametrize("one", NO, ids=str)
def test_pag_services_no(account: Account, role: None, one: Paged) -> None:
    check_pages(account, one)


def test_pag_services_no_buckets(account: Account) -> None:
    """Find buckets paged too, for those who ask; who does not ask gets all."""
    s3 = account.client("s3")
    for number in range(MANY):
        s3.create_bucket(Bucket=f"page-{number:02}")
    one = Paged("s3", "list_buckets", lambda *_: None, {"Prefix": "page-"})
    assert [len(page) for page in pages_of(account, one)] == PAGES
    assert [len(page) for page in pages_of(account, one, None)] == [MANY]


# Time


@needs_v2
def test_pag_timeout(account: Account) -> None:
    people = {"pattern": "slow-{number:02}", "count": 120, "path": SLOW}
    account.running.control("fixture", {"name": "iam_users", "arguments": people})
    account.running.control("settings", {"item_latency_ms": 40})
    terminal = account.terminal(AWS_MAX_ATTEMPTS="1")
    ask = f"aws iam list-users --path-prefix {SLOW} --cli-read-timeout 4 --query length(Users)"
    impatient = account.client("iam", read_timeout=4)
    try:
        whole, paged = together(
            partial(terminal.run, ask), partial(terminal.run, f"{ask} --page-size 15")
        )
        with pytest.raises(ReadTimeoutError):
            impatient.list_users(PathPrefix=SLOW)
    finally:
        account.running.control("settings", {"item_latency_ms": 0})
    assert whole.status == 255
    assert "Read timeout on endpoint URL" in whole.error
    assert (paged.status, paged.out) == (0, "120\n")
