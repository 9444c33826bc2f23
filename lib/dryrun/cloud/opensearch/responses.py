"""The operations of OpenSearch Service, and those of its older name, Elasticsearch Service.

Follows "Amazon Elasticsearch Service API reference (legacy)", OpenSearch Service Developer Guide.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import BaseResponse
from moto.opensearch.responses import OpenSearchServiceResponse

from dryrun.cloud import calling
from dryrun.cloud.opensearch import domains
from dryrun.cloud.shelves import Asking


class OpenSearchResponse(Asking, OpenSearchServiceResponse):
    """Answer the operations of both names."""

    def __init__(self) -> None:
        # Each name has a model of its own for requests.
        BaseResponse.__init__(self, service_name=calling.current_call().service)
        self._more: dict[str, Any] = {}

    def create_elasticsearch_domain(self) -> str:
        """Create a domain of Elasticsearch."""
        asked = self.asked()
        version = asked.get("ElasticsearchVersion", "1.5")
        self._ask(
            EngineVersion=f"Elasticsearch_{version}",
            ClusterConfig=asked.get("ElasticsearchClusterConfig"),
        )
        self.create_domain()
        return self._told(asked["DomainName"])

    def describe_elasticsearch_domain(self) -> str:
        """Return a domain."""
        return self._told(self.asked()["DomainName"])

    def describe_elasticsearch_domains(self) -> str:
        """Return the domains of some names that are there."""
        found = self.opensearch_backend.describe_domains(self.asked()["DomainNames"])
        return json.dumps({"DomainStatusList": [domains.old_status(one) for one in found]})

    def describe_elasticsearch_domain_config(self) -> str:
        """Return the configuration of a domain."""
        return self._configured(self.asked()["DomainName"])

    def update_elasticsearch_domain_config(self) -> str:
        """Change a domain."""
        asked = self.asked()
        self._ask(ClusterConfig=asked.get("ElasticsearchClusterConfig"))
        self.update_domain_config()
        return self._configured(asked["DomainName"])

    def delete_elasticsearch_domain(self) -> str:
        """Delete a domain."""
        gone = self.opensearch_backend.delete_domain(self.asked()["DomainName"])
        return json.dumps({"DomainStatus": domains.old_status(gone)})

    def list_tags(self) -> str:
        """Return the tags of a domain."""
        tags = self.opensearch_backend.list_tags(self.asked()["ARN"])
        return json.dumps({"TagList": tags})

    def _get_param(self, param_name: str, if_none: Any = None) -> Any:
        """Return a parameter; moto names some as they stand in addresses."""
        asked = {**self.asked(), **self._more}
        in_model = param_name[:1].upper() + param_name[1:]
        return asked.get(param_name, asked.get(in_model, if_none))

    def _ask(self, **more: Any) -> None:
        """Ask for more than the request does."""
        self._more = {name: value for name, value in more.items() if value is not None}

    def _told(self, name: str) -> str:
        found = self.opensearch_backend.describe_domain(name)
        return json.dumps({"DomainStatus": domains.old_status(found)})

    def _configured(self, name: str) -> str:
        found = self.opensearch_backend.describe_domain(name)
        return json.dumps({"DomainConfig": domains.old_config(found)})
