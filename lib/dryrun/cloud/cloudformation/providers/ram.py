"""AWS::RAM: resource shares."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging, in_order


class ResourceShare(Declared):
    """A share of resources with other accounts; its physical id is its ARN."""

    type = "AWS::RAM::ResourceShare"
    handled = frozenset(
        {
            "AllowExternalPrincipals",
            "Name",
            "PermissionArns",
            "Principals",
            "ResourceArns",
            "Tags",
        }
    )
    service = "ram"
    seconds = Seconds(create=15, update=15, delete=15)
    written = frozenset({"Principals", "ResourceArns"})
    creates, reads = "create_resource_share", "get_resource_shares"
    updates, deletes = "update_resource_share", "delete_resource_share"
    key, read_key = "resourceShareArn", "resourceShareArns"
    made, item = "resourceShare.resourceShareArn", "resourceShares.0"
    ended = ("DELETED", "DELETING")
    answered = {"Arn": "resourceShareArn"}
    tagging = Tagging("=", key="resourceShareArn", listed="", tags="tags", keys="tagKeys")

    def call(self, at: Context, name: str, parameters: Properties) -> Properties:  # type: ignore[override]
        """Ask for the shares of this account."""
        given = dict(parameters)
        if name == self.reads:
            given["resourceOwner"] = "SELF"
        found: Properties = getattr(at.client(self.service), name)(**given)
        return found

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the share."""
        client = at.client(self.service)
        listed = client.list_resource_share_permissions(resourceShareArn=physical_id)
        arns = [one["arn"] for one in listed["permissions"]]
        shown["PermissionArns"] = in_order(arns, at.known.get("PermissionArns"))
        kept = self.handled | {"Arn", "OwningAccountId", "Status"}
        return {name: value for name, value in shown.items() if name in kept}

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Change the permissions by calls of their own."""
        client, left = at.client(self.service), list(names)
        if "PermissionArns" in left:
            left.remove("PermissionArns")
            before, after = old.get("PermissionArns") or [], new.get("PermissionArns") or []
            who = {"resourceShareArn": physical_id}
            for arn in after:
                client.associate_resource_share_permission(permissionArn=arn, **who)
            for arn in before:
                if arn not in after:
                    client.disassociate_resource_share_permission(permissionArn=arn, **who)
        return left
