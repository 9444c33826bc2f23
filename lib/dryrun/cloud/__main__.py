"""The cloud process's entry: what must be settled before the cloud is imported.

Its settings come in the environment, because every user of a computer can read a command line.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dryrun.cloud import accounts, keys
from dryrun.cloud.settings import Settings


def main() -> int:
    """Run the cloud of a workspace; see `dryrun.cloud.server.main` for the arguments."""
    settings = Settings.take(os.environ)
    accounts.choose(settings.account)
    if settings.keys_file:
        keys.use(keys.read(Path(settings.keys_file)))
    from dryrun.cloud import identity, server  # noqa: PLC0415 - the account must be chosen first

    identity.use(settings.credentials)
    return server.main()


if __name__ == "__main__":
    sys.exit(main())
