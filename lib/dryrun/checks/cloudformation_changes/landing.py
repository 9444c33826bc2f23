"""The landing stage, on which lab 03-05 works: how it begins, what its exercises ask."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks import templates
from dryrun.checks.account import Account
from dryrun.checks.cloudformation_changes import stacks
from dryrun.checks.model import Evidence
from dryrun.cloud.cloudformation import template as readers

LANDING, FILE = "ferry-landing", "landing.yaml"
LOG, WELCOME, GATE = "/ferry/landing", "/ferry/landing/welcome", "ferry-landing-gate"
WORDS = "Welcome aboard"
_HELD, _OWN_HELD, _DELAY = "30", "300", "60"
_NIGHT_DAYS, _SSH = 30, 22


def prepare(account: Account) -> None:
    """Put the template beside the notebook, make the stack, and let the night pass."""
    stacks.lay_out(account, FILE)
    account.client("cloudformation").create_stack(
        StackName=LANDING, TemplateBody=stacks.template(account, FILE)
    )
    _set_queue(account, DelaySeconds=_DELAY)
    account.client("logs").put_retention_policy(logGroupName=LOG, retentionInDays=_NIGHT_DAYS)
    account.client("ssm").delete_parameter(Name=WELCOME)
    account.client("ec2").authorize_security_group_ingress(
        GroupId=_gate(account)["GroupId"], IpPermissions=[_door()]
    )


def _door() -> dict[str, Any]:
    everybody = {"CidrIp": "0.0.0.0/0", "Description": "only for tonight"}
    return {"IpProtocol": "tcp", "FromPort": _SSH, "ToPort": _SSH, "IpRanges": [everybody]}


def _gate(account: Account) -> dict[str, Any]:
    named = [{"Name": "group-name", "Values": [GATE]}]
    found = account.client("ec2").describe_security_groups(Filters=named)["SecurityGroups"]
    return dict(found[0]) if found else {}


def _queue(account: Account, attribute: str) -> str:
    """Return what an attribute of the queue really is, "" when there is no queue."""
    url = stacks.physical(account, LANDING, "Arrivals")
    if not url:
        return ""
    asked = {"QueueUrl": url, "AttributeNames": [attribute]}
    return str(account.client("sqs").get_queue_attributes(**asked)["Attributes"][attribute])


def _set_queue(account: Account, **attributes: str) -> None:
    url = stacks.physical(account, LANDING, "Arrivals")
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=attributes)


def _refuse_queue(account: Account, attribute: str, right: str) -> Evidence | None:
    found = _queue(account, attribute)
    if found == right:
        return None
    return Evidence(f"{right} seconds", f"{found} seconds", f"queue Arrivals, {attribute}")


def _recorded(account: Account) -> dict[str, dict[str, Any]]:
    """Return what the last detection found, by logical id."""
    answer = account.client("cloudformation").describe_stack_resource_drifts(StackName=LANDING)
    return {one["LogicalResourceId"]: dict(one) for one in answer["StackResourceDrifts"]}


def _refuse_recorded(account: Account, *names: str) -> Evidence | None:
    """Find that the last detection found these resources as the template says."""
    found = _recorded(account)
    for name in names:
        status = str(found.get(name, {}).get("StackResourceDriftStatus") or "NOT_CHECKED")
        if status != "IN_SYNC":
            told = f"{status}, when it was last detected"
            return Evidence("IN_SYNC", told, f"stack {LANDING}, resource {name}")
    return None


def _detect(account: Account, *names: str) -> None:
    cloudformation = account.client("cloudformation")
    for name in names:
        cloudformation.detect_stack_resource_drift(StackName=LANDING, LogicalResourceId=name)
    if not names:
        cloudformation.detect_stack_drift(StackName=LANDING)


def _detected(account: Account) -> bool:
    operations = ("DetectStackDrift", "DetectStackResourceDrift")
    return any(account.calls("cloudformation", operation) for operation in operations)


# 1 · behind its back


def own_hand(account: Account) -> Evidence | None:
    """Find the queue as the learner was asked to change it."""
    return _refuse_queue(account, "VisibilityTimeout", _OWN_HELD)


def detected(account: Account) -> Evidence | None:
    """Find that a detection of the whole stack found it drifted."""
    found = stacks.stack(account, LANDING) or {}
    status = str(found.get("DriftInformation", {}).get("StackDriftStatus"))
    if status == "DRIFTED":
        return None
    return Evidence("DRIFTED", status, f"stack {LANDING}, DriftInformation")


def own_seen(account: Account) -> Evidence | None:
    """Find that the detection saw the learner's change."""
    found = _recorded(account).get("Arrivals", {}).get("PropertyDifferences") or []
    told = {one["PropertyPath"]: str(one["ActualValue"]) for one in found}
    if told.get("/VisibilityTimeout") == _OWN_HELD:
        return None
    where = f"stack {LANDING}, resource Arrivals, PropertyDifferences"
    wanted = f"/VisibilityTimeout is {_OWN_HELD}"
    return Evidence(wanted, ", ".join(told) or "no difference found yet", where)


