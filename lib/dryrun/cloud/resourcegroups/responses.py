"""Groups without a description, of which AWS tells none; moto tells an empty one."""

from __future__ import annotations

import json
from typing import Any

from moto.resourcegroups.responses import ResourceGroupsResponse as MotoResponse


class ResourceGroupsResponse(MotoResponse):
    """Answer the operations that tell of groups."""

    def create_group(self) -> str:
        """Create a group."""
        return _told(super().create_group())

    def delete_group(self) -> str:
        """Delete a group."""
        return _told(super().delete_group())

    def get_group(self) -> str:
        """Return a group."""
        return _told(super().get_group())

    def list_groups(self) -> str:
        """Return all groups."""
        return _told(super().list_groups())

    def update_group(self) -> str:
        """Change the description of a group."""
        return _told(super().update_group())


def _told(answer: str) -> str:
    told: dict[str, Any] = json.loads(answer)
    for group in [told.get("Group") or {}, *(told.get("Groups") or ())]:
        if not group.get("Description"):
            group.pop("Description", None)
    return json.dumps(told)
