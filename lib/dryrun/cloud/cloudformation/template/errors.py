"""What is wrong with a template, in AWS's words."""

from __future__ import annotations


class TemplateError(Exception):
    """A template, or what was given for its parameters, that AWS refuses with ValidationError."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def format_error(message: str) -> TemplateError:
    """Return the error of a template of the wrong shape."""
    return TemplateError(f"Template format error: {message}")


def function_error(message: str) -> TemplateError:
    """Return the error of an intrinsic function used wrongly."""
    return TemplateError(f"Template error: {message}")
