"""The IAM operations in which moto takes another user than AWS would."""

from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import NotFoundException, ValidationError

from dryrun.cloud.iam.mfa_responses import MfaResponses
from dryrun.cloud.iam.policy_writes import PolicyWrites
from dryrun.cloud.iam.simulation import Simulation


class IamResponse(MfaResponses, PolicyWrites, Simulation):
    """Answer IAM calls; a call about keys that names no user is about the caller.

    Follows "UpdateAccessKey" and "DeleteAccessKey" of the IAM API Reference; moto looks for
    whoever owns the key.
    """

    def update_access_key(self) -> ActionResult:
        """Switch a key on or off."""
        key_id, status = self._get_param("AccessKeyId"), self._get_param("Status")
        self.backend.update_access_key(self._user_name(), key_id, status)
        return EmptyResult()

    def delete_access_key(self) -> ActionResult:
        """Delete a key."""
        self.backend.delete_access_key(self._get_param("AccessKeyId"), self._user_name())
        return EmptyResult()

    def _user_name(self) -> str:
        named = self._get_param("UserName")
        if named:
            return str(named)
        try:
            caller = self.backend.get_access_key_last_used(self.get_access_key())
        except NotFoundException:
            raise ValidationError(
                "Must specify userName when calling with non-User credentials"
            ) from None
        return str(caller["user_name"])
