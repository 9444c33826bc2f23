"""How long policies may be, with AWS's texts for those that are longer.

Follows "IAM and AWS STS quotas": white space does not count.
"""

from __future__ import annotations

from collections.abc import Iterable

INLINE = {"user": 2048, "group": 5120, "role": 10240}
MANAGED = 6144
TRUST = 2048
SESSION = 2048


class PolicyTooLarge(Exception):
    """A policy is longer than AWS takes; `message` is the text of AWS's LimitExceeded."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def size(text: str) -> int:
    """Return the characters of a policy that count."""
    return sum(map(len, text.split()))


def check_inline(owner: str, name: str, texts: Iterable[str]) -> None:
    """Raise PolicyTooLarge where all inline policies of a user, group or role are too long."""
    if sum(map(size, texts)) > INLINE[owner]:
        raise PolicyTooLarge(
            f"Maximum policy size of {INLINE[owner]} bytes exceeded for {owner} {name}"
        )


def check_managed(text: str) -> None:
    """Raise PolicyTooLarge where a managed policy is too long."""
    if size(text) > MANAGED:
        raise PolicyTooLarge(f"Cannot exceed quota for PolicySize: {MANAGED}")


def check_trust(text: str) -> None:
    """Raise PolicyTooLarge where a role's trust policy is too long."""
    if size(text) > TRUST:
        raise PolicyTooLarge(f"Cannot exceed quota for ACLSizePerRole: {TRUST}")


def check_session(text: str) -> None:
    """Raise PolicyTooLarge where a session policy is too long; here white space counts.

    AWS STS answers ValidationError, not LimitExceeded.
    """
    if len(text) > SESSION:
        raise PolicyTooLarge(
            f"1 validation error detected: Value '{text}' at 'policy' failed to satisfy "
            f"constraint: Member must have length less than or equal to {SESSION}"
        )
