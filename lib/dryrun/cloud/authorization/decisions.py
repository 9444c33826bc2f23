"""The one way from a principal, an action and a resource to a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dryrun.cloud.authorization import keys, organization, resource_policies
from dryrun.cloud.authorization.context import Context, Value
from dryrun.cloud.authorization.principals import Standing, standing
from dryrun.cloud.authorization.reference import services_with_resource_control
from dryrun.cloud.iam.policy import (
    AccessRequest,
    Decision,
    Policy,
    PolicyKind,
    PolicySet,
    evaluate,
)
from dryrun.cloud.identity import Caller, CallerKind
from dryrun.cloud.routing import ApiCall

UNKNOWN: Any = object()
"""Stands for a resource's policy that is to be looked up."""


def may(
    caller: Caller,
    action: str,
    resource: str,
    context: Mapping[str, Value] | None = None,
    resource_policy: Policy | None = UNKNOWN,
    *,
    call: ApiCall | None = None,
    region: str = "",
    who: Standing | None = None,
) -> Decision:
    """Decide whether a principal may do something, by every policy that has a say.

    `context` adds condition keys to those of the caller and the call; `resource_policy` stands in
    the place of the resource's own, for a role its trust policy. `who` is the caller's standing,
    where it is known. The decision's `request.context` holds the keys the policies asked for.
    """
    region = region or (call.signature.region if call is not None else "us-east-1")
    account = resource_policies.owner(resource, caller.account)
    if resource_policy is UNKNOWN:
        resource_policy = _own_policy(caller, resource, account, region)
    who = who or standing(caller)
    controlled = caller.kind is not CallerKind.SERVICE and (
        action.partition(":")[0].lower() in services_with_resource_control()
    )
    is_trust = resource_policy is not None and resource_policy.kind is PolicyKind.TRUST
    policies = PolicySet(
        identity=who.identity,
        boundary=who.boundary,
        session=who.session,
        resource=resource_policy,
        # What a service does for a resource is no organization's to limit.
        scps=()
        if caller.kind is CallerKind.SERVICE
        else organization.controls(caller.account, organization.SERVICE_CONTROL),
        rcps=organization.controls(account, organization.RESOURCE_CONTROL) if controlled else (),
        resource_decides=is_trust or resource_policies.decides(resource),
    )
    known = Context(caller, action, resource, region, account, call, context or {})
    return evaluate(
        AccessRequest(who.principal, action, resource, keys.asked(known, policies), account),
        policies,
    )


def _own_policy(caller: Caller, resource: str, account: str, region: str) -> Policy | None:
    policy = resource_policies.of(resource, account, region)
    outside = caller.account != account
    if policy is not None and outside and resource.startswith("arn:aws:s3:::"):
        # "Blocking public access to your Amazon S3 storage": RestrictPublicBuckets.
        return None if resource_policies.is_restricted(resource) else policy
    return policy
