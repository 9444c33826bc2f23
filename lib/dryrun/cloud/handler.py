"""The HTTP side of the cloud: one connection's requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dryrun.cloud import certificates
from dryrun.cloud.bodies import ChunkedBody
from dryrun.cloud.egress import EgressRequestHandler
from dryrun.cloud.kept import KeptRequestHandler
from dryrun.workspace import Workspace

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class CloudRequestHandler(EgressRequestHandler, KeptRequestHandler):
    """Hand requests to the application, and those that leave for AWS to the guard."""

    @classmethod
    def for_workspace(cls, workspace: Workspace) -> type[CloudRequestHandler]:
        """Return a handler class that answers for AWS hosts with the workspace's certificates."""
        return type("WorkspaceHandler", (cls,), {"trust": certificates.ensure(workspace)})

    def make_environ(self) -> WSGIEnvironment:
        """Return the environ of the guard and of moto, with a reader of chunks of our own."""
        environ = super().make_environ()
        if environ.get("wsgi.input_terminated"):
            environ["wsgi.input"] = ChunkedBody(self.rfile)
        return environ

    def log(self, type: str, message: str, *args: Any) -> None:
        """Drop the access log: the journal has every call."""
