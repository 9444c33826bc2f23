"""AWS::WAFv2."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging, is_absent

_QUICK = Seconds(create=10, update=10, delete=10)


class _Waf(Declared):
    """A part of WAF; its physical id is `Name|Id|Scope`."""

    service = "wafv2"
    seconds = _QUICK
    name_property, named = "Name", 128
    whole = True
    written = frozenset({"Scope"})
    tagging = Tagging("ARN", key="ResourceARN", answer="TagInfoForResource.TagList")

    def create(self, at: Context, properties: Properties) -> str:
        """Create the part."""
        given = self.prepared(at, dict(properties))
        made = self.call(at, self.creates, self.request(at, self.creates, given))["Summary"]
        return "|".join((made["Name"], made["Id"], properties["Scope"]))

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put everything anew, with the token of the version it has."""
        if "Rules" in names and not new.get("Rules"):
            raise NotSimulatedError(
                "Dry Run does not simulate the removal of the last of the property Rules of "
                f"{self.type}; real AWS would carry it out."
            )
        if names:
            keys = self._keys(at, self.reads, physical_id)
            token = self.call(at, self.reads, keys)["LockToken"]
            sent = self.request(at, self.updates, new, tags=False)
            self.call(at, self.updates, {**sent, **keys, "LockToken": token})
        return []

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the part in the version it has."""
        keys = self._keys(at, self.reads, physical_id)
        try:
            token = self.call(at, self.reads, keys)["LockToken"]
        except ClientError as error:
            if is_absent(error):
                raise GoneError(self.type, physical_id) from error
            raise
        self.call(at, self.deletes, {**keys, "LockToken": token})

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the part with its scope."""
        shown["Scope"] = physical_id.rpartition("|")[2]
        return shown

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        named, part, scope = physical_id.split("|")
        return {"Name": named, "Id": part, "Scope": scope}


_ACL = (
    "AssociationConfig",
    "CaptchaConfig",
    "ChallengeConfig",
    "CustomResponseBodies",
    "DefaultAction",
    "Description",
    "Rules",
    "TokenDomains",
    "VisibilityConfig",
)


class WebACL(_Waf):
    """A web ACL."""

    type = "AWS::WAFv2::WebACL"
    handled = frozenset({"Name", "Scope", "Tags", *_ACL})
    creates, reads = "create_web_acl", "get_web_acl"
    updates, deletes = "update_web_acl", "delete_web_acl"
    key, item = "", "WebACL"
    answered = {"Arn": "ARN", "Id": "Id", "Capacity": "Capacity"}

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the empty list of rules moto wants."""
        return {"Rules": [], **properties}


class RuleGroup(_Waf):
    """A group of rules."""

    type = "AWS::WAFv2::RuleGroup"
    handled = frozenset(
        {
            "Capacity",
            "CustomResponseBodies",
            "Description",
            "Name",
            "Rules",
            "Scope",
            "Tags",
            "VisibilityConfig",
        }
    )
    creates, reads = "create_rule_group", "get_rule_group"
    updates, deletes = "update_rule_group", "delete_rule_group"
    key, item = "", "RuleGroup"
    answered = {"Arn": "ARN", "Id": "Id"}

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the empty list of rules moto wants."""
        return {"Rules": [], **properties}


class IPSet(_Waf):
    """A set of addresses."""

    type = "AWS::WAFv2::IPSet"
    handled = frozenset({"Addresses", "Description", "IPAddressVersion", "Name", "Scope", "Tags"})
    creates, reads = "create_ip_set", "get_ip_set"
    updates, deletes = "update_ip_set", "delete_ip_set"
    key, item = "", "IPSet"
    answered = {"Arn": "ARN", "Id": "Id"}


class RegexPatternSet(_Waf):
    """A set of regular expressions."""

    type = "AWS::WAFv2::RegexPatternSet"
    handled = frozenset({"Description", "Name", "RegularExpressionList", "Scope", "Tags"})
    creates, reads = "create_regex_pattern_set", "get_regex_pattern_set"
    updates, deletes = "update_regex_pattern_set", "delete_regex_pattern_set"
    key, item = "", "RegexPatternSet"
    answered = {"Arn": "ARN", "Id": "Id"}

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with each expression as the API has it."""
        listed = properties.get("RegularExpressionList") or []
        properties["RegularExpressionList"] = [
            {"RegexString": one} if isinstance(one, str) else one for one in listed
        ]
        return properties

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the expressions as plain text."""
        listed = shown.get("RegularExpressionList") or []
        shown["RegularExpressionList"] = [one["RegexString"] for one in listed]
        return super().finished(at, physical_id, shown)


class WebACLAssociation(Provider):
    """A web ACL before a resource; the physical id is `ResourceArn|WebACLArn`."""

    type = "AWS::WAFv2::WebACLAssociation"
    handled = frozenset({"ResourceArn", "WebACLArn"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Put the web ACL before the resource."""
        at.client("wafv2").associate_web_acl(**pick(properties, "ResourceArn", "WebACLArn"))
        return f"{properties['ResourceArn']}|{properties['WebACLArn']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read which web ACL is before the resource."""
        resource, _, acl = physical_id.partition("|")
        found = at.client("wafv2").get_web_acl_for_resource(ResourceArn=resource)
        if (found.get("WebACL") or {}).get("ARN") != acl:
            raise GoneError(self.type, physical_id)
        return {"ResourceArn": resource, "WebACLArn": acl}

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the web ACL away."""
        self.read(at, physical_id)
        resource = physical_id.partition("|")[0]
        at.client("wafv2").disassociate_web_acl(ResourceArn=resource)


class LoggingConfiguration(Declared):
    """Where a web ACL logs to; the physical id is the web ACL's ARN."""

    type = "AWS::WAFv2::LoggingConfiguration"
    handled = frozenset({"LogDestinationConfigs", "LoggingFilter", "RedactedFields", "ResourceArn"})
    service = "wafv2"
    seconds = _QUICK
    name_property = "ResourceArn"
    creates, reads = "put_logging_configuration", "get_logging_configuration"
    deletes, key, item = "delete_logging_configuration", "ResourceArn", "LoggingConfiguration"

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Put the configuration into the structure the API wants."""
        return super().request(at, name, {"LoggingConfiguration": properties}, tags=tags)

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the configuration anew."""
        if names:
            self.create(at, new)
        return []
