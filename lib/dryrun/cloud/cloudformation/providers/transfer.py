"""AWS::Transfer."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared


class Server(Declared):
    """A server; its physical id is its ARN."""

    type = "AWS::Transfer::Server"
    handled = frozenset(
        {
            "Certificate",
            "Domain",
            "EndpointDetails",
            "EndpointType",
            "IdentityProviderDetails",
            "IdentityProviderType",
            "LoggingRole",
            "ProtocolDetails",
            "Protocols",
            "SecurityPolicyName",
            "StructuredLogDestinations",
            "Tags",
            "WorkflowDetails",
        }
    )
    service = "transfer"
    seconds = Seconds(create=120, delete=60)
    creates, reads, deletes = "create_server", "describe_server", "delete_server"
    key, made, item = "ServerId", "ServerId", "Server"
    answered = {"ServerId": "ServerId", "Arn": "Arn"}

    def create(self, at: Context, properties: Properties) -> str:
        """Create a server."""
        return at.arn("transfer", f"server/{super().create(at, properties)}")

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        return {"ServerId": physical_id.rpartition("/")[2]}


class User(Declared):
    """A user of a server; its physical id is its ARN."""

    type = "AWS::Transfer::User"
    handled = frozenset(
        {
            "HomeDirectory",
            "HomeDirectoryMappings",
            "HomeDirectoryType",
            "Policy",
            "PosixProfile",
            "Role",
            "ServerId",
            "Tags",
            "UserName",
        }
    )
    service = "transfer"
    name_property = "UserName"
    seconds = Seconds(create=5, delete=5)
    creates, reads, deletes = "create_user", "describe_user", "delete_user"
    key, item = "UserName", "User"
    answered = {"Arn": "Arn"}

    def create(self, at: Context, properties: Properties) -> str:
        """Create a user."""
        name = super().create(at, properties)
        return at.arn("transfer", f"user/{properties['ServerId']}/{name}")

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the user with its server."""
        shown["ServerId"] = physical_id.split("/")[-2]
        return shown

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        _, server, user = physical_id.rsplit("/", 2)
        return {"ServerId": server, "UserName": user}
