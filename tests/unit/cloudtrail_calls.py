"""Calls as the journal has them, for tests of CloudTrail."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.journal import Call

ACCOUNT = "123456789012"
ALICE: dict[str, Any] = {
    "kind": "IAMUser",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/crew/Alice",
    "user_id": "AIDAJ45Q7YFFAREXAMPLE",
    "account": ACCOUNT,
    "access_key": "AKIAIOSFODNN7EXAMPLE",
}
REQUEST = "5d40662a-49f7-41e6-97e4-d9cb6ff7d6a3"


def call(service: str, operation: str, **more: Any) -> Call:
    fields: dict[str, Any] = {
        "number": 7,
        "time": "2026-01-05T09:10:11Z",
        "parameters": {},
        "access_key": "AKIAIOSFODNN7EXAMPLE",
        "region": "eu-central-1",
        "status": 200,
        "error": None,
        "user_agent": "aws-cli/2",
        "seconds": 0.1,
        "request_id": REQUEST,
        "caller": ALICE,
    }
    return Call(service=service, operation=operation, **{**fields, **more})
