"""Errors of EventBridge Pipes, which moto has, and one of ours."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class PipesError(ServiceException):
    """An error of Pipes."""


class Conflict(PipesError):
    """The pipe is in a state that does not allow it, or there is one already."""

    code = "ConflictException"

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.resourceId = name
        self.resourceType = "PIPE"


class NotFound(PipesError):
    """There is no such pipe."""

    code = "NotFoundException"


class Invalid(PipesError):
    """The request makes no sense."""

    code = "ValidationException"


class NotSimulated(PipesError):
    """The call is real AWS but not part of the simulation."""

    code = "NotSimulated"
