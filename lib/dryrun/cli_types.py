"""`dryrun cloud capabilities --types`: which resource types CloudFormation can create here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dryrun.exceptions import DryRunError

if TYPE_CHECKING:
    from dryrun.cloud.cloudformation.providers.base import Provider

APPLIED, HARMLESS, REFUSED = "applied", "accepted without effect", "refused"
LENIENT = "applied, and more is accepted than by AWS"


def show(type_name: str, *, as_json: bool) -> None:
    """Print all resource types, or what becomes of each property of one."""
    from dryrun.cloud.cloudformation import providers  # noqa: PLC0415 (slow)

    if not type_name:
        names = providers.types()
        print(json.dumps(names, indent=1) if as_json else "\n".join(names))
        return
    found = providers.provider(type_name)
    if found is None:
        raise DryRunError(
            f"Dry Run does not simulate the resource type {type_name!r}; "
            "`dryrun cloud capabilities --types` lists those it does."
        )
    rows = properties(found)
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    width = max(len(row["property"]) for row in rows)
    for row in rows:
        reason = f": {row['reason']}" if "reason" in row else ""
        print(f"{row['property']:{width}}  {row['treatment']}{reason}")


def properties(provider: Provider) -> list[dict[str, Any]]:
    """Return what becomes of each property of a type: property, treatment, reason if there is one.

    What AWS only answers and never takes is left out.
    """
    from dryrun.cloud.cloudformation.schema import schema  # noqa: PLC0415 (slow)

    known = schema(provider.type)
    names = set(provider.handled) | set(provider.harmless)
    if known is not None:
        names |= known.properties - {path[0] for path in known.read_only if len(path) == 1}
    rows = []
    for name in sorted(names):
        if name in provider.handled:
            row = {"property": name, "treatment": APPLIED}
            if name in provider.lenient:
                row |= {"treatment": LENIENT, "reason": provider.lenient[name]}
            rows.append(row)
        elif name in provider.harmless:
            reason = provider.harmless[name]
            rows.append({"property": name, "treatment": HARMLESS, "reason": reason})
        else:
            rows.append({"property": name, "treatment": REFUSED})
    return rows
