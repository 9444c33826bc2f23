"""The operations of CloudFront that moto has not: origin access identities, and policies.

Follows "CreateCloudFrontOriginAccessIdentity" and its kin, CloudFront API Reference.
"""

from __future__ import annotations

import hashlib
from typing import Any

from moto.cloudfront.models import Origin
from moto.cloudfront.responses import CloudFrontResponse as MotoResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random

from dryrun.cloud.cloudfront.policies import Policies

_URL = "https://cloudfront.amazonaws.com/2020-05-31/origin-access-identity/cloudfront/"
_CONFIG = "CloudFrontOriginAccessIdentityConfig"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _s3_origin_config(origin: Any) -> dict[str, str] | None:
    if getattr(origin, "custom_origin_config", None) is not None:
        return None
    return {"OriginAccessIdentity": origin.s3_access_identity}


# moto keeps the identity of an origin, and shows it in no answer.
Origin.s3_origin_config = property(_s3_origin_config)


class NoSuchIdentity(ServiceException):
    """No identity has this id."""

    code = "NoSuchCloudFrontOriginAccessIdentity"
    message = "The specified origin access identity does not exist."


class IdentityExists(ServiceException):
    """Another one was made with the same caller reference."""

    code = "CloudFrontOriginAccessIdentityAlreadyExists"
    message = "The caller reference was used with another configuration already."


class IdentityInUse(ServiceException):
    """A distribution reads its origin as this identity."""

    code = "CloudFrontOriginAccessIdentityInUse"
    message = "The CloudFront origin access identity is still being used."


class WrongETag(ServiceException):
    """The identity is not as it was when whoever changes it looked."""

    code = "InvalidIfMatchVersion"
    message = "The If-Match version is missing or not valid for the resource."


class CloudFrontResponse(Policies, MotoResponse):
    """Answer CloudFront's operations."""

    def create_cloud_front_origin_access_identity(self) -> ActionResult:
        """Create an identity; asking twice in the same words gives the same one."""
        asked = self._get_param(_CONFIG)
        for one in self._identities().values():
            if one["Config"]["CallerReference"] == asked["CallerReference"]:
                if one["Config"] != asked:
                    raise IdentityExists
                return self._one(one)
        identity = "E" + "".join(mock_random.choices(_LETTERS, k=13))
        user = hashlib.sha256(identity.encode()).hexdigest()
        # S3 knows an identity as a user with a canonical id of 96 hexadecimal digits.
        canonical = (user + hashlib.sha256(user.encode()).hexdigest())[:96]
        made = {"Id": identity, "S3CanonicalUserId": canonical, "Config": dict(asked)}
        self._identities()[identity] = _stamped(made)
        return self._one(made)

    def get_cloud_front_origin_access_identity(self) -> ActionResult:
        """Return an identity."""
        return self._one(self._known())

    def get_cloud_front_origin_access_identity_config(self) -> ActionResult:
        """Return how an identity is configured."""
        found = self._known()
        return ActionResult({_CONFIG: found["Config"], "ETag": found["ETag"]})

    def update_cloud_front_origin_access_identity(self) -> ActionResult:
        """Change the comment of an identity."""
        found = self._known()
        self._check(found)
        found["Config"] = dict(self._get_param(_CONFIG))
        return self._one(_stamped(found))

    def delete_cloud_front_origin_access_identity(self) -> ActionResult:
        """Delete an identity as which no distribution reads."""
        found = self._known()
        self._check(found)
        path = f"origin-access-identity/cloudfront/{found['Id']}"
        for distribution in self.backend.distributions.values():
            for origin in vars(distribution.distribution_config)["Origins"]["Items"]:
                if str(getattr(origin, "s3_access_identity", "")).endswith(path):
                    raise IdentityInUse
        del self._identities()[found["Id"]]
        return ActionResult({})

    def list_cloud_front_origin_access_identities(self) -> ActionResult:
        """Return all identities."""
        items = [
            {**_public(one), "Comment": one["Config"].get("Comment", "")}
            for one in self._identities().values()
        ]
        found = {
            "Marker": "",
            "MaxItems": 100,
            "IsTruncated": False,
            "Quantity": len(items),
            "Items": items,
        }
        return ActionResult({"CloudFrontOriginAccessIdentityList": found})

    def _identities(self) -> dict[str, dict[str, Any]]:
        found: dict[str, Any] = self.backend.__dict__.setdefault("origin_access_identities", {})
        return found

    def _known(self) -> dict[str, Any]:
        found = self._identities().get(self._get_param("Id"))
        if found is None:
            raise NoSuchIdentity
        return found

    def _check(self, found: dict[str, Any]) -> None:
        if self._get_param("IfMatch") != found["ETag"]:
            raise WrongETag

    def _one(self, found: dict[str, Any]) -> ActionResult:
        shown = {**_public(found), _CONFIG: found["Config"]}
        return ActionResult(
            {
                "CloudFrontOriginAccessIdentity": shown,
                "ETag": found["ETag"],
                "Location": _URL + found["Id"],
            }
        )


def _public(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("Id", "S3CanonicalUserId")}


def _stamped(found: dict[str, Any]) -> dict[str, Any]:
    """Give what was changed another entity tag."""
    found["ETag"] = "E" + "".join(mock_random.choices(_LETTERS, k=12))
    return found
