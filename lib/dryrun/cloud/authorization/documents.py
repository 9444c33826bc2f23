"""Policies as the simulated services hold them."""

from __future__ import annotations

from dryrun.cloud.iam.policy import MalformedPolicy, Policy, PolicyKind, parse


def parsed(
    text: str | bytes | None, kind: PolicyKind, *, name: str = "", arn: str = ""
) -> Policy | None:
    """Return a policy, or None for one that was stored although it is malformed."""
    if not text:
        return None
    try:
        return parse(text.decode() if isinstance(text, bytes) else text, kind, name=name, arn=arn)
    except MalformedPolicy:
        return None
