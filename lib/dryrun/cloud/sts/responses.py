"""The STS operations that moto only pretends to do."""

from __future__ import annotations

from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult
from moto.iam.exceptions import NotFoundException
from moto.sts.responses import TokenResponse

from dryrun.cloud.sts import models, signatures
from dryrun.cloud.sts.exceptions import (
    AccessDenied,
    NotSimulated,
    SignatureDoesNotMatch,
    ValidationError,
)

HOUR = 3600
# "Common Errors", AWS Security Token Service API Reference.
FORBIDDEN = ("AccessDenied", "SignatureDoesNotMatch")
SESSION_TOKEN_LIMITS = (900, 129600)
ASSUME_ROLE_MINIMUM = 900


class StsResponse(TokenResponse):
    """Answer STS calls with credentials that work, are known and expire on the lab clock.

    Follows the "AWS Security Token Service API Reference".
    """

    def call_action(self) -> Any:
        """Answer a call; refusals go out as 403, a status the model of STS does not state."""
        status, headers, body = super().call_action()
        if status == 400 and any(f"<Code>{code}</Code>" in str(body) for code in FORBIDDEN):
            status = 403
            headers["status"] = str(status)
        return status, headers, body

    def get_session_token(self) -> ActionResult:
        """Return temporary credentials of the calling user."""
        if self._get_param("SerialNumber") or self._get_param("TokenCode"):
            raise NotSimulated(
                "Dry Run does not simulate multi-factor codes in GetSessionToken yet."
            )
        seconds = self._duration(12 * HOUR, *SESSION_TOKEN_LIMITS)
        credentials = models.issue(*models.caller(self.access_key), seconds)
        return ActionResult({"Credentials": credentials.as_response()})

    def get_federation_token(self) -> ActionResult:
        """Return temporary credentials of a federated user."""
        name = self._get_param("Name")
        arn = f"arn:aws:sts::{DEFAULT_ACCOUNT_ID}:federated-user/{name}"
        user_id = f"{DEFAULT_ACCOUNT_ID}:{name}"
        credentials = models.issue(arn, user_id, self._duration(12 * HOUR, *SESSION_TOKEN_LIMITS))
        return ActionResult(
            {
                "Credentials": credentials.as_response(),
                "FederatedUser": {"FederatedUserId": user_id, "Arn": arn},
                "PackedPolicySize": 6,
            }
        )

    def assume_role(self) -> ActionResult:
        """Return temporary credentials of a role that exists.

        The trust policy is not evaluated here.
        """
        role_arn, session = self._get_param("RoleArn"), self._get_param("RoleSessionName")
        caller_arn, _ = models.caller(self.access_key)
        try:
            role = models.iam_backend().get_role_by_arn(role_arn)
        except NotFoundException:
            # AWS does not tell whether a role exists: "Troubleshoot IAM roles".
            raise AccessDenied(caller_arn, "sts:AssumeRole", role_arn) from None
        longest = int(role.max_session_duration or HOUR)
        seconds = self._get_int_param("DurationSeconds", HOUR)
        if seconds > longest:
            raise ValidationError(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            )
        self._duration(HOUR, ASSUME_ROLE_MINIMUM, 43200)
        credentials = models.issue_for_role(role, session, seconds)
        return ActionResult(
            {
                "Credentials": credentials.as_response(),
                "AssumedRoleUser": {
                    "AssumedRoleId": credentials.user_id,
                    "Arn": credentials.arn,
                },
            }
        )

    def get_caller_identity(self) -> ActionResult:
        """Return whom the key of this request stands for, if it is signed with that key."""
        self._check_signature()
        arn, user_id = models.caller(self.access_key)
        return ActionResult({"UserId": user_id, "Account": DEFAULT_ACCOUNT_ID, "Arn": arn})

    def _check_signature(self) -> None:
        """Refuse a request that was not made with the secret of the key it names."""
        # GetCallerIdentity is how people try a key; a wrong secret must show here at least.
        request = self.normalized_request
        # Reading the form has used the body up.
        stream = request.environ["wsgi.input"]
        stream.seek(0)
        address = f"{request.raw_path}?{request.query_string.decode()}"
        secret = models.secret_of(self.access_key)
        if not signatures.is_genuine(
            request.method, address, request.headers, stream.read(), secret
        ):
            raise SignatureDoesNotMatch

    def _duration(self, default: int, shortest: int, longest: int) -> int:
        seconds = self._get_int_param("DurationSeconds", default)
        if seconds < shortest:
            bound = f"greater than or equal to {shortest}"
        elif seconds > longest:
            bound = f"less than or equal to {longest}"
        else:
            return int(seconds)
        raise ValidationError(
            f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to "
            f"satisfy constraint: Member must have value {bound}"
        )
