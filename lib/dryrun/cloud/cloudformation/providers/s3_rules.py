"""Lifecycle, notification, replication and inventory rules of buckets, in both shapes."""

from __future__ import annotations

from typing import Any

_TARGETS = (
    ("TopicConfigurations", "TopicConfigurations", "Topic", "TopicArn"),
    ("QueueConfigurations", "QueueConfigurations", "Queue", "QueueArn"),
    ("LambdaConfigurations", "LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
)
_SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")


def lifecycle_to_api(value: Any) -> dict[str, Any]:
    """Return a lifecycle as S3 takes it."""
    return {"Rules": [_rule_to_api(rule) for rule in value.get("Rules", [])]}


def lifecycle_from_api(value: Any) -> dict[str, Any]:
    """Return a lifecycle as CloudFormation has it."""
    return {"Rules": [_rule_from_api(rule) for rule in value.get("Rules", [])]}


def _rule_to_api(rule: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"Status": rule["Status"], "Filter": _filter_to_api(rule)}
    if "Id" in rule:
        made["ID"] = rule["Id"]
    expiration = {
        new: rule[old]
        for old, new in (
            ("ExpirationInDays", "Days"),
            ("ExpirationDate", "Date"),
            ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
        )
        if old in rule
    }
    if expiration:
        made["Expiration"] = expiration
    if transitions := _both(rule, "Transition", "Transitions"):
        made["Transitions"] = [_transition_to_api(one, "Days") for one in transitions]
    if older := _both(rule, "NoncurrentVersionTransition", "NoncurrentVersionTransitions"):
        made["NoncurrentVersionTransitions"] = [
            _transition_to_api(one, "NoncurrentDays") for one in older
        ]
    if "NoncurrentVersionExpiration" in rule:
        made["NoncurrentVersionExpiration"] = rule["NoncurrentVersionExpiration"]
    elif "NoncurrentVersionExpirationInDays" in rule:
        days = rule["NoncurrentVersionExpirationInDays"]
        made["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    if "AbortIncompleteMultipartUpload" in rule:
        made["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    return made


def _both(rule: dict[str, Any], one: str, many: str) -> list[Any]:
    return [*([rule[one]] if one in rule else []), *rule.get(many, [])]


def _filter_to_api(rule: dict[str, Any]) -> dict[str, Any]:
    tags = rule.get("TagFilters") or []
    found: dict[str, Any] = {"Prefix": rule["Prefix"]} if rule.get("Prefix") is not None else {}
    found |= {name: int(rule[name]) for name in _SIZES if name in rule}
    if len(found) + len(tags) > 1:
        return {"And": {**found, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else found


def _transition_to_api(one: dict[str, Any], days: str) -> dict[str, Any]:
    names = {"TransitionInDays": days, "TransitionDate": "Date"}
    return {names.get(name, name): value for name, value in one.items()}


def _rule_from_api(rule: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"Status": rule["Status"]}
    if rule.get("ID"):
        made["Id"] = rule["ID"]
    found = rule.get("Filter", {})
    both = found.get("And", {})
    for where in (rule, found, both):
        if "Prefix" in where:
            made["Prefix"] = where["Prefix"]
        made |= {name: str(where[name]) for name in _SIZES if name in where}
    if tags := both.get("Tags") or ([found["Tag"]] if "Tag" in found else []):
        made["TagFilters"] = tags
    names = {"Days": "ExpirationInDays", "Date": "ExpirationDate"}
    for name, value in rule.get("Expiration", {}).items():
        made[names.get(name, name)] = value
    for many in ("Transitions", "NoncurrentVersionTransitions"):
        if many in rule:
            made[many] = [_transition_from_api(one) for one in rule[many]]
    for same in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if same in rule:
            made[same] = rule[same]
    return made


def _transition_from_api(one: dict[str, Any]) -> dict[str, Any]:
    names = {
        "Days": "TransitionInDays",
        "NoncurrentDays": "TransitionInDays",
        "Date": "TransitionDate",
    }
    return {names.get(name, name): value for name, value in one.items()}


def notification_to_api(value: Any) -> dict[str, Any]:
    """Return notifications as S3 takes them."""
    made: dict[str, Any] = {}
    for ours, theirs, old, new in _TARGETS:
        if value.get(ours):
            made[theirs] = [_target_to_api(one, old, new) for one in value[ours]]
    bridge = value.get("EventBridgeConfiguration")
    if bridge is not None and bridge.get("EventBridgeEnabled", True):
        made["EventBridgeConfiguration"] = {}
    return made


def _target_to_api(one: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    made: dict[str, Any] = {new: one[old], "Events": [one["Event"]]}
    if rules := one.get("Filter", {}).get("S3Key", {}).get("Rules"):
        lower = [{"Name": rule["Name"].lower(), "Value": rule["Value"]} for rule in rules]
        made["Filter"] = {"Key": {"FilterRules": lower}}
    return made


def notification_from_api(value: Any) -> dict[str, Any]:
    """Return notifications as CloudFormation has them: one event each."""
    made: dict[str, Any] = {}
    for ours, theirs, old, new in _TARGETS:
        if value.get(theirs):
            made[ours] = [
                _target_from_api(one, event, old, new)
                for one in value[theirs]
                for event in one["Events"]
            ]
    if "EventBridgeConfiguration" in value:
        made["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    return made


def _target_from_api(one: dict[str, Any], event: str, old: str, new: str) -> dict[str, Any]:
    made: dict[str, Any] = {"Event": event, old: one[new]}
    if rules := one.get("Filter", {}).get("Key", {}).get("FilterRules"):
        made["Filter"] = {"S3Key": {"Rules": rules}}
    return made


def replication_from_stored(stored: Any) -> dict[str, Any]:
    """Return replication in S3's shape, from the XML document that was put."""
    rules = stored["Rule"] if isinstance(stored["Rule"], list) else [stored["Rule"]]
    return {"Role": stored["Role"], "Rules": [_plain(rule) for rule in rules]}


def _plain(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        found = {key: _plain(one, key) for key, one in value.items() if not key.startswith("@")}
        if name == "And" and "Tag" in found:
            tags = found.pop("Tag")
            found["Tags"] = tags if isinstance(tags, list) else [tags]
        return found
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if name in ("Priority", "Minutes"):
        return int(value)
    return "" if value is None else value


def inventory_to_api(value: dict[str, Any]) -> dict[str, Any]:
    """Return an inventory as S3 takes it."""
    place = value["Destination"]
    names = {"BucketArn": "Bucket", "BucketAccountId": "AccountId"}
    made: dict[str, Any] = {
        "Id": value["Id"],
        "IsEnabled": value["Enabled"],
        "IncludedObjectVersions": value["IncludedObjectVersions"],
        "Schedule": {"Frequency": value["ScheduleFrequency"]},
        "Destination": {
            "S3BucketDestination": {names.get(name, name): one for name, one in place.items()}
        },
    }
    if "Prefix" in value:
        made["Filter"] = {"Prefix": value["Prefix"]}
    if "OptionalFields" in value:
        made["OptionalFields"] = value["OptionalFields"]
    return made


def inventory_from_api(value: dict[str, Any]) -> dict[str, Any]:
    """Return an inventory as CloudFormation has it."""
    place = value["Destination"]["S3BucketDestination"]
    names = {"Bucket": "BucketArn", "AccountId": "BucketAccountId"}
    made: dict[str, Any] = {
        "Id": value["Id"],
        "Enabled": value["IsEnabled"],
        "IncludedObjectVersions": value["IncludedObjectVersions"],
        "ScheduleFrequency": value["Schedule"]["Frequency"],
        "Destination": {names.get(name, name): one for name, one in place.items()},
    }
    if prefix := value.get("Filter", {}).get("Prefix"):
        made["Prefix"] = prefix
    if fields := value.get("OptionalFields"):
        made["OptionalFields"] = fields
    return made
