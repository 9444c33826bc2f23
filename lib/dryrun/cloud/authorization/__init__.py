"""Whether a caller may make a call: from the request to the answer of the policies."""

from __future__ import annotations

from dryrun.cloud.authorization import messages
from dryrun.cloud.authorization.decisions import may
from dryrun.cloud.authorization.gate import refuse
from dryrun.cloud.authorization.home import home
from dryrun.cloud.authorization.pass_role import require_pass_role
from dryrun.cloud.authorization.written import malformed

__all__ = ["home", "malformed", "may", "messages", "refuse", "require_pass_role"]
