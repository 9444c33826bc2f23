"""A place among moto's packages for a service that it has not.

moto finds the backend and the addresses of a service by the names of its modules.
"""

from __future__ import annotations

import re
import sys
import types
from typing import Any

from moto import backend_index

_NAME = "schemas"


class _Package(types.ModuleType):
    """What moto takes for its package; the backends are loaded when they are first asked for."""

    def __getattr__(self, name: str) -> Any:
        if name != "schemas_backends":
            raise AttributeError(name)
        from dryrun.cloud.schemas.models import schemas_backends  # noqa: PLC0415

        return schemas_backends


class _Urls(types.ModuleType):
    """What moto takes for its addresses."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        from dryrun.cloud.schemas import urls  # noqa: PLC0415

        return getattr(urls, name)


def install() -> None:
    """Let moto find the service."""
    package = _Package(f"moto.{_NAME}")
    package.__path__ = []
    sys.modules.setdefault(f"moto.{_NAME}", package)
    sys.modules.setdefault(f"moto.{_NAME}.urls", _Urls(f"moto.{_NAME}.urls"))
    pattern = re.compile(r"https?://schemas\.(.+)\.amazonaws\.com")
    if not any(name == _NAME for name, _ in backend_index.backend_url_patterns):
        backend_index.backend_url_patterns.append((_NAME, pattern))
