"""Policies as the simulated services hold them."""

from __future__ import annotations

from dryrun.cloud.iam.policy import MalformedPolicy, Policy, PolicyKind, parse


def parsed(
    text: str | bytes | None,
    kind: PolicyKind,
    *,
    name: str = "",
    arn: str = "",
    is_inline: bool = False,
) -> Policy | None:
    """Return a policy, or None for one that was stored although it is malformed."""
    if not text:
        return None
    try:
        text = text.decode() if isinstance(text, bytes) else text
        return parse(text, kind, name=name, arn=arn, is_inline=is_inline)
    except MalformedPolicy:
        return None
