"""AWS::Events: rules, buses and who may send to them."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.cloudformation.hash_order import EVENT_BUCKETS, ordered
from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    TakenError,
    changed,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.found import (
    ignoring_absence,
    lookup,
    parsed,
    text,
    without,
)

_DEFAULT = "default"


class Rule(Provider):
    """A rule with its targets; its physical id is its name, on a bus of one's own BUS|NAME."""

    type = "AWS::Events::Rule"
    handled = frozenset(
        {
            "Description",
            "EventBusName",
            "EventPattern",
            "Name",
            "RoleArn",
            "ScheduleExpression",
            "State",
            "Tags",
            "Targets",
        }
    )
    name_property = "Name"
    seconds = Seconds(create=60, update=60, delete=20)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the rule, and give it its targets."""
        name = str(properties.get("Name") or at.name(64))
        bus = _bus(properties.get("EventBusName"))
        # PutRule changes a rule that is there; such a resource is an error.
        if "Name" in properties and _exists(at, bus, name):
            raise TakenError(self.type, name)
        self._put(at, name, properties)
        at.client("events").tag_resource(
            ResourceARN=self._arn(at, bus, name), Tags=tag_list(properties.get("Tags"))
        )
        self._aim(at, bus, name, {}, properties)
        return name if bus == _DEFAULT else f"{bus}|{name}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the rule and its targets."""
        events = at.client("events")
        bus, name = _placed(physical_id)
        with lookup(self.type, physical_id):
            found = events.describe_rule(Name=name, EventBusName=bus)
        targets = events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]
        tags = events.list_tags_for_resource(ResourceARN=found["Arn"])["Tags"]
        shown = {
            **pick(found, "Arn", "Description", "Name", "RoleArn", "ScheduleExpression", "State"),
            "EventBusName": at.known.get("EventBusName", bus),
            "RuleName": name,
            "Tags": tag_list(tags),
            "Targets": [_target_shown(target) for target in targets],
        }
        if found.get("EventPattern"):
            shown["EventPattern"] = json.loads(found["EventPattern"])
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the rule; move it where it is to be on another bus."""
        bus, name = _placed(physical_id)
        if _bus(old.get("EventBusName")) != _bus(new.get("EventBusName")):
            raise NotSimulatedError(
                "Dry Run does not simulate moving a rule to another event bus; "
                "real AWS would carry it out."
            )
        self._put(at, name, new)
        self._aim(at, bus, name, old, new)
        events = at.client("events")
        arn = self._arn(at, bus, name)
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            events.tag_resource(ResourceARN=arn, Tags=tag_list(tags))
        if untagged:
            events.untag_resource(ResourceARN=arn, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the stack's targets away, and delete the rule; other targets keep it."""
        events = at.client("events")
        bus, name = _placed(physical_id)
        with lookup(self.type, physical_id):
            events.describe_rule(Name=name, EventBusName=bus)
        self._aim(at, bus, name, at.known, {})
        events.delete_rule(Name=name, EventBusName=bus)

    def _put(self, at: Context, name: str, properties: Properties) -> None:
        parameters = pick(
            properties, "Description", "EventBusName", "RoleArn", "ScheduleExpression", "State"
        )
        if "EventPattern" in properties:
            parameters["EventPattern"] = _written(properties["EventPattern"])
        at.client("events").put_rule(Name=name, **parameters)

    def _aim(self, at: Context, bus: str, name: str, old: Properties, new: Properties) -> None:
        events = at.client("events")
        before = {target["Id"]: target for target in old.get("Targets") or ()}
        after = {target["Id"]: target for target in new.get("Targets") or ()}
        gone = [target for target in before if target not in after]
        wanted = [target for key, target in after.items() if before.get(key) != target]
        if gone:
            events.remove_targets(Rule=name, EventBusName=bus, Ids=gone)
        if wanted:
            events.put_targets(
                Rule=name, EventBusName=bus, Targets=[_target_sent(one) for one in wanted]
            )

    def _arn(self, at: Context, bus: str, name: str) -> str:
        return at.arn("events", f"rule/{name}" if bus == _DEFAULT else f"rule/{bus}/{name}")


def _exists(at: Context, bus: str, name: str) -> bool:
    with ignoring_absence():
        at.client("events").describe_rule(Name=name, EventBusName=bus)
        return True
    return False


class EventBus(Provider):
    """An event bus; its physical id is its name."""

    type = "AWS::Events::EventBus"
    handled = frozenset(
        {
            "DeadLetterConfig",
            "Description",
            "EventSourceName",
            "KmsKeyIdentifier",
            "Name",
            "Policy",
            "Tags",
        }
    )
    name_property = "Name"
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the bus."""
        events = at.client("events")
        name = str(properties["Name"])
        events.create_event_bus(
            Name=name,
            **pick(properties, "DeadLetterConfig", "Description", "EventSourceName"),
            **pick(properties, "KmsKeyIdentifier", "Tags"),
        )
        if "Policy" in properties:
            events.put_permission(EventBusName=name, Policy=text(properties["Policy"]))
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the bus."""
        events = at.client("events")
        with lookup(self.type, physical_id):
            found = events.describe_event_bus(Name=physical_id)
        shown = {
            **pick(found, "Arn", "DeadLetterConfig", "Description", "KmsKeyIdentifier", "Name"),
            "Tags": tag_list(events.list_tags_for_resource(ResourceARN=found["Arn"])["Tags"]),
        }
        if found.get("Policy"):
            shown["Policy"] = json.loads(found["Policy"])
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what describes the bus, its policy and its tags."""
        events = at.client("events")
        settings = ("DeadLetterConfig", "Description", "KmsKeyIdentifier")
        for name in (*settings, "EventSourceName"):
            gone = name not in new or name == "EventSourceName"
            if changed(old, new, name) and gone:
                raise NotSimulatedError(
                    f"Dry Run does not simulate changing the property {name} of {self.type} so; "
                    "real AWS would carry it out."
                )
        if any(changed(old, new, name) for name in settings):
            events.update_event_bus(Name=physical_id, **pick(new, *settings))
        if changed(old, new, "Policy"):
            events.remove_permission(EventBusName=physical_id, RemoveAllPermissions=True)
            if "Policy" in new:
                events.put_permission(EventBusName=physical_id, Policy=text(new["Policy"]))
        arn = at.arn("events", f"event-bus/{physical_id}")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            events.tag_resource(ResourceARN=arn, Tags=tag_list(tags))
        if untagged:
            events.untag_resource(ResourceARN=arn, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the bus; rules keep it, as in AWS."""
        events = at.client("events")
        with lookup(self.type, physical_id):
            rules = events.list_rules(EventBusName=physical_id)["Rules"]
        if rules:
            # From memory; "DeleteEventBus", EventBridge API Reference, does not say it.
            raise ResourceError(
                f"Event bus {physical_id} can't be deleted since it has rules.",
                "GeneralServiceException",
            )
        events.delete_event_bus(Name=physical_id)


