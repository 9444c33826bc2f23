"""Which documents are policies, and what AWS says of those that are not.

Follows "Grammar of the IAM JSON policy language". AWS has two parsers with texts of their own: one
for the policies of IAM identities, one for trust policies and the policies of resources.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from dryrun.cloud.iam.policy import identity_grammar, resource_grammar
from dryrun.cloud.iam.policy.kinds import MalformedPolicy, PolicyKind

# The one answer of Organizations to every fault (MalformedPolicyDocumentException).
ORGANIZATIONS = (
    "The provided policy document does not meet the requirements of the specified policy type."
)
OF_IDENTITIES = frozenset({PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION})
OF_RESOURCES = frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.VPCE})


def validate(
    text: str, kind: PolicyKind, *, is_aws_owned: bool = False, is_inline: bool = False
) -> dict[str, Any]:
    """Return the document of a policy; raise MalformedPolicy with AWS's words.

    Only managed policies have to be of the newer version of the language: "IAM JSON policy
    elements: Version".
    """
    if kind in OF_RESOURCES:
        document = _load(text, "This policy contains invalid Json")
        resource_grammar.check(document, is_trust=kind is PolicyKind.TRUST)
    elif kind in OF_IDENTITIES:
        document = _load(text, identity_grammar.SYNTAX)
        identity_grammar.check(document, any_resource=is_aws_owned, any_version=is_inline)
    else:
        document = _organizations(text, kind)
    return document


def _organizations(text: str, kind: PolicyKind) -> dict[str, Any]:
    try:
        document = _load(text, ORGANIZATIONS)
        identity_grammar.check(document, with_principals=kind is PolicyKind.RCP)
    except MalformedPolicy:
        raise MalformedPolicy(ORGANIZATIONS) from None
    if kind is PolicyKind.RCP and not all(
        statement.get("Principal") == "*" for statement in identity_grammar.statements(document)
    ):
        raise MalformedPolicy(ORGANIZATIONS)
    return document


def _load(text: str, message: str) -> dict[str, Any]:
    try:
        document = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedPolicy(message) from None
    if not isinstance(document, dict):
        raise MalformedPolicy(message)
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the same key twice in one element")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
