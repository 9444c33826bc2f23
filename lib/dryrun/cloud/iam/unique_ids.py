"""IAM's unique ids, which begin with four letters for the kind of thing they name."""

from __future__ import annotations

import string

from moto.moto_api._internal import mock_random

# "Understanding unique ID prefixes", IAM identifiers, AWS IAM User Guide.
USER, GROUP, PROFILE, POLICY, CERTIFICATE = "AIDA", "AGPA", "AIPA", "ANPA", "ASCA"
_LENGTH = 21


def unique_id(prefix: str) -> str:
    """Return a new unique id, as `AIDAQ3EGSMKLLWNPZVA2T`."""
    letters = string.ascii_uppercase + "234567"
    return prefix + "".join(mock_random.choices(letters, k=_LENGTH - len(prefix)))
