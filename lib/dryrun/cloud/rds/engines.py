"""Amazon DocumentDB, which has the API of RDS; moto knows its sister Neptune only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.rds.models import DBCluster, DBInstance
from moto.rds.utils import ClusterEngine, DbInstanceEngine

ENGINE = "docdb"
PORT = 27017
VERSION = "5.0.0"
"""The newest version; "Amazon DocumentDB engine versions", DocumentDB Developer Guide."""


def install() -> None:
    """Let clusters and their instances be of DocumentDB."""
    _list(ClusterEngine, "list_cluster_engines")
    _list(DbInstanceEngine, "valid_db_instance_engine")
    for kind in (DBCluster, DBInstance):
        _otherwise(kind, "default_port", PORT)
        _otherwise(kind, "default_allocated_storage", 0)
    _otherwise(DBCluster, "default_engine_version", VERSION)


def _list(kind: Any, name: str) -> None:
    known: Callable[[], list[str]] = getattr(kind, name)
    setattr(kind, name, staticmethod(lambda: sorted([*known(), ENGINE])))


def _otherwise(kind: Any, name: str, answer: Any) -> None:
    known: Callable[..., Any] = getattr(kind, name)

    def asked(engine: str, *more: Any, **named: Any) -> Any:
        return answer if engine == ENGINE else known(engine, *more, **named)

    setattr(kind, name, staticmethod(asked))
