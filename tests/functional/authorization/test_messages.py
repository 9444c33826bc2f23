"""Encoded authorization messages."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from people import ACCOUNT, refused, statement, user

from dryrun.cloud.authorization import messages


def encoded(someone: object) -> str:
    """Return the encoded message of a refused launch."""
    message = refused(
        someone.client("ec2").terminate_instances,  # type: ignore[attr-defined]
        "UnauthorizedOperation",
        InstanceIds=["i-1234567890abcdef0"],
    )
    return message.rpartition("Encoded authorization failure message: ")[2]


def test_the_message_tells_why_to_who_may_decode_it() -> None:
    someone = user(
        statement("sts:DecodeAuthorizationMessage"),
        statement("ec2:*", effect="Deny", Sid="NoMachines"),
    )
    text = encoded(someone)
    assert text == encoded(someone)
    told = someone.client("sts").decode_authorization_message(EncodedMessage=text)
    decoded = json.loads(told["DecodedMessage"])
    assert decoded["allowed"] is False
    assert decoded["explicitDeny"] is True
    [found] = decoded["matchedStatements"]["items"]
    assert found["statementId"] == "NoMachines"
    assert found["effect"] == "DENY"
    assert found["actions"] == {"items": [{"value": "ec2:*"}]}
    assert decoded["context"]["principal"]["arn"] == someone.arn
    assert decoded["context"]["principal"]["name"] == someone.name
    assert decoded["context"]["action"] == "ec2:TerminateInstances"
    resource = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1234567890abcdef0"
    assert decoded["context"]["resource"] == resource
    conditions = {
        one["key"]: one["values"]["items"][0]["value"]
        for one in decoded["context"]["conditions"]["items"]
    }
    assert conditions["aws:Region"] == "us-east-1"
    assert conditions["aws:ID"] == "i-1234567890abcdef0"
    other = user()
    refused(other.client("sts").decode_authorization_message, EncodedMessage=text)


def test_without_a_matching_statement_there_is_none() -> None:
    decoded = messages.decode(encoded(user()))
    assert decoded["explicitDeny"] is False
    assert decoded["matchedStatements"] == {"items": []}


def test_changed_messages_are_refused() -> None:
    someone = user(statement("sts:DecodeAuthorizationMessage"))
    text = encoded(someone)
    for changed in (text[:-4], "A" + text[1:] if text[0] != "A" else "B" + text[1:], "nonsense"):
        with pytest.raises(messages.InvalidMessage):
            messages.decode(changed)
        with pytest.raises(ClientError) as caught:
            someone.client("sts").decode_authorization_message(EncodedMessage=changed)
        assert caught.value.response["Error"]["Code"] == "InvalidAuthorizationMessageException"


@given(st.text(max_size=200))
def test_nonsense_never_opens(text: str) -> None:
    with pytest.raises(messages.InvalidMessage):
        messages.decode(text)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=5))
def test_what_is_sealed_opens_again(document: dict[str, str]) -> None:
    assert messages.decode(messages.seal(document)) == document
