"""A request as it was sent, for what a signature covers."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY

FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Sent:
    """Method, path and query exactly as sent; headers by lower-case name; the whole body."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, environ: Mapping[str, Any], body: bytes) -> Sent:
        """Return a WSGI request as it was sent (REQUEST_URI is what the client wrote)."""
        target = str(environ.get("REQUEST_URI") or environ.get("PATH_INFO") or "/")
        if "://" in target.partition("?")[0]:  # sent through a proxy
            target = urlsplit(target)._replace(scheme="", netloc="").geturl()
        path, _, query = target.partition("?")
        # S3 metadata may have underscores, which a WSGI name cannot tell from hyphens.
        written = environ.get(PRESERVED_HEADER_NAMES_ENVIRON_KEY, {})
        headers = {
            str(written[name]).lower() if name in written else _header(name): _text(value)
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if environ.get(name):
                headers[name.replace("_", "-").lower()] = _text(environ[name])
        return cls(str(environ["REQUEST_METHOD"]), path or "/", query, headers, body)

    @cached_property
    def arguments(self) -> dict[str, str]:
        """The query's parameters, decoded; of one given twice, the first."""
        found: dict[str, str] = {}
        for name, value in parse_qsl(self.query, keep_blank_values=True):
            found.setdefault(name, value)
        return found

    @cached_property
    def form(self) -> dict[str, str]:
        """The parameters of a body of the query protocol, and those of the query."""
        if not self.headers.get("content-type", "").startswith(FORM_TYPE):
            return self.arguments
        text = self.body.decode("utf-8", "replace")
        return {**dict(parse_qsl(text, keep_blank_values=True)), **self.arguments}

    @cached_property
    def body_hash(self) -> str:
        """The SHA-256 of the body, in hexadecimal digits."""
        return hashlib.sha256(self.body).hexdigest()

    def query_without(self, name: str) -> str:
        """Return the query as sent, without the parameter `name`."""
        parts = self.query.split("&")
        return "&".join(part for part in parts if unquote(part.partition("=")[0]) != name)


@functools.lru_cache(1024)
def _header(name: str) -> str:
    """Return a header's name, from its name in WSGI."""
    return name[5:].replace("_", "-").lower()


def _text(value: object) -> str:
    """Return a header's value; WSGI gives its bytes as Latin-1, clients sign UTF-8."""
    text = str(value)
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
