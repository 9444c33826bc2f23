"""AWS::CodeCommit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
)
from dryrun.cloud.cloudformation.providers.found import lookup, without


class Repository(Provider):
    """A repository; its physical id is the repository's id, which is not its name."""

    type = "AWS::CodeCommit::Repository"
    handled = frozenset({"RepositoryDescription", "RepositoryName"})
    harmless: ClassVar[Mapping[str, str]] = {
        "KmsKeyId": "how the repository is encrypted cannot be seen",
        "Tags": "the simulated CodeCommit keeps no tags",
    }
    name_property = "RepositoryName"
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the repository."""
        made = at.client("codecommit").create_repository(
            repositoryName=properties["RepositoryName"],
            **pick(properties, repositoryDescription="RepositoryDescription"),
        )
        return str(made["repositoryMetadata"]["repositoryId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the repository."""
        with lookup(self.type, physical_id):
            answer = at.client("codecommit").get_repository(
                repositoryName=self._name(at, physical_id)
            )
        found = answer["repositoryMetadata"]
        shown = pick(
            found,
            "Arn",
            CloneUrlHttp="cloneUrlHttp",
            CloneUrlSsh="cloneUrlSsh",
            Name="repositoryName",
            RepositoryDescription="repositoryDescription",
            RepositoryId="repositoryId",
            RepositoryName="repositoryName",
        )
        return without(shown)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Refuse to change name and description, for which moto has no call."""
        for name in ("RepositoryDescription", "RepositoryName"):
            if changed(old, new, name):
                raise NotSimulatedError(
                    f"Dry Run does not simulate changing the property {name} of {self.type}; "
                    "real AWS would carry it out."
                )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the repository."""
        at.client("codecommit").delete_repository(repositoryName=self._name(at, physical_id))

    def _name(self, at: Context, physical_id: str) -> str:
        name = at.known.get("RepositoryName")
        if not name:
            raise GoneError(self.type, physical_id)
        return str(name)
