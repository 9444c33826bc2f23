"""What the journal must not show: found in parameters, and in bodies as they are sent."""

from __future__ import annotations

import re

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
"""What CloudTrail puts in the place of a secret."""

# CloudTrail hides these too: "CloudTrail record contents", requestParameters.
_NAMES = (
    "SecretAccessKey", "SessionToken", "Password", "MasterUserPassword", "OldPassword",
    "NewPassword", "UserPassword", "SecretString", "SecretBinary", "Plaintext",
    "AuthorizationToken", "KeyMaterial", "PrivateKey", "Base32StringSeed", "QRCodePNG", "Token",
)  # fmt: skip
# Good for one moment only: a replay needs them, people need not see them.
_MOMENTARY = frozenset(
    {"tokencode", "authenticationcode1", "authenticationcode2", "webidentitytoken", "samlassertion"}
)

_PLAIN = frozenset({"token"})
"""Names that hold a secret in one place, the metadata service, and a page's number elsewhere."""

_LOWER = frozenset(name.lower() for name in _NAMES) - _PLAIN
_ANY = "|".join(name for name in _NAMES if name.lower() not in _PLAIN)
_JSON = re.compile(rf'"(?:{_ANY})"\s*:\s*"((?:[^"\\]|\\.)*)"'.encode(), re.I)
_XML = re.compile(rf"<({_ANY})>([^<]*)</\1>".encode(), re.I)
_FORM = re.compile(rf"(?:^|&)(?:[\w.%]+\.)?(?:{_ANY})=([^&]*)".encode(), re.I)
_SECURE = re.compile(rb'"Value"\s*:\s*"((?:[^"\\]|\\.)*)"')
_METADATA = re.compile(rb'"Token"\s*:\s*"((?:[^"\\]|\\.)*)"')
_MARK = HIDDEN.encode()
_STANDS_IN = b"SElEREVO"
"""Stands where a secret was left out of an export: a text, and Base64 for `HIDDEN`."""


def is_secret(name: str) -> bool:
    """Tell whether a parameter of this name is a secret."""
    return name.lower() in _LOWER or name.lower() in _MOMENTARY


def hide(body: bytes, *, metadata: bool = False) -> tuple[bytes, list[bytes]]:
    """Return a body without its secrets, and the secrets in order.

    `restore` puts them back. `metadata` says that the body comes from the metadata service, or
    from the one for containers.
    """
    spans = sorted(set(_spans(body, metadata)))
    if not spans:
        return body, []
    shown, secrets, at = [], [], 0
    for start, end in spans:
        if start < at:
            continue
        shown.append(body[at:start])
        secrets.append(body[start:end])
        at = end
    shown.append(body[at:])
    hidden = _MARK.join(shown)
    # A body that already speaks of hidden things would be put together wrongly.
    return (hidden, secrets) if restore(hidden, secrets) == body else (_MARK, [body])


def restore(hidden: bytes, secrets: list[bytes]) -> bytes:
    """Put secrets back where `hide` took them out; what is missing is stood in for."""
    parts = hidden.split(_MARK)
    made = [parts[0]]
    for number, part in enumerate(parts[1:]):
        made += [secrets[number] if number < len(secrets) else _STANDS_IN, part]
    return b"".join(made)


def _spans(body: bytes, metadata: bool) -> list[tuple[int, int]]:
    start = body[:1]
    if start in (b"{", b"["):
        found = [match.span(1) for match in _JSON.finditer(body)]
        if b"SecureString" in body:
            found += [match.span(1) for match in _SECURE.finditer(body)]
        if metadata:
            found += [match.span(1) for match in _METADATA.finditer(body)]
        return found
    if start == b"<":
        return [match.span(2) for match in _XML.finditer(body)]
    if b"=" in body[:4096] and len(body) < 1 << 20:
        return [match.span(1) for match in _FORM.finditer(body)]
    return []
