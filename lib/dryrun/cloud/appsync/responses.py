"""The operations of AppSync that moto has not: data sources, functions, resolvers.

Follows "CreateDataSource", "CreateFunction", "CreateResolver" and their kin, AppSync API Reference.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from moto.appsync.responses import AppSyncResponse as MotoResponse
from moto.core.responses import ActionResult, EmptyResult

from dryrun.cloud.appsync.models import Api
from dryrun.cloud.shelves import Asking, Thing


class AppSyncResponse(Asking, MotoResponse):
    """Answer AppSync's operations."""

    def create_graphql_api(self) -> ActionResult:
        """Create an API."""
        return self._addressed(super().create_graphql_api())

    def get_graphql_api(self) -> ActionResult:
        """Return an API."""
        return self._addressed(super().get_graphql_api())

    def update_graphql_api(self) -> ActionResult:
        """Change an API."""
        return self._addressed(super().update_graphql_api())

    def list_graphql_apis(self) -> ActionResult:
        """Return all APIs."""
        return self._addressed(super().list_graphql_apis())

    def create_data_source(self) -> ActionResult:
        """Create a data source."""
        api, asked = self._asked()
        return ActionResult({"dataSource": api.put_source(asked, new=True)})

    def get_data_source(self) -> ActionResult:
        """Return a data source."""
        api, asked = self._asked()
        return ActionResult({"dataSource": api.source(asked["name"])})

    def list_data_sources(self) -> ActionResult:
        """Return the data sources of an API."""
        api, _ = self._asked()
        return ActionResult({"dataSources": list(api.sources.values())})

    def update_data_source(self) -> ActionResult:
        """Set a data source anew."""
        api, asked = self._asked()
        return ActionResult({"dataSource": api.put_source(asked, new=False)})

    def delete_data_source(self) -> ActionResult:
        """Delete a data source."""
        api, asked = self._asked()
        api.delete_source(asked["name"])
        return EmptyResult()

    def create_function(self) -> ActionResult:
        """Create a function of pipelines."""
        api, asked = self._asked()
        return ActionResult({"functionConfiguration": api.put_function(asked)})

    def get_function(self) -> ActionResult:
        """Return a function."""
        api, asked = self._asked()
        return ActionResult({"functionConfiguration": api.function(asked["functionId"])})

    def list_functions(self) -> ActionResult:
        """Return the functions of an API."""
        api, _ = self._asked()
        return ActionResult({"functions": list(api.functions.values())})

    def update_function(self) -> ActionResult:
        """Set a function anew."""
        api, asked = self._asked()
        made = api.put_function(asked, asked.pop("functionId"))
        return ActionResult({"functionConfiguration": made})

    def delete_function(self) -> ActionResult:
        """Delete a function."""
        api, asked = self._asked()
        api.delete_function(asked["functionId"])
        return EmptyResult()

    def create_resolver(self) -> ActionResult:
        """Create the resolver of a field."""
        api, asked = self._asked()
        return ActionResult({"resolver": api.put_resolver(asked, new=True)})

    def get_resolver(self) -> ActionResult:
        """Return the resolver of a field."""
        api, asked = self._asked()
        return ActionResult({"resolver": api.resolver(asked["typeName"], asked["fieldName"])})

    def list_resolvers(self) -> ActionResult:
        """Return the resolvers of a type's fields."""
        api, asked = self._asked()
        wanted = asked["typeName"]
        found = [one for one in api.resolvers.values() if one["typeName"] == wanted]
        return ActionResult({"resolvers": found})

    def list_resolvers_by_function(self) -> ActionResult:
        """Return the resolvers whose pipelines go through a function."""
        api, asked = self._asked()
        api.function(asked["functionId"])
        return ActionResult({"resolvers": api.resolvers_of(asked["functionId"])})

    def update_resolver(self) -> ActionResult:
        """Set the resolver of a field anew."""
        api, asked = self._asked()
        return ActionResult({"resolver": api.put_resolver(asked, new=False)})

    def delete_resolver(self) -> ActionResult:
        """Delete the resolver of a field."""
        api, asked = self._asked()
        api.delete_resolver(asked["typeName"], asked["fieldName"])
        return EmptyResult()

    def _addressed(self, answer: ActionResult) -> ActionResult:
        """Give APIs addresses of their own; moto has the same for all."""
        result: Any = answer.result
        one = result.get("graphqlApi")
        for api in [one] if one else result.get("graphqlApis", []):
            name = base64.b32encode(hashlib.sha256(api["apiId"].encode()).digest()).decode()
            host = f"{name[:26].lower()}.appsync-{{}}.{self.region}.amazonaws.com/graphql"
            api["uris"] = {
                "GRAPHQL": f"https://{host.format('api')}",
                "REALTIME": f"wss://{host.format('realtime-api')}",
            }
        return answer

    def _asked(self) -> tuple[Api, Thing]:
        asked = self.asked()
        return Api(self.appsync_backend, asked.pop("apiId")), asked
