"""Values that are none: not known yet, and not there at all."""

from __future__ import annotations

from typing import Any


class Unknown:
    """A value nobody knows before the change is carried out."""

    _only: Unknown | None = None

    def __new__(cls) -> Unknown:
        """Return the only one there is."""
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __str__(self) -> str:
        """Write it as change sets do."""
        return "{{changeSet:KNOWN_AFTER_APPLY}}"

    __repr__ = __str__

    def __copy__(self) -> Unknown:
        """Stay the only one."""
        return self

    def __deepcopy__(self, _: Any) -> Unknown:
        """Stay the only one."""
        return self

    def __reduce__(self) -> tuple[type[Unknown], tuple[()]]:
        """Stay the only one."""
        return Unknown, ()


class NoValue:
    """What Ref of AWS::NoValue gives: the property or item it stands for is left out."""

    _only: NoValue | None = None

    def __new__(cls) -> NoValue:
        """Return the only one there is."""
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        """Write its name."""
        return "AWS::NoValue"


UNKNOWN = Unknown()
NO_VALUE = NoValue()


def holds_unknown(value: Any) -> bool:
    """Tell whether anything inside a value is not known."""
    if isinstance(value, dict):
        return any(holds_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_unknown(item) for item in value)
    return value is UNKNOWN
