"""Answers that are the cloud's own, and no service's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.request import Request

from dryrun.cloud import errors
from dryrun.cloud.awslambda import function_urls
from dryrun.cloud.errors import Answer
from dryrun.cloud.hosts import refusal
from dryrun.cloud.journal.exceptions import UnwritableError
from dryrun.cloud.peers import same_user
from dryrun.cloud.recorder import REPEATED
from dryrun.cloud.routing import ApiCall, identify

Environ = dict[str, Any]

UNWRITABLE_STATUS = 507
"""Insufficient storage; no AWS client retries it."""

METADATA = ("/imds/", "/v2/credentials/")
"""Where the metadata services answer."""

NOT_AWS = "This is the Dry Run lab cloud; it answers signed calls of AWS clients only."
UNREADABLE = "Dry Run could not read this request; it is not a valid AWS call."
MOTO_API = (
    "moto's own API answers here when the cloud was started with --any-credentials, "
    "or with the token in .dryrun/cloud.json."
)
_OTHER_USER = "The lab's machines and containers are for the user of this computer who runs it."


def plain(status: int, message: str) -> Answer:
    """Return a sentence as an answer."""
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, f"{message}\n".encode())


def at_aws(host: str, request: Request, environ: Environ, body: bytes) -> Answer:
    """Answer at a host of AWS's: functions at their URLs, and a refusal anywhere else."""
    if function_urls.is_function(host):
        return function_urls.answer(host, environ, body)
    return refuse_aws(identify(request), host)


def refuse_aws(call: ApiCall | None, host: str) -> Answer:
    """Refuse a request that was leaving for AWS itself."""
    message = refusal(host)
    if call is None:
        return plain(403, message)
    return errors.error(call, "DryRunRefused", message, 403)


def unwritable(call: ApiCall | None, error: UnwritableError) -> Answer:
    """Answer a call that could not be recorded."""
    message = (
        f"Dry Run could not write its journal ({error.strerror or error}), so this call was not "
        "carried out; free some space and try again."
    )
    if call is None:
        return plain(UNWRITABLE_STATUS, message)
    return errors.error(call, "DryRunJournalUnwritable", message, UNWRITABLE_STATUS)


def metadata(environ: Environ, headers: Mapping[str, str]) -> Answer:
    """Answer a machine or a container that asks about itself, of the first user only."""
    from dryrun.cloud.metadata import responses  # noqa: PLC0415 - loads EC2, half a second

    if REPEATED not in environ and not same_user(environ):
        return plain(403, _OTHER_USER)
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    if path.startswith("/imds/"):
        return responses.instance_metadata(method, path, headers)
    return responses.container_credentials(path)


def signal(method: str, path: str, body: bytes) -> Answer:
    """Take what a stack waits for, as the buckets do in which AWS has it left."""
    from dryrun.cloud.cloudformation import (  # noqa: PLC0415 - loads CloudFormation
        custom_resources,
        wait_conditions,
    )

    if method != "PUT":
        return plain(403, "A signal for a wait condition is sent here with PUT.")
    if custom_resources.receive(path, body):
        return Answer(200, {}, b"")
    if not wait_conditions.receive(path, body):
        return plain(404, "There is no wait condition handle with this address.")
    return Answer(200, {}, b"")
