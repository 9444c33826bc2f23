"""Tables are described with the members that DynamoDB shows, and with no others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from in_process import client

KEYS = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
PAID = {"ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}}


def attributes(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def described(name: str) -> dict[str, Any]:
    return dict(client("dynamodb").describe_table(TableName=name)["Table"])


def made(name: str, *more: str, **asked: Any) -> dict[str, Any]:
    client("dynamodb").create_table(
        TableName=name, AttributeDefinitions=attributes("pk", *more), **{**KEYS, **asked}
    )
    return described(name)


def test_a_table_that_is_provisioned() -> None:
    found = made("plain", **PAID)
    assert len(found.pop("TableId")) == 36
    assert set(found) == {
        "AttributeDefinitions",
        "CreationDateTime",
        "DeletionProtectionEnabled",
        "ItemCount",
        "KeySchema",
        "ProvisionedThroughput",
        "TableArn",
        "TableName",
        "TableSizeBytes",
        "TableStatus",
        "WarmThroughput",
    }
    client("dynamodb").update_table(
        TableName="plain",
        ProvisionedThroughput={"ReadCapacityUnits": 4, "WriteCapacityUnits": 4},
    )
    assert described("plain")["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0


def test_a_table_has_one_id() -> None:
    first = made("id-one", **PAID)["TableId"]
    assert described("id-one")["TableId"] == first
    assert made("id-two", **PAID)["TableId"] != first


def test_billing_is_told_once_it_was_by_request() -> None:
    billing = made("demand", BillingMode="PAY_PER_REQUEST")["BillingModeSummary"]
    assert billing["BillingMode"] == "PAY_PER_REQUEST"
    since = billing["LastUpdateToPayPerRequestDateTime"]
    assert isinstance(since, datetime)
    client("dynamodb").update_table(TableName="demand", BillingMode="PROVISIONED", **PAID)
    billing = described("demand")["BillingModeSummary"]
    assert billing == {"BillingMode": "PROVISIONED", "LastUpdateToPayPerRequestDateTime": since}


@pytest.mark.parametrize("kind", ["Global", "Local"])
def test_indexes_have_arns_and_sizes(kind: str) -> None:
    sort = "pk" if kind == "Local" else "a2"
    keys = [
        {"AttributeName": sort, "KeyType": "HASH"},
        {"AttributeName": "a1", "KeyType": "RANGE"},
    ]
    index = {"IndexName": "by-a", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
    found = made(
        f"indexed-{kind}",
        "zz",
        *(("a2",) if kind == "Global" else ()),
        "a1",
        KeySchema=[*KEYS["KeySchema"], {"AttributeName": "zz", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
        **{f"{kind}SecondaryIndexes": [index]},
    )
    names = [one["AttributeName"] for one in found["AttributeDefinitions"]]
    assert names == sorted(names)
    (shown,) = found[f"{kind}SecondaryIndexes"]
    assert shown["IndexArn"] == f"{found['TableArn']}/index/by-a"
    assert (shown["IndexSizeBytes"], shown["ItemCount"]) == (0, 0)
    if kind == "Global":
        assert shown["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
    other = "Local" if kind == "Global" else "Global"
    assert f"{other}SecondaryIndexes" not in found


def test_the_class_is_told_where_it_was_asked_for() -> None:
    assert "TableClassSummary" not in made("no-class", **PAID)
    found = made("class", TableClass="STANDARD_INFREQUENT_ACCESS", **PAID)
    assert found["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    client("dynamodb").update_table(TableName="class", TableClass="STANDARD")
    assert described("class")["TableClassSummary"] == {"TableClass": "STANDARD"}


def test_a_stream_is_labelled_with_its_time_in_milliseconds() -> None:
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    found = made("flowing", **PAID, StreamSpecification=stream)
    label = found["LatestStreamLabel"]
    assert datetime.fromisoformat(label).isoformat(timespec="milliseconds") == label
    assert found["LatestStreamArn"] == f"{found['TableArn']}/stream/{label}"
    told = client("dynamodbstreams").describe_stream(StreamArn=found["LatestStreamArn"])
    assert told["StreamDescription"]["StreamLabel"] == label
