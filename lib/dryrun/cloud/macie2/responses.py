"""Macie as an account finds it, not enabled, and the change of its session, which moto has not.

Follows "EnableMacie" and "UpdateMacieSession", Amazon Macie REST API Reference.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from moto.macie2.exceptions import MacieException, ResourceNotFoundException
from moto.macie2.models import MacieBackend
from moto.macie2.responses import MacieResponse as MotoResponse


class ConflictException(MacieException):
    """Macie is enabled."""

    code = 409

    def __init__(self) -> None:
        super().__init__("ConflictException", "Macie has already been enabled")


class MacieResponse(MotoResponse):
    """Answer Macie's operations."""

    @property
    def macie_backend(self) -> MacieBackend:
        """Return the region's backend; moto's begins with a session nobody asked for."""
        backend = cast("MacieBackend", super().macie_backend)
        if "dryrun_begun" not in backend.__dict__:
            backend.__dict__["dryrun_begun"] = True
            backend.macie_session = None
        return backend

    def enable_macie(self) -> str:
        """Enable Macie where it is not."""
        if self.macie_backend.macie_session:
            raise ConflictException
        return str(super().enable_macie())

    def update_macie_session(self) -> str:
        """Pause or resume Macie, or change how often it publishes."""
        session = self.macie_backend.macie_session
        if not session:
            # From memory: what Macie answers to any call while it is not enabled.
            raise ResourceNotFoundException("Macie is not enabled.")
        for name in ("findingPublishingFrequency", "status"):
            session[name] = self._get_param(name) or session[name]
        session["updatedAt"] = datetime.now(UTC)
        return "{}"
