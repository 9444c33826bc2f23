"""AWS::Elasticsearch."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.opensearchservice import ElasticsearchDomain


class Domain(ElasticsearchDomain):
    """A domain of Elasticsearch."""

    type = "AWS::Elasticsearch::Domain"
