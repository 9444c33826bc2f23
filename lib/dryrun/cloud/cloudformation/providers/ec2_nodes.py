"""What AWS::EC2::Instance asks Systems Manager to apply to an instance: SsmAssociations."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import Context, Properties


def associate(at: Context, instance_id: str, old: Properties, new: Properties) -> None:
    """Associate the documents the new properties name, and those no longer that only the old do."""
    before, after = old.get("SsmAssociations") or [], new.get("SsmAssociations") or []
    for one in before:
        if one not in after:
            _delete(at, instance_id, one)
    for one in after:
        if one in before:
            continue
        parameters = {each["Key"]: each["Value"] for each in one.get("AssociationParameters") or ()}
        at.client("ssm").create_association(
            Name=one["DocumentName"],
            InstanceId=instance_id,
            **({"Parameters": parameters} if parameters else {}),
        )


def associated(
    at: Context, instance_id: str, written: list[dict[str, Any]] | None
) -> list[dict[str, Any]] | None:
    """Return the associations the instance has of those that the stack named."""
    shown = []
    for one in written or ():
        found = _find(at, instance_id, one)
        if found is None:
            continue
        given = found.get("Parameters") or {}
        asked = [each["Key"] for each in one.get("AssociationParameters") or ()]
        order = [*(key for key in asked if key in given), *(k for k in given if k not in asked)]
        parameters = [{"Key": key, "Value": given[key]} for key in order]
        named = {"AssociationParameters": parameters} if parameters else {}
        shown.append({"DocumentName": found["Name"], **named})
    return shown or None


def _find(at: Context, instance_id: str, one: dict[str, Any]) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = at.client("ssm").describe_association(
            Name=one["DocumentName"], InstanceId=instance_id
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "AssociationDoesNotExist":
            return None
        raise
    return dict(answer["AssociationDescription"])


def _delete(at: Context, instance_id: str, one: dict[str, Any]) -> None:
    if _find(at, instance_id, one) is not None:
        at.client("ssm").delete_association(Name=one["DocumentName"], InstanceId=instance_id)
