"""Associations of State Manager: which document is to be applied to which nodes, and when.

Follows "CreateAssociation" and its kin, Systems Manager API Reference. They are kept, and nothing
is carried out on any node: an association stays Pending, as it does in AWS until a managed node
that it targets reports.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.moto_api._internal import mock_random

OWNERS = (
    "AWS-",
    "AWSEC2-",
    "AWSFleetManager-",
    "AWSConfig",
    "AWSQuickSetup",
    "AWSSupport-",
    "AmazonCloudWatch-",
    "AmazonInspector-",
)
"""How the names of documents begin that AWS has in every account."""

MEMBERS = (
    "ApplyOnlyAtCronInterval",
    "AssociationName",
    "AutomationTargetParameterName",
    "CalendarNames",
    "ComplianceSeverity",
    "DocumentVersion",
    "Duration",
    "InstanceId",
    "MaxConcurrency",
    "MaxErrors",
    "Name",
    "OutputLocation",
    "Parameters",
    "ScheduleExpression",
    "ScheduleOffset",
    "SyncCompliance",
    "TargetLocations",
    "Targets",
)


def _missing() -> JsonRESTError:
    return JsonRESTError("AssociationDoesNotExist", "The specified association does not exist.")


def _kept(backend: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, Any] = backend.__dict__.setdefault("associations", {})
    return found


def create(backend: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """Create an association; raises JsonRESTError."""
    name = str(asked.get("Name", ""))
    if name not in backend._documents and not name.startswith(OWNERS):
        raise JsonRESTError("InvalidDocument", f"Document with name {name} does not exist.")
    for one in _kept(backend).values():
        if asked.get("InstanceId") and _same(one, asked):
            raise JsonRESTError("AssociationAlreadyExists", "Association already exists.")
    now = time.time()
    made: dict[str, Any] = {
        "AssociationId": str(uuid.UUID(int=mock_random.getrandbits(128), version=4)),
        "AssociationVersion": "1",
        "Date": now,
        "DocumentVersion": "$DEFAULT",
        "Overview": {"Status": "Pending", "DetailedStatus": "Creating"},
    }
    made |= {key: value for key, value in asked.items() if value is not None}
    made["LastUpdateAssociationDate"] = now
    _kept(backend)[made["AssociationId"]] = made
    return made


def update(backend: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """Make a new version of an association: what is not named is named no longer."""
    found = find(backend, {"AssociationId": asked.get("AssociationId")})
    for key in MEMBERS:
        if key not in ("DocumentVersion", "InstanceId", "Name"):
            found.pop(key, None)
    found |= {key: value for key, value in asked.items() if value is not None}
    found["AssociationVersion"] = str(int(found["AssociationVersion"]) + 1)
    found["LastUpdateAssociationDate"] = time.time()
    return found


def find(backend: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """Return an association by its id, or by its document and its node; raises JsonRESTError."""
    if asked.get("AssociationId"):
        found = _kept(backend).get(asked["AssociationId"])
    else:
        found = next((one for one in _kept(backend).values() if _same(one, asked)), None)
    if found is None:
        raise _missing()
    return found


def delete(backend: Any, asked: dict[str, Any]) -> None:
    """Delete an association; raises JsonRESTError."""
    del _kept(backend)[find(backend, asked)["AssociationId"]]


def summaries(backend: Any) -> list[dict[str, Any]]:
    """Return what ListAssociations tells of all of them."""
    names = (
        "AssociationId",
        "AssociationName",
        "AssociationVersion",
        "DocumentVersion",
        "Duration",
        "InstanceId",
        "Name",
        "Overview",
        "ScheduleExpression",
        "ScheduleOffset",
        "Targets",
    )
    return [{name: one[name] for name in names if name in one} for one in _kept(backend).values()]


def _same(one: dict[str, Any], asked: dict[str, Any]) -> bool:
    return all(one.get(name) == asked.get(name) for name in ("InstanceId", "Name"))
