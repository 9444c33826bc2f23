"""How functions are named: by name, by ARN or by a part of it, with a qualifier or without."""

from __future__ import annotations

from typing import Any

LATEST = "$LATEST"


def split(name: str) -> tuple[str, str]:
    """Return the bare name of a function, and the qualifier that its name or ARN has."""
    rest = name.removeprefix("function:").rpartition(":function:")[2]
    bare, _, qualifier = rest.partition(":")
    return bare, qualifier


def short(name: str) -> str:
    """Return a function's name with the qualifier it has, without the rest of an ARN."""
    bare, qualifier = split(name)
    return f"{bare}:{qualifier}" if qualifier else bare


def meant(given: Any) -> tuple[str, str]:
    """Return the name and the qualifier that an operation's parameters give."""
    bare, qualifier = split(str(given["FunctionName"]))
    return bare, str(given.get("Qualifier") or qualifier)


def is_alias(qualifier: str) -> bool:
    """Tell whether a qualifier can only be the name of an alias."""
    return bool(qualifier) and not qualifier.isdigit() and "$" not in qualifier


def arn(backend: Any, name: str, qualifier: str = "") -> str:
    """Return the ARN of a function of a region, or of its version or alias."""
    head = f"arn:aws:lambda:{backend.region_name}:{backend.account_id}:function:{name}"
    return f"{head}:{qualifier}" if qualifier else head
