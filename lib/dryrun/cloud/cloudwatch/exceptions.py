"""CloudWatch's errors that moto has not."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class NotSimulatedError(ServiceException):
    """What is asked is something AWS does and Dry Run does not."""

    code = "NotSimulated"
