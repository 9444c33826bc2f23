"""AWS::Route53Resolver."""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_TAGGING = Tagging("Arn", plain=True)


class _Resolver(Declared):
    """A thing of the resolver; its physical id is its id."""

    service = "route53resolver"

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Give the call that creates an id of the request."""
        made = super().request(at, name, properties, tags=tags)
        members = self._operation(at, name).input_shape.members
        if name == self.creates and "CreatorRequestId" in members:
            made["CreatorRequestId"] = str(mock_random.uuid4())
        return made


class ResolverEndpoint(_Resolver):
    """Where questions come into a network, or leave it."""

    type = "AWS::Route53Resolver::ResolverEndpoint"
    handled = frozenset({"Direction", "IpAddresses", "Name", "SecurityGroupIds", "Tags"})
    harmless = {
        "PreferredInstanceType": "nothing runs on an outpost here",
        "Protocols": "nobody asks the endpoint here",
        "ResolverEndpointType": "nobody asks the endpoint here",
    }
    seconds = Seconds(create=120, update=60, delete=120)
    written = frozenset({"IpAddresses"})
    creates, reads = "create_resolver_endpoint", "get_resolver_endpoint"
    updates, deletes = "update_resolver_endpoint", "delete_resolver_endpoint"
    key, made, item = "ResolverEndpointId", "ResolverEndpoint.Id", "ResolverEndpoint"
    answered = {"ResolverEndpointId": "Id", "IpAddressCount": "IpAddressCount"}
    tagging = _TAGGING

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the endpoint in the schema's types."""
        shown["IpAddressCount"] = str(shown.get("IpAddressCount", 0))
        return shown


class ResolverRule(_Resolver):
    """Where questions for a domain go."""

    type = "AWS::Route53Resolver::ResolverRule"
    handled = frozenset(
        {"DomainName", "Name", "ResolverEndpointId", "RuleType", "Tags", "TargetIps"}
    )
    seconds = Seconds(create=30, update=30, delete=30)
    creates, reads, deletes = "create_resolver_rule", "get_resolver_rule", "delete_resolver_rule"
    key, made, item = "ResolverRuleId", "ResolverRule.Id", "ResolverRule"
    answered = {"ResolverRuleId": "Id"}
    tagging = _TAGGING

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the domain and the ports as the template has them."""
        asked = str(at.known.get("DomainName", ""))
        if shown.get("DomainName", "").rstrip(".") == asked.rstrip("."):
            shown["DomainName"] = asked
        for one in shown.get("TargetIps") or ():
            if "Port" in one:
                one["Port"] = str(one["Port"])
        return shown


class ResolverRuleAssociation(_Resolver):
    """A network whose questions follow a rule."""

    type = "AWS::Route53Resolver::ResolverRuleAssociation"
    handled = frozenset({"Name", "ResolverRuleId", "VPCId"})
    seconds = Seconds(create=60, update=5, delete=60)
    creates, reads = "associate_resolver_rule", "get_resolver_rule_association"
    deletes = "disassociate_resolver_rule"
    key = "ResolverRuleAssociationId"
    made, item = "ResolverRuleAssociation.Id", "ResolverRuleAssociation"
    answered = {"ResolverRuleAssociationId": "Id"}

    def delete(self, at: Context, physical_id: str) -> None:
        """Let the network's questions follow the rule no more."""
        item, _ = self.fetch(at, physical_id)
        at.client(self.service).disassociate_resolver_rule(
            VPCId=item["VPCId"], ResolverRuleId=item["ResolverRuleId"]
        )
