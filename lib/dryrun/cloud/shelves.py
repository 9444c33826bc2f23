"""What operations of ours keep: things by name, on shelves in moto's backends."""

from __future__ import annotations

from typing import Any

from moto.core.responses import BaseResponse
from werkzeug.exceptions import HTTPException

Thing = dict[str, Any]


def shelf(backend: Any, name: str) -> dict[str, Thing]:
    """Return the things of one kind that a backend keeps; a reset forgets them with it."""
    found: dict[str, Thing] = backend.__dict__.setdefault(f"shelf_{name}", {})
    return found


class Asking(BaseResponse):
    """Answers that read the request as botocore's model of the operation has it."""

    def asked(self) -> Thing:
        """Return the parameters of the request that were given, by their names in the model."""
        if not self.automated_parameter_parsing:
            self.parse_parameters(self.normalized_request)
        given: Thing = self.params  # type: ignore[assignment,unused-ignore]
        return {name: value for name, value in given.items() if value is not None}


class NotSimulated(HTTPException):
    """What is asked is not simulated; moto has no such error for a service that speaks XML."""

    code = 501

    def __init__(self, message: str) -> None:
        error = f"<Type>Sender</Type><Code>NotSimulated</Code><Message>{message}</Message>"
        super().__init__(f"<ErrorResponse><Error>{error}</Error></ErrorResponse>")

    def get_headers(self, *_: Any, **__: Any) -> list[tuple[str, str]]:
        """Return the content type that CloudFront's errors have."""
        return [("Content-Type", "text/xml")]
