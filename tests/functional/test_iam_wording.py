"""What IAM says of what is not there."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from in_process import client, lab

POLICY = "arn:aws:iam::123456789012:policy/none"


@pytest.mark.parametrize(
    ("operation", "asked", "said"),
    [
        ("get_role", {"RoleName": "no"}, "The role with name no cannot be found."),
        ("get_group", {"GroupName": "no"}, "The group with name no cannot be found."),
        ("delete_user", {"UserName": "no"}, "The user with name no cannot be found."),
        ("get_policy", {"PolicyArn": POLICY}, f"Policy {POLICY} was not found."),
        (
            "get_instance_profile",
            {"InstanceProfileName": "no"},
            "Instance Profile no cannot be found.",
        ),
        (
            "get_login_profile",
            {"UserName": "wordy"},
            "Login Profile for User wordy cannot be found.",
        ),
        (
            "get_user_policy",
            {"UserName": "wordy", "PolicyName": "no"},
            "The user policy with name no cannot be found.",
        ),
        (
            "delete_group_policy",
            {"GroupName": "wordy", "PolicyName": "no"},
            "The group policy with name no cannot be found.",
        ),
    ],
)
def test_what_is_not_there(operation: str, asked: dict[str, Any], said: str) -> None:
    lab()
    iam = client("iam")
    iam.create_user(UserName="wordy")
    iam.create_group(GroupName="wordy")
    try:
        with pytest.raises(ClientError) as refused:
            getattr(iam, operation)(**asked)
        assert refused.value.response["Error"]["Code"] == "NoSuchEntity"
        assert refused.value.response["Error"]["Message"] == said
    finally:
        iam.delete_group(GroupName="wordy")
        iam.delete_user(UserName="wordy")
