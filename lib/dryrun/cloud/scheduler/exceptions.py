"""Errors of EventBridge Scheduler."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class SchedulerError(ServiceException):
    """An error of Scheduler; its model spells the message's name with a capital."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.Message = message


class Conflict(SchedulerError):
    """There is one already."""

    code = "ConflictException"


class NotFound(SchedulerError):
    """There is no such thing."""

    code = "ResourceNotFoundException"


class Invalid(SchedulerError):
    """The request makes no sense."""

    code = "ValidationException"


class NotSimulated(SchedulerError):
    """The call is real AWS but not part of the simulation."""

    code = "NotSimulated"
