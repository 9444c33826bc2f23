"""Errors of Lambda that moto has under another name, or not at all."""

from __future__ import annotations

import json

from moto.awslambda.exceptions import LambdaClientError


def not_found(message: str = "The resource you requested does not exist.") -> LambdaClientError:
    """Return the error of a thing that is not there."""
    return _error("ResourceNotFoundException", message, 404)


def no_function(arn: str) -> LambdaClientError:
    """Return the error of a function, a version or an alias that is not there."""
    return not_found(f"Function not found: {arn}")


def no_alias(arn: str) -> LambdaClientError:
    """Return the error of an alias that is not there, where only an alias could be meant."""
    return not_found(f"Cannot find alias arn: {arn}")


def conflict(message: str) -> LambdaClientError:
    """Return the error of a thing that is in the way."""
    return _error("ResourceConflictException", message, 409)


def invalid(message: str) -> LambdaClientError:
    """Return the error of a parameter that cannot be."""
    return _error("InvalidParameterValueException", message, 400)


def beyond(message: str) -> LambdaClientError:
    """Return the error of what is beyond a limit, which alone tells no type."""
    error = invalid(message)
    told = {"__type": "InvalidParameterValueException", "message": message, "Type": None}
    error.description = json.dumps(told)
    return error


def stale(operation: str = "GetFunction/GetAlias") -> LambdaClientError:
    """Return the error of a revision that is not the latest."""
    return _error(
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. Call the "
        f"{operation} API to retrieve the latest Revision Id",
        412,
    )


def _error(code: str, message: str, status: int) -> LambdaClientError:
    error = LambdaClientError(code, message)
    error.code = status
    return error
