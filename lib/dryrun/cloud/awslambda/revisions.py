"""Revisions: every change gives a function, a version or an alias another one.

Whoever names a revision changes nothing if it is not the latest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from dryrun.cloud.awslambda import naming
from dryrun.cloud.awslambda.errors import stale


def current(backend: Any, name: str, qualifier: str = "") -> str:
    """Return the revision of what is named."""
    if naming.is_alias(qualifier):
        return str(backend.get_alias(qualifier, name).revision_id)
    function = backend.get_function(name, qualifier or None)
    return str(function.get_configuration()["RevisionId"])


def check(given: Mapping[str, Any], backend: Any, name: str, qualifier: str = "") -> None:
    """Refuse a change of another revision than the latest."""
    revision = given.get("RevisionId")
    if revision and revision != current(backend, name, qualifier):
        raise stale()


def renew(backend: Any, name: str, qualifier: str = "") -> None:
    """Give what is named another revision, though nothing of its configuration has changed."""
    if naming.is_alias(qualifier):
        backend.get_alias(qualifier, name).revision_id = str(mock_random.uuid4())
    else:
        backend.get_function(name, qualifier or None).changes += 1
