"""Errors of the AWS Security Token Service."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class StsError(ServiceException):
    """The base of all STS errors."""


class AccessDenied(StsError):
    """Refuse a call the caller may not make, or on a role that is not there."""

    code = "AccessDenied"

    def __init__(self, caller: str, action: str, resource: str) -> None:
        super().__init__(
            f"User: {caller} is not authorized to perform: {action} on resource: {resource}"
        )


class SignatureDoesNotMatch(StsError):
    """Refuse a request that another secret signed."""

    code = "SignatureDoesNotMatch"

    def __init__(self) -> None:
        super().__init__(
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service "
            "documentation for details."
        )


class ValidationError(StsError):
    """Refuse a parameter value."""

    code = "ValidationError"


class NotSimulated(StsError):
    """Say that the call is real AWS but not part of the simulation."""

    code = "NotSimulated"
