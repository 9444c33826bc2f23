"""Errors of Secrets Manager as AWS sends them: always with status 400, and `Message` capital."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.secretsmanager.exceptions import SecretsManagerClientError

MARKED = "You can't perform this operation on the secret because it was marked for deletion."
_UNMODELLED = frozenset({"ValidationException"})


def install() -> None:
    """Let moto's errors of Secrets Manager be like AWS's."""
    SecretsManagerClientError.__init__ = _make


def _make(self: Any, error_type: str, message: str, *args: Any, **more: Any) -> None:
    if "An error occurred" in message:
        message = " ".join(message.split())  # moto's lines, with what they are indented by
    JsonRESTError.__init__(self, error_type, message, *args, **more)
    self.code = 400
    if error_type not in _UNMODELLED:
        self.description = json.dumps({"__type": error_type, "Message": message})
