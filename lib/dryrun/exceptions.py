"""The errors of Dry Run; each message is one sentence a learner can act on."""

from __future__ import annotations


class DryRunError(Exception):
    """Say in one sentence what is wrong, where, and what to do."""


class WorkspaceError(DryRunError):
    """The workspace folder is missing, full or cannot be written."""


class CloudError(DryRunError):
    """The lab cloud cannot be started, reached or controlled."""


class LabError(DryRunError):
    """A lab, exercise or question was asked for in a way that cannot work."""
