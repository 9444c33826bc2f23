"""AWS::Cognito: user pools, their clients and domains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from moto.cognitoidp.models import CognitoIdpUserPoolAttribute, cognitoidp_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
)
from dryrun.cloud.cloudformation.providers.declared import from_api, to_api
from dryrun.cloud.cloudformation.providers.found import lookup, without

_MFA = ("EnabledMfas", "MfaConfiguration")
_POOL = (
    "AccountRecoverySetting",
    "AdminCreateUserConfig",
    "AliasAttributes",
    "AutoVerifiedAttributes",
    "DeletionProtection",
    "DeviceConfiguration",
    "EmailConfiguration",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "LambdaConfig",
    "Policies",
    "SmsAuthenticationMessage",
    "SmsConfiguration",
    "SmsVerificationMessage",
    "UserAttributeUpdateSettings",
    "UserPoolAddOns",
    "UserPoolTags",
    "UserPoolTier",
    "UsernameAttributes",
    "UsernameConfiguration",
    "VerificationMessageTemplate",
)
_CLIENT = (
    "AccessTokenValidity",
    "AllowedOAuthFlows",
    "AllowedOAuthFlowsUserPoolClient",
    "AllowedOAuthScopes",
    "AnalyticsConfiguration",
    "AuthSessionValidity",
    "CallbackURLs",
    "ClientName",
    "DefaultRedirectURI",
    "EnablePropagateAdditionalUserContextData",
    "EnableTokenRevocation",
    "ExplicitAuthFlows",
    "IdTokenValidity",
    "LogoutURLs",
    "PreventUserExistenceErrors",
    "ReadAttributes",
    "RefreshTokenRotation",
    "RefreshTokenValidity",
    "SupportedIdentityProviders",
    "TokenValidityUnits",
    "WriteAttributes",
)


class UserPool(Provider):
    """A user pool; its physical id is the pool's id."""

    type = "AWS::Cognito::UserPool"
    handled = frozenset({*_POOL, *_MFA, "Schema", "UserPoolName"})
    seconds = Seconds(create=4, update=4, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the pool."""
        cognito = at.client("cognito-idp")
        given = pick(properties, *_POOL, "MfaConfiguration")
        given["PoolName"] = properties.get("UserPoolName") or at.name(128)
        if properties.get("Schema"):
            given["Schema"] = _schema(properties["Schema"])
        made = cognito.create_user_pool(**_request(at, "CreateUserPool", given))
        pool = str(made["UserPool"]["Id"])
        if any(name in properties for name in _MFA):
            self._secure(at, pool, properties)
        return pool

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the pool."""
        cognito = at.client("cognito-idp")
        with lookup(self.type, physical_id):
            found = cognito.describe_user_pool(UserPoolId=physical_id)["UserPool"]
        model = cognito.meta.service_model.operation_model("DescribeUserPool")
        shape = model.output_shape.members["UserPool"]
        host = f"cognito-idp.{at.region}.amazonaws.com/{physical_id}"
        mfa = cognito.get_user_pool_mfa_config(UserPoolId=physical_id)
        shown = {
            **from_api(self.type, shape, pick(found, *_POOL)),
            "Arn": found["Arn"],
            "EnabledMfas": _enabled(mfa),
            "MfaConfiguration": mfa.get("MfaConfiguration", "OFF"),
            "ProviderName": host,
            "ProviderURL": f"https://{host}",
            "Schema": _schema_shown(found["SchemaAttributes"], at.known.get("Schema") or ()),
            "UserPoolId": physical_id,
            "UserPoolName": found["Name"],
        }
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the pool as a whole, which is how Cognito does it; add attributes."""
        cognito = at.client("cognito-idp")
        self._extend(at, physical_id, old.get("Schema") or [], new.get("Schema") or [])
        fixed = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")
        if changed(old, new, *fixed, "UserPoolName"):
            # From memory; "UpdateUserPool", Cognito API Reference, has none of these.
            raise ResourceError(
                "Updates are not allowed for property - "
                + next(name for name in (*fixed, "UserPoolName") if old.get(name) != new.get(name)),
                "NotUpdatable",
            )
        kept = cognitoidp_backends[at.account][at.region].describe_user_pool(physical_id)
        settled = {
            name: kept.extended_config[name] for name in fixed if name in kept.extended_config
        }
        given = {**pick(new, *_POOL, "MfaConfiguration"), "UserPoolId": physical_id}
        cognito.update_user_pool(**_request(at, "UpdateUserPool", given))
        # What cannot be changed is no parameter of the call, and moto would forget it.
        kept.extended_config.update(settled)
        if changed(old, new, *_MFA):
            self._secure(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the pool with its users; see "DeleteUserPool", Cognito API Reference."""
        cognito = at.client("cognito-idp")
        with lookup(self.type, physical_id):
            found = cognito.describe_user_pool(UserPoolId=physical_id)["UserPool"]
        if found.get("DeletionProtection") == "ACTIVE":
            raise ResourceError(
                "The user pool cannot be deleted because deletion protection is activated. "
                "Deletion protection must be inactivated first."
            )
        if found.get("Domain"):
            raise ResourceError(
                "User pool cannot be deleted. It has a domain configured that should be "
                "deleted first."
            )
        cognito.delete_user_pool(UserPoolId=physical_id)

    def _secure(self, at: Context, pool: str, properties: Properties) -> None:
        factors = properties.get("EnabledMfas") or []
        parameters: dict[str, Any] = {
            "MfaConfiguration": properties.get("MfaConfiguration", "OFF"),
            "SoftwareTokenMfaConfiguration": {"Enabled": "SOFTWARE_TOKEN_MFA" in factors},
        }
        if "SMS_MFA" in factors:
            sms = pick(properties, "SmsConfiguration")
            sms.update(pick(properties, "SmsAuthenticationMessage"))
            parameters["SmsMfaConfiguration"] = sms
        at.client("cognito-idp").set_user_pool_mfa_config(UserPoolId=pool, **parameters)

    def _extend(self, at: Context, pool: str, old: list[Any], new: list[Any]) -> None:
        if any(attribute not in new for attribute in old):
            # From memory; "AWS::Cognito::UserPool", CloudFormation Template Reference, says that
            # attributes can be added only.
            raise ResourceError("Existing schema attributes cannot be modified or deleted.")
        added = [attribute for attribute in new if attribute not in old]
        if added:
            at.client("cognito-idp").add_custom_attributes(UserPoolId=pool, CustomAttributes=added)


class UserPoolClient(Provider):
    """An application's access to a pool; its physical id is the client's id."""

    type = "AWS::Cognito::UserPoolClient"
    handled = frozenset({*_CLIENT, "GenerateSecret", "UserPoolId"})
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the client."""
        given = {**properties, "ClientName": properties.get("ClientName") or at.name(128)}
        made = at.client("cognito-idp").create_user_pool_client(
            **_request(at, "CreateUserPoolClient", given)
        )
        return str(made["UserPoolClient"]["ClientId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the client with its secret."""
        pool = at.known.get("UserPoolId")
        if not pool:
            raise GoneError(self.type, physical_id)
        with lookup(self.type, physical_id):
            answer = at.client("cognito-idp").describe_user_pool_client(
                UserPoolId=pool, ClientId=physical_id
            )
        found = answer["UserPoolClient"]
        return {
            **pick(found, *_CLIENT, "ClientId", "ClientSecret", "UserPoolId", Name="ClientName"),
            "GenerateSecret": "ClientSecret" in found,
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the client; what is no longer named goes back to its default."""
        backend = cognitoidp_backends[at.account][at.region]
        kept = backend.describe_user_pool_client(new["UserPoolId"], physical_id)
        # Cognito replaces the whole, where moto would keep what is not named.
        fresh = type(kept)(kept.user_pool_id, kept.generate_secret, {})
        name = kept.extended_config.get("ClientName")
        kept.extended_config = {**fresh.extended_config, "ClientName": name}
        given = {**pick(new, *_CLIENT), "ClientId": physical_id, "UserPoolId": new["UserPoolId"]}
        at.client("cognito-idp").update_user_pool_client(
            **_request(at, "UpdateUserPoolClient", given)
        )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the client."""
        at.client("cognito-idp").delete_user_pool_client(
            UserPoolId=at.known["UserPoolId"], ClientId=physical_id
        )

    def physical_id(self, identifiers: Mapping[str, str]) -> str:
        """Return the client's id."""
        return identifiers["ClientId"]


class UserPoolDomain(Provider):
    """The address of a pool's sign-in pages; its physical id is the domain."""

    type = "AWS::Cognito::UserPoolDomain"
    handled = frozenset({"CustomDomainConfig", "Domain", "UserPoolId"})
    harmless: ClassVar[Mapping[str, str]] = {
        "ManagedLoginVersion": "the pages for signing in are not there, in either version"
    }
    seconds = Seconds(create=6, update=6, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the domain."""
        cognito = at.client("cognito-idp")
        domain = str(properties["Domain"])
        if cognito.describe_user_pool_domain(Domain=domain)["DomainDescription"]:
            raise ResourceError("Domain already associated with another user pool.")
        cognito.create_user_pool_domain(**pick(properties, *sorted(self.handled)))
        return domain

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the domain."""
        answer = at.client("cognito-idp").describe_user_pool_domain(Domain=physical_id)
        found = answer["DomainDescription"]
        if not found:
            raise GoneError(self.type, physical_id)
        kept = cognitoidp_backends[at.account][at.region].user_pool_domains[physical_id]
        shown = {
            **pick(found, "CloudFrontDistribution", "Domain", "UserPoolId"),
            "CustomDomainConfig": kept.custom_domain_config,
        }
        return without(shown, {})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the certificate."""
        if changed(old, new, "CustomDomainConfig"):
            at.client("cognito-idp").update_user_pool_domain(
                **pick(new, "CustomDomainConfig", "Domain", "UserPoolId")
            )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the domain."""
        at.client("cognito-idp").delete_user_pool_domain(
            Domain=physical_id, UserPoolId=at.known["UserPoolId"]
        )

    def physical_id(self, identifiers: Mapping[str, str]) -> str:
        """Return the domain."""
        return identifiers["Domain"]


def _request(at: Context, operation: str, properties: Properties) -> dict[str, Any]:
    model = at.client("cognito-idp").meta.service_model.operation_model(operation)
    request: dict[str, Any] = to_api(model.input_shape, properties)
    return request


def _schema(given: list[Properties]) -> list[Properties]:
    """Return the given attributes and the standard ones, which every pool of AWS has."""
    standard = CognitoIdpUserPoolAttribute.STANDARD_SCHEMA
    named = {attribute["Name"]: attribute for attribute in given}
    completed = [
        {**schema, **named.get(name, {}), "Name": name}
        for name, schema in standard.items()
        if name != "sub"
    ]
    return [*completed, *(one for name, one in named.items() if name not in standard)]


def _schema_shown(found: list[Properties], known: Any) -> list[Properties]:
    """Return the attributes that the template names, with what it says of them."""
    present = {one["Name"].rpartition(":")[2]: one for one in found}
    return [
        {**pick(present[one["Name"]], *one), "Name": one["Name"]}
        for one in known
        if one.get("Name") in present
    ]


def _enabled(mfa: Properties) -> list[str]:
    factors = []
    if mfa.get("SmsMfaConfiguration"):
        factors.append("SMS_MFA")
    if (mfa.get("SoftwareTokenMfaConfiguration") or {}).get("Enabled"):
        factors.append("SOFTWARE_TOKEN_MFA")
    return factors
