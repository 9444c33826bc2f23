"""IAM's unique ids, which begin with four letters for the kind of thing they name."""

from __future__ import annotations

import string
from typing import Any

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

    def create_user(self, *args: Any, **kwargs: Any) -> Any:
        """Create a user."""
        return _named(super().create_user(*args, **kwargs), USER)

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
