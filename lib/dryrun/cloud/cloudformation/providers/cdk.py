"""AWS::CDK."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Provider, Seconds


class Metadata(Provider):
    """What the CDK tells AWS about its own use; in AWS nothing is created for it either."""

    type = "AWS::CDK::Metadata"
    handled = frozenset({"Analytics"})
    seconds = Seconds(create=2, update=1, delete=1)

    def create(self, at: Context, properties: Properties) -> str:
        """Return an id."""
        return at.name()

    def read(self, at: Context, physical_id: str) -> Properties:
        """Return what was given."""
        return dict(at.known)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Do nothing: there is nothing to it."""

    def delete(self, at: Context, physical_id: str) -> None:
        """Do nothing: there is nothing to it."""
