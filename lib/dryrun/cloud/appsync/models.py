"""The data sources, functions and resolvers of a GraphQL API."""

from __future__ import annotations

import string
from typing import Any

from moto.appsync.models import AppSyncBackend, GraphqlAPI
from moto.moto_api._internal import mock_random

from dryrun.cloud.appsync.exceptions import BadRequest, NotFound
from dryrun.cloud.shelves import Thing, shelf

_LETTERS = string.ascii_lowercase + string.digits
_CONFIGS = {
    "AMAZON_DYNAMODB": "dynamodbConfig",
    "AWS_LAMBDA": "lambdaConfig",
    "AMAZON_ELASTICSEARCH": "elasticsearchConfig",
    "AMAZON_OPENSEARCH_SERVICE": "openSearchServiceConfig",
    "HTTP": "httpConfig",
    "RELATIONAL_DATABASE": "relationalDatabaseConfig",
    "AMAZON_EVENTBRIDGE": "eventBridgeConfig",
}


class Api:
    """One GraphQL API with what is attached to it."""

    def __init__(self, backend: AppSyncBackend, api_id: str) -> None:
        self.api: GraphqlAPI = backend.get_graphql_api(api_id)
        self.sources = shelf(self.api, "data_sources")
        self.functions = shelf(self.api, "functions")
        self.resolvers = shelf(self.api, "resolvers")

    # Data sources

    def source(self, name: str) -> Thing:
        """Return a data source."""
        if name not in self.sources:
            raise NotFound(f"No data source found named {name}")
        return self.sources[name]

    def put_source(self, asked: Thing, *, new: bool) -> Thing:
        """Create a data source, or set one anew."""
        name = asked["name"]
        if new and name in self.sources:
            raise BadRequest(f"Data source with name {name} already exists")
        if not new:
            self.source(name)
        config = _CONFIGS.get(asked["type"])
        if config and config != "eventBridgeConfig" and config not in asked:
            raise BadRequest(f"Missing {config} for data source of type {asked['type']}")
        made = {
            "metricsConfig": "DISABLED",
            **asked,
            "dataSourceArn": f"{self.api.arn}/datasources/{name}",
        }
        self.sources[name] = made
        return made

    def delete_source(self, name: str) -> None:
        """Delete a data source that nothing reads from."""
        self.source(name)
        users = [*self.functions.values(), *self.resolvers.values()]
        if any(user.get("dataSourceName") == name for user in users):
            raise BadRequest(f"Data source {name} is in use by a resolver or a function")
        del self.sources[name]

    # Functions of pipelines

    def function(self, function_id: str) -> Thing:
        """Return a function."""
        if function_id not in self.functions:
            raise NotFound(f"No function found with id {function_id}")
        return self.functions[function_id]

    def put_function(self, asked: Thing, function_id: str = "") -> Thing:
        """Create a function, or set one anew."""
        if function_id:
            self.function(function_id)
        self.source(asked["dataSourceName"])
        _check_code(asked)
        function_id = function_id or "".join(mock_random.choices(_LETTERS, k=26))
        made = {
            **({} if "runtime" in asked else {"functionVersion": "2018-05-29"}),
            "maxBatchSize": 0,
            **asked,
            "functionId": function_id,
            "functionArn": f"{self.api.arn}/functions/{function_id}",
        }
        self.functions[function_id] = made
        return made

    def delete_function(self, function_id: str) -> None:
        """Delete a function that no pipeline goes through."""
        self.function(function_id)
        if self.resolvers_of(function_id):
            raise BadRequest(
                "Cannot delete a function which is currently used by a resolver: "
                f"{self.functions[function_id]['name']}"
            )
        del self.functions[function_id]

    # Resolvers

    def resolver(self, type_name: str, field: str) -> Thing:
        """Return the resolver of a field."""
        found = self.resolvers.get(f"{type_name}.{field}")
        if found is None:
            raise NotFound("No resolver found.")
        return found

    def put_resolver(self, asked: Thing, *, new: bool) -> Thing:
        """Create the resolver of a field, or set it anew."""
        type_name, field = asked["typeName"], asked["fieldName"]
        self._check_field(type_name, field)
        if new and f"{type_name}.{field}" in self.resolvers:
            raise BadRequest("Only one resolver is allowed per field.")
        if not new:
            self.resolver(type_name, field)
        kind = asked.get("kind", "UNIT")
        if kind == "UNIT" and "dataSourceName" not in asked:
            raise BadRequest("DataSourceName is required for UNIT resolver")
        if "dataSourceName" in asked:
            self.source(asked["dataSourceName"])
        for function_id in (asked.get("pipelineConfig") or {}).get("functions") or ():
            self.function(function_id)
        _check_code(asked)
        made = {
            "maxBatchSize": 0,
            **asked,
            "kind": kind,
            "resolverArn": f"{self.api.arn}/types/{type_name}/resolvers/{field}",
        }
        self.resolvers[f"{type_name}.{field}"] = made
        return made

    def delete_resolver(self, type_name: str, field: str) -> None:
        """Delete the resolver of a field."""
        self.resolver(type_name, field)
        del self.resolvers[f"{type_name}.{field}"]

    def resolvers_of(self, function_id: str) -> list[Thing]:
        """Return the resolvers whose pipelines go through a function."""
        return [
            one
            for one in self.resolvers.values()
            if function_id in ((one.get("pipelineConfig") or {}).get("functions") or ())
        ]

    def _check_field(self, type_name: str, field: str) -> None:
        schema = self.api.graphql_schema
        types: list[Any] = schema.types if schema is not None else []
        for one in types:
            if one.name.value == type_name:
                if any(each.name.value == field for each in one.fields):
                    return
                raise NotFound(f"No field named {field} found on type {type_name}")
        raise NotFound(f"Type {type_name} not found")


def _check_code(asked: Thing) -> None:
    if ("code" in asked) != ("runtime" in asked):
        raise BadRequest("Code and runtime must be specified together")
