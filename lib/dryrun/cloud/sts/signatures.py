"""Whether a request was signed with the secret of the key it names (Signature Version 4)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import quote

from botocore.utils import normalize_url_path

_CLAIM = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/]+/(?P<scope>[^,\s]+),\s*"
    r"SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


def is_genuine(
    method: str, address: str, headers: Mapping[str, str], body: bytes, secret: str
) -> bool:
    """Tell whether the Authorization header of a request was made with `secret`.

    `address` is path and query string exactly as sent; `headers` are looked up without
    regard to case. A request that claims no signature of this kind in its header
    (presigned, older, asymmetric) is taken as genuine. Follows "Create a signed AWS API
    request" (AWS General Reference).
    """
    sent = {name.lower(): value for name, value in headers.items()}
    claim = _CLAIM.match(sent.get("authorization", ""))
    if claim is None:
        return True
    date, region, service, _ = (*claim["scope"].split("/"), "", "", "", "")[:4]
    signed = claim["headers"].split(";")
    path, _, query = address.partition("?")
    if service != "s3":
        path = quote(normalize_url_path(path or "/"), safe="/~")
    canonical = "\n".join(
        [
            method.upper(),
            path,
            _canonical_query(query),
            *(f"{name}:{' '.join(sent.get(name, '').split())}" for name in signed),
            "",
            claim["headers"],
            sent.get("x-amz-content-sha256") or hashlib.sha256(body).hexdigest(),
        ]
    )
    text = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            sent.get("x-amz-date", ""),
            claim["scope"],
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    made = hmac.digest(key, text.encode(), "sha256").hex()
    return hmac.compare_digest(made, claim["signature"])


def _canonical_query(query: str) -> str:
    pairs = (part.partition("=") for part in query.split("&") if part)
    return "&".join(f"{name}={value}" for name, _, value in sorted((n, s, v) for n, s, v in pairs))