def tried_detection(account: Account) -> bool:
    """Tell whether drift was detected, or the queue changed."""
    return _detected(account) or bool(account.calls("sqs", "SetQueueAttributes"))


def solve_detection(account: Account) -> None:
    """Change the queue, then detect."""
    _set_queue(account, VisibilityTimeout=_OWN_HELD)
    _detect(account)


# 2 · put it back


def queue_back(account: Account) -> Evidence | None:
    """Find the queue as the template says."""
    return _refuse_queue(account, "VisibilityTimeout", _HELD)


def gate_shut(account: Account) -> Evidence | None:
    """Find the gate open to the office only."""
    wanted, where = "port 443 from 10.20.0.0/16 only", f"security group {GATE}"
    rules = _gate(account).get("IpPermissions", [])
    told = [
        (rule.get("FromPort"), source["CidrIp"])
        for rule in rules
        for source in rule.get("IpRanges", [])
    ]
    if told == [(443, "10.20.0.0/16")]:
        return None
    found = ", ".join(f"port {port} from {source}" for port, source in told)
    return Evidence(wanted, found or "no rule at all", where)


def both_in_sync(account: Account) -> Evidence | None:
    """Find that a detection says so."""
    return _refuse_recorded(account, "Arrivals", "Gate")


def tried_back(account: Account) -> bool:
    """Tell whether the gate was touched, or the queue a second time."""
    touched = account.calls("sqs", "SetQueueAttributes")
    return bool(account.calls("ec2", "RevokeSecurityGroupIngress")) or len(touched) > 1


def solve_back(account: Account) -> None:
    """Set the queue back, shut the gate, detect."""
    _set_queue(account, VisibilityTimeout=_HELD)
    account.client("ec2").revoke_security_group_ingress(
        GroupId=_gate(account)["GroupId"], IpPermissions=[_door()]
    )
    _detect(account, "Arrivals", "Gate")


# 3 · keep what was right


def log_kept(account: Account) -> Evidence | None:
    """Find the log kept for as long as since the night."""
    found = account.client("logs").describe_log_groups(logGroupNamePrefix=LOG)["logGroups"]
    days = found[0].get("retentionInDays") if found else None
    if days == _NIGHT_DAYS:
        return None
    return Evidence(f"{_NIGHT_DAYS} days", f"{days} days", f"log group {LOG}")


def stack_knows(account: Account) -> Evidence | None:
    """Find that the stack says so too."""
    return stacks.refuse_parameter(account, LANDING, "KeepDays", str(_NIGHT_DAYS))


def log_in_sync(account: Account) -> Evidence | None:
    """Find that a detection says so."""
    return _refuse_recorded(account, "BoardLog")


def tried_update(account: Account) -> bool:
    """Tell whether the stack was updated, or a change proposed."""
    return stacks.tried(account, LANDING, "UpdateStack", "CreateChangeSet")


def solve_right(account: Account) -> None:
    """Let the stack know, and detect."""
    account.client("cloudformation").update_stack(
        StackName=LANDING, UsePreviousTemplate=True, Parameters=_parameters(_NIGHT_DAYS)
    )
    _detect(account, "BoardLog")


def _parameters(days: int) -> list[dict[str, Any]]:
    return [
        {"ParameterKey": "KeepDays", "ParameterValue": str(days)},
        {"ParameterKey": "HoldSeconds", "UsePreviousValue": True},
    ]


