"""AWS::Macie."""

from __future__ import annotations

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.declared import is_absent

_DEFAULTS = {"FindingPublishingFrequency": "FIFTEEN_MINUTES", "Status": "ENABLED"}


class Session(Provider):
    """Macie of a region; its physical id is the account's."""

    type = "AWS::Macie::Session"
    handled = frozenset(_DEFAULTS)
    seconds = Seconds(create=10, update=5, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Enable Macie where it is not enabled yet."""
        at.client("macie2").enable_macie(**_asked(properties))
        return at.account

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the session."""
        try:
            found = at.client("macie2").get_macie_session()
        except ClientError as error:
            if is_absent(error):
                raise GoneError(self.type, physical_id) from error
            raise
        renamed = pick(
            found,
            FindingPublishingFrequency="findingPublishingFrequency",
            ServiceRole="serviceRole",
            Status="status",
        )
        return {"AwsAccountId": at.account, **renamed}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the session."""
        at.client("macie2").update_macie_session(**_asked(new))

    def delete(self, at: Context, physical_id: str) -> None:
        """Disable Macie."""
        self.read(at, physical_id)
        at.client("macie2").disable_macie()


def _asked(properties: Properties) -> Properties:
    return pick(
        _DEFAULTS | properties,
        findingPublishingFrequency="FindingPublishingFrequency",
        status="Status",
    )
