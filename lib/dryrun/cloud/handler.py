"""The HTTP side of the cloud: one connection's requests."""

from __future__ import annotations

from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler

from dryrun.cloud import certificates
from dryrun.cloud.egress import EgressRequestHandler
from dryrun.workspace import Workspace


class CloudRequestHandler(EgressRequestHandler, MotoRequestHandler):
    """Hand requests to the application, and those that leave for AWS to the guard."""

    @classmethod
    def for_workspace(cls, workspace: Workspace) -> type[CloudRequestHandler]:
        """Return a handler class that answers for AWS hosts with the workspace's certificates."""
        return type("WorkspaceHandler", (cls,), {"trust": certificates.ensure(workspace)})

    def log(self, type: str, message: str, *args: Any) -> None:
        """Drop the access log: the journal has every call."""
