"""Where EventBridge Schemas is found."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.schemas.responses import SchemasResponse

url_bases = [r"https?://schemas\.(.+)\.amazonaws\.com"]

_REGISTRY = "/v1/registries/name/(?P<registry>[^/]+)"
_SCHEMA = f"{_REGISTRY}/schemas/name/(?P<schema>[^/]+)"
_LANGUAGE = f"{_SCHEMA}/language/(?P<language>[^/]+)"
_DISCOVERER = "/v1/discoverers/id/(?P<discoverer>[^/]+)"

url_paths: dict[str, Any] = dict.fromkeys(
    (
        "{0}/v1/discover$",
        "{0}/v1/discoverers$",
        f"{{0}}{_DISCOVERER}$",
        f"{{0}}{_DISCOVERER}/start$",
        f"{{0}}{_DISCOVERER}/stop$",
        "{0}/v1/policy$",
        "{0}/v1/registries$",
        f"{{0}}{_REGISTRY}$",
        f"{{0}}{_REGISTRY}/schemas$",
        f"{{0}}{_REGISTRY}/schemas/search$",
        f"{{0}}{_SCHEMA}$",
        f"{{0}}{_SCHEMA}/export$",
        f"{{0}}{_SCHEMA}/versions$",
        f"{{0}}{_SCHEMA}/version/(?P<version>[^/]+)$",
        f"{{0}}{_LANGUAGE}$",
        f"{{0}}{_LANGUAGE}/source$",
        "{0}/tags/(?P<arn>.+)$",
    ),
    SchemasResponse.dispatch,
)
