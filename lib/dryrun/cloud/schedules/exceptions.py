"""What is wrong with a schedule; which words a service has for it is the service's affair."""

from __future__ import annotations


class InvalidExpression(ValueError):
    """The expression is none."""


class InvalidTimezone(ValueError):
    """There is no such time zone in the IANA database."""
