"""What CloudWatch Logs here refuses and AWS would not."""

from __future__ import annotations

from moto.logs.exceptions import LogsClientError


class NotSimulatedError(LogsClientError):
    """Dry Run does not simulate what was asked."""

    code = 501

    def __init__(self, what: str) -> None:
        message = f"Dry Run does not simulate {what}; real AWS would carry it out."
        super().__init__("NotSimulated", message)
