"""IAM as a whole: who there is and what they have, with AWS's ids and refusals."""

from __future__ import annotations

import json
import threading
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import (
    SERVICE_NAME_CONVERSION,
    AWSManagedPolicy,
    iam_backends,
)

from dryrun.cloud.iam import answers
from dryrun.cloud.iam.corrections import Corrections
from dryrun.cloud.iam.inline_policies import InlinePolicies
from dryrun.cloud.iam.renaming import Renaming
from dryrun.cloud.iam.tagging import Tagging
from dryrun.cloud.iam.unique_ids import GROUP, POLICY, PROFILE, USER, unique_id

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"


class IamBackend(InlinePolicies, Renaming, Tagging, Corrections):
    """moto's IAM with AWS's unique ids.

    The 1,500 policies AWS manages are read when they are first asked for: they cost 14 MB and a
    seventh of a second, and moto makes an IAM of every partition to ask who owns a key.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._reading = threading.RLock()
        self._aws_policies: list[Any] | None = None
        self._policies: dict[str, Any] | None = None
        super().__init__(*args, **kwargs)

    def administrator_access(self) -> Any:
        """Return the policy AdministratorAccess without reading the others."""
        if self._aws_policies is None:
            name = "AdministratorAccess"
            at = aws_managed_policies_data.index("{", aws_managed_policies_data.index(f'"{name}":'))
            data, _ = json.JSONDecoder().raw_decode(aws_managed_policies_data, at)
            return AWSManagedPolicy.from_data(name, self.account_id, self.region_name, data)
        return next(policy for policy in self._aws_policies if policy.arn == ADMINISTRATOR_ACCESS)

    @property
    def aws_managed_policies(self) -> list[Any]:
        """The policies AWS manages, in this partition."""
        with self._reading:
            if self._aws_policies is None:
                read = super()._init_aws_policies() if self.partition == "aws" else []
                attached = self._attached()
                self._aws_policies = [attached.get(policy.arn, policy) for policy in read]
            return self._aws_policies

    @aws_managed_policies.setter
    def aws_managed_policies(self, policies: list[Any]) -> None:
        """Take no notice of what moto sets when it begins."""

    @property
    def managed_policies(self) -> dict[str, Any]:
        """All managed policies by ARN: AWS's and the account's own."""
        with self._reading:
            if self._policies is None:
                self._policies = {policy.arn: policy for policy in self.aws_managed_policies}
            return self._policies

    @managed_policies.setter
    def managed_policies(self, policies: dict[str, Any]) -> None:
        """Take no notice of what moto sets when it begins."""

    def _init_aws_policies(self) -> Any:
        return []

    def _init_managed_policies(self) -> dict[str, Any]:
        return {}

    def _attached(self) -> dict[str, Any]:
        """Return the policies that users have been given before the rest was read."""
        found: dict[str, Any] = {}
        for user in self.users.values():
            found.update(user.managed_policies)
        return found

    def create_user(self, *args: Any, **kwargs: Any) -> Any:
        """Create a user."""
        return _named(super().create_user(*args, **kwargs), USER)

    def delete_user(self, user_name: str) -> None:
        """Delete a user who has nothing any more; "DeleteUser", IAM API Reference."""
        user = self.get_user(user_name)
        if user.password:
            raise DeleteConflictException("Cannot delete entity, must delete login profile first.")
        if user.access_keys:
            raise DeleteConflictException("Cannot delete entity, must delete access keys first.")
        if user.mfa_devices:
            raise DeleteConflictException("Cannot delete entity, must delete MFA device first.")
        if self.get_groups_for_user(user_name):
            raise DeleteConflictException(
                "Cannot delete entity, must remove users from group first."
            )
        super().delete_user(user_name)

    def create_group(self, *args: Any, **kwargs: Any) -> Any:
        """Create a group."""
        return _named(super().create_group(*args, **kwargs), GROUP)

    def delete_group(self, group_name: str) -> None:
        """Delete a group that is empty in every way; "DeleteGroup", IAM API Reference."""
        group = self.groups.get(group_name)
        if group is not None and group.users:
            raise DeleteConflictException(
                "Cannot delete entity, must remove users from group first."
            )
        if group is not None and group.managed_policies:
            raise DeleteConflictException("Cannot delete entity, must detach all policies first.")
        if group is not None and group.policies:
            raise DeleteConflictException("Cannot delete entity, must delete policies first.")
        super().delete_group(group_name)

    def create_instance_profile(self, *args: Any, **kwargs: Any) -> Any:
        """Create an instance profile."""
        return _named(super().create_instance_profile(*args, **kwargs), PROFILE)

    def create_policy(self, *args: Any, **kwargs: Any) -> Any:
        """Create a managed policy."""
        return _named(super().create_policy(*args, **kwargs), POLICY)

    def delete_policy(self, policy_arn: str) -> None:
        """Delete a policy that nobody has; "DeletePolicy", IAM API Reference."""
        policy = self.get_policy(policy_arn)
        if policy.attachment_count:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            raise DeleteConflictException(
                "This policy has more than one version. Before you delete a policy, you must "
                "delete the policy's versions. The default version is deleted with the policy."
            )
        super().delete_policy(policy_arn)


# "AWS services that work with IAM", IAM User Guide, links to the name each service uses.
SERVICE_NAMES = {
    "batch": "Batch",
    "ecs": "ECS",
    "elasticache": "ElastiCache",
    "elasticloadbalancing": "ElasticLoadBalancing",
    "organizations": "Organizations",
    "rds": "RDS",
    "spot": "EC2Spot",
    "spotfleet": "EC2SpotFleet",
    "ssm": "AmazonSSM",
}
"""How services spell themselves in the names of their roles, where moto does not know it."""


def install() -> None:
    """Let every account have an IAM of ours."""
    SERVICE_NAME_CONVERSION.update(SERVICE_NAMES)
    iam_backends.backend = IamBackend
    answers.install()


def _named(thing: Any, prefix: str) -> Any:
    thing.id = unique_id(prefix)
    return thing
