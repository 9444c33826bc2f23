"""AWS::CloudFront: groups of public keys, for signed addresses and cookies."""

from __future__ import annotations

from typing import Any

from moto.cloudfront.models import cloudfront_backends
from moto.core.utils import utcnow

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
)


class KeyGroup(Provider):
    """A group of public keys; its physical id is its id."""

    type = "AWS::CloudFront::KeyGroup"
    handled = frozenset({"KeyGroupConfig"})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the group of keys that are there, under a name nobody has."""
        config = properties["KeyGroupConfig"]
        _check(_backend(at), config)
        made = at.client("cloudfront").create_key_group(KeyGroupConfig=_sent(config))
        group_id = str(made["KeyGroup"]["Id"])
        _keep(_backend(at).key_groups[group_id], config)
        return group_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the group."""
        group = self._group(at, physical_id)
        config: Properties = {"Name": group.name, "Items": list(group.items)}
        if getattr(group, "comment", ""):
            config["Comment"] = group.comment
        return {
            "Id": physical_id,
            "KeyGroupConfig": config,
            "LastModifiedTime": group.last_modified_time.isoformat(),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the group, for which moto has no call."""
        group, config = self._group(at, physical_id), new["KeyGroupConfig"]
        _check(_backend(at), config, physical_id)
        group.name, group.items = config["Name"], list(config["Items"])
        _keep(group, config)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the group, for which moto has no call, unless a distribution trusts it."""
        self._group(at, physical_id)
        backend = _backend(at)
        for one in backend.distributions.values():
            if physical_id in _trusted(one):
                # From memory; "DeleteKeyGroup", CloudFront API Reference, has only the code.
                raise ResourceError(
                    "Cannot delete this key group because it is in use.", "ResourceConflict"
                )
        del backend.key_groups[physical_id]

    def _group(self, at: Context, physical_id: str) -> Any:
        found = _backend(at).key_groups.get(physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        return found


def _backend(at: Context) -> Any:
    return cloudfront_backends[at.account][at.partition]


def _sent(config: Properties) -> dict[str, Any]:
    return {name: config[name] for name in ("Name", "Items", "Comment") if name in config}


def _keep(group: Any, config: Properties) -> None:
    """Keep what moto drops."""
    group.comment, group.last_modified_time = config.get("Comment", ""), utcnow()


def _check(backend: Any, config: Properties, own_id: str = "") -> None:
    """Refuse keys that are not there, and a name that is taken.

    The words are from memory; "CreateKeyGroup", CloudFront API Reference, has only the codes.
    """
    if any(key not in backend.public_keys for key in config["Items"]):
        raise ResourceError("The specified public key does not exist.", "NotFound")
    taken = (one for one in backend.key_groups.values() if one.id != own_id)
    if any(one.name == config["Name"] for one in taken):
        raise ResourceError("A key group with this name already exists.", "AlreadyExists")


def _trusted(distribution: Any) -> list[str]:
    config = distribution.distribution_config
    behaviours = [config.DefaultCacheBehavior, *config.CacheBehaviors.get("Items", [])]
    return [key for one in behaviours for key in one.trusted_key_groups.items]
