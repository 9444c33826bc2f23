"""Errors of AWS CloudFormation; codes as "Errors" of each operation in its API Reference lists."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class CloudFormationError(ServiceException):
    """The base of all CloudFormation errors."""


class ValidationError(CloudFormationError):
    """Refuse a request; the words say why."""

    code = "ValidationError"


class StackNotFound(ValidationError):
    """Refuse the name or id of a stack that is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Stack with id {name} does not exist")


class AlreadyExists(CloudFormationError):
    """Refuse a name that another stack has."""

    code = "AlreadyExistsException"


class InsufficientCapabilities(CloudFormationError):
    """Refuse a template that needs to be acknowledged."""

    code = "InsufficientCapabilitiesException"


class ChangeSetNotFound(CloudFormationError):
    """Refuse the name or id of a change set that is not there."""

    code = "ChangeSetNotFound"


class InvalidChangeSetStatus(CloudFormationError):
    """Refuse to execute or delete a change set as it stands."""

    code = "InvalidChangeSetStatus"


class TokenAlreadyExists(CloudFormationError):
    """Refuse a client request token that was used for another operation."""

    code = "TokenAlreadyExistsException"


class LimitExceeded(CloudFormationError):
    """Refuse what goes beyond a quota."""

    code = "LimitExceededException"


class NotSimulated(CloudFormationError):
    """Say that Dry Run does not simulate what was asked."""

    code = "NotSimulated"
