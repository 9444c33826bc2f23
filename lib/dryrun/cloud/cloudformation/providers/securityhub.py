"""AWS::SecurityHub."""

from __future__ import annotations

from botocore.exceptions import ClientError
from moto.securityhub.models import securityhub_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    pick,
    tag_map,
)

_OFF = "InvalidAccessException"


class Hub(Provider):
    """Security Hub of a region; its physical id is the hub's ARN."""

    type = "AWS::SecurityHub::Hub"
    handled = frozenset({"AutoEnableControls", "ControlFindingGenerator", "Tags"})
    harmless = {"EnableDefaultStandards": "no standard is checked here, and none can be listed"}
    seconds = Seconds(create=10, update=5, delete=10)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse what a hub here always has otherwise."""
        if properties.get("AutoEnableControls") is False:
            return "AutoEnableControls false"
        if properties.get("ControlFindingGenerator", "SECURITY_CONTROL") != "SECURITY_CONTROL":
            return "ControlFindingGenerator STANDARD_CONTROL"
        return None

    def create(self, at: Context, properties: Properties) -> str:
        """Enable Security Hub where it is not enabled yet."""
        client = at.client("securityhub")
        try:
            self.read(at, "")
        except GoneError:
            client.enable_security_hub(Tags=tag_map(properties.get("Tags")))
            return str(client.describe_hub()["HubArn"])
        # EnableSecurityHub, Security Hub API Reference: ResourceConflictException.
        raise ResourceError("Account is already subscribed to Security Hub", "AlreadyExists")

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the hub."""
        try:
            found = at.client("securityhub").describe_hub()
        except ClientError as error:
            if error.response["Error"]["Code"] == _OFF:
                raise GoneError(self.type, physical_id) from error
            raise
        names = ("AutoEnableControls", "ControlFindingGenerator", "SubscribedAt")
        tags = securityhub_backends[at.account][at.region].tags
        return {"ARN": found["HubArn"], "Tags": tag_map(tags), **pick(found, *names)}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags, for which moto has no call; nothing else can change here."""
        self.read(at, physical_id)
        securityhub_backends[at.account][at.region].tags = tag_map(new.get("Tags"))

    def delete(self, at: Context, physical_id: str) -> None:
        """Disable Security Hub."""
        self.read(at, physical_id)
        at.client("securityhub").disable_security_hub()
