"""Which account is the learner's, where it is not the usual one."""

from __future__ import annotations

import re

USUAL = "123456789012"


def is_account_id(text: str) -> bool:
    """Tell whether `text` is an account id: twelve digits."""
    return re.fullmatch(r"[0-9]{12}", text) is not None


def choose(account: str) -> None:
    """Make `account` the default account of moto, before anything else of moto is imported.

    moto's own variable, MOTO_ACCOUNT_ID, would force every caller into that account, members of
    an organization included.
    """
    import moto.core  # noqa: PLC0415 - it takes long, and the launcher has no need of it
    import moto.core.models  # noqa: PLC0415

    moto.core.DEFAULT_ACCOUNT_ID = moto.core.models.DEFAULT_ACCOUNT_ID = account
