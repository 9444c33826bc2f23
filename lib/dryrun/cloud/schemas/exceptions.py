"""Errors of EventBridge Schemas; the API Reference names them, the words are from memory."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class SchemasError(ServiceException):
    """The base of the errors here."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.Code = type(self).__name__
        self.Message = message


class BadRequestException(SchemasError):
    """Refuse what is asked."""

    code = "BadRequestException"


class ConflictException(SchemasError):
    """Say that something is there already."""

    code = "ConflictException"


class ForbiddenException(SchemasError):
    """Refuse to change what is AWS's own."""

    code = "ForbiddenException"


class NotFoundException(SchemasError):
    """Say that something is not there."""

    code = "NotFoundException"


class PreconditionFailedException(SchemasError):
    """Say that somebody else changed a policy."""

    code = "PreconditionFailedException"


class NotSimulatedError(SchemasError):
    """What is asked is something AWS does and Dry Run does not."""

    code = "NotSimulated"
