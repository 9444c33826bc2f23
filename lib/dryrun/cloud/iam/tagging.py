"""Tags of users, roles and policies: which keys are the same, and how many there may be.

Keys of users and roles are the same whatever their case; those of managed policies are not
("Tagging IAM resources", IAM User Guide, and what IAM answers).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.iam.exceptions import InvalidInput, LimitExceededException
from moto.iam.models import IAMBackend

MOST = 50
Tags = list[dict[str, str]]


class Tagging(IAMBackend):
    """An IAM that refuses tags as AWS does."""

    def create_user(
        self, region_name: str, user_name: str, path: Any = "/", tags: Any = None
    ) -> Any:
        """Create a user whose tags are told apart."""
        self._tag_verification(tags or [])
        return super().create_user(region_name, user_name, path, tags)

    def tag_user(self, name: str, tags: Tags) -> None:
        """Put tags on a user."""
        user: Any = self.get_user(name)
        self._tag_verification(tags)
        _check_number([tag["Key"] for tag in user.tags or []], tags)
        super().tag_user(name, tags)

    def tag_role(self, role_name: str, tags: Tags) -> None:
        """Put tags on a role."""
        _check_number([tag["Key"] for tag in self.get_role(role_name).tags], tags)
        super().tag_role(role_name, tags)

    def tag_open_id_connect_provider(self, arn: str, tags: Tags) -> None:
        """Put tags on an identity provider."""
        _check_number(self.get_open_id_connect_provider(arn).tags, tags)
        super().tag_open_id_connect_provider(arn, tags)

    def create_policy(
        self, description: str, path: str, policy_document: str, policy_name: str, tags: Tags
    ) -> Any:
        """Create a managed policy; its tags may have keys that differ in case alone."""
        kept = _by_key(tags)
        made = super().create_policy(description, path, policy_document, policy_name, [])
        made.tags = kept
        return made

    def tag_policy(self, policy_arn: str, tags: Tags) -> None:
        """Put tags on a managed policy."""
        policy = self.get_policy(policy_arn)
        given = _by_key(tags)
        _check_number(policy.tags, tags)
        policy.tags.update(given)

    def untag_policy(self, policy_arn: str, tag_keys: list[str]) -> None:
        """Take tags off a managed policy."""
        policy = self.get_policy(policy_arn)
        for key in tag_keys:
            policy.tags.pop(key, None)


def _by_key(tags: Tags) -> dict[str, dict[str, str]]:
    found = {tag["Key"]: tag for tag in tags}
    if len(found) < len(tags):
        raise InvalidInput("Duplicate tag keys found.")
    return found


def _check_number(held: Iterable[str], tags: Tags) -> None:
    if len({key.lower() for key in (*held, *(tag["Key"] for tag in tags))}) > MOST:
        raise LimitExceededException("The number of tags has reached the maximum limit.")
