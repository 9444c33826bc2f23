"""AWS::IAM: roles, users, groups and what belongs to them."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from moto.iam.models import iam_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.found import (
    difference,
    ignoring_absence,
    in_order,
    lookup,
    text,
)
from dryrun.cloud.cloudformation.providers.iam_common import Holder

_HOUR = 3600


class Role(Provider):
    """A role; its physical id is its name."""

    type = "AWS::IAM::Role"
    handled = frozenset(
        {
            "AssumeRolePolicyDocument",
            "Description",
            "ManagedPolicyArns",
            "MaxSessionDuration",
            "Path",
            "PermissionsBoundary",
            "Policies",
            "RoleName",
            "Tags",
        }
    )
    name_property = "RoleName"
    seconds = Seconds(create=18, update=12, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a role with its policies."""
        name = str(properties.get("RoleName") or at.name(64))
        at.client("iam").create_role(
            RoleName=name,
            AssumeRolePolicyDocument=text(properties["AssumeRolePolicyDocument"]),
            Description=properties.get("Description", ""),
            **pick(properties, "MaxSessionDuration", "Path", "PermissionsBoundary", "Tags"),
        )
        try:
            Holder(at, "role", name).bring({}, properties)
        except ClientError:
            _undo(at, "role", name, properties)
            raise
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a role."""
        with lookup(self.type, physical_id):
            role = at.client("iam").get_role(RoleName=physical_id)["Role"]
        found = {
            **pick(role, "Arn", "AssumeRolePolicyDocument", "Path", "RoleId", "RoleName"),
            "MaxSessionDuration": int(role.get("MaxSessionDuration") or _HOUR),
            "Tags": tag_list(role.get("Tags")),
            **Holder(at, "role", physical_id).policies(at.known),
        }
        if role.get("Description"):
            found["Description"] = role["Description"]
        return found | _boundary(role)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs."""
        iam = at.client("iam")
        named = {"RoleName": physical_id}
        if changed(old, new, "AssumeRolePolicyDocument"):
            iam.update_assume_role_policy(
                **named, PolicyDocument=text(new["AssumeRolePolicyDocument"])
            )
        if changed(old, new, "Description", "MaxSessionDuration"):
            iam.update_role(
                **named,
                Description=new.get("Description", ""),
                MaxSessionDuration=new.get("MaxSessionDuration", _HOUR),
            )
        _bound(iam, "role", named, old, new)
        Holder(at, "role", physical_id).bring(old, new)
        _tag(iam, "role", named, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a role; what others attached to it keeps it, as in AWS."""
        Holder(at, "role", physical_id).strip(at.known)
        at.client("iam").delete_role(RoleName=physical_id)


class User(Provider):
    """A user; its physical id is its name."""

    type = "AWS::IAM::User"
    handled = frozenset(
        {
            "Groups",
            "LoginProfile",
            "ManagedPolicyArns",
            "Path",
            "PermissionsBoundary",
            "Policies",
            "Tags",
            "UserName",
        }
    )
    name_property = "UserName"
    seconds = Seconds(create=36, update=10, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a user with password, groups and policies."""
        name = str(properties.get("UserName") or at.name(64))
        at.client("iam").create_user(
            UserName=name, **pick(properties, "Path", "PermissionsBoundary", "Tags")
        )
        try:
            self._login(at, name, {}, properties)
            self._join(at, name, {}, properties)
            Holder(at, "user", name).bring({}, properties)
        except ClientError:
            _leave(at, name, properties)
            _undo(at, "user", name, properties)
            raise
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a user."""
        iam = at.client("iam")
        with lookup(self.type, physical_id):
            user = iam.get_user(UserName=physical_id)["User"]
        groups = iam.list_groups_for_user(UserName=physical_id)["Groups"]
        found = {
            **pick(user, "Arn", "Path", "UserName"),
            "Groups": in_order([group["GroupName"] for group in groups], at.known.get("Groups")),
            "Tags": tag_list(iam.list_user_tags(UserName=physical_id)["Tags"]),
            **Holder(at, "user", physical_id).policies(at.known),
        }
        with ignoring_absence():
            profile = iam.get_login_profile(UserName=physical_id)["LoginProfile"]
            reset = bool(profile.get("PasswordResetRequired"))
            found["LoginProfile"] = {"PasswordResetRequired": reset}
        return found | _boundary(user)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs."""
        iam = at.client("iam")
        named = {"UserName": physical_id}
        if changed(old, new, "Path"):
            iam.update_user(**named, NewPath=new.get("Path", "/"))
        self._login(at, physical_id, old, new)
        self._join(at, physical_id, old, new)
        _bound(iam, "user", named, old, new)
        Holder(at, "user", physical_id).bring(old, new)
        _tag(iam, "user", named, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a user; keys and what others gave keep it, as in AWS."""
        _leave(at, physical_id, at.known)
        Holder(at, "user", physical_id).strip(at.known)
        at.client("iam").delete_user(UserName=physical_id)

    def _login(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        iam = at.client("iam")
        before, after = old.get("LoginProfile"), new.get("LoginProfile")
        if before == after:
            return
        if not after:
            iam.delete_login_profile(UserName=name)
            return
        if not before:
            iam.create_login_profile(UserName=name, **pick(after, "Password"))
        # Its own creation forgets whether the password is to be changed.
        iam.update_login_profile(
            UserName=name,
            Password=after["Password"],
            PasswordResetRequired=bool(after.get("PasswordResetRequired")),
        )

    def _join(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        iam = at.client("iam")
        joined, left = difference(old.get("Groups"), new.get("Groups"))
        for group in joined:
            iam.add_user_to_group(GroupName=group, UserName=name)
        for group in left:
            with ignoring_absence():
                iam.remove_user_from_group(GroupName=group, UserName=name)


class Group(Provider):
    """A group; its physical id is its name."""

    type = "AWS::IAM::Group"
    handled = frozenset({"GroupName", "ManagedPolicyArns", "Path", "Policies"})
    name_property = "GroupName"
    seconds = Seconds(create=20, update=10, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a group with its policies."""
        name = str(properties.get("GroupName") or at.name(128))
        at.client("iam").create_group(GroupName=name, **pick(properties, "Path"))
        try:
            Holder(at, "group", name).bring({}, properties)
        except ClientError:
            _undo(at, "group", name, properties)
            raise
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a group."""
        with lookup(self.type, physical_id):
            group = at.client("iam").get_group(GroupName=physical_id)["Group"]
        return {
            **pick(group, "Arn", "GroupName", "Path"),
            **Holder(at, "group", physical_id).policies(at.known),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the policies."""
        if changed(old, new, "Path"):
            raise NotSimulatedError(
                "Dry Run does not simulate changing the property Path of AWS::IAM::Group; "
                "real AWS would carry it out."
            )
        Holder(at, "group", physical_id).bring(old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a group; its users keep it, as in AWS."""
        Holder(at, "group", physical_id).strip(at.known)
        at.client("iam").delete_group(GroupName=physical_id)


class InstanceProfile(Provider):
    """What gives a role to machines; its physical id is its name."""

    type = "AWS::IAM::InstanceProfile"
    handled = frozenset({"InstanceProfileName", "Path", "Roles"})
    name_property = "InstanceProfileName"
    seconds = Seconds(create=130, update=60, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create an instance profile, and put its role in."""
        iam = at.client("iam")
        name = str(properties.get("InstanceProfileName") or at.name(128))
        iam.create_instance_profile(InstanceProfileName=name, **pick(properties, "Path"))
        try:
            for role in properties.get("Roles") or ():
                iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
        except ClientError:
            self._empty(iam, name)
            iam.delete_instance_profile(InstanceProfileName=name)
            raise
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an instance profile."""
        with lookup(self.type, physical_id):
            answer = at.client("iam").get_instance_profile(InstanceProfileName=physical_id)
        profile = answer["InstanceProfile"]
        return {
            **pick(profile, "Arn", "InstanceProfileName", "Path"),
            "Roles": [role["RoleName"] for role in profile["Roles"]],
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the role."""
        iam = at.client("iam")
        added, gone = difference(old.get("Roles"), new.get("Roles"))
        for role in gone:
            with ignoring_absence():
                iam.remove_role_from_instance_profile(
                    InstanceProfileName=physical_id, RoleName=role
                )
        for role in added:
            iam.add_role_to_instance_profile(InstanceProfileName=physical_id, RoleName=role)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the role out, and delete the instance profile."""
        iam = at.client("iam")
        self._empty(iam, physical_id)
        iam.delete_instance_profile(InstanceProfileName=physical_id)

    def _empty(self, iam: Any, name: str) -> None:
        profile = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
        for role in profile["Roles"]:
            iam.remove_role_from_instance_profile(
                InstanceProfileName=name, RoleName=role["RoleName"]
            )


class AccessKey(Provider):
    """A key of a user; its physical id is the key's id."""

    type = "AWS::IAM::AccessKey"
    handled = frozenset({"Serial", "Status", "UserName"})
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a key."""
        iam = at.client("iam")
        user = properties["UserName"]
        key = str(iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"])
        if properties.get("Status", "Active") != "Active":
            iam.update_access_key(UserName=user, AccessKeyId=key, Status=properties["Status"])
        return key

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a key, with the secret that AWS too keeps for the stack alone."""
        iam = at.client("iam")
        user = self._user(at, physical_id)
        keys = iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
        status = next(key["Status"] for key in keys if key["AccessKeyId"] == physical_id)
        kept = iam_backends[at.account][at.partition].users[user]
        return {
            "Id": physical_id,
            "SecretAccessKey": kept.get_access_key_by_id(physical_id).secret_access_key,
            "Status": status,
            "UserName": user,
            **pick(at.known, "Serial"),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Switch a key on or off."""
        at.client("iam").update_access_key(
            UserName=new["UserName"],
            AccessKeyId=physical_id,
            Status=new.get("Status", "Active"),
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a key."""
        iam = at.client("iam")
        user = self._user(at, physical_id)
        iam.delete_access_key(UserName=user, AccessKeyId=physical_id)

    def _user(self, at: Context, key_id: str) -> str:
        """Return whose key this is; IAM says of one that is gone only that it may not be told."""
        if key_id not in iam_backends[at.account][at.partition].access_keys:
            raise GoneError(self.type, key_id)
        found = at.client("iam").get_access_key_last_used(AccessKeyId=key_id)
        return str(found["UserName"])


class UserToGroupAddition(Provider):
    """Users in a group; its physical id is a generated name."""

    type = "AWS::IAM::UserToGroupAddition"
    handled = frozenset({"GroupName", "Users"})
    seconds = Seconds(create=10, update=10, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Put the users into the group."""
        self._add(at, properties["GroupName"], properties["Users"])
        return at.name(24)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read which of the users are in the group."""
        group = at.known.get("GroupName")
        if not group:
            raise GoneError(self.type, physical_id)
        with lookup(self.type, physical_id):
            present = at.client("iam").get_group(GroupName=group)["Users"]
        wanted = at.known.get("Users") or []
        names = [user["UserName"] for user in present if user["UserName"] in wanted]
        if not names:
            raise GoneError(self.type, physical_id)
        return {"GroupName": group, "Id": physical_id, "Users": in_order(names, wanted)}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put users in and take others out."""
        if changed(old, new, "GroupName"):
            self._add(at, new["GroupName"], new["Users"])
            self._remove(at, old["GroupName"], old["Users"])
            return
        added, gone = difference(old["Users"], new["Users"])
        self._add(at, new["GroupName"], added)
        self._remove(at, new["GroupName"], gone)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the users out of the group."""
        self._remove(at, at.known["GroupName"], at.known["Users"])

    def _add(self, at: Context, group: str, users: list[str]) -> None:
        for user in users:
            at.client("iam").add_user_to_group(GroupName=group, UserName=user)

    def _remove(self, at: Context, group: str, users: list[str]) -> None:
        for user in users:
            with ignoring_absence():
                at.client("iam").remove_user_from_group(GroupName=group, UserName=user)


def _undo(at: Context, kind: str, name: str, properties: Properties) -> None:
    """Delete what could not be made whole, as nobody would know of it."""
    holder = Holder(at, kind, name)
    holder.strip(properties)
    getattr(at.client("iam"), f"delete_{kind}")(**holder.named)


def _leave(at: Context, user: str, properties: Properties) -> None:
    iam = at.client("iam")
    for group in properties.get("Groups") or ():
        with ignoring_absence():
            iam.remove_user_from_group(GroupName=group, UserName=user)
    if properties.get("LoginProfile"):
        with ignoring_absence():
            iam.delete_login_profile(UserName=user)


def _boundary(thing: Properties) -> Properties:
    bound = thing.get("PermissionsBoundary") or {}
    arn = bound.get("PermissionsBoundaryArn")
    return {"PermissionsBoundary": arn} if arn else {}


def _bound(iam: Any, kind: str, named: dict[str, str], old: Properties, new: Properties) -> None:
    if not changed(old, new, "PermissionsBoundary"):
        return
    if new.get("PermissionsBoundary"):
        put = getattr(iam, f"put_{kind}_permissions_boundary")
        put(**named, PermissionsBoundary=new["PermissionsBoundary"])
    else:
        getattr(iam, f"delete_{kind}_permissions_boundary")(**named)


def _tag(iam: Any, kind: str, named: dict[str, str], old: Properties, new: Properties) -> None:
    tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
    if tags:
        getattr(iam, f"tag_{kind}")(**named, Tags=tag_list(tags))
    if untagged:
        getattr(iam, f"untag_{kind}")(**named, TagKeys=untagged)
