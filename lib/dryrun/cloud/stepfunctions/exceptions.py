"""The errors of Step Functions that moto has not; codes as in the API's model."""

from __future__ import annotations

from moto.core.exceptions import AWSError


class _Error(AWSError):
    STATUS = 400


class InvalidDefinition(_Error):
    """A definition is not one of a state machine."""

    TYPE = "InvalidDefinition"


class InvalidOutput(_Error):
    """An output is not JSON."""

    TYPE = "InvalidOutput"


class InvalidToken(_Error):
    """A task token is none."""

    TYPE = "InvalidToken"


class TaskDoesNotExist(_Error):
    """The task of a token is over."""

    TYPE = "TaskDoesNotExist"


class TaskTimedOut(_Error):
    """The task of a token took too long."""

    TYPE = "TaskTimedOut"


class StateMachineTypeNotSupported(_Error):
    """An operation is not for machines of this type."""

    TYPE = "StateMachineTypeNotSupported"


class StateMachineAlreadyExists(_Error):
    """A machine of this name, and another definition, is there."""

    TYPE = "StateMachineAlreadyExists"


class ExecutionNotRedrivable(_Error):
    """An execution cannot go on where it failed."""

    TYPE = "ExecutionNotRedrivable"


class InvalidLoggingConfiguration(_Error):
    """A logging configuration names no log group that can be written to."""

    TYPE = "InvalidLoggingConfiguration"


class AccessDenied(_Error):
    """The role of a machine does not trust Step Functions."""

    TYPE = "AccessDeniedException"


class ConflictException(_Error):
    """Something still needs what is to be deleted."""

    TYPE = "ConflictException"


class MachineNotSimulated(_Error):
    """A definition needs something that is not simulated."""

    TYPE = "NotSimulated"
    STATUS = 501
