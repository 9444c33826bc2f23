"""Subscription filters, resource policies and queries, told as CloudWatch Logs tells them.

Follows "PutSubscriptionFilter", "PutResourcePolicy" and "DescribeQueries", CloudWatch Logs API
Reference.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.responses import LogsResponse as MotoResponse
from moto.moto_api._internal import mock_random

_ACCOUNT, _SERVICE = 4, 2


class Subscriptions(MotoResponse):
    """Answer the calls about what reads logs."""

    def put_subscription_filter(self) -> str:
        """Send the events of a log group on, to where they may be sent."""
        parts = (self._get_param("destinationArn") or "").split(":")
        service = parts[_SERVICE] if len(parts) > _ACCOUNT else ""
        if service == "lambda" and parts[_ACCOUNT] != self.current_account:
            raise _access_denied(
                "Cross-account lambda invocation passing is not allowed. You must use "
                "DestinationPolicies to create cross account lambda triggers."
            )
        if service in ("kinesis", "firehose") and not self._get_param("roleArn"):
            raise InvalidParameterException(
                f"destinationArn for vendor {service} cannot be used without roleArn"
            )
        return str(super().put_subscription_filter())

    def describe_subscription_filters(self) -> str:
        """Return the subscription filters of a log group."""
        told: dict[str, Any] = json.loads(super().describe_subscription_filters())
        for one in told["subscriptionFilters"]:
            one.setdefault("applyOnTransformedLogs", False)
        return json.dumps(told)

    def put_resource_policy(self) -> str:
        """Let a service write logs."""
        told: dict[str, Any] = json.loads(super().put_resource_policy())
        return json.dumps({"resourcePolicy": _of_account(told["resourcePolicy"])})

    def describe_resource_policies(self) -> str:
        """Return the policies that let services write logs."""
        told: dict[str, Any] = json.loads(super().describe_resource_policies())
        told["resourcePolicies"] = [_of_account(one) for one in told["resourcePolicies"]]
        return json.dumps(told)

    def delete_resource_policy(self) -> str:
        """Delete a policy that lets a service write logs."""
        name = self._get_param("policyName")
        if name not in self.logs_backend.resource_policies:
            raise ResourceNotFoundException(f"Policy with name [{name}] does not exist.")
        return str(super().delete_resource_policy())

    def start_query(self) -> str:
        """Begin a query of log groups."""
        names = self._get_param("logGroupNames") or [self._get_param("logGroupName")]
        for name in names:
            if name is not None and name not in self.logs_backend.groups:
                raise ResourceNotFoundException(
                    f"Log group '{name}' does not exist for account ID '{self.current_account}' "
                    "(Service: AWSLogs; Status Code: 400; Error Code: ResourceNotFoundException; "
                    f"Request ID: {mock_random.uuid4()}; Proxy: null)"
                )
        return str(super().start_query())

    def describe_queries(self) -> str:
        """Return queries with what they were asked of."""
        told: dict[str, Any] = json.loads(super().describe_queries())
        for one in told["queries"]:
            query = self.logs_backend.queries[one["queryId"]]
            one["queryLanguage"] = "CWLI"
            one["queryString"] = (
                f'SOURCE "{one["logGroupName"]}" START={query.start_time}000 '
                f"END={query.end_time}999 | {query.query}"
            )
        return json.dumps(told)


def _of_account(policy: dict[str, Any]) -> dict[str, Any]:
    return {**policy, "policyScope": "ACCOUNT"}


def _access_denied(message: str) -> JsonRESTError:
    error = JsonRESTError("AccessDeniedException", message)
    error.code = 400
    return error
