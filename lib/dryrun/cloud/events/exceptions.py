"""Errors of EventBridge, in AWS's words where a comment does not say otherwise."""

from __future__ import annotations

from moto.core.exceptions import JsonRESTError


class EventsError(JsonRESTError):
    """The base of the errors here."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__(type(self).__name__, message)


class ValidationException(EventsError):
    """Refuse a parameter."""


class ResourceNotFoundException(EventsError):
    """Say that something is not there."""


class ResourceAlreadyExistsException(EventsError):
    """Say that something is there already."""


class InvalidEventPatternException(EventsError):
    """Refuse an event pattern."""


class LimitExceededException(EventsError):
    """Refuse what goes beyond a quota."""

    def __init__(self) -> None:
        super().__init__("The requested resource exceeds the maximum number allowed.")


class ManagedRuleException(EventsError):
    """Refuse a change of a rule that a service looks after."""


class IllegalStatusException(EventsError):
    """Refuse what the present state does not allow."""


class NotSimulated(EventsError):
    """Say that something is real AWS but no part of the simulation."""

    code = 501

    def __init__(self, what: str) -> None:
        super().__init__(f"Dry Run does not simulate {what}; real AWS would carry it out.")


def no_bus(name: str) -> ResourceNotFoundException:
    """Say that a bus is not there."""
    return ResourceNotFoundException(f"Event bus {name} does not exist.")


def no_rule(name: str, bus: str) -> ResourceNotFoundException:
    """Say that a rule is not there."""
    return ResourceNotFoundException(f"Rule {name} does not exist on EventBus {bus}.")
