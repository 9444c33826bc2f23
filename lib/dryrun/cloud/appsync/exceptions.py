"""Errors of AppSync."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class NotFound(ServiceException):
    """There is no such thing."""

    code = "NotFoundException"


class BadRequest(ServiceException):
    """The request makes no sense as things are."""

    code = "BadRequestException"
