"""AWS::ElasticLoadBalancingV2: listeners and their rules."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
)
from dryrun.cloud.cloudformation.providers.elasticloadbalancingv2 import (
    as_written,
    one_of,
    retag,
    tagged,
    tags_of,
    with_defaults,
)

_PLAIN = ("AlpnPolicy", "Certificates", "DefaultActions", "Port", "Protocol", "SslPolicy")
_DEFAULTS = {"tcp.idle_timeout.seconds": "350"}
Actions = list[dict[str, Any]]


class Listener(Provider):
    """A listener; its physical id is its ARN."""

    type = "AWS::ElasticLoadBalancingV2::Listener"
    handled = frozenset(
        {"ListenerAttributes", "LoadBalancerArn", "MutualAuthentication", "Tags", *_PLAIN}
    )
    seconds = Seconds(create=10, update=10, delete=5)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse to check clients' certificates."""
        mode = (properties.get("MutualAuthentication") or {}).get("Mode", "off")
        return None if mode == "off" else f"MutualAuthentication with Mode {mode}"

    def create(self, at: Context, properties: Properties) -> str:
        """Create a listener."""
        elb = at.client("elbv2")
        made = elb.create_listener(
            LoadBalancerArn=properties["LoadBalancerArn"],
            **pick(properties, *_PLAIN),
            **tagged(properties),
        )
        arn = str(made["Listeners"][0]["ListenerArn"])
        if properties.get("ListenerAttributes"):
            elb.modify_listener_attributes(
                ListenerArn=arn, Attributes=properties["ListenerAttributes"]
            )
        return arn

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a listener."""
        found = self._found(at, physical_id)
        elb = at.client("elbv2")
        given = elb.describe_listener_attributes(ListenerArn=physical_id)["Attributes"]
        read = pick(found, "LoadBalancerArn", "Port", "Protocol", "SslPolicy", "AlpnPolicy")
        read = {name: value for name, value in read.items() if value}
        read["DefaultActions"] = _shown(at.known.get("DefaultActions"), found["DefaultActions"])
        certificates = [pick(one, "CertificateArn") for one in found.get("Certificates") or ()]
        if certificates:
            read["Certificates"] = certificates[:1]
        return read | {
            "ListenerArn": physical_id,
            "ListenerAttributes": as_written(at.known.get("ListenerAttributes"), given),
            "Tags": tags_of(at, physical_id),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs."""
        if changed(old, new, "AlpnPolicy"):
            raise NotSimulatedError(
                f"Dry Run does not simulate changes of AlpnPolicy of {self.type}; "
                "real AWS would carry it out."
            )
        self._found(at, physical_id)
        elb = at.client("elbv2")
        if changed(old, new, *_PLAIN):
            names = ("Certificates", "DefaultActions", "Port", "Protocol", "SslPolicy")
            elb.modify_listener(ListenerArn=physical_id, **pick(new, *names))
        if changed(old, new, "ListenerAttributes"):
            pairs = with_defaults(old, new, "ListenerAttributes", _DEFAULTS)
            elb.modify_listener_attributes(ListenerArn=physical_id, Attributes=pairs)
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a listener with its rules."""
        self._found(at, physical_id)
        at.client("elbv2").delete_listener(ListenerArn=physical_id)

    def _found(self, at: Context, arn: str) -> dict[str, Any]:
        return one_of(self.type, arn, "Listeners", at.client("elbv2").describe_listeners)


class ListenerRule(Provider):
    """A rule of a listener; its physical id is its ARN."""

    type = "AWS::ElasticLoadBalancingV2::ListenerRule"
    handled = frozenset({"Actions", "Conditions", "ListenerArn", "Priority", "Tags"})
    seconds = Seconds(create=10, update=10, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a rule."""
        made = at.client("elbv2").create_rule(
            **pick(properties, "Actions", "Conditions", "ListenerArn", "Priority"),
            **tagged(properties),
        )
        return str(made["Rules"][0]["RuleArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a rule."""
        found = self._found(at, physical_id)
        parts = physical_id.replace(":listener-rule/", ":listener/").rpartition("/")
        return {
            "Actions": _shown(at.known.get("Actions"), found["Actions"]),
            "Conditions": _shown(at.known.get("Conditions"), found["Conditions"]),
            "IsDefault": found["IsDefault"],
            "ListenerArn": parts[0],
            "Priority": int(found["Priority"]),
            "RuleArn": physical_id,
            "Tags": tags_of(at, physical_id),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs."""
        self._found(at, physical_id)
        elb = at.client("elbv2")
        if changed(old, new, "Actions", "Conditions"):
            elb.modify_rule(RuleArn=physical_id, **pick(new, "Actions", "Conditions"))
        if changed(old, new, "Priority"):
            order = [{"RuleArn": physical_id, "Priority": new["Priority"]}]
            elb.set_rule_priorities(RulePriorities=order)
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a rule."""
        self._found(at, physical_id)
        at.client("elbv2").delete_rule(RuleArn=physical_id)

    def _found(self, at: Context, arn: str) -> dict[str, Any]:
        return one_of(self.type, arn, "Rules", at.client("elbv2").describe_rules)


class ListenerCertificate(Provider):
    """More certificates of a listener; the physical id is the listener's ARN and theirs."""

    type = "AWS::ElasticLoadBalancingV2::ListenerCertificate"
    handled = frozenset({"Certificates", "ListenerArn"})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Add the certificates."""
        at.client("elbv2").add_listener_certificates(
            **pick(properties, "Certificates", "ListenerArn")
        )
        arns = [one["CertificateArn"] for one in properties["Certificates"]]
        return "|".join([properties["ListenerArn"], *arns])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read which of the certificates are there."""
        listener, *arns = physical_id.split("|")
        elb = at.client("elbv2")
        one_of(self.type, listener, "Listeners", elb.describe_listeners)
        found = elb.describe_listener_certificates(ListenerArn=listener)["Certificates"]
        there = [one["CertificateArn"] for one in found]
        named = at.known.get("Certificates") or [{"CertificateArn": arn} for arn in arns]
        mine = [one for one in named if one["CertificateArn"] in there]
        if not mine:
            raise GoneError(self.type, physical_id)
        return {"Certificates": mine, "Id": physical_id, "ListenerArn": listener}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Add and remove certificates."""
        elb = at.client("elbv2")
        before, after = old["Certificates"], new["Certificates"]
        listener = physical_id.partition("|")[0]
        added = [one for one in after if one not in before]
        gone = [one for one in before if one not in after]
        if added:
            elb.add_listener_certificates(ListenerArn=listener, Certificates=added)
        if gone:
            elb.remove_listener_certificates(ListenerArn=listener, Certificates=gone)

    def delete(self, at: Context, physical_id: str) -> None:
        """Remove the certificates."""
        found = self.read(at, physical_id)
        at.client("elbv2").remove_listener_certificates(
            **pick(found, "Certificates", "ListenerArn")
        )


def _shown(written: Actions | None, found: Actions) -> Actions:
    """Return actions or conditions, with those members that the stack named where it did.

    The service adds what a short form means in full, which is no difference.
    """
    if written is None or len(written) != len(found):
        return found
    return [_within(asked, one) for asked, one in zip(written, found, strict=True)]


def _within(asked: Any, one: Any) -> Any:
    if isinstance(asked, dict) and isinstance(one, dict):
        return {name: _within(asked[name], one[name]) for name in asked if name in one}
    if isinstance(asked, list) and isinstance(one, list) and len(asked) == len(one):
        return [_within(left, right) for left, right in zip(asked, one, strict=True)]
    return one
