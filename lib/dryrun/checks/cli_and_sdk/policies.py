"""Whose policies say what: read through IAM, weighed by the module that decides on real calls."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.cloud.iam.policy import (
    AccessRequest,
    Policy,
    PolicyKind,
    PolicySet,
    Principal,
    evaluate,
    parse,
)

BY_AWS = "arn:aws:iam::aws:"
MOMENT = 0.5
"""Seconds for which what IAM told still holds, as long as the learner calls nothing."""

_S3 = "arn:aws:s3:::"
Details = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """Say whether an action is allowed, or denied by a policy, and by which policies.

    `decision` is in the words of SimulatePrincipalPolicy; `arns` has the ARNs of those of
    `policies` that have one.
    """

    action: str
    resource: str
    decision: str
    policies: tuple[str, ...] = ()
    arns: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it is allowed."""
        return self.decision == "allowed"

    def __str__(self) -> str:
        """Return what the policies say, in few words."""
        what = f"{self.action} on {self.resource}"
        if self.decision == "implicitDeny":
            return f"no policy allows {what}"
        verb = "allowed" if self.allowed else "denied"
        return f"{what} is {verb}, by {' and '.join(self.policies) or 'a policy'}"


@dataclass(frozen=True)
class Holder:
    """Hold a user or a role with the policies that are its own, and `details` as IAM tells them.

    A user's groups are counted in. `buckets_have_policies` says whether it is worth looking for
    policies of buckets.
    """

    arn: str
    details: Details
    identity: tuple[Policy, ...]
    boundary: Policy | None = None
    buckets_have_policies: bool = False

    @property
    def principal(self) -> Principal:
        """Who asks: the user, or somebody who has put the role on."""
        account, name = self.arn.split(":")[4], self.arn.rpartition("/")[2]
        if ":role/" not in self.arn:
            return Principal(self.arn, account, str(self.details.get("UserId", "")))
        session = f"arn:aws:sts::{account}:assumed-role/{name}/somebody"
        return Principal(session, account, role_arn=self.arn)


def of_user(account: Account, name: str) -> Holder | None:
    """Return a user and the user's policies; None when there is no such user."""
    rows = _details(account, "User")["UserDetailList"]
    found = next((row for row in rows if row["UserName"] == name), None)
    if found is None:
        return None
    groups = [
        row
        for row in (_details(account, "Group")["GroupDetailList"] if found["GroupList"] else [])
        if row["GroupName"] in found["GroupList"]
    ]
    own = _inline(found.get("UserPolicyList", []))
    attached = list(found.get("AttachedManagedPolicies", []))
    for group in groups:
        own += _inline(group.get("GroupPolicyList", []))
        attached += group.get("AttachedManagedPolicies", [])
    return _holder(account, found, own, attached)


def of_role(account: Account, name: str) -> Holder | None:
    """Return a role and its policies; None when there is no such role."""
    rows = _details(account, "Role")["RoleDetailList"]
    found = next((row for row in rows if row["RoleName"] == name), None)
    if found is None:
        return None
    own = _inline(found.get("RolePolicyList", []))
    return _holder(account, found, own, found.get("AttachedManagedPolicies", []))


def ask(
    account: Account,
    holder: Holder,
    actions: Iterable[str],
    resource: str,
    context: Mapping[str, str],
    *,
    also: tuple[Policy, ...] = (),
) -> list[Answer]:
    """Ask what somebody may do with a resource; a bucket's own policy has its say.

    `context` holds the condition keys of the request, `also` policies to try in addition.
    """
    policies = PolicySet(
        identity=holder.identity + also,
        boundary=holder.boundary,
        resource=_bucket_policy(account, resource) if holder.buckets_have_policies else None,
    )
    answers = []
    for action in actions:
        decision = evaluate(AccessRequest(holder.principal, action, resource, context), policies)
        which = dict.fromkeys(ref.policy for ref in decision.statements)
        arns = tuple(policy.arn for policy in which if policy.arn)
        names = tuple(policy.name for policy in which)
        answers.append(Answer(action, resource, str(decision.verdict), names, arns))
    return answers


@dataclass
class _Kept:
    """Hold what IAM told a moment ago, and how far the learner was then."""

    position: tuple[int, int]
    until: float
    bucket_policies: bool
    told: dict[str, Details] = field(default_factory=dict)


_kept: WeakKeyDictionary[Account, _Kept] = WeakKeyDictionary()


def _details(account: Account, kind: str) -> Details:
    """Return all users, groups or roles; IAM is asked once for the criteria of one check."""
    calls = account.calls()
    position = (account.moves, len(calls))
    kept = _kept.get(account)
    if kept is None or kept.position != position or time.monotonic() > kept.until:
        written = any(call.operation == "PutBucketPolicy" for call in calls)
        kept = _kept[account] = _Kept(position, time.monotonic() + MOMENT, written)
    if kind not in kept.told:
        answer = account.client("iam").get_account_authorization_details(Filter=[kind])
        kept.told[kind] = answer
    return kept.told[kind]


def _holder(
    account: Account, details: Details, own: tuple[Policy, ...], attached: Iterable[Details]
) -> Holder:
    managed = tuple(_managed(account, row["PolicyArn"]) for row in attached)
    bound = details.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    boundary = _managed(account, bound, PolicyKind.BOUNDARY) if bound else None
    # Most learners never write one, and asking for them takes longer than all the rest.
    written = _kept[account].bucket_policies
    return Holder(str(details["Arn"]), details, own + managed, boundary, written)


def _inline(rows: Iterable[Details]) -> tuple[Policy, ...]:
    return tuple(
        parse(json.dumps(row["PolicyDocument"]), PolicyKind.IDENTITY, name=row["PolicyName"])
        for row in rows
    )


def _managed(account: Account, arn: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    text = _TEXTS.get(arn) or _text(account, arn)
    if arn.startswith(BY_AWS):
        _TEXTS[arn] = text  # the same in every account, and no learner can change it
    return parse(text, kind, name=arn.rpartition("/")[2], arn=arn)


_TEXTS: dict[str, str] = {}


def _text(account: Account, arn: str) -> str:
    iam = account.client("iam")
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    answer = iam.get_policy_version(PolicyArn=arn, VersionId=version)
    return json.dumps(answer["PolicyVersion"]["Document"])


def _bucket_policy(account: Account, resource: str) -> Policy | None:
    """Return the policy of the bucket of an S3 ARN, None when there is none."""
    if not resource.startswith(_S3):
        return None
    bucket = resource.removeprefix(_S3).partition("/")[0]
    try:
        text = str(account.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchBucket", "NoSuchBucketPolicy"):
            return None
        raise
    return parse(text, PolicyKind.RESOURCE, name=f"the policy of {bucket}")


@cache
def allowing(action: str) -> Policy:
    """Return a policy that allows `action` on everything."""
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    return parse(text, PolicyKind.IDENTITY, name="a policy of somebody's")
