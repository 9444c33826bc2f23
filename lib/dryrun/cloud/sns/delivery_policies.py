"""Delivery policies of topics.

Follows "Creating an Amazon SNS delivery policy", Amazon SNS Developer Guide.
"""

from __future__ import annotations

import json
from typing import Any

_DEFAULT: dict[str, Any] = {
    "defaultHealthyRetryPolicy": {
        "minDelayTarget": 20,
        "maxDelayTarget": 20,
        "numRetries": 3,
        "numMaxDelayRetries": 0,
        "numNoDelayRetries": 0,
        "numMinDelayRetries": 0,
        "backoffFunction": "linear",
    },
    "disableSubscriptionOverrides": False,
    "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
}


def effective(policy: str) -> str:
    """Return the policy a topic goes by: its own, completed by the default one."""
    own = _http(policy)
    whole = {**own, **{name: _completed(own.get(name), one) for name, one in _DEFAULT.items()}}
    return json.dumps({"http": whole}, separators=(",", ":"))


def _completed(own: Any, default: Any) -> Any:
    if isinstance(own, dict) and isinstance(default, dict):
        return {**default, **own}
    return default if own is None else own


def _http(policy: str) -> dict[str, Any]:
    try:
        own = json.loads(policy)["http"]
    except (KeyError, TypeError, ValueError):
        return {}
    return own if isinstance(own, dict) else {}
