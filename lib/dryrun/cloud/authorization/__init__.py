"""Whether a caller may make a call: from the request to the answer of the policies."""

from __future__ import annotations

from dryrun.cloud.authorization.gate import refuse

__all__ = ["refuse"]
