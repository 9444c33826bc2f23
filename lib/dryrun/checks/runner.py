"""Run the criteria of an exercise; whatever they raise becomes evidence or damage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
)
from botocore.exceptions import ConnectionError as AwsConnectionError

from dryrun.checks.account import Account
from dryrun.checks.exceptions import Broken, UnreadableFileError
from dryrun.checks.model import Criterion, CriterionResult, Evidence, Exercise, Outcome, Result
from dryrun.exceptions import CloudError

_UNREACHABLE = (AwsConnectionError, ConnectionClosedError, HTTPClientError)
_LAB_AT_FAULT = {"NotSimulated"}
_KEY_REFUSED = {
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_NO_ADMIN = (
    "The key of the lab's administrator, ferry-admin, was deleted or switched off, "
    "so nothing can be checked."
)


def run(exercise: Exercise, account: Account) -> Result:
    """Check every criterion of `exercise` and say how it stands.

    Damage wins over everything; what is right is done, however it was done; `attempted`
    decides only between "not attempted" and "not yet". Raises CloudError when the cloud
    does not answer, and nothing else.
    """
    results = run_criteria(exercise.criteria, account)
    if any(result.damage is not None for result in results):
        return Result(Outcome.BROKEN, results)
    if all(result.met for result in results):
        return Result(Outcome.DONE, results)
    attempted = _attempted(exercise, account)
    return Result(Outcome.NOT_YET if attempted else Outcome.NOT_ATTEMPTED, results)


def run_criteria(criteria: Iterable[Criterion], account: Account) -> tuple[CriterionResult, ...]:
    """Check `criteria` in order; raises CloudError when the cloud does not answer."""
    return tuple(_run_one(criterion, account) for criterion in criteria)


def _run_one(criterion: Criterion, account: Account) -> CriterionResult:
    try:
        return CriterionResult(criterion, evidence=criterion.check(account))
    except Broken as error:
        return CriterionResult(criterion, damage=str(error))
    except CloudError:
        raise
    except Exception as error:
        return _explain(criterion, error, account)


def _explain(criterion: Criterion, error: Exception, account: Account) -> CriterionResult:
    """Turn what a check raised into evidence or damage: a learner never sees a traceback."""
    if isinstance(error, ClientError):
        return _from_refusal(criterion, error, account)
    if isinstance(error, BotoCoreError):
        return _from_client_side(criterion, error, account)
    if isinstance(error, UnreadableFileError):
        where = error.where.removeprefix(f"{account.workspace.root}/")
        found = Evidence("a file the AWS tools can read", error.reason, where)
        return CriterionResult(criterion, evidence=found)
    return CriterionResult(criterion, damage=_fault(criterion, error))


def _attempted(exercise: Exercise, account: Account) -> bool:
    try:
        return bool(exercise.attempted(account))
    except CloudError:
        raise
    except ClientError as error:
        # Asking for something that does not exist yet is how most of these end.
        return _code(error) in _LAB_AT_FAULT
    except Exception:
        return True


def _is_of_cloud(error: Exception, account: Account) -> bool:
    """Whether the address that did not answer is the cloud's, not one of the learner's."""
    url = str(getattr(error, "kwargs", {}).get("endpoint_url") or "")
    return not url or url.startswith(account.running.endpoint)


def _from_refusal(criterion: Criterion, error: ClientError, account: Account) -> CriterionResult:
    """Turn an AWS error into evidence, or into damage when the learner is not at fault."""
    details: dict[str, Any] = error.response.get("Error", {})
    message = str(details.get("Message") or "no message")
    if _code(error) in _LAB_AT_FAULT:
        return CriterionResult(
            criterion,
            damage=f"The check “{criterion.id}” needs something Dry Run does not simulate "
            f"({message}); this is a fault of the lab, not yours.",
        )
    if _code(error) in _KEY_REFUSED and not _admin_is_known(account):
        return CriterionResult(criterion, damage=_NO_ADMIN)
    return CriterionResult(
        criterion,
        evidence=Evidence(
            expected=criterion.text.replace("`", ""),
            found=f"{_code(error)}: {message}",
            where=f"the answer to {error.operation_name}",
        ),
    )


def _from_client_side(
    criterion: Criterion, error: BotoCoreError, account: Account
) -> CriterionResult:
    """Turn what boto3 itself says into evidence; raises CloudError when the cloud is gone."""
    if isinstance(error, _UNREACHABLE) and _is_of_cloud(error, account):
        raise CloudError(
            "The lab cloud does not answer; run lab.start again, then repeat this."
        ) from error
    return CriterionResult(
        criterion,
        evidence=Evidence(
            expected=criterion.text.replace("`", ""),
            found=f"{type(error).__name__}: {error}",
            where="boto3, in your environment and your AWS files",
        ),
    )


def _admin_is_known(account: Account) -> bool:
    try:
        account.client("sts").get_caller_identity()
    except ClientError:
        return False
    return True


def _fault(criterion: Criterion, error: Exception) -> str:
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return (
        f"The check “{criterion.id}” itself failed ({told}); this is a fault of the lab, not yours."
    )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code") or "Unknown")