# 4 · what is gone


def welcome_back(account: Account) -> Evidence | None:
    """Find the words of welcome."""
    where = f"parameter {WELCOME}"
    try:
        found = account.client("ssm").get_parameter(Name=WELCOME)["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return Evidence(WORDS, "no such parameter", where)
        raise
    return None if found == WORDS else Evidence(WORDS, str(found), where)


def welcome_owned(account: Account) -> Evidence | None:
    """Find that the stack has it."""
    found = stacks.physical(account, LANDING, "Welcome")
    if found == WELCOME:
        return None
    return Evidence(WELCOME, found or "none", f"stack {LANDING}, resource Welcome")


def welcome_in_sync(account: Account) -> Evidence | None:
    """Find that a detection says so."""
    return _refuse_recorded(account, "Welcome")


def tried_welcome(account: Account) -> bool:
    """Tell whether the parameter was made, or the stack updated without or with it."""
    return bool(account.calls("ssm", "PutParameter")) or any(
        call.parameters.get("TemplateBody") for call in account.calls("cloudformation")
    )


def solve_welcome(account: Account) -> None:
    """Make the parameter again as the template has it, and detect."""
    account.client("ssm").put_parameter(Name=WELCOME, Type="String", Value=WORDS)
    _detect(account, "Welcome")


# 5 · what drift does not see


def prompt(account: Account) -> Evidence | None:
    """Find that reports arrive at once."""
    return _refuse_queue(account, "DelaySeconds", "0")


def stated(account: Account) -> Evidence | None:
    """Find that the stack's template says so."""
    where = f"stack {LANDING}, resource Arrivals"
    if not stacks.status(account, LANDING):
        return Evidence("DelaySeconds: 0", "no such stack", where)
    asked = {"StackName": LANDING, "TemplateStage": "Processed"}
    body = account.client("cloudformation").get_template(**asked)["TemplateBody"]
    text = body if isinstance(body, str) else json.dumps(body)
    resources = readers.parse(readers.read(text), transformed=True).resources
    queue = resources.get("Arrivals")
    if queue is not None and "DelaySeconds" in queue.properties:
        return None
    return Evidence("DelaySeconds in the template", "it says nothing of it", where)


def all_in_sync(account: Account) -> Evidence | None:
    """Find that the whole stack was detected in sync, after its last update."""
    found = stacks.stack(account, LANDING) or {}
    told = found.get("DriftInformation", {})
    where = f"stack {LANDING}, DriftInformation"
    if told.get("StackDriftStatus") != "IN_SYNC":
        return Evidence("IN_SYNC", str(told.get("StackDriftStatus")), where)
    updated = found.get("LastUpdatedTime") or found["CreationTime"]
    if told["LastCheckTimestamp"] >= updated:
        return None
    return Evidence("a detection after the last update", "the last one was before it", where)


def solve_unseen(account: Account) -> None:
    """State the delay in the template, update, detect."""
    held = "VisibilityTimeout: !Ref HoldSeconds\n"
    text = stacks.template(account, FILE).replace(held, f"{held}      DelaySeconds: 0\n")
    templates.write(FILE, text)
    account.client("cloudformation").update_stack(
        StackName=LANDING, TemplateBody=text, Parameters=_parameters(_NIGHT_DAYS)
    )
    _detect(account)


def tried_unseen(account: Account) -> bool:
    """Tell whether the delay was stated, or set."""
    return any(
        "DelaySeconds" in str(call.parameters)
        for service, operation in (
            ("cloudformation", "UpdateStack"),
            ("cloudformation", "CreateChangeSet"),
            ("sqs", "SetQueueAttributes"),
        )
        for call in account.calls(service, operation)
    )


# Clean up


def stack_gone(account: Account) -> Evidence | None:
    """Find no stack."""
    return stacks.refuse_left(account, LANDING)


def welcome_gone(account: Account) -> Evidence | None:
    """Find nothing left of it."""
    found = account.client("ssm").get_parameters(Names=[WELCOME])["Parameters"]
    return Evidence("no such parameter", "it is there", f"parameter {WELCOME}") if found else None
