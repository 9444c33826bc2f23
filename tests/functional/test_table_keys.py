"""A table's keys need a definition; "CreateTable", DynamoDB API Reference."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from in_process import client


def test_a_table_without_definitions() -> None:
    dynamodb = client("dynamodb")
    with pytest.raises(ClientError) as refused:
        dynamodb.create_table(
            TableName="trips", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )  # fmt: skip
    told = refused.value.response["Error"]
    assert told["Code"] == "ValidationException"
    assert "not defined in AttributeDefinitions. Keys: [id]" in told["Message"]
    assert dynamodb.list_tables()["TableNames"] == []
