"""The policies of cache behaviors: for caching, for requests to origins, for response headers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random

from dryrun.cloud.shelves import Asking, NotSimulated, Thing, shelf

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class PolicyError(ServiceException):
    """What CloudFront says of a policy; its code names the kind of policy."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Kind:
    """One kind of policy, by the name botocore's model has for it."""

    name: str
    plural: str
    used_by: str
    """The attribute of a distribution's cache behavior that names such a policy."""

    @property
    def config(self) -> str:
        """The member that says how a policy is configured."""
        return f"{self.name}Config"


CACHE = Kind("CachePolicy", "CachePolicyList", "cache_policy_id")
REQUEST = Kind("OriginRequestPolicy", "OriginRequestPolicyList", "origin_request_policy_id")
HEADERS = Kind("ResponseHeadersPolicy", "ResponseHeadersPolicyList", "response_headers_policy_id")


class Policies(Asking):
    """Answer the operations on policies of one's own.

    Follows "CreateCachePolicy" and its kin, CloudFront API Reference.
    """

    backend: Any

    def create_cache_policy(self) -> ActionResult:
        """Create a cache policy."""
        return self._create(CACHE)

    def get_cache_policy(self) -> ActionResult:
        """Return a cache policy."""
        return self._get(CACHE)

    def get_cache_policy_config(self) -> ActionResult:
        """Return how a cache policy is configured."""
        return self._get_config(CACHE)

    def update_cache_policy(self) -> ActionResult:
        """Configure a cache policy anew."""
        return self._update(CACHE)

    def delete_cache_policy(self) -> ActionResult:
        """Delete a cache policy that nothing uses."""
        return self._delete(CACHE)

    def list_cache_policies(self) -> ActionResult:
        """Return the cache policies of the account."""
        return self._list(CACHE)

    def create_origin_request_policy(self) -> ActionResult:
        """Create an origin request policy."""
        return self._create(REQUEST)

    def get_origin_request_policy(self) -> ActionResult:
        """Return an origin request policy."""
        return self._get(REQUEST)

    def get_origin_request_policy_config(self) -> ActionResult:
        """Return how an origin request policy is configured."""
        return self._get_config(REQUEST)

    def update_origin_request_policy(self) -> ActionResult:
        """Configure an origin request policy anew."""
        return self._update(REQUEST)

    def delete_origin_request_policy(self) -> ActionResult:
        """Delete an origin request policy that nothing uses."""
        return self._delete(REQUEST)

    def list_origin_request_policies(self) -> ActionResult:
        """Return the origin request policies of the account."""
        return self._list(REQUEST)

    def create_response_headers_policy(self) -> ActionResult:
        """Create a response headers policy."""
        return self._create(HEADERS)

    def get_response_headers_policy(self) -> ActionResult:
        """Return a response headers policy."""
        return self._get(HEADERS)

    def get_response_headers_policy_config(self) -> ActionResult:
        """Return how a response headers policy is configured."""
        return self._get_config(HEADERS)

    def update_response_headers_policy(self) -> ActionResult:
        """Configure a response headers policy anew."""
        return self._update(HEADERS)

    def delete_response_headers_policy(self) -> ActionResult:
        """Delete a response headers policy that nothing uses."""
        return self._delete(HEADERS)

    def list_response_headers_policies(self) -> ActionResult:
        """Return the response headers policies of the account."""
        return self._list(HEADERS)

    # What all kinds do alike

    def _create(self, kind: Kind) -> ActionResult:
        config = self.asked()[kind.config]
        self._check_name(kind, config)
        made = self._stamped({"Id": str(mock_random.uuid4())}, kind, config)
        self._kept(kind)[made["Id"]] = made
        answer = self._shape(kind, made)
        answer["Location"] = f"https://cloudfront.amazonaws.com/2020-05-31/{made['Id']}"
        return ActionResult(answer)

    def _get(self, kind: Kind) -> ActionResult:
        return ActionResult(self._shape(kind, self._policy(kind)))

    def _get_config(self, kind: Kind) -> ActionResult:
        found = self._policy(kind)
        return ActionResult({kind.config: found[kind.config], "ETag": found["ETag"]})

    def _update(self, kind: Kind) -> ActionResult:
        found = self._policy(kind)
        self._check_version(found)
        config = self.asked()[kind.config]
        self._check_name(kind, config, found["Id"])
        return ActionResult(self._shape(kind, self._stamped(found, kind, config)))

    def _delete(self, kind: Kind) -> ActionResult:
        found = self._policy(kind)
        self._check_version(found)
        for distribution in self.backend.distributions.values():
            config = distribution.distribution_config
            behaviors = [config.DefaultCacheBehavior, *(config.CacheBehaviors.get("Items") or [])]
            if any(getattr(one, kind.used_by, None) == found["Id"] for one in behaviors):
                raise PolicyError(
                    f"{kind.name}InUse",
                    f"The {_words(kind)} is attached to one or more cache behaviors.",
                )
        del self._kept(kind)[found["Id"]]
        return ActionResult({})

    def _list(self, kind: Kind) -> ActionResult:
        if self.asked().get("Type") != "custom":
            raise NotSimulated(
                f"Dry Run does not simulate lists of the policies AWS manages: ask for the "
                f"{_words(kind)} list with the type custom; real AWS would return both."
            )
        items = [
            {"Type": "custom", kind.name: self._shape(kind, one)[kind.name]}
            for one in self._kept(kind).values()
        ]
        return ActionResult(
            {kind.plural: {"MaxItems": 100, "Quantity": len(items), "Items": items}}
        )

    def _kept(self, kind: Kind) -> dict[str, Thing]:
        return shelf(self.backend, kind.name)

    def _policy(self, kind: Kind) -> Thing:
        found = self._kept(kind).get(self.asked()["Id"])
        if found is None:
            raise PolicyError(f"NoSuch{kind.name}", f"The {_words(kind)} does not exist.")
        return found

    def _check_version(self, found: Thing) -> None:
        if self.asked().get("IfMatch") != found["ETag"]:
            raise PolicyError(
                "InvalidIfMatchVersion",
                "The If-Match version is missing or not valid for the resource.",
            )

    def _check_name(self, kind: Kind, config: Thing, own: str = "") -> None:
        for one in self._kept(kind).values():
            if one[kind.config]["Name"] == config["Name"] and one["Id"] != own:
                raise PolicyError(
                    f"{kind.name}AlreadyExists",
                    f"A {_words(kind)} with this name already exists.",
                )

    def _stamped(self, thing: Thing, kind: Kind, config: Thing) -> Thing:
        if kind is CACHE:
            # "CachePolicyConfig", CloudFront API Reference: a day and a year, or what MinTTL says.
            lowest = config["MinTTL"]
            config = {
                "DefaultTTL": max(lowest, 86400),
                "MaxTTL": max(lowest, config.get("DefaultTTL", 0), 31536000),
                **config,
            }
        thing[kind.config] = config
        thing["LastModifiedTime"] = datetime.now(UTC)
        thing["ETag"] = "E" + "".join(mock_random.choices(_LETTERS, k=12))
        return thing

    def _shape(self, kind: Kind, found: Thing) -> Thing:
        shown = {name: found[name] for name in ("Id", "LastModifiedTime", kind.config)}
        return {kind.name: shown, "ETag": found["ETag"]}


def _words(kind: Kind) -> str:
    spaced = "".join(f" {one.lower()}" if one.isupper() else one for one in kind.name)
    return spaced.strip()
