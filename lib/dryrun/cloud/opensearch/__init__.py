"""OpenSearch Service, by its own name and by that of Elasticsearch."""
