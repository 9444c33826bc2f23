"""What Systems Manager here has beside moto's."""

from __future__ import annotations

from dryrun.cloud.ssm import public_parameters


def install() -> None:
    """Put ours in moto's place."""
    public_parameters.install()
