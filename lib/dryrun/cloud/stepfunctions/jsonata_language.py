"""QueryLanguage JSONata; "Transforming data with JSONata in Step Functions", Developer Guide."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from jsonata import Jsonata
from jsonata.jexception import JException
from jsonata.utils import Utils
from moto.moto_api._internal import mock_random

from dryrun.cloud.stepfunctions.failures import QUERY, StateError

OPEN, CLOSE = "{%", "%}"
_LONGEST_MILLISECONDS = 5000
_DEEPEST = 300
_HASHES = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


def is_expression(value: Any) -> bool:
    """Tell whether a value is an expression between its marks."""
    return isinstance(value, str) and value.startswith(OPEN) and value.endswith(CLOSE)


def wrong(text: str) -> str | None:
    """Return what is wrong with an expression, or None."""
    try:
        Jsonata(text[2:-2].strip())
    except JException as error:
        return str(error)
    return None


def evaluate(value: Any, bindings: Mapping[str, Any], field: str) -> Any:
    """Return a value with every expression in it evaluated; raises StateError.

    `field` is the name of the field it stands in, as messages have it.
    """
    if is_expression(value):
        return _evaluate(value[2:-2].strip(), bindings, field)
    if isinstance(value, dict):
        return {key: evaluate(item, bindings, f"{field}/{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [evaluate(item, bindings, f"{field}[{at}]") for at, item in enumerate(value)]
    return value


def _evaluate(text: str, bindings: Mapping[str, Any], field: str) -> Any:
    try:
        expression = Jsonata(text, timeout=_LONGEST_MILLISECONDS, stack=_DEEPEST)
        expression.set_output_convert_nulls(False)
        for name, function in _FUNCTIONS.items():
            expression.register_lambda(name, function)
        found = expression.evaluate(None, {name: _nulls(item) for name, item in bindings.items()})
    except JException as error:
        why = f"threw an error during evaluation. {error.error}: {error}"
        raise _failed(text, field, why) from None
    except (ArithmeticError, TypeError, ValueError, RecursionError) as error:
        raise _failed(text, field, f"threw an error during evaluation. {error}") from None
    if found is None:
        raise _failed(text, field, "returned nothing (undefined).")
    try:
        return json.loads(json.dumps(_plain(found)))
    except (TypeError, ValueError):
        raise _failed(text, field, "returned an unsupported result type.") from None


def _failed(text: str, field: str, what: str) -> StateError:
    error = StateError(
        QUERY, f"The JSONata expression '{text}' specified for the field '{field}' {what}"
    )
    error.location = field
    return error


def _nulls(value: Any) -> Any:
    """Return a value with the library's null for None, which it takes for nothing at all."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _nulls(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_nulls(item) for item in value]
    return value


def _plain(value: Any) -> Any:
    if value is Utils.NULL_VALUE or value is None:
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | range):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


# What Step Functions adds to JSONata, and $random, which draws what a replay draws again


def _partition(items: Any, size: Any) -> Any:
    return [list(items)[at : at + int(size)] for at in range(0, len(items), int(size))]


def _range(first: Any, last: Any, step: Any) -> Any:
    return list(range(int(first), int(last) + (1 if step > 0 else -1), int(step)))


def _hash(data: Any, algorithm: Any) -> str:
    return hashlib.new(_HASHES[algorithm], str(data).encode()).hexdigest()


def _random(seed: Any = None) -> float:
    if seed is not None:
        return random.Random(int(seed)).random()  # noqa: S311 - as the learner asks
    return float(mock_random.random())


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "partition": _partition,
    "range": _range,
    "hash": _hash,
    "random": _random,
    "uuid": lambda: str(mock_random.uuid4()),
    "parse": lambda text: _nulls(json.loads(text)),
}
