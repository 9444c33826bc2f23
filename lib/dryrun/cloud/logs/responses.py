"""The operations of CloudWatch Logs that moto has not, as those on saved queries.

Follows "PutQueryDefinition" and its kin, and "LogStream", CloudWatch Logs API Reference.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from moto.logs.exceptions import (
    InvalidParameterException,
    LogsClientError,
    ResourceNotFoundException,
)
from moto.moto_api._internal import mock_random

from dryrun.cloud.logs import checks
from dryrun.cloud.logs.groups import LogGroups
from dryrun.cloud.logs.subscriptions import Subscriptions


class LogsResponse(LogGroups, Subscriptions):
    """Answer the operations of CloudWatch Logs."""

    def call_action(self) -> Any:
        """Answer a call whose parameters the model allows."""
        try:
            checks.check()
        except LogsClientError as error:
            headers = {**dict(error.get_headers() or ()), "status": str(error.code)}
            return error.code, *self._enrich_response(headers, error.description)
        return super().call_action()

    def describe_log_streams(self) -> str:
        """Return log streams, for which AWS counts no bytes any more."""
        told: dict[str, Any] = json.loads(super().describe_log_streams())
        for one in told["logStreams"]:
            one["storedBytes"] = 0
        return json.dumps(told)

    def put_query_definition(self) -> str:
        """Save a query, or change one that is named by its id."""
        given, kept = self._get_param("queryDefinitionId"), self._queries()
        if given and given not in kept:
            raise ResourceNotFoundException("The specified query definition does not exist.")
        name, query = self._get_param("name"), self._get_param("queryString")
        if not name or not query:
            raise InvalidParameterException(
                "A query definition needs both a name and a query string."
            )
        query_id = given or str(uuid.UUID(int=mock_random.getrandbits(128), version=4))
        kept[query_id] = {
            "queryLanguage": self._get_param("queryLanguage") or "CWLI",
            "queryDefinitionId": query_id,
            "name": name,
            "queryString": query,
            "lastModified": int(time.time() * 1000),
            "logGroupNames": self._get_param("logGroupNames") or [],
        }
        return json.dumps({"queryDefinitionId": query_id})

    def describe_query_definitions(self) -> str:
        """Return the saved queries whose names begin as asked."""
        prefix = self._get_param("queryDefinitionNamePrefix") or ""
        found = [one for one in self._queries().values() if one["name"].startswith(prefix)]
        return json.dumps({"queryDefinitions": found})

    def delete_query_definition(self) -> str:
        """Forget a saved query."""
        found = self._queries().pop(self._get_param("queryDefinitionId"), None)
        if found is None:
            raise ResourceNotFoundException("The specified query definition does not exist.")
        return json.dumps({"success": True})

    def _queries(self) -> dict[str, dict[str, Any]]:
        found: dict[str, Any] = self.logs_backend.__dict__.setdefault("query_definitions", {})
        return found
