"""What an author reads when a source cannot be used."""

from __future__ import annotations

from dryrun.exceptions import DryRunError


class SourceError(DryRunError):
    """A lab source cannot be read, or contradicts itself."""


class BuildError(DryRunError):
    """A lab source is well formed but cannot be turned into its notebooks."""
