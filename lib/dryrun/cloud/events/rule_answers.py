"""The operations on rules, their targets and tags."""

from __future__ import annotations

import json

from moto.core.responses import ActionResult

from dryrun.cloud.events import rules, targets
from dryrun.cloud.events.asking import Base, answered, with_prefix
from dryrun.cloud.events.exceptions import ValidationException, no_bus, no_rule
from dryrun.cloud.events.rules import DEFAULT_BUS, Rule


class Rules(Base):
    """Answer the operations on rules."""

    def put_rule(self) -> ActionResult:
        """Make or replace a rule; tags count for a new one only."""
        given = self.checked()
        rule, new = self.here.define_rule(given)
        if new and given.get("Tags"):
            self.here.tagger.tag_resource(rule.arn, given["Tags"])
        return answered({"RuleArn": rule.arn})

    def describe_rule(self) -> ActionResult:
        """Return one rule."""
        rule = self._named("Name")
        return answered({**rule.description_short(), "CreatedBy": rule.created_by})

    def list_rules(self) -> ActionResult:
        """Return the rules of a bus."""
        given = self.checked()
        found = with_prefix(self.here.bus(given.get("EventBusName")).rules, given.get("NamePrefix"))
        return answered({"Rules": [rule.description_short() for rule in found]})

    def list_rule_names_by_target(self) -> ActionResult:
        """Return the names of the rules that send to a target."""
        given = self.checked()
        found = with_prefix(self.here.bus(given.get("EventBusName")).rules, "")
        names = [
            rule.name
            for rule in found
            if any(target["Arn"] == given["TargetArn"] for target in rule.targets)
        ]
        return answered({"RuleNames": names})

    def enable_rule(self) -> ActionResult:
        """Let a rule deliver."""
        return self._set_state("ENABLED")

    def disable_rule(self) -> ActionResult:
        """Let a rule deliver nothing."""
        return self._set_state("DISABLED")

    def delete_rule(self) -> ActionResult:
        """Delete a rule without targets; one that is not there does no harm."""
        given = self.checked()
        bus = self.here.bus(given.get("EventBusName"))
        rule = bus.rules.get(given["Name"])
        if rule is None:
            return answered()
        rule.refuse_if_managed(bool(given.get("Force")))
        if rule.targets:
            raise ValidationException("Rule can't be deleted since it has targets.")
        self.here.remove_rule(bus, rule)
        return answered()

    def put_targets(self) -> ActionResult:
        """Give a rule targets."""
        rule = self._named("Rule")
        rule.refuse_if_managed()
        targets.put(rule, self.asked()["Targets"])
        return answered({"FailedEntryCount": 0, "FailedEntries": []})

    def remove_targets(self) -> ActionResult:
        """Take targets from a rule."""
        rule = self._named("Rule")
        given = self.asked()
        rule.refuse_if_managed(bool(given.get("Force")))
        failed = targets.remove(rule, given["Ids"])
        return answered({"FailedEntryCount": len(failed), "FailedEntries": failed})

    def list_targets_by_rule(self) -> ActionResult:
        """Return a rule's targets."""
        return answered({"Targets": self._named("Rule").targets})

    def test_event_pattern(self) -> ActionResult:
        """Tell whether an event matches a pattern."""
        given = self.checked()
        pattern = rules.compiled(given["EventPattern"])
        try:
            event = json.loads(given["Event"])
        except ValueError:
            event = None
        if not isinstance(event, dict):
            raise ValidationException("Parameter Event is not valid.")
        return answered({"Result": pattern is not None and pattern.matches(event)})

    def tag_resource(self) -> ActionResult:
        """Tag a rule or a bus."""
        given = self.checked()
        self._check_resource(given["ResourceARN"], changing=True)
        self.here.tagger.tag_resource(given["ResourceARN"], given["Tags"])
        return answered()

    def untag_resource(self) -> ActionResult:
        """Take tags away."""
        given = self.checked()
        self._check_resource(given["ResourceARN"], changing=True)
        self.here.tagger.untag_resource_using_names(given["ResourceARN"], given["TagKeys"])
        return answered()

    def list_tags_for_resource(self) -> ActionResult:
        """Return tags."""
        given = self.checked()
        self._check_resource(given["ResourceARN"], changing=False)
        return answered(self.here.tagger.list_tags_for_resource(given["ResourceARN"]))

    def _named(self, parameter: str) -> Rule:
        given = self.checked()
        return self.here.bus(given.get("EventBusName")).rule(given[parameter])

    def _set_state(self, state: str) -> ActionResult:
        given = self.checked()
        self.here.set_state(self.here.bus(given.get("EventBusName")), given["Name"], state)
        return answered()

    def _check_resource(self, arn: str, *, changing: bool) -> None:
        resource = arn.split(":", 5)[-1]
        kind, _, rest = resource.partition("/")
        if kind == "event-bus":
            if rest not in self.here.event_buses:
                raise no_bus(rest)
            return
        bus, _, name = rest.rpartition("/")
        found = self.here.event_buses.get(bus or DEFAULT_BUS)
        rule = found.rules.get(name) if found is not None else None
        if kind != "rule" or rule is None:
            raise no_rule(name, bus or DEFAULT_BUS)
        if changing:
            rule.refuse_if_managed()
