"""What the resource types of API Gateway share."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from moto.apigateway.models import apigateway_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, is_absent


def backend(at: Context) -> Any:
    """Return moto's API Gateway, for the tags its TagResource does not reach: all but stages'."""
    return apigateway_backends[at.account][at.region]


def found_in(
    provider: Provider, at: Context, call: str, physical_id: str, **keys: Any
) -> dict[str, Any]:
    """Return what a call of an API finds, or raise GoneError."""
    try:
        answer = getattr(at.client("apigateway"), call)(restApiId=at.known["RestApiId"], **keys)
    except ClientError as error:
        if is_absent(error):
            raise GoneError(provider.type, physical_id) from error
        raise
    found: dict[str, Any] = answer
    return found


def replacing(path: str, value: Any) -> dict[str, str]:
    """Return the patch operation that puts a value at a path."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return {"op": "replace", "path": path, "value": text}


class Patched(Declared):
    """A type that is updated by patch operations, one a property."""

    service = "apigateway"

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Replace each property that differs."""
        if names and not self.updates:
            self._accepts(at, names)
        wanted = self._wanted(names, new)
        patches = [
            replacing(f"/{self.renamed.get(name, name[:1].lower() + name[1:])}", value)
            for name, value in wanted.items()
        ]
        if patches:
            keys = self._keys(at, self.updates, physical_id)
            self.call(at, self.updates, {**keys, "patchOperations": patches})
        return []

    def owner_of_tags(self, at: Context, physical_id: str) -> Any:
        """Return moto's object that holds the tags."""
        raise NotImplementedError

    def _retag(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        if old.get("Tags") != new.get("Tags"):
            self.owner_of_tags(at, physical_id).tags = tag_map(new.get("Tags"))
