"""The operations of CloudTrail that moto lacks or only pretends to do."""

from __future__ import annotations

import json
from typing import Any

from moto.cloudtrail.responses import CloudTrailResponse as MotoCloudTrailResponse
from moto.core.responses import ActionResult

from dryrun.cloud import clock as clocks
from dryrun.cloud.cloudtrail import digests
from dryrun.cloud.cloudtrail.exceptions import NotSimulated

# moto keeps these settings and does nothing of the kind.
_NOT_DONE = {
    "IsOrganizationTrail": "organization trails",
    "KmsKeyId": "CloudTrail log files encrypted with AWS KMS",
}


class CloudTrailResponse(MotoCloudTrailResponse):
    """Answer CloudTrail calls from the journal.

    Follows the "AWS CloudTrail API Reference".
    """

    def create_trail(self) -> Any:
        """Create a trail."""
        self._refuse_what_is_not_done()
        return super().create_trail()

    def update_trail(self) -> Any:
        """Change a trail."""
        self._refuse_what_is_not_done()
        return super().update_trail()

    def lookup_events(self) -> str:
        """Return recent management events."""
        parameters = json.loads(self.body or "{}")
        return json.dumps(self.cloudtrail_backend.lookup_events(parameters))

    def list_public_keys(self) -> ActionResult:
        """Return the keys that digests of log files can be checked with."""
        now = clocks.current().now()
        began = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        keys = digests.public_keys(self.current_account, self.region, began)
        return ActionResult({"PublicKeyList": keys})

    def _refuse_what_is_not_done(self) -> None:
        for name, what in _NOT_DONE.items():
            if self._get_param(name):
                raise NotSimulated(what)
