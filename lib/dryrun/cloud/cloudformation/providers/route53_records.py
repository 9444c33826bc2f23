"""AWS::Route53: records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.declared import is_absent

_PLAIN = (
    "AliasTarget",
    "CidrRoutingConfig",
    "Failover",
    "GeoLocation",
    "HealthCheckId",
    "MultiValueAnswer",
    "Name",
    "Region",
    "SetIdentifier",
    "Type",
    "Weight",
)
_SECONDS = Seconds(create=35, update=35, delete=35)


class RecordSet(Provider):
    """A record; its physical id is its name."""

    type = "AWS::Route53::RecordSet"
    handled = frozenset({*_PLAIN, "HostedZoneId", "HostedZoneName", "ResourceRecords", "TTL"})
    harmless = {"Comment": "comments on a change of records are kept nowhere one could read them"}
    seconds = _SECONDS

    def create(self, at: Context, properties: Properties) -> str:
        """Create a record; an existing one is refused."""
        zone = _zone(at, properties)
        _change(at, zone, [("CREATE", _record(properties))])
        return str(properties["Name"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a record."""
        zone = _zone(at, at.known, self.type, physical_id)
        found = _find(at, zone, at.known)
        if found is None:
            raise GoneError(self.type, physical_id)
        return {**pick(at.known, "HostedZoneId", "HostedZoneName"), **_shown(found, at.known)}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the record as it is now, and take away what it was under another type or id."""
        zone, after = _zone(at, new), _record(new)
        if _key(old) == _key(new):
            _change(at, zone, [("UPSERT", after)])
            return
        _change(at, zone, [("DELETE", _record(old)), ("CREATE", after)])

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a record."""
        self.read(at, physical_id)
        _change(at, _zone(at, at.known), [("DELETE", _record(at.known))])

    def replaces(self, old: Properties, new: Properties, path: tuple[str, ...]) -> bool | None:
        """Replace a record that gets another name, as its reference page says."""
        return True if path[:1] == ("Name",) else None

    def physical_id(self, identifiers: Mapping[str, str]) -> str:
        """Return the record's name."""
        return identifiers["Name"]


class RecordSetGroup(Provider):
    """Several records; the physical id is a name of its own."""

    type = "AWS::Route53::RecordSetGroup"
    handled = frozenset({"HostedZoneId", "HostedZoneName", "RecordSets"})
    harmless = {"Comment": "comments on a change of records are kept nowhere one could read them"}
    seconds = _SECONDS

    def create(self, at: Context, properties: Properties) -> str:
        """Create the records, all or none."""
        changes = [("CREATE", _record(one)) for one in properties.get("RecordSets") or ()]
        if changes:
            _change(at, _zone(at, properties), changes)
        return at.name(128)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the records that are there."""
        zone = _zone(at, at.known, self.type, physical_id)
        wanted = at.known.get("RecordSets") or []
        pairs = [(_find(at, zone, one), one) for one in wanted]
        shown = [_shown(found, one) for found, one in pairs if found]
        if wanted and not shown:
            raise GoneError(self.type, physical_id)
        where = pick(at.known, "HostedZoneId", "HostedZoneName")
        return {"Id": physical_id, "RecordSets": shown, **where}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put, change and take away records in one go."""
        had = {_key(one): one for one in old.get("RecordSets") or ()}
        has = {_key(one): one for one in new.get("RecordSets") or ()}
        changes = [("DELETE", _record(one)) for key, one in had.items() if key not in has]
        changes += [
            ("UPSERT" if key in had else "CREATE", _record(one))
            for key, one in has.items()
            if had.get(key) != one
        ]
        if changes:
            _change(at, _zone(at, new), changes)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the records that are there."""
        self.read(at, physical_id)
        zone = _zone(at, at.known)
        wanted = at.known.get("RecordSets") or []
        changes = [("DELETE", _record(one)) for one in wanted if _find(at, zone, one)]
        if changes:
            _change(at, zone, changes)


def _zone(at: Context, properties: Properties, type_name: str = "", physical_id: str = "") -> str:
    """Return the id of the zone that is named by id or by name."""
    if properties.get("HostedZoneId"):
        return str(properties["HostedZoneId"]).rpartition("/")[2]
    name = str(properties.get("HostedZoneName", "")).rstrip(".") + "."
    found = at.client("route53").list_hosted_zones_by_name(DNSName=name)["HostedZones"]
    zones = [zone["Id"].rpartition("/")[2] for zone in found if zone["Name"] == name]
    if len(zones) == 1:
        return str(zones[0])
    if type_name:
        raise GoneError(type_name, physical_id)
    if zones:
        raise ResourceError(f"More than one hosted zone found with name {name}")
    raise ResourceError(f"No hosted zones named {name} found", "NotFound")


def _record(properties: Properties) -> dict[str, Any]:
    record = pick(properties, *_PLAIN)
    if "Weight" in record:
        record["Weight"] = int(record["Weight"])
    if "AliasTarget" in record:
        record["AliasTarget"] = {"EvaluateTargetHealth": False, **record["AliasTarget"]}
    if "TTL" in properties:
        record["TTL"] = int(properties["TTL"])
    if "ResourceRecords" in properties:
        record["ResourceRecords"] = [{"Value": one} for one in properties["ResourceRecords"]]
    return record


def _key(record: Mapping[str, Any]) -> tuple[str, str, str]:
    name = str(record.get("Name", "")).rstrip(".").replace("\\052", "*").lower()
    return name, str(record.get("Type")), str(record.get("SetIdentifier") or "")


def _change(at: Context, zone: str, changes: list[tuple[str, dict[str, Any]]]) -> None:
    for action, record in changes:
        if action == "CREATE" and _find(at, zone, record):
            name = record["Name"].rstrip(".") + "."
            raise ResourceError(
                f"[Tried to create resource record set [name='{name}', "
                f"type='{record['Type']}'] but it already exists]",
                "AlreadyExists",
            )
    batch = [{"Action": action, "ResourceRecordSet": record} for action, record in changes]
    at.client("route53").change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": batch}
    )


def _find(at: Context, zone: str, record: Mapping[str, Any]) -> dict[str, Any] | None:
    client = at.client("route53")
    try:
        for page in client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone):
            for found in page["ResourceRecordSets"]:
                if _key(found) == _key(record):
                    one: dict[str, Any] = found
                    return one
    except ClientError as error:
        if not is_absent(error):
            raise
    return None


def _shown(found: dict[str, Any], known: Properties) -> Properties:
    """Return a record in the schema's shape, its name as the template writes it."""
    shown = {**pick(found, *_PLAIN), "Name": known["Name"]}
    if "TTL" in found:
        shown["TTL"] = str(found["TTL"])
    if found.get("ResourceRecords"):
        shown["ResourceRecords"] = [one["Value"] for one in found["ResourceRecords"]]
    alias = shown.get("AliasTarget")
    if alias and "EvaluateTargetHealth" not in known.get("AliasTarget", {}):
        shown["AliasTarget"] = pick(alias, "DNSName", "HostedZoneId")
    return shown
