"""Users and groups that get another name or path, and who is taken out of a group.

Follows "UpdateUser", "UpdateGroup" and "RemoveUserFromGroup" of the IAM API Reference; moto leaves
what belongs to a user under the old name.
"""

from __future__ import annotations

from typing import Any

from moto.iam.exceptions import EntityAlreadyExists
from moto.iam.models import IAMBackend


class Renaming(IAMBackend):
    """An IAM whose users keep what they have when they are renamed."""

    def update_user(
        self, user_name: str, new_path: str | None = None, new_user_name: str | None = None
    ) -> None:
        """Give a user another name or path; keys, tags and all else go along."""
        user: Any = self.get_user(user_name)
        if new_user_name and new_user_name != user_name and new_user_name in self.users:
            raise EntityAlreadyExists(f"User with name {new_user_name} already exists.")
        tags = user.tags or []
        self.tagger.delete_all_tags_for_resource(user.arn)
        user.path = new_path or user.path
        user.name = new_user_name or user.name
        self.tagger.tag_resource(user.arn, tags)
        self.users[user.name] = self.users.pop(user_name)
        for thing in (*user.access_keys, *user.ssh_public_keys):
            thing.user_name = user.name
        for certificate in user.signing_certificates.values():
            certificate.user_name = user.name

    def update_group(
        self, group_name: str, new_group_name: str | None, new_path: str | None
    ) -> None:
        """Give a group another name or path; its members and policies stay."""
        group: Any = self.get_group(group_name)
        if new_group_name and new_group_name != group_name and new_group_name in self.groups:
            raise EntityAlreadyExists(f"Group with name {new_group_name} already exists.")
        group.path = new_path or group.path
        group.name = new_group_name or group.name
        self.groups[group.name] = self.groups.pop(group_name)

    def remove_user_from_group(self, group_name: str, user_name: str) -> None:
        """Take a user out of a group; it is no error when they are not in it."""
        user = self.get_user(user_name)
        group = self.get_group(group_name)
        if user in group.users:
            group.users.remove(user)
