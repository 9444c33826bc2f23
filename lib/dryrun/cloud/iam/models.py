"""IAM's unique ids, which begin with four letters for the kind of thing they name."""

from __future__ import annotations

import string
from typing import Any

from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend, iam_backends
from moto.moto_api._internal import mock_random

# "Understanding unique ID prefixes", IAM identifiers, AWS IAM User Guide.
USER, GROUP, PROFILE, POLICY = "AIDA", "AGPA", "AIPA", "ANPA"
_LENGTH = 21


def unique_id(prefix: str) -> str:
    """Return a new unique id, as `AIDAQ3EGSMKLLWNPZVA2T`."""
    letters = string.ascii_uppercase + "234567"
    return prefix + "".join(mock_random.choices(letters, k=_LENGTH - len(prefix)))


class IamBackend(IAMBackend):
    """moto's IAM with AWS's unique ids."""

    def _init_aws_policies(self) -> Any:
        # moto asks every partition who owns a key; 1,500 policies in each would take a second.
        return super()._init_aws_policies() if self.partition == "aws" else []

    def create_user(self, *args: Any, **kwargs: Any) -> Any:
        """Create a user."""
        return _named(super().create_user(*args, **kwargs), USER)

    def delete_user(self, user_name: str) -> None:
        """Delete a user who has no access key; "DeleteUser", IAM API Reference."""
        if self.get_user(user_name).access_keys:
            raise DeleteConflictException("Cannot delete entity, must delete access keys first.")
        super().delete_user(user_name)

    def create_group(self, *args: Any, **kwargs: Any) -> Any:
        """Create a group."""
        return _named(super().create_group(*args, **kwargs), GROUP)

    def create_instance_profile(self, *args: Any, **kwargs: Any) -> Any:
        """Create an instance profile."""
        return _named(super().create_instance_profile(*args, **kwargs), PROFILE)

    def create_policy(self, *args: Any, **kwargs: Any) -> Any:
        """Create a managed policy."""
        return _named(super().create_policy(*args, **kwargs), POLICY)


def install() -> None:
    """Let every account have an IAM of ours."""
    iam_backends.backend = IamBackend


def _named(thing: Any, prefix: str) -> Any:
    thing.id = unique_id(prefix)
    return thing
