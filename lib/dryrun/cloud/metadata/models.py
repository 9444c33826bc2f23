"""Which credentials a machine or a container gets."""

from __future__ import annotations

import json
import time
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.iam.exceptions import NotFoundException
from moto.iam.models import InstanceProfile, Role
from moto.moto_api._internal import mock_random

from dryrun.cloud.sts.models import SessionCredentials, iam_backend, issue_for_role

LIFETIME = 6 * 3600.0
"""Seconds that role credentials last: about six hours ("Retrieve security credentials", EC2)."""

RENEWAL = 5 * 60.0
"""Seconds before expiry from which new credentials are given out (same page)."""

EC2_PRINCIPAL = "ec2.amazonaws.com"
ECS_PRINCIPAL = "ecs-tasks.amazonaws.com"


class MetadataSessions:
    """The IMDSv2 tokens and the role credentials given out so far."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str], float] = {}
        self._credentials: dict[tuple[str, str], SessionCredentials] = {}

    def new_token(self, instance_id: str, seconds: float) -> str:
        """Return a session token good on one instance for `seconds` of lab time."""
        token = str(mock_random.token_urlsafe(40))
        self._tokens[instance_id, token] = time.time() + seconds
        return token

    def valid_token(self, instance_id: str, token: str) -> bool:
        """Tell whether a session token was given to this instance and has not expired."""
        return self._tokens.get((instance_id, token), 0.0) > time.time()

    def credentials(self, role: Role, holder: str) -> SessionCredentials:
        """Return the credentials of `role` for a machine or task, renewed before they expire."""
        key = (role.name, holder)
        held = self._credentials.get(key)
        if held is None or held.expires - time.time() <= RENEWAL:
            held = issue_for_role(role, holder, LIFETIME)
            self._credentials[key] = held
        return held


sessions = MetadataSessions()


def find_instance(instance_id: str) -> Any | None:
    """Return the EC2 instance of an id in any region, when it is there and not terminated."""
    for backend in list(ec2_backends[DEFAULT_ACCOUNT_ID].values()):
        instance = backend.get_instance_by_id(instance_id)
        if instance is not None:
            return None if instance.state == "terminated" else instance
    return None


def profile_of(instance: Any) -> InstanceProfile | None:
    """Return the instance profile an instance runs with."""
    ec2 = ec2_backends[DEFAULT_ACCOUNT_ID][instance.region_name]
    for association in ec2.iam_instance_profile_associations.values():
        if association.instance.id == instance.id:
            return find_profile(association.iam_instance_profile.arn)
    return find_profile(instance.iam_instance_profile) if instance.iam_instance_profile else None


def find_profile(name_or_arn: str) -> InstanceProfile | None:
    """Return an instance profile by name or ARN."""
    for profile in iam_backend().instance_profiles.values():
        if name_or_arn in (profile.name, profile.arn):
            return profile
    return None


def find_role(name: str) -> Role | None:
    """Return a role by name."""
    try:
        return iam_backend().get_role(name)
    except NotFoundException:
        return None


def trusts(role: Role, principal: str) -> bool:
    """Tell whether a role's trust policy lets a service principal assume it."""
    document = json.loads(role.assume_role_policy_document or "{}")
    statements = document.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        services = statement.get("Principal", {})
        services = services.get("Service", []) if isinstance(services, dict) else []
        named = services if isinstance(services, list) else [services]
        if statement.get("Effect") == "Allow" and principal in named:
            return True
    return False
