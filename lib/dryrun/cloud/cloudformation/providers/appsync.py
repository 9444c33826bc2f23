"""AWS::AppSync, as far as there is a service: APIs, schemas, keys, caches, and event APIs."""

from __future__ import annotations

import time
from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    ResourceError,
    Seconds,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_TAGS: dict[str, Any] = {"key": "resourceArn", "tags": "tags", "keys": "tagKeys", "answer": "tags"}
_QUICK = Seconds(create=5, update=5, delete=5)


class GraphQLApi(Declared):
    """A GraphQL API; its physical id is its ARN."""

    type = "AWS::AppSync::GraphQLApi"
    handled = frozenset(
        {
            "AdditionalAuthenticationProviders",
            "AuthenticationType",
            "LambdaAuthorizerConfig",
            "LogConfig",
            "Name",
            "OpenIDConnectConfig",
            "Tags",
            "UserPoolConfig",
            "Visibility",
            "XrayEnabled",
        }
    )
    harmless = {
        "EnhancedMetricsConfig": "no query is answered here that could be measured",
        "IntrospectionConfig": "no query is answered here",
        "OwnerContact": "a note for people",
        "QueryDepthLimit": "no query is answered here",
        "ResolverCountLimit": "no query is answered here",
    }
    service = "appsync"
    seconds = Seconds(create=5, update=5, delete=5)
    whole = True
    creates, reads = "create_graphql_api", "get_graphql_api"
    updates, deletes = "update_graphql_api", "delete_graphql_api"
    key, made, item = "apiId", "graphqlApi.arn", "graphqlApi"
    answered = {
        "ApiId": "apiId",
        "Arn": "arn",
        "GraphQLUrl": "uris.GRAPHQL",
        "RealtimeUrl": "uris.REALTIME",
    }
    tagging = Tagging("arn", **_TAGS)

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with user pools' regions, which AWS fills in."""
        pool = properties.get("UserPoolConfig")
        if pool:
            properties["UserPoolConfig"] = {"AwsRegion": at.region, **pool}
        return properties

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the API with the parts of its addresses."""
        for name, host in (("GraphQLUrl", "GraphQLDns"), ("RealtimeUrl", "RealtimeDns")):
            if shown.get(name):
                shown[host] = str(shown[name]).partition("://")[2].partition("/")[0]
        shown["GraphQLEndpointArn"] = at.arn("appsync", f"endpoints/graphql-api/{shown['ApiId']}")
        return shown

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        return {"apiId": physical_id.rpartition("/")[2]}


class GraphQLSchema(Declared):
    """The schema of an API; its physical id is `APIGraphQLSchema`."""

    type = "AWS::AppSync::GraphQLSchema"
    handled = frozenset({"ApiId", "Definition", "DefinitionS3Location"})
    service = "appsync"
    seconds = _QUICK
    written = frozenset({"Definition", "DefinitionS3Location"})
    creates, reads = "start_schema_creation", "get_schema_creation_status"
    parents = {"apiId": "ApiId"}
    key = ""
    answered = {"Id": "="}

    def create(self, at: Context, properties: Properties) -> str:
        """Create the schema, and wait for nothing: it is read at once."""
        text = properties.get("Definition")
        place = properties.get("DefinitionS3Location")
        if place:
            bucket, _, key = str(place).removeprefix("s3://").partition("/")
            text = at.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        if not text:
            raise ResourceError("One of Definition or DefinitionS3Location is required.")
        client, api_id = at.client("appsync"), properties["ApiId"]
        client.start_schema_creation(apiId=api_id, definition=str(text).encode())
        status = client.get_schema_creation_status(apiId=api_id)
        if status["status"] == "FAILED":
            raise ResourceError(
                f"Schema Creation Status is FAILED with details: {status.get('details', '')}"
            )
        return f"{api_id}GraphQLSchema"

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Create the schema anew."""
        if names:
            self.create(at, new)
        return []

    def delete(self, at: Context, physical_id: str) -> None:
        """Leave the schema to the API, with which it ends: AppSync has no call to delete one."""


class ApiKey(Declared):
    """A key of an API; its physical id is its ARN."""

    type = "AWS::AppSync::ApiKey"
    handled = frozenset({"ApiId", "Description", "Expires"})
    service = "appsync"
    seconds = _QUICK
    parents = {"apiId": "ApiId"}
    creates, reads = "create_api_key", "list_api_keys"
    updates, deletes = "update_api_key", "delete_api_key"
    key, made = "id", "apiKey.id"
    defaults = {"Description": ""}

    def create(self, at: Context, properties: Properties) -> str:
        """Create a key."""
        key = super().create(at, properties)
        return at.arn("appsync", f"apis/{properties['ApiId']}/apikeys/{key}")

    def fetch(self, at: Context, physical_id: str) -> tuple[Any, Any]:
        """Find the key among those of its API."""
        key = physical_id.rpartition("/")[2]
        for found in self.call(at, self.reads, {"apiId": at.known["ApiId"]})["apiKeys"]:
            if found["id"] == key:
                return found, self._shape(at, self.creates, "apiKey")
        raise GoneError(self.type, physical_id)

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the key with its attributes."""
        key = physical_id.rpartition("/")[2]
        if isinstance(shown.get("Expires"), int | float):
            shown["Expires"] = int(shown["Expires"])
        return {**shown, "ApiKey": key, "ApiKeyId": key, "Arn": physical_id}

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Let a key without a time expire in a week, as AppSync does."""
        if name == self.creates:
            properties.setdefault("Expires", int(time.time()) // 3600 * 3600 + 7 * 86400)
        return super().request(at, name, properties, tags=tags)

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        return {"apiId": at.known["ApiId"], "id": physical_id.rpartition("/")[2]}


class ApiCache(Declared):
    """The cache of an API; its physical id is the API's id."""

    type = "AWS::AppSync::ApiCache"
    handled = frozenset(
        {
            "ApiCachingBehavior",
            "ApiId",
            "AtRestEncryptionEnabled",
            "TransitEncryptionEnabled",
            "Ttl",
            "Type",
        }
    )
    harmless = {"HealthMetricsConfig": "no query is answered here that could be measured"}
    service = "appsync"
    seconds = Seconds(create=300, update=120, delete=120)
    whole = True
    name_property = "ApiId"
    parents = {"apiId": "ApiId"}
    creates, reads = "create_api_cache", "get_api_cache"
    updates, deletes = "update_api_cache", "delete_api_cache"
    key, item = "apiId", "apiCache"
    answered = {"Id": "=", "ApiId": "="}


class Api(Declared):
    """An event API; its physical id is its ARN."""

    type = "AWS::AppSync::Api"
    handled = frozenset({"EventConfig", "Name", "Tags"})
    harmless = {"OwnerContact": "a note for people"}
    service = "appsync"
    seconds = _QUICK
    creates, reads, deletes = "create_api", "get_api", "delete_api"
    key, made, item = "apiId", "api.apiArn", "api"
    answered = {"Dns.Http": "dns.HTTP", "Dns.Realtime": "dns.REALTIME"}
    tagging = Tagging("apiArn", **_TAGS)

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        return {"apiId": physical_id.rpartition("/")[2]}
