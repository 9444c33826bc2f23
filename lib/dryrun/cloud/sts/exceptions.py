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


class ValidationError(StsError):
    """Refuse a parameter value."""

    code = "ValidationError"


class NotSimulated(StsError):
    """Say that the call is real AWS but not part of the simulation."""

    code = "NotSimulated"
