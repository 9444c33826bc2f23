"""Events: calls of the journal, once for each account that may know of them."""

from __future__ import annotations

import functools
import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dryrun.cloud.cloudtrail import identities, kinds, records, resources
from dryrun.cloud.journal import Call

_NOT_SIMULATED_STATUS = 501
_ACCOUNT_DIGITS = 12


@dataclass(frozen=True)
class Event:
    """A call as the CloudTrail of `account` records it.

    `foreign` is the second record of a call, for the account that owns an assumed role.
    """

    call: Call
    account: str
    foreign: bool = False
    shared: bool = False
    """Whether two accounts have a record of the call."""

    @functools.cached_property
    def event_id(self) -> str:
        """The event's id, a UUID made of the request's."""
        return _uuid(f"{self.call.request_id} {self.call.number} {self.account}")

    @property
    def name(self) -> str:
        """The event's name: mostly the operation's."""
        return kinds.event_name(self.call.service, self.call.operation)

    @property
    def source(self) -> str:
        """The service, as `ec2.amazonaws.com`."""
        return kinds.event_source(self.call.service)

    @property
    def region(self) -> str:
        """The region whose log has the event."""
        return kinds.event_region(self.call.service, self.call.region)

    @property
    def read_only(self) -> bool:
        """Whether the call changes nothing."""
        return kinds.is_read_only(self.call.service, self.call.operation)

    @property
    def seconds(self) -> float:
        """When the call was made, in seconds since the epoch, lab time."""
        return _moment(self.call.time).timestamp()

    @property
    def username(self) -> str:
        """Who called: a user's name, or a role session's."""
        return identities.username(self.call)

    @functools.cached_property
    def resources(self) -> list[dict[str, str]]:
        """What the call names and makes: `ResourceType` and `ResourceName`."""
        return resources.named_in(self.call.service, self.parameters, self.elements)

    @functools.cached_property
    def parameters(self) -> dict[str, Any] | None:
        """What was asked, as the record has it."""
        return records.request_parameters(self.call)

    @functools.cached_property
    def elements(self) -> dict[str, Any] | None:
        """What came of it, as the record has it."""
        return records.response_elements(self.call)

    @functools.cached_property
    def record(self) -> dict[str, Any]:
        """The record; "CloudTrail record contents", AWS CloudTrail User Guide."""
        call = self.call
        identity = identities.foreign(call) if self.foreign else identities.user_identity(call)
        # Without TLS there is nothing to tell in `tlsDetails`.
        made: dict[str, Any] = {
            "eventVersion": "1.11",
            "userIdentity": identity,
            "eventTime": _moment(call.time).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": self.source,
            "eventName": self.name,
            "awsRegion": self.region,
            "sourceIPAddress": call.source_ip,
            "userAgent": f"[{call.user_agent}]" if call.service == "s3" else call.user_agent,
            **records.failure(call),
            "requestParameters": self.parameters,
            "responseElements": self.elements,
            "requestID": call.request_id,
            "eventID": self.event_id,
            "readOnly": self.read_only,
        }
        touched = resources.with_arns(call)
        if touched:
            made["resources"] = touched
        made |= {
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": self.account,
        }
        if self.shared:
            made["sharedEventID"] = _uuid(f"shared {call.request_id} {call.number}")
        made["eventCategory"] = "Management"
        return made

    def as_response(self) -> dict[str, Any]:
        """Return the `Event` structure of the CloudTrail API."""
        made: dict[str, Any] = {
            "EventId": self.event_id,
            "EventName": self.name,
            "ReadOnly": str(self.read_only).lower(),
            "EventTime": self.seconds,
            "EventSource": self.source,
            "Username": self.username,
            "Resources": self.resources,
            "CloudTrailEvent": json.dumps(self.record, separators=(",", ":"), default=str),
        }
        if self.call.access_key and not self.foreign:
            made["AccessKeyId"] = self.call.access_key
        return made


def of(call: Call) -> Iterator[Event]:
    """Yield the events of one call: none of a data event, two of a role in another account.

    "CloudTrail does not log requests that fail authentication" ("Logging Lambda API calls with
    CloudTrail"); and what is not simulated did not happen.
    """
    if call.status == _NOT_SIMULATED_STATUS or kinds.is_data_event(call.service, call.operation):
        return
    role_account = _account_of(call.parameters.get("RoleArn")) if call.service == "sts" else ""
    account = str(call.caller.get("account", ""))
    if not _is_account(account):
        # Only those who bring a token of an identity provider come without credentials of AWS.
        account = role_account
    if not _is_account(account):
        return
    shared = call.error is None and _is_account(role_account) and role_account != account
    yield Event(call, account, shared=shared)
    if shared:
        yield Event(call, role_account, foreign=True, shared=True)


def _uuid(text: str) -> str:
    return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _account_of(arn: Any) -> str:
    parts = str(arn or "").split(":")
    return parts[4] if len(parts) > 4 else ""


def _is_account(text: str) -> bool:
    return len(text) == _ACCOUNT_DIGITS and text.isdigit()
