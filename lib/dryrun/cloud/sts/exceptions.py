"""Errors of the AWS Security Token Service.

Their words are AWS's, as clients report them; "Errors" of each operation in the STS API Reference
lists the codes.
"""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class StsError(ServiceException):
    """The base of all STS errors."""


class AccessDenied(StsError):
    """Refuse a call; the words say why."""

    code = "AccessDenied"


class NotAuthorized(AccessDenied):
    """Refuse a call the caller may not make, or on a role that is not there."""

    def __init__(self, caller: str, action: str, resource: str) -> None:
        super().__init__(
            f"User: {caller} is not authorized to perform: {action} on resource: {resource}"
        )


class NotWithSession(AccessDenied):
    """Refuse an operation to a caller with temporary credentials."""

    def __init__(self, operation: str) -> None:
        super().__init__(f"Cannot call {operation} with session credentials")


class ValidationError(StsError):
    """Refuse a parameter value."""

    code = "ValidationError"


class InvalidParameterValue(StsError):
    """Refuse tags that do not go together."""

    code = "InvalidParameterValue"


class MalformedPolicyDocument(StsError):
    """Refuse a session policy that is no policy."""

    code = "MalformedPolicyDocument"


class PackedPolicyTooLarge(StsError):
    """Refuse session policies and tags that take more room than a session has."""

    code = "PackedPolicyTooLarge"

    def __init__(self, percent: int) -> None:
        super().__init__(
            f"Packed policy consumes {percent}% of allotted space, please use smaller policy."
        )


class InvalidIdentityToken(StsError):
    """Refuse a token of an identity provider."""

    code = "InvalidIdentityToken"


class ExpiredIdentityToken(StsError):
    """Refuse a token of an identity provider that was good once."""

    code = "ExpiredTokenException"

    def __init__(self, now: int, expiry: int) -> None:
        super().__init__(
            f"Token expired: current date/time {now} must be before the expiration date/time "
            f"{expiry}"
        )


class InvalidAuthorizationMessage(StsError):
    """Refuse to decode what is no authorization message."""

    code = "InvalidAuthorizationMessageException"


class NotSimulated(StsError):
    """Say that the call is real AWS but not part of the simulation."""

    code = "NotSimulated"
