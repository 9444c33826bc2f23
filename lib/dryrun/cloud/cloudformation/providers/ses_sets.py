"""AWS::SES: what messages are sent with, and what becomes of those received."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from moto.ses.models import ses_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.found import lookup, without

_QUICK = Seconds(create=3, update=3, delete=3)
_OPTIONS = {
    "DeliveryOptions": "delivery_options",
    "ReputationOptions": "reputation_options",
    "SuppressionOptions": "suppression_options",
    "TrackingOptions": "tracking_options",
    "VdmOptions": "vdm_options",
}


def backend(at: Context) -> Any:
    """Return moto's SES, for what it has no calls."""
    return ses_backends[at.account][at.region]


def set_tags(at: Context, kind: str, name: str, tags: Any) -> list[dict[str, str]]:
    """Set the tags of a resource of SES, and return them."""
    wanted = tag_list(tags)
    tagger, arn = backend(at).tagger, at.arn("ses", f"{kind}/{name}")
    tagger.delete_all_tags_for_resource(arn)
    tagger.tag_resource(arn, wanted)
    return wanted


class ConfigurationSet(Provider):
    """A set of rules for messages that are sent; its physical id is its name."""

    type = "AWS::SES::ConfigurationSet"
    handled = frozenset({"Name", "SendingOptions", "Tags", *_OPTIONS})
    harmless: ClassVar[Mapping[str, str]] = {
        "ArchivingOptions": "no message is delivered that could be archived"
    }
    name_property = "Name"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the set."""
        name = str(properties.get("Name") or at.name(64))
        at.client("sesv2").create_configuration_set(
            ConfigurationSetName=name,
            Tags=tag_list(properties.get("Tags")),
            **pick(properties, *_OPTIONS),
        )
        self._set(at, name, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the set."""
        found = self._found(at, physical_id)
        shown = {"Name": physical_id, "Tags": found.tags}
        shown |= {name: getattr(found, kept) for name, kept in _OPTIONS.items()}
        if "SendingOptions" in at.known or not found.enabled:
            shown["SendingOptions"] = {"SendingEnabled": found.enabled}
        return without(shown, {})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the options and the tags."""
        self._set(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the set."""
        self._found(at, physical_id)
        at.client("sesv2").delete_configuration_set(ConfigurationSetName=physical_id)

    def _found(self, at: Context, name: str) -> Any:
        found = backend(at).config_sets.get(name)
        if found is None:
            raise GoneError(self.type, name)
        return found

    def _set(self, at: Context, name: str, wanted: Properties) -> None:
        found = self._found(at, name)
        for option, kept in _OPTIONS.items():
            setattr(found, kept, wanted.get(option) or {})
        sending = wanted.get("SendingOptions") or {}
        found.enabled = sending.get("SendingEnabled", True)
        found.tags = set_tags(at, "configuration-set", name, wanted.get("Tags"))


class ReceiptRuleSet(Provider):
    """A list of rules for messages that are received; its physical id is its name."""

    type = "AWS::SES::ReceiptRuleSet"
    handled = frozenset({"RuleSetName"})
    name_property = "RuleSetName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the list."""
        name = str(properties.get("RuleSetName") or at.name(64))
        at.client("ses").create_receipt_rule_set(RuleSetName=name)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the list."""
        with lookup(self.type, physical_id):
            at.client("ses").describe_receipt_rule_set(RuleSetName=physical_id)
        return {"RuleSetName": physical_id}

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the list, which SES refuses for the active one."""
        self.read(at, physical_id)
        at.client("ses").delete_receipt_rule_set(RuleSetName=physical_id)


class ReceiptRule(Provider):
    """A rule for messages that are received; its physical id is its name."""

    type = "AWS::SES::ReceiptRule"
    handled = frozenset({"After", "Rule", "RuleSetName"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the rule, the first of its list where no other comes before it."""
        rule = {"Name": at.name(64), **properties["Rule"]}
        at.client("ses").create_receipt_rule(
            RuleSetName=properties["RuleSetName"], Rule=rule, **pick(properties, "After")
        )
        return str(rule["Name"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the rule."""
        name = at.known.get("RuleSetName") or self._set_of(at, physical_id)
        with lookup(self.type, physical_id):
            found = at.client("ses").describe_receipt_rule(RuleSetName=name, RuleName=physical_id)
        usual = {"Enabled": False, "ScanEnabled": False, "TlsPolicy": "Optional"}
        asked = at.known.get("Rule") or {}
        rule = {
            key: value
            for key, value in found["Rule"].items()
            if value != usual.get(key) or key in asked
        }
        if "Name" in asked or not at.known:
            rule["Name"] = physical_id
        else:
            rule.pop("Name", None)
        # Where the rule stands among the others is told by no call for it alone.
        return {
            "Rule": without(rule, []),
            "RuleName": physical_id,
            "RuleSetName": name,
            **pick(at.known, "After"),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the rule and its place."""
        rule = {**new["Rule"], "Name": physical_id}
        at.client("ses").update_receipt_rule(RuleSetName=new["RuleSetName"], Rule=rule)
        if old.get("After") != new.get("After"):
            at.client("ses").describe_receipt_rule_set(RuleSetName=new["RuleSetName"])
            rules = backend(at).receipt_rule_set[new["RuleSetName"]].rules
            mine = next(one for one in rules if one["Name"] == physical_id)
            rules.remove(mine)
            names = [one["Name"] for one in rules]
            rules.insert(names.index(new["After"]) + 1 if new.get("After") in names else 0, mine)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the rule."""
        name = self.read(at, physical_id)["RuleSetName"]
        rules = backend(at).receipt_rule_set[name].rules
        rules[:] = [one for one in rules if one["Name"] != physical_id]

    def _set_of(self, at: Context, rule: str) -> str:
        for name, one in backend(at).receipt_rule_set.items():
            if any(each["Name"] == rule for each in one.rules):
                return str(name)
        raise GoneError(self.type, rule)
