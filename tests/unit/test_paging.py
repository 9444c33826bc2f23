"""How lists are paged: the rules read off botocore, and where a page begins."""

from __future__ import annotations

import pytest
from moto.core.utils import get_service_model

from dryrun.cloud.page_rules import PageRule, rule_for
from dryrun.cloud.paging import Delivered


def rule(service: str, operation: str) -> PageRule | None:
    return rule_for(get_service_model(service).operation_model(operation))


@pytest.mark.parametrize(
    ("service", "operation", "default", "cap", "minimum", "maximum"),
    [
        ("iam", "ListUsers", 100, None, 1, 1000),
        ("kms", "ListKeys", 100, None, 1, 1000),
        ("kms", "ListAliases", 50, None, 1, 1000),
        ("lambda", "ListFunctions", 10000, 50, 1, 10000),
        ("ssm", "GetParametersByPath", 10, None, 1, 10),
        ("ecr", "DescribeRepositories", 100, None, 1, 1000),
        ("logs", "DescribeLogGroups", 50, None, 1, 50),
        ("dynamodb", "ListTables", 100, None, 1, 100),
        ("stepfunctions", "ListStateMachines", 100, None, 0, 1000),
        ("sns", "ListTopics", 100, None, None, None),
        # "If no MaxRecords is specified, all available environments are retrieved."
        ("elasticbeanstalk", "DescribeEnvironments", None, None, 1, 1000),
        ("ec2", "DescribeVolumes", None, None, None, None),
    ],
)
def test_sizes_are_those_aws_documents(
    service: str,
    operation: str,
    default: int | None,
    cap: int | None,
    minimum: int | None,
    maximum: int | None,
) -> None:
    found = rule(service, operation)
    assert found is not None
    assert (found.default, found.cap, found.minimum, found.maximum) == (
        default,
        cap,
        minimum,
        maximum,
    )


def test_a_page_is_as_large_as_asked_by_default_and_at_most_the_cap() -> None:
    functions = rule("lambda", "ListFunctions")
    assert functions is not None
    assert [functions.size(asked) for asked in (None, 0, 7, 9000)] == [50, 50, 7, 50]
    users = rule("iam", "ListUsers")
    assert users is not None
    assert [users.size(asked) for asked in (None, 7, 1000)] == [100, 7, 1000]


def test_sqs_gives_no_token_unless_asked_for_a_size() -> None:
    queues = rule("sqs", "ListQueues")
    assert queues is not None
    assert (queues.silent, queues.size(None), queues.size(10)) == (True, 1000, 10)


@pytest.mark.parametrize(
    ("service", "operation", "opaque"),
    [
        ("iam", "ListUsers", True),
        ("s3", "ListObjectsV2", True),
        ("apigateway", "GetRestApis", True),
        ("dynamodb", "ListTables", False),
        ("route53", "ListHostedZones", False),
        ("s3", "ListObjects", False),
    ],
)
def test_only_what_aws_makes_up_is_opaque(service: str, operation: str, opaque: bool) -> None:
    found = rule(service, operation)
    assert found is not None
    assert found.opaque is opaque


def test_what_is_no_list_has_no_rule() -> None:
    assert rule("iam", "CreateUser") is None
    assert rule("sts", "GetCallerIdentity") is None


def test_counts_beside_a_list_are_not_items() -> None:
    scan = rule("dynamodb", "Scan")
    assert scan is not None
    assert scan.items == (("Items",),)
    assert scan.token is None, "a place in a table is no token"


@pytest.mark.parametrize(
    ("left", "start"),
    [
        ("abcdefgh", 4),
        ("efgh", 0),  # all that was given out is deleted
        ("bcefgh", 2),
        ("afgh", 1),  # what would have come next is deleted too
        ("xaybzcdefgh", 7),  # new things before
        ("", 0),
    ],
)
def test_the_next_page_begins_after_the_last_thing_given_out(left: str, start: int) -> None:
    delivered = Delivered(("c", "d"), Delivered(("a", "b"), None))
    assert delivered.start(list(left)) == start
