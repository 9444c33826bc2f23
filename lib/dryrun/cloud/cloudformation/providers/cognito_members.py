"""AWS::Cognito: what belongs to a user pool, and identity pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from moto.cognitoidp.models import cognitoidp_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.found import (
    ignoring_absence,
    lookup,
    parsed,
    without,
)

_QUICK = Seconds(create=3, update=3, delete=3)


class _Member(Provider):
    """Something in a pool, named within it; its physical id is that name."""

    name: ClassVar[str]
    seconds = _QUICK

    def pool(self, at: Context, physical_id: str) -> str:
        """Return the pool's id, which the physical id does not tell."""
        pool = at.known.get("UserPoolId")
        if not pool:
            raise GoneError(self.type, physical_id)
        return str(pool)

    def physical_id(self, identifiers: Mapping[str, str]) -> str:
        """Return the name."""
        return identifiers[self.name]


class UserPoolGroup(_Member):
    """A group of users."""

    type = "AWS::Cognito::UserPoolGroup"
    handled = frozenset({"Description", "GroupName", "Precedence", "RoleArn", "UserPoolId"})
    name_property = "GroupName"
    name = "GroupName"

    def create(self, at: Context, properties: Properties) -> str:
        """Create the group."""
        name = str(properties.get("GroupName") or at.name(128))
        at.client("cognito-idp").create_group(**{**properties, "GroupName": name})
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the group."""
        with lookup(self.type, physical_id):
            answer = at.client("cognito-idp").get_group(
                GroupName=physical_id, UserPoolId=self.pool(at, physical_id)
            )
        return without(pick(answer["Group"], *sorted(self.handled)), "")

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the group."""
        for name in ("Precedence", "RoleArn"):
            if name in old and name not in new:
                raise NotSimulatedError(
                    f"Dry Run does not simulate the removal of the property {name} of "
                    f"{self.type}; real AWS would carry it out."
                )
        at.client("cognito-idp").update_group(
            **{"Description": "", **new, "GroupName": physical_id}
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the group."""
        at.client("cognito-idp").delete_group(
            GroupName=physical_id, UserPoolId=self.pool(at, physical_id)
        )


class UserPoolUser(_Member):
    """A user."""

    type = "AWS::Cognito::UserPoolUser"
    handled = frozenset({"UserAttributes", "UserPoolId", "Username"})
    harmless: ClassVar[Mapping[str, str]] = {
        "ClientMetadata": "no trigger is called that would be given it",
        "DesiredDeliveryMediums": "invitations are not delivered",
        "MessageAction": "invitations are not delivered",
        "ValidationData": "no trigger is called that would be given it",
    }
    name_property = "Username"
    name = "Username"

    def create(self, at: Context, properties: Properties) -> str:
        """Create the user."""
        made = at.client("cognito-idp").admin_create_user(
            UserPoolId=properties["UserPoolId"],
            Username=properties.get("Username") or at.name(128),
            **pick(properties, "UserAttributes"),
        )
        return str(made["User"]["Username"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the user."""
        pool = self.pool(at, physical_id)
        with lookup(self.type, physical_id):
            found = at.client("cognito-idp").admin_get_user(UserPoolId=pool, Username=physical_id)
        values = {one["Name"]: one["Value"] for one in found["UserAttributes"]}
        known = [one["Name"] for one in at.known.get("UserAttributes") or ()]
        kept = [{"Name": name, "Value": values[name]} for name in known if name in values]
        return {"UserAttributes": kept, "UserPoolId": pool, "Username": physical_id}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change nothing: whatever a user has replaces it."""

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the user."""
        at.client("cognito-idp").admin_delete_user(
            UserPoolId=self.pool(at, physical_id), Username=physical_id
        )


class UserPoolUserToGroupAttachment(Provider):
    """A user in a group; its physical id is POOL|GROUP|USER."""

    type = "AWS::Cognito::UserPoolUserToGroupAttachment"
    handled = frozenset({"GroupName", "UserPoolId", "Username"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Put the user into the group."""
        at.client("cognito-idp").admin_add_user_to_group(**properties)
        return "|".join(properties[name] for name in ("UserPoolId", "GroupName", "Username"))

    def read(self, at: Context, physical_id: str) -> Properties:
        """Tell whether the user is in the group."""
        pool, group, user = physical_id.split("|")
        with lookup(self.type, physical_id, "UserNotFoundException"):
            answer = at.client("cognito-idp").admin_list_groups_for_user(
                UserPoolId=pool, Username=user
            )
        if group not in [one["GroupName"] for one in answer["Groups"]]:
            raise GoneError(self.type, physical_id)
        return {"GroupName": group, "UserPoolId": pool, "Username": user}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change nothing: whatever it has replaces it."""

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the user out of the group."""
        pool, group, user = physical_id.split("|")
        with ignoring_absence():
            at.client("cognito-idp").admin_remove_user_from_group(
                UserPoolId=pool, GroupName=group, Username=user
            )


class UserPoolResourceServer(_Member):
    """An API that tokens give access to."""

    type = "AWS::Cognito::UserPoolResourceServer"
    handled = frozenset({"Identifier", "Name", "Scopes", "UserPoolId"})
    name = "Identifier"

    def create(self, at: Context, properties: Properties) -> str:
        """Create the resource server."""
        at.client("cognito-idp").create_resource_server(**properties)
        return str(properties["Identifier"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the resource server."""
        pool = self.pool(at, physical_id)
        with lookup(self.type, physical_id):
            answer = at.client("cognito-idp").describe_resource_server(
                UserPoolId=pool, Identifier=physical_id
            )
        return pick(answer["ResourceServer"], *sorted(self.handled))

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change name and scopes, for which moto has no call."""
        kept = self._servers(at, physical_id)[physical_id]
        kept.name, kept.scopes = new["Name"], new.get("Scopes") or []

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the resource server, for which moto has no call."""
        if self._servers(at, physical_id).pop(physical_id, None) is None:
            raise GoneError(self.type, physical_id)

    def _servers(self, at: Context, physical_id: str) -> Any:
        backend = cognitoidp_backends[at.account][at.region]
        pool = backend.user_pools.get(self.pool(at, physical_id))
        if pool is None:
            raise GoneError(self.type, physical_id)
        return pool.resource_servers


class UserPoolIdentityProvider(_Member):
    """Where users may come from."""

    type = "AWS::Cognito::UserPoolIdentityProvider"
    handled = frozenset(
        {
            "AttributeMapping",
            "IdpIdentifiers",
            "ProviderDetails",
            "ProviderName",
            "ProviderType",
            "UserPoolId",
        }
    )
    name = "ProviderName"

    def create(self, at: Context, properties: Properties) -> str:
        """Create the identity provider."""
        at.client("cognito-idp").create_identity_provider(**properties)
        return str(properties["ProviderName"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the identity provider."""
        pool = self.pool(at, physical_id)
        with lookup(self.type, physical_id):
            answer = at.client("cognito-idp").describe_identity_provider(
                UserPoolId=pool, ProviderName=physical_id
            )
        return {**pick(answer["IdentityProvider"], *sorted(self.handled)), "UserPoolId": pool}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change details, mapping and identifiers."""
        at.client("cognito-idp").update_identity_provider(
            UserPoolId=new["UserPoolId"],
            ProviderName=physical_id,
            ProviderDetails=new["ProviderDetails"],
            AttributeMapping=new.get("AttributeMapping", {"username": "sub"}),
            IdpIdentifiers=new.get("IdpIdentifiers", []),
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the identity provider."""
        at.client("cognito-idp").delete_identity_provider(
            UserPoolId=self.pool(at, physical_id), ProviderName=physical_id
        )


class IdentityPool(Provider):
    """An identity pool; its physical id is the pool's id."""

    type = "AWS::Cognito::IdentityPool"
    _LISTS = ("CognitoIdentityProviders", "OpenIdConnectProviderARNs", "SamlProviderARNs")
    handled = frozenset(
        {
            *_LISTS,
            "AllowClassicFlow",
            "AllowUnauthenticatedIdentities",
            "DeveloperProviderName",
            "IdentityPoolName",
            "IdentityPoolTags",
            "SupportedLoginProviders",
        }
    )
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the identity pool."""
        # A pool's name may have no hyphens: "CreateIdentityPool", Cognito API Reference.
        name = properties.get("IdentityPoolName") or at.name(128).replace("-", "_")
        made = at.client("cognito-identity").create_identity_pool(
            IdentityPoolName=name,
            IdentityPoolTags=tag_map(properties.get("IdentityPoolTags")),
            **self._set(properties),
        )
        return str(made["IdentityPoolId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the identity pool."""
        with lookup(self.type, physical_id):
            found = at.client("cognito-identity").describe_identity_pool(IdentityPoolId=physical_id)
        providers = [
            pick(one, "ClientId", "ProviderName", "ServerSideTokenCheck")
            for one in found.get("CognitoIdentityProviders") or ()
        ]
        rest = sorted(self.handled - {"CognitoIdentityProviders", "IdentityPoolTags"})
        shown = {
            **pick(found, *rest, Name="IdentityPoolName", Id="IdentityPoolId"),
            "CognitoIdentityProviders": providers,
            "IdentityPoolTags": tag_list(found.get("IdentityPoolTags")),
        }
        return without(shown, "")

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change who may have an identity."""
        for name in ("DeveloperProviderName", "IdentityPoolName"):
            if changed(old, new, name):
                raise NotSimulatedError(
                    f"Dry Run does not simulate changing the property {name} of {self.type}; "
                    "real AWS would carry it out."
                )
        found = at.client("cognito-identity").describe_identity_pool(IdentityPoolId=physical_id)
        cleared: dict[str, Any] = {name: [] for name in self._LISTS}
        if "AllowClassicFlow" in old:
            cleared["AllowClassicFlow"] = False
        at.client("cognito-identity").update_identity_pool(
            IdentityPoolId=physical_id,
            IdentityPoolName=found["IdentityPoolName"],
            IdentityPoolTags=tag_map(new.get("IdentityPoolTags")),
            **{**cleared, "SupportedLoginProviders": {}, **self._set(new)},
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the identity pool with its identities."""
        at.client("cognito-identity").delete_identity_pool(IdentityPoolId=physical_id)

    def _set(self, properties: Properties) -> dict[str, Any]:
        found = pick(
            properties,
            *self._LISTS,
            "AllowClassicFlow",
            "AllowUnauthenticatedIdentities",
            "DeveloperProviderName",
        )
        if "SupportedLoginProviders" in properties:
            found["SupportedLoginProviders"] = parsed(properties["SupportedLoginProviders"])
        return found
