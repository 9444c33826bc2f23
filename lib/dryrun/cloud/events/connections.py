"""Connections and API destinations: where and how the world outside is called.

Follows "Connections for HTTP endpoint targets", EventBridge User Guide; the calls themselves are
made by `dryrun.cloud.delivery`.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from moto.moto_api._internal import mock_random

from dryrun.cloud import clock as clocks
from dryrun.cloud.events.exceptions import ResourceNotFoundException, ValidationException

Thing = dict[str, Any]

_DEFAULT_RATE = 300
_KINDS = {
    "API_KEY": "ApiKeyAuthParameters",
    "BASIC": "BasicAuthParameters",
    "OAUTH_CLIENT_CREDENTIALS": "OAuthParameters",
}
_SECRETS = ("Password", "ApiKeyValue", "ClientSecret")


class Connection:
    """How a place outside wants to be spoken to."""

    def __init__(self, account: str, region: str, given: Thing) -> None:
        """Make a connection, and keep what is secret of it in Secrets Manager."""
        self.account_id = account
        self.region = region
        self.name: str = given["Name"]
        self.uuid = str(mock_random.uuid4())
        self.arn = f"arn:aws:events:{region}:{account}:connection/{self.name}/{self.uuid}"
        self.creation_time = clocks.current().now()
        self.last_modified_time = self.creation_time
        self.description: str | None = None
        self.authorization_type = ""
        self.auth_parameters: Thing = {}
        self.kms_key: str | None = None
        self._write(given)
        self.secret_arn = str(
            self._secrets()
            .create_managed_secret(
                service_name="events",
                secret_id=f"events!connection/{self.name}/{mock_random.uuid4()}",
                secret_string=self._secret(),
                description=f"Auth parameters for Eventbridge connection {self.name}",
            )
            .arn
        )

    @property
    def state(self) -> str:
        """AUTHORIZED, for OAuth once a token was given."""
        waits = self.authorization_type == "OAUTH_CLIENT_CREDENTIALS"
        return "AUTHORIZING" if waits and "oauth_token" not in self.__dict__ else "AUTHORIZED"

    def update(self, given: Thing) -> None:
        """Change what is given."""
        self._write(given)
        self.__dict__.pop("oauth_token", None)
        self.last_modified_time = clocks.current().now()
        self._secrets().put_secret_value(
            secret_id=self.secret_arn,
            secret_string=self._secret(),
            secret_binary=None,
            client_request_token=str(mock_random.uuid4()),
            version_stages=["AWSCURRENT"],
        )

    def forget_secret(self) -> None:
        """Delete the secret with the connection."""
        self._secrets().delete_secret(
            secret_id=self.secret_arn,
            recovery_window_in_days=None,
            force_delete_without_recovery=True,
        )

    def told(self, *names: str) -> Thing:
        """Return some of what the API tells."""
        everything = {
            "ConnectionArn": self.arn,
            "Name": self.name,
            "Description": self.description,
            "ConnectionState": self.state,
            "AuthorizationType": self.authorization_type,
            "SecretArn": self.secret_arn,
            "KmsKeyIdentifier": self.kms_key,
            "AuthParameters": _without_secrets(self.auth_parameters),
            "CreationTime": self.creation_time,
            "LastModifiedTime": self.last_modified_time,
            "LastAuthorizedTime": self.last_modified_time,
        }
        chosen = names or tuple(everything)
        return {name: everything[name] for name in chosen if everything[name] is not None}

    def _write(self, given: Thing) -> None:
        kind = given.get("AuthorizationType") or self.authorization_type
        parameters = {**self.auth_parameters, **(given.get("AuthParameters") or {})}
        needed = _KINDS.get(kind)
        if needed is None or needed not in parameters:
            # From memory: the words of CreateConnection to parameters of another kind.
            raise ValidationException(
                f"Authorization parameters are not valid. Reason: {needed} is required for"
                f" authorization type {kind}."
            )
        others = [name for name in _KINDS.values() if name != needed]
        self.auth_parameters = {k: v for k, v in parameters.items() if k not in others}
        self.authorization_type = kind
        self.description = given.get("Description", self.description)
        self.kms_key = given.get("KmsKeyIdentifier", self.kms_key)

    def _secret(self) -> str:
        given = self.auth_parameters
        if self.authorization_type == "BASIC":
            found = given["BasicAuthParameters"]
            made = {"username": found.get("Username"), "password": found.get("Password")}
        elif self.authorization_type == "API_KEY":
            found = given["ApiKeyAuthParameters"]
            made = {
                "api_key_name": found.get("ApiKeyName"),
                "api_key_value": found.get("ApiKeyValue"),
            }
        else:
            found = given["OAuthParameters"]
            client = found.get("ClientParameters", {})
            made = {
                "client_id": client.get("ClientID"),
                "client_secret": client.get("ClientSecret"),
                "authorization_endpoint": found.get("AuthorizationEndpoint"),
                "http_method": found.get("HttpMethod"),
            }
        if "InvocationHttpParameters" in given:
            made["invocation_http_parameters"] = given["InvocationHttpParameters"]
        return json.dumps(made)

    def _secrets(self) -> Any:
        from moto.secretsmanager import secretsmanager_backends  # noqa: PLC0415 - seldom needed

        return secretsmanager_backends[self.account_id][self.region]


class Destination:
    """An HTTP endpoint, and how often a second it may be called."""

    def __init__(self, account: str, region: str, given: Thing) -> None:
        """Make a destination."""
        self.name: str = given["Name"]
        self.uuid = str(mock_random.uuid4())
        self.arn = f"arn:aws:events:{region}:{account}:api-destination/{self.name}/{self.uuid}"
        self.creation_time = clocks.current().now()
        self.last_modified_time = self.creation_time
        self.description: str | None = None
        self.connection_arn = ""
        self.invocation_endpoint = ""
        self.http_method = ""
        self.invocation_rate_limit_per_second = _DEFAULT_RATE
        self._write(given)

    def update(self, given: Thing) -> None:
        """Change what is given."""
        self._write(given)
        self.last_modified_time = clocks.current().now()

    def told(self, connection: Connection | None, *names: str) -> Thing:
        """Return some of what the API tells; the state is that of the connection."""
        authorized = connection is not None and connection.state == "AUTHORIZED"
        everything = {
            "ApiDestinationArn": self.arn,
            "Name": self.name,
            "Description": self.description,
            "ApiDestinationState": "ACTIVE" if authorized else "INACTIVE",
            "ConnectionArn": self.connection_arn,
            "InvocationEndpoint": self.invocation_endpoint,
            "HttpMethod": self.http_method,
            "InvocationRateLimitPerSecond": self.invocation_rate_limit_per_second,
            "CreationTime": self.creation_time,
            "LastModifiedTime": self.last_modified_time,
        }
        chosen = names or tuple(everything)
        return {name: everything[name] for name in chosen if everything[name] is not None}

    def _write(self, given: Thing) -> None:
        self.description = given.get("Description", self.description)
        self.connection_arn = given.get("ConnectionArn", self.connection_arn)
        self.invocation_endpoint = given.get("InvocationEndpoint", self.invocation_endpoint)
        self.http_method = given.get("HttpMethod", self.http_method)
        rate = given.get("InvocationRateLimitPerSecond", self.invocation_rate_limit_per_second)
        self.invocation_rate_limit_per_second = int(rate)


def no_connection(name: str, doing: str = "") -> ResourceNotFoundException:
    """Say that a connection is not there."""
    return ResourceNotFoundException(f"{doing}Connection '{name}' does not exist.")


def no_destination(name: str, doing: str = "") -> ResourceNotFoundException:
    """Say that an API destination is not there."""
    return ResourceNotFoundException(f"{doing}An api-destination '{name}' does not exist.")


def _without_secrets(given: Any) -> Any:
    """Return parameters as they may be told."""
    if isinstance(given, list):
        return [_without_secrets(one) for one in given]
    if not isinstance(given, dict):
        return copy.deepcopy(given)
    hidden = ("Value",) if given.get("IsValueSecret") else ()
    return {
        name: _without_secrets(value)
        for name, value in given.items()
        if name not in _SECRETS and name not in hidden
    }
