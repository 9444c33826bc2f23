"""Calls over HTTP to servers on this computer, made outside the account.

Nothing leaves the computer: a lab that talked to a real address would not be a rehearsal.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from dryrun.cloud import outside
from dryrun.cloud.delivery.failures import Failure

KIND = "http"
TIMEOUT = 5.0
"""Seconds; "Quotas for API destinations", EventBridge User Guide."""
_LONGEST_BODY = 1_000_000
_RETRIED = frozenset({401, 407, 409, 429})
"""Statuses below 500 worth another try; "API destinations", EventBridge User Guide."""


def is_here(url: str) -> bool:
    """Tell whether an address is of this computer alone."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refused(url: str) -> Failure:
    """Return why an address elsewhere is not called."""
    return Failure(
        "SDK_CLIENT_ERROR",
        f"Dry Run calls servers on this computer only, as http://127.0.0.1:8000/, and did not call "
        f"{url}.",
    )


def send(
    method: str,
    url: str,
    headers: dict[str, str],
    body: str,
    done: Callable[[dict[str, Any]], None],
) -> None:
    """Make a call once the present request or event is over; tell `done` what came of it.

    The outcome has `status`, `headers` and `body`, or `error` where there was no answer. Raises
    Failure for an address that is not on this computer.
    """
    if not is_here(url):
        raise refused(url)
    order = {"method": method, "url": url, "headers": headers, "body": body}
    outside.run(KIND, order, done, what=f"{method} {url}")


def judge(outcome: dict[str, Any]) -> Failure | None:
    """Return what an outcome means for a delivery; None when the server took it."""
    if "status" not in outcome:
        message = str(outcome.get("error") or outcome.get("mishap") or "There was no answer.")
        code = "TIMEOUT" if outcome.get("timeout") else "CONNECTION_FAILURE"
        return Failure(code, message, retryable=True)
    status = int(outcome["status"])
    if status < 300:
        return None
    retryable = status >= 500 or status in _RETRIED
    code = "THROTTLING" if status == 429 else "ERROR_FROM_TARGET"
    message = f"HTTP status code {status}: {outcome.get('body', '')[:500]}"
    after = str(outcome.get("headers", {}).get("retry-after", ""))
    return Failure(
        code, message, retryable=retryable, after=float(after) if after.isdecimal() else None
    )


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """Make a call; in a thread, out of the cloud's order."""
    parts = urlsplit(order["url"])
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connection(parts)
    try:
        body = order["body"].encode()
        connection.request(order["method"], target, body or None, order["headers"])
        answer = connection.getresponse()
        data = answer.read(_LONGEST_BODY)
    except TimeoutError:
        return {"error": f"{order['url']} did not answer within {TIMEOUT:.0f} s.", "timeout": True}
    except (OSError, http.client.HTTPException) as error:
        return {"error": f"{order['url']} could not be reached: {error}."}
    finally:
        connection.close()
    return {
        "status": answer.status,
        "headers": {name.lower(): value for name, value in answer.getheaders()},
        "body": data.decode("utf-8", "replace"),
    }


def _connection(parts: Any) -> http.client.HTTPConnection:
    if parts.scheme == "https":
        # A server on this computer has a certificate that nobody signed.
        context = ssl._create_unverified_context()  # noqa: S323
        return http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=TIMEOUT, context=context
        )
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)


def basic(user: str, password: str) -> str:
    """Return the Authorization header of a user and a password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


outside.register(KIND, carry_out)
