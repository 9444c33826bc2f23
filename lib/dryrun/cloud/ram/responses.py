"""Resource shares by name and ARN, with their tags and permissions, which moto forgets.

Follows "GetResourceShares" and its kin, AWS Resource Access Manager API Reference.
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.ram.exceptions import MalformedArnException, UnknownResourceException
from moto.ram.responses import ResourceAccessManagerResponse as MotoResponse

from dryrun.cloud.shelves import Thing, shelf

_PERMISSION = re.compile(r"arn:aws[a-z-]*:ram:[a-z0-9-]*:(?:aws|\d{12}):permission/[\w-]+")


class RamResponse(MotoResponse):
    """Answer the operations of resource shares."""

    def create_resource_share(self) -> str:
        """Create a share with its tags and permissions."""
        asked = self.request_params
        permissions = [_permission(arn) for arn in asked.get("permissionArns", [])]
        answer: Thing = json.loads(super().create_resource_share())
        share = answer["resourceShare"]
        self._extras()[share["resourceShareArn"]] = {
            "tags": {tag["key"]: tag.get("value", "") for tag in asked.get("tags", [])},
            "permissions": permissions,
        }
        return json.dumps({**answer, "resourceShare": self._tagged(share)})

    def get_resource_shares(self) -> str:
        """Return the shares that are asked for, with their tags."""
        asked = self.request_params
        found = json.loads(super().get_resource_shares())["resourceShares"]
        for arn in asked.get("resourceShareArns", []):
            self._known(arn)
        wanted = [
            ("resourceShareArn", asked.get("resourceShareArns")),
            ("name", [asked["name"]] if asked.get("name") else None),
            (
                "status",
                [asked["resourceShareStatus"]] if asked.get("resourceShareStatus") else None,
            ),
        ]
        for member, values in wanted:
            found = [one for one in found if not values or one[member] in values]
        return json.dumps({"resourceShares": [self._tagged(one) for one in found]})

    def tag_resource(self) -> str:
        """Set tags of a share."""
        tags = self._of(self.request_params["resourceShareArn"])["tags"]
        tags.update({tag["key"]: tag.get("value", "") for tag in self.request_params["tags"]})
        return "{}"

    def untag_resource(self) -> str:
        """Take tags off a share."""
        tags = self._of(self.request_params["resourceShareArn"])["tags"]
        for key in self.request_params["tagKeys"]:
            tags.pop(key, None)
        return "{}"

    def list_resource_share_permissions(self) -> str:
        """Return the permissions of a share that somebody named."""
        found = self._of(self.request_params["resourceShareArn"])["permissions"]
        shown = [
            {
                "arn": arn,
                "name": arn.rpartition("/")[2],
                "defaultVersion": True,
                "status": "ASSOCIATED",
                "permissionType": "AWS_MANAGED" if ":aws:permission" in arn else "CUSTOMER_MANAGED",
            }
            for arn in found
        ]
        return json.dumps({"permissions": shown})

    def associate_resource_share_permission(self) -> str:
        """Give a share a permission."""
        kept = self._of(self.request_params["resourceShareArn"])["permissions"]
        arn = _permission(self.request_params["permissionArn"])
        if arn not in kept:
            kept.append(arn)
        return json.dumps({"returnValue": True})

    def disassociate_resource_share_permission(self) -> str:
        """Take a permission off a share."""
        kept = self._of(self.request_params["resourceShareArn"])["permissions"]
        arn = self.request_params["permissionArn"]
        if arn not in kept:
            raise UnknownResourceException(f"Permission {arn} is not associated.")
        kept.remove(arn)
        return json.dumps({"returnValue": True})

    def _extras(self) -> dict[str, Thing]:
        return shelf(self.ram_backend, "shares")

    def _known(self, arn: str) -> None:
        if all(one.arn != arn for one in self.ram_backend.resource_shares):
            raise UnknownResourceException(f"ResourceShare {arn} could not be found.")

    def _of(self, arn: str) -> Thing:
        self._known(arn)
        return self._extras().setdefault(arn, {"tags": {}, "permissions": []})

    def _tagged(self, share: Thing) -> dict[str, Any]:
        tags = self._of(share["resourceShareArn"])["tags"]
        return {**share, "tags": [{"key": key, "value": value} for key, value in tags.items()]}


def _permission(arn: str) -> str:
    if not _PERMISSION.fullmatch(arn):
        raise MalformedArnException(f"The specified permission ARN {arn} is not valid.")
    return arn
