"""Malformed templates: each is refused as AWS refuses it, or is a stack that ends as stacks end.

`DRYRUN_TEMPLATES` says how many; `make soak` tries a hundred thousand. A case is known by its
number: `python test_malformed_templates.py NUMBER` shows it.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import spoiling
import stacks
from botocore.exceptions import ClientError, ParamValidationError
from in_process import client, forget, lab

TEMPLATES = int(os.environ.get("DRYRUN_TEMPLATES", "200"))
FIRST = int(os.environ.get("DRYRUN_FIRST_TEMPLATE", "0"))
BATCH = 100
LIMIT_SECONDS = 5.0
"""Of the processor's time; what else the computer does counts for nothing."""
LIMIT_MEGABYTES = 150.0
"""What a batch may leave behind or need besides, whatever is in it."""
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
STANDING = "malformed-standing"
HOLLOW = ("could not carry this out", "with these parameters", "Traceback (most recent")
ENDED = frozenset(
    {"CREATE_COMPLETE", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_COMPLETE",
     "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "DELETE_COMPLETE", "DELETE_FAILED"}
)  # fmt: skip


class TooLongError(BaseException):
    """A request takes too long; not an Exception, which the cloud would make an answer of."""


@pytest.mark.parametrize("batch", range(FIRST // BATCH, -(-(FIRST + TEMPLATES) // BATCH)))
def test_a_malformed_template_is_refused_or_deployed(batch: int) -> None:
    warm()
    before = megabytes()
    numbers = range(batch * BATCH, min((batch + 1) * BATCH, FIRST + TEMPLATES))
    faults = [f"{number}: {fault}" for number in numbers if (fault := fault_of(number))]
    tidy()
    assert not faults, "\n".join(faults)
    assert megabytes() - before < LIMIT_MEGABYTES


@functools.cache
def warm() -> None:
    """Load what is loaded once and kept: it is no leak, and its time is not a template's."""
    lab()
    for sample in spoiling.samples():
        body = json.dumps(sample)
        for verb in (create, change_set):
            with contextlib.suppress(ClientError), contextlib.redirect_stderr(io.StringIO()):
                verb(body, "malformed-warm")
    stand()
    tidy()


def fault_of(number: int) -> str | None:
    """Send one template; return what is wrong with what came of it."""
    rng = random.Random(number)
    body, verb = spoiling.spoiled(rng), rng.choice(tuple(VERBS))
    log = io.StringIO()
    try:
        with contextlib.redirect_stderr(log), limited():
            fault = VERBS[verb](body, f"malformed-{number}")
    except ClientError as error:
        fault = fault_of_error(error)
    except ParamValidationError:  # boto3 sends no empty template
        fault = None
    except TooLongError as error:
        fault = str(error)
    except Exception as error:  # whoever mends it wants to know
        fault = f"{type(error).__name__}: {error}"
    if not fault and "Traceback (most recent" in log.getvalue():
        fault = log.getvalue()[-1500:]
    return f"{verb}: {fault}" if fault else None


def fault_of_error(error: ClientError) -> str | None:
    told = error.response["Error"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    text = f"{status} {told['Code']}: {told.get('Message', '')}"
    if any(word in text for word in HOLLOW):
        return text
    simulated = told["Code"] != "NotSimulated" or "Dry Run does not simulate" in text
    return None if (400 <= status < 500 or told["Code"] == "NotSimulated") and simulated else text


def create(body: str, name: str) -> str | None:
    made = stacks.cfn().create_stack(StackName=name, TemplateBody=body, Capabilities=CAPABILITIES)
    return fault_of_stack(made["StackId"]) or deleted(made["StackId"])


def update(body: str, _name: str) -> str | None:
    stand()
    try:
        stacks.cfn().update_stack(StackName=STANDING, TemplateBody=body, Capabilities=CAPABILITIES)
    finally:
        fault = fault_of_stack(STANDING)
    if fault or stacks.status(STANDING) != "UPDATE_ROLLBACK_COMPLETE":
        fault = fault or deleted(stacks.stack(STANDING)["StackId"])
    return fault


def change_set(body: str, name: str) -> str | None:
    cfn = stacks.cfn()
    made = cfn.create_change_set(
        StackName=name, ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body,
        Capabilities=CAPABILITIES,
    )  # fmt: skip
    found = cfn.describe_change_set(ChangeSetName=made["Id"])
    fault = hollow(found.get("StatusReason", ""))
    if found["Status"] == "CREATE_COMPLETE" and not fault:
        cfn.execute_change_set(ChangeSetName=made["Id"])
        fault = fault_of_stack(made["StackId"])
    elif found["Status"] != "FAILED" and not fault:
        fault = f"the change set is {found['Status']}"
    return fault or deleted(made["StackId"])


def validate(body: str, _name: str) -> str | None:
    stacks.cfn().validate_template(TemplateBody=body)
    return None


def summarize(body: str, _name: str) -> str | None:
    stacks.cfn().get_template_summary(TemplateBody=body)
    return None


VERBS = {
    "CreateStack": create,
    "UpdateStack": update,
    "CreateChangeSet": change_set,
    "ValidateTemplate": validate,
    "GetTemplateSummary": summarize,
}


def stand() -> None:
    """See to it that there is a stack to update."""
    with contextlib.suppress(ClientError):
        stacks.cfn().create_stack(
            StackName=STANDING, TemplateBody=stacks.template(Queue=stacks.queue())
        )


def fault_of_stack(name: str) -> str | None:
    found = stacks.stack(name)
    waits = (one for one in stacks.cfn().describe_stack_resources(StackName=name)["StackResources"])
    outside = any(one["ResourceType"] == "AWS::CloudFormation::WaitCondition" for one in waits)
    if found["StackStatus"] not in ENDED and not outside:
        return f"the stack is {found['StackStatus']}"
    told = [one.get("ResourceStatusReason", "") for one in stacks.events(name)]
    return next(filter(None, map(hollow, told)), None)


def deleted(stack_id: str) -> str | None:
    stacks.cfn().delete_stack(StackName=stack_id)
    return fault_of_stack(stack_id)


def hollow(text: str) -> str | None:
    return text if any(word in text for word in HOLLOW) else None


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Break off what takes too much of the processor's time."""

    def give_up(*_: Any) -> None:
        raise TooLongError(f"more than {LIMIT_SECONDS} seconds")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def tidy() -> None:
    """Forget the deleted stacks, which CloudFormation tells of for ninety days."""
    with contextlib.suppress(ClientError):
        stacks.cfn().delete_stack(StackName=STANDING)
    for service in ("cloudformation", "ssm", "iam", "s3", "dynamodb", "logs"):
        forget(service)
    gc.collect()


def megabytes() -> float:
    """Return the memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_the_cloud_goes_on() -> None:
    assert client("sts").get_caller_identity()["Account"] == stacks.ACCOUNT


if __name__ == "__main__":
    if len(sys.argv) > 2:  # FIRST COUNT: the faults among many
        first, count = int(sys.argv[1]), int(sys.argv[2])
        warm()
        began = time.process_time()
        for number in range(first, first + count):
            if fault := fault_of(number):
                sys.stdout.write(f"{number}: {fault}\n")
                sys.stdout.flush()
            if number % BATCH == BATCH - 1:
                tidy()
        seconds, size = time.process_time() - began, megabytes()
        sys.stdout.write(f"{count} in {seconds:.0f} s of processor time, {size:.0f} MB\n")
    else:
        sys.stdout.write(spoiling.spoiled(random.Random(int(sys.argv[1]))))
