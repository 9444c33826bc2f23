"""Every operation of every service, called once: the cloud carries it out or says it does not.

What it may never do is answer in a way no AWS service answers: a page of HTML, a 500, something
boto3 cannot read, or an error that makes boto3 try again.
"""

from __future__ import annotations

import functools
from typing import Any

import botocore.endpoint
import in_process
import pytest
import shapes
from botocore.exceptions import ClientError

from dryrun.cloud import capabilities
from dryrun.cloud.capabilities import Source
from dryrun.cloud.services import heads

# The same request by two names; the later one is what the cloud calls it.
SAME_REQUEST = {
    ("s3", "GetBucketLifecycle"),
    ("s3", "GetBucketNotification"),
    ("s3", "PutBucketLifecycle"),
    ("s3", "PutBucketNotification"),
    # Told apart only by the host name or the signing name, or not at all.
    ("s3", "ListDirectoryBuckets"),
    ("s3", "WriteGetObjectResponse"),
    ("lexv2-models", "ListImports"),
    ("timestream-write", "DescribeEndpoints"),
    ("timestream-write", "ListTagsForResource"),
    ("timestream-write", "TagResource"),
    ("timestream-write", "UntagResource"),
}
# moto carries these out for some resources and says of the others that it does not.
IN_SOME_FORMS = {("resource-groups", "Tag"), ("resource-groups", "Untag")}

UNKNOWN = {"UnknownOperationException", "InvalidAction", "MethodNotAllowed", "UnknownError", ""}


def simulated_services() -> list[str]:
    return [name for name in sorted(heads()) if capabilities.package(name) is not None]


# They are signed, and speak, as another service does, or are not signed as all others are: the
# host, by which AWS tells them apart, is always localhost here.
ALIKE = {"docdb", "importexport", "neptune", "pinpoint-sms-voice", "signer-data"}


def other_services() -> list[str]:
    others = [name for name in sorted(heads()) if capabilities.package(name) is None]
    return [name for name in others[::4] if name not in ALIKE]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count a client's second attempt; do not wait for it."""
    monkeypatch.setattr(botocore.endpoint.time, "sleep", lambda _: None)


@pytest.mark.parametrize("service", simulated_services())
def test_every_operation_of_a_simulated_service(service: str, capfd: Any) -> None:
    wrong = [
        fault
        for capability in capabilities.service_table(service)
        for fault in faults(service, capability.operation, capability.source)
    ]
    named = {capability.operation for capability in capabilities.service_table(service)}
    assert named == set(_client(service).meta.service_model.operation_names)
    capfd.readouterr()  # moto's tracebacks, which belong in the cloud's log
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("service", other_services())
def test_a_service_nobody_simulates(service: str) -> None:
    names = in_process.client(service).meta.service_model.operation_names
    wrong = [
        fault
        for name in (names[0], names[len(names) // 2], names[-1])
        for fault in faults(service, name, Source.NOT_SIMULATED)
    ]
    assert not wrong, "\n".join(wrong)


def faults(service: str, operation_name: str, source: Source) -> list[str]:
    """Call an operation; return what is wrong with the answer, a sentence each."""
    lab = in_process.lab()
    client = _client(service)
    operation = client.meta.service_model.operation_model(operation_name)
    lab.replies.clear()
    code, message = None, ""
    found = []
    try:
        client._make_api_call(operation_name, shapes.minimal(operation))
    except ClientError as error:
        code = str(error.response["Error"].get("Code"))
        message = str(error.response["Error"].get("Message"))
    except Exception as error:
        return [f"{service} {operation_name}: {type(error).__name__}: {error}"]
    if len(lab.replies) != 1:
        found.append(f"sent {len(lab.replies)} times, the client tried again after {code}")
    reply = lab.replies[-1]
    head = operation.http["method"] == "HEAD"
    if reply.status >= 500 and reply.status != 501:
        found.append(f"status {reply.status}")
    if "<html" in reply.body[:200].lower().decode("latin-1"):
        found.append("a page of HTML")
    kind = reply.headers.get("Content-Type", "")
    if kind.startswith("text/html") and reply.body:
        found.append(f"content type {kind}")
    if b"Traceback (most recent" in reply.body:
        found.append("a traceback")
    if source is Source.NOT_SIMULATED:
        if (code, reply.status) != ("501" if head else "NotSimulated", 501):
            found.append(f"not simulated, but answered {reply.status} {code}: {message}")
    elif code is not None and not head:
        found += _faults_of_error(service, operation_name, reply.status, code, message)
    call = lab.journal.last if not found else None
    named = call is None or (call["service"], call["operation"]) == (service, operation_name)
    if not named and (service, operation_name) not in SAME_REQUEST:
        found.append(f"taken for {call['service']} {call['operation']}")
    return [f"{service} {operation_name}: {fault}" for fault in found]


def _faults_of_error(
    service: str, operation: str, status: int, code: str, message: str
) -> list[str]:
    if code in UNKNOWN or (status in (404, 405) and code.isdigit()):
        return [f"simulated, but answered as unknown: {status} {code}"]
    if (code == "NotSimulated") != (status == 501):
        return [f"status {status} with code {code}"]
    if "in this form" in message and (service, operation) not in IN_SOME_FORMS:
        return [f"listed as simulated, but no request reaches moto: {message}"]
    return []


@functools.lru_cache(maxsize=1)
def _client(service: str) -> Any:
    return in_process.client(service)
