"""AWS::CloudFront: the policies of cache behaviors."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties
from dryrun.cloud.cloudformation.providers.cloudfront import Configured, as_known, counted


class _Policy(Configured):
    """A policy; its physical id is its id."""

    answered = {"Id": "Id", "LastModifiedTime": "LastModifiedTime"}

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Send the configuration with its lists counted."""
        shape = self._operation(at, name).input_shape.members[self.config]
        return {self.config: counted(shape, properties[self.config])}

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the configuration anew, in the version it has."""
        if names:
            found = self.call(at, self.reads, {"Id": physical_id})
            sent = self.request(at, self.updates, new)
            self.call(at, self.updates, {**sent, "Id": physical_id, "IfMatch": found["ETag"]})
        return []

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the configuration in the schema's shape."""
        when = shown["LastModifiedTime"]
        shown["LastModifiedTime"] = when.isoformat() if hasattr(when, "isoformat") else when
        known = at.known.get(self.config)
        if known is not None:
            shown[self.config] = as_known(shown[self.config], known)
        return shown


class CachePolicy(_Policy):
    """A cache policy."""

    type = "AWS::CloudFront::CachePolicy"
    handled = frozenset({"CachePolicyConfig"})
    creates, reads = "create_cache_policy", "get_cache_policy"
    updates, deletes = "update_cache_policy", "delete_cache_policy"
    made, item, config = "CachePolicy.Id", "CachePolicy", "CachePolicyConfig"


class OriginRequestPolicy(_Policy):
    """An origin request policy."""

    type = "AWS::CloudFront::OriginRequestPolicy"
    handled = frozenset({"OriginRequestPolicyConfig"})
    creates, reads = "create_origin_request_policy", "get_origin_request_policy"
    updates, deletes = "update_origin_request_policy", "delete_origin_request_policy"
    made, item, config = (
        "OriginRequestPolicy.Id",
        "OriginRequestPolicy",
        "OriginRequestPolicyConfig",
    )


class ResponseHeadersPolicy(_Policy):
    """A response headers policy."""

    type = "AWS::CloudFront::ResponseHeadersPolicy"
    handled = frozenset({"ResponseHeadersPolicyConfig"})
    creates, reads = "create_response_headers_policy", "get_response_headers_policy"
    updates, deletes = "update_response_headers_policy", "delete_response_headers_policy"
    made, item, config = (
        "ResponseHeadersPolicy.Id",
        "ResponseHeadersPolicy",
        "ResponseHeadersPolicyConfig",
    )