class EventBusPolicy(Provider):
    """A statement in a bus's policy; its physical id is BUS|STATEMENT."""

    type = "AWS::Events::EventBusPolicy"
    handled = frozenset(
        {"Action", "Condition", "EventBusName", "Principal", "Statement", "StatementId"}
    )
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Add the statement."""
        bus = _bus(properties.get("EventBusName"))
        self._put(at, bus, properties)
        return f"{bus}|{properties['StatementId']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the statement."""
        bus, _, sid = physical_id.partition("|")
        statement = self._statements(at, physical_id).get(sid)
        if statement is None:
            raise GoneError(self.type, physical_id)
        known = at.known
        shown = {"EventBusName": known.get("EventBusName", bus), "StatementId": sid}
        if "Statement" in known:
            given = parsed(known["Statement"])
            kept = {key: value for key, value in statement.items() if key != "Sid" or key in given}
            return {**shown, "Statement": kept}
        return {**shown, **pick(known, "Action", "Condition", "Principal")}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Write the statement anew."""
        bus, _, _ = physical_id.partition("|")
        self._remove(at, physical_id)
        self._put(at, bus, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the statement away; that its bus is gone does no harm."""
        with ignoring_absence():
            self._remove(at, physical_id)

    def _put(self, at: Context, bus: str, properties: Properties) -> None:
        events = at.client("events")
        sid = properties["StatementId"]
        if "Statement" not in properties:
            events.put_permission(
                EventBusName=bus,
                StatementId=sid,
                **pick(properties, "Action", "Condition", "Principal"),
            )
            return
        present = self._statements(at, f"{bus}|{sid}")
        statement = {**parsed(properties["Statement"]), "Sid": sid}
        policy = {
            "Version": "2012-10-17",
            "Statement": [*present.values(), statement],
        }
        events.put_permission(EventBusName=bus, Policy=json.dumps(policy))

    def _remove(self, at: Context, physical_id: str) -> None:
        bus, _, sid = physical_id.partition("|")
        at.client("events").remove_permission(EventBusName=bus, StatementId=sid)

    def _statements(self, at: Context, physical_id: str) -> dict[str, Any]:
        bus, _, _ = physical_id.partition("|")
        with lookup(self.type, physical_id):
            found = at.client("events").describe_event_bus(Name=bus)
        policy = json.loads(found.get("Policy") or "{}")
        return {one["Sid"]: one for one in policy.get("Statement", ())}


def _bus(name: Any) -> str:
    """Return a bus's name, of its name or its ARN."""
    return str(name or _DEFAULT).rpartition("/")[2]


def _placed(physical_id: str) -> tuple[str, str]:
    bus, _, name = physical_id.rpartition("|")
    return bus or _DEFAULT, name


def _written(pattern: Any) -> str:
    """Return a pattern as CloudFormation writes it: close, and in the order of its HashMap."""
    if isinstance(pattern, str):
        return pattern
    return json.dumps(ordered(pattern, EVENT_BUCKETS), separators=(",", ":"))


def _target_sent(target: Properties) -> Properties:
    """Return a target as the API has it, which differs in three names."""
    sent = dict(target)
    if "EcsParameters" in sent:
        ecs = dict(sent["EcsParameters"])
        sent["EcsParameters"] = _ecs(ecs, "awsvpcConfiguration", "Tags", "PlacementStrategy", {})
    return sent


def _target_shown(target: Properties) -> Properties:
    shown = dict(target)
    if "EcsParameters" in shown:
        ecs = dict(shown["EcsParameters"])
        shown["EcsParameters"] = _ecs(
            ecs, "AwsVpcConfiguration", "TagList", "PlacementStrategies", {}
        )
    return shown


def _ecs(ecs: Properties, network: str, tags: str, strategies: str, made: Properties) -> Properties:
    for name, value in ecs.items():
        if name == "NetworkConfiguration":
            made[name] = {network: next(iter(value.values()), {})}
        elif name in ("Tags", "TagList"):
            made[tags] = value
        elif name in ("PlacementStrategy", "PlacementStrategies"):
            made[strategies] = [_cased(row, strategies != "PlacementStrategy") for row in value]
        elif name in ("PlacementConstraints", "CapacityProviderStrategy"):
            made[name] = [_cased(row, strategies != "PlacementStrategy") for row in value]
        else:
            made[name] = value
    return made


def _cased(row: Properties, upper: bool) -> Properties:
    return {
        (key[0].upper() if upper else key[0].lower()) + key[1:]: value for key, value in row.items()
    }
