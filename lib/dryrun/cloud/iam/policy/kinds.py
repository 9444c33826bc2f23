"""The kinds of policies, and the error of a document that is none."""

from __future__ import annotations

from enum import StrEnum

OLD_VERSION = "2008-10-17"
NEW_VERSION = "2012-10-17"


class PolicyKind(StrEnum):
    """The kinds of policies, as messages of AWS name them."""

    IDENTITY = "identity-based policy"
    RESOURCE = "resource-based policy"
    TRUST = "role trust policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    SCP = "service control policy"
    RCP = "resource control policy"
    VPCE = "VPC endpoint policy"


class Effect(StrEnum):
    """What a statement does to a request that it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


class MalformedPolicy(Exception):
    """A document is no policy; `message` is the text of AWS's MalformedPolicyDocument."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
