"""AWS::Cognito, type by type."""

from __future__ import annotations

import pytest
from trial import ACCOUNT, Trial, client

from dryrun.cloud.cloudformation.providers.base import NotSimulatedError, ResourceError

POOL = "AWS::Cognito::UserPool"


def test_user_pool() -> None:
    properties = {
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]
        },
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": True,
            "InviteMessageTemplate": {
                "EmailSubject": "Welcome",
                "SMSMessage": "{username}, {####} is yours.",
            },
        },
        "AutoVerifiedAttributes": ["email"],
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "EnabledMfas": ["SOFTWARE_TOKEN_MFA"],
        "LambdaConfig": {"PreSignUp": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"},
        "MfaConfiguration": "OPTIONAL",
        "Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": False}},
        "Schema": [
            {"AttributeDataType": "String", "Name": "email", "Mutable": True, "Required": True},
            {"AttributeDataType": "String", "Name": "seat", "Mutable": True},
        ],
        "UserPoolName": "guests",
        "UserPoolTags": {"aws:cloudformation:stack-name": "trial", "a": "1"},
        "UsernameAttributes": ["email"],
        "UsernameConfiguration": {"CaseSensitive": False},
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"},
    }
    with Trial(POOL, properties) as pool:
        found = pool.read()
        assert {name: found[name] for name in properties} == properties
        assert found["ProviderName"] == f"cognito-idp.us-east-1.amazonaws.com/{pool.physical_id}"
        assert found["ProviderURL"] == f"https://{found['ProviderName']}"
        assert found["Arn"].endswith(f":userpool/{pool.physical_id}")
        known = client("cognito-idp").describe_user_pool(UserPoolId=pool.physical_id)
        names = [one["Name"] for one in known["UserPool"]["SchemaAttributes"]]
        assert {"email", "phone_number", "custom:seat"} <= set(names)
        changed = {
            "DeletionProtection": "ACTIVE",
            "Schema": [
                *properties["Schema"],
                {"AttributeDataType": "Number", "Name": "age", "Mutable": True},
            ],
            "UserPoolName": "guests",
            "UserPoolTags": {"a": "2"},
            "UsernameAttributes": ["email"],
            "UsernameConfiguration": {"CaseSensitive": False},
        }
        found = pool.update(changed)
        assert {name: found[name] for name in changed} == changed
        assert (found["MfaConfiguration"], found["EnabledMfas"]) == ("OFF", [])
        with pytest.raises(ResourceError, match="deletion protection is activated"):
            pool.delete()
        with pytest.raises(ResourceError, match="cannot be modified or deleted"):
            pool.update({**changed, "Schema": []})
        pool.update({**changed, "DeletionProtection": "INACTIVE"})


def test_client_and_domain() -> None:
    with Trial(POOL, {}) as pool:
        properties = {
            "AccessTokenValidity": 2,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthScopes": ["openid"],
            "CallbackURLs": ["https://example.com"],
            "ClientName": "web",
            "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
            "GenerateSecret": True,
            "UserPoolId": pool.physical_id,
        }
        with Trial("AWS::Cognito::UserPoolClient", properties) as app:
            found = app.read()
            assert {name: found[name] for name in properties} == properties
            assert found["ClientId"] == app.physical_id
            assert (found["Name"], bool(found["ClientSecret"])) == ("web", True)
            secret = found["ClientSecret"]
            short = {"ClientName": "web", "GenerateSecret": True, "UserPoolId": pool.physical_id}
            found = app.update({**short, "RefreshTokenValidity": 5})
            assert found["RefreshTokenValidity"] == 5
            assert found["ClientSecret"] == secret
            assert "CallbackURLs" not in found
            assert "AccessTokenValidity" not in found
        properties = {"Domain": "ferry", "UserPoolId": pool.physical_id}
        with Trial("AWS::Cognito::UserPoolDomain", properties) as domain:
            found = domain.read()
            assert {name: found[name] for name in properties} == properties
            assert found["CloudFrontDistribution"]
            with pytest.raises(ResourceError, match="already associated"):
                Trial("AWS::Cognito::UserPoolDomain", properties).create()
            with pytest.raises(ResourceError, match="has a domain configured"):
                pool.delete()


def test_groups_and_users() -> None:
    with Trial(POOL, {}) as pool:
        within = {"UserPoolId": pool.physical_id}
        properties = {**within, "Description": "d", "GroupName": "crew", "Precedence": 1}
        member = {
            **within,
            "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}],
            "Username": "ann",
        }
        with (
            Trial("AWS::Cognito::UserPoolGroup", properties) as group,
            Trial("AWS::Cognito::UserPoolUser", member) as user,
        ):
            assert group.read() == properties
            assert user.read() == member
            attached = {**within, "GroupName": "crew", "Username": "ann"}
            with Trial("AWS::Cognito::UserPoolUserToGroupAttachment", attached) as it:
                assert it.read() == attached
            del properties["Description"]
            assert group.update({**properties, "Precedence": 2})["Precedence"] == 2
            with pytest.raises(NotSimulatedError, match="Precedence"):
                group.update({**within, "GroupName": "crew"})


def test_resource_server_and_identity_provider() -> None:
    with Trial(POOL, {}) as pool:
        within = {"UserPoolId": pool.physical_id}
        properties = {
            **within,
            "Identifier": "https://api",
            "Name": "api",
            "Scopes": [{"ScopeName": "read", "ScopeDescription": "r"}],
        }
        with Trial("AWS::Cognito::UserPoolResourceServer", properties) as server:
            assert server.read() == properties
            assert server.update({**properties, "Name": "other"})["Name"] == "other"
        properties = {
            **within,
            "AttributeMapping": {"email": "email"},
            "ProviderDetails": {"client_id": "c", "authorize_scopes": "email"},
            "ProviderName": "Google",
            "ProviderType": "Google",
        }
        with Trial("AWS::Cognito::UserPoolIdentityProvider", properties) as provider:
            assert provider.read() == properties
            changed = {**properties, "AttributeMapping": {"name": "name"}}
            assert provider.update(changed)["AttributeMapping"] == {"name": "name"}


def test_identity_pool() -> None:
    properties = {
        "AllowUnauthenticatedIdentities": False,
        "CognitoIdentityProviders": [
            {"ClientId": "c", "ProviderName": "cognito-idp.us-east-1.amazonaws.com/p"}
        ],
        "IdentityPoolName": "guests",
        "IdentityPoolTags": [{"Key": "a", "Value": "1"}],
    }
    with Trial("AWS::Cognito::IdentityPool", properties) as pool:
        found = pool.read()
        assert {name: found[name] for name in properties} == properties
        assert (found["Id"], found["Name"]) == (pool.physical_id, "guests")
        changed = {"AllowUnauthenticatedIdentities": True, "IdentityPoolName": "guests"}
        found = pool.update(changed)
        assert found["AllowUnauthenticatedIdentities"] is True
        assert found["CognitoIdentityProviders"] == []
