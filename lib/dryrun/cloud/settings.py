"""What the launcher tells the cloud process, in its environment."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field

from dryrun.cloud.accounts import USUAL

KEYS_VARIABLE = "DRYRUN_KEYS_FILE"
ANY_CREDENTIALS_VARIABLE = "DRYRUN_ANY_CREDENTIALS"
ACCOUNT_VARIABLE = "DRYRUN_ACCOUNT"


@dataclass(frozen=True)
class Credentials:
    """Whether signatures are checked, and whose account this is.

    With `any_credentials` whoever calls, signed or not, is the administrator of `account`.
    """

    any_credentials: bool = False
    account: str = USUAL


@dataclass(frozen=True)
class Settings:
    """All that the launcher tells."""

    credentials: Credentials = field(default_factory=Credentials)
    keys_file: str = ""

    @property
    def account(self) -> str:
        """The learner's account."""
        return self.credentials.account

    @classmethod
    def take(cls, environ: MutableMapping[str, str]) -> Settings:
        """Take the settings out of `environ`, so that no program the cloud runs inherits them."""
        any_credentials = environ.pop(ANY_CREDENTIALS_VARIABLE, "") == "true"
        account = environ.pop(ACCOUNT_VARIABLE, "") or USUAL
        return cls(Credentials(any_credentials, account), environ.pop(KEYS_VARIABLE, ""))

    def give(self) -> dict[str, str]:
        """Return the variables from which `take` reads these settings."""
        return {
            KEYS_VARIABLE: self.keys_file,
            ANY_CREDENTIALS_VARIABLE: str(self.credentials.any_credentials).lower(),
            ACCOUNT_VARIABLE: self.account,
        }
