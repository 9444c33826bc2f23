"""Lab 03-03: what its exercises ask, and one answer to each."""

from __future__ import annotations

import json
from typing import Any

from dryrun.checks import templates
from dryrun.checks.account import Account
from dryrun.checks.cloudformation_changes import guarded, stack_policies, stacks
from dryrun.checks.cloudformation_changes.guarded import (
    CHARTS,
    GROUP,
    LOGBOOK,
    NEXT_SALES,
    POSTER_BUCKET,
    POSTERS,
    TILL,
    WATCH,
)
from dryrun.checks.model import Evidence
from dryrun.cloud.cloudformation import template as readers

_TABLE, _QUEUE = "AWS::DynamoDB::Table", "AWS::SQS::Queue"
POLICY = {
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["Update:Replace", "Update:Delete"],
            "Resource": "LogicalResourceId/Sales",
        },
    ]
}
_KEPT = ("Retain", "RetainExceptOnCreate")


# 1 · termination protection


def protected(account: Account) -> Evidence | None:
    """Find the till protected from being deleted."""
    found = stacks.stack(account, TILL)
    if found is None:
        return Evidence("protected", 'no such stack; lab.rewind("1") brings it back', TILL)
    if found.get("EnableTerminationProtection"):
        return None
    where = f"stack {TILL}, EnableTerminationProtection"
    return Evidence("True", str(found.get("EnableTerminationProtection")), where)


def others_open(account: Account) -> Evidence | None:
    """Find the other stacks open to deletion."""
    for name in guarded.FILES:
        found = stacks.stack(account, name) if name != TILL else None
        if found and found.get("EnableTerminationProtection"):
            return Evidence("False", "True", f"stack {name}, EnableTerminationProtection")
    return None


def tried_protection(account: Account) -> bool:
    """Tell whether protection was changed."""
    return bool(account.calls("cloudformation", "UpdateTerminationProtection"))


def solve_protection(account: Account) -> None:
    """Protect the till."""
    account.client("cloudformation").update_termination_protection(
        StackName=TILL, EnableTerminationProtection=True
    )


# 2 · a last will


def log_kept(account: Account) -> Evidence | None:
    """Find that the bucket would stay."""
    return _refuse_policy(account, "Logbook", *_KEPT)


def charts_kept(account: Account) -> Evidence | None:
    """Find that the volume would leave a snapshot."""
    return _refuse_policy(account, "Charts", "Snapshot")


def queue_goes(account: Account) -> Evidence | None:
    """Find that the queue would go."""
    return _refuse_policy(account, "Entries", "Delete", "")


def same_things(account: Account) -> Evidence | None:
    """Find that the stack still has what it began with."""
    return guarded.pages_there(account)


def _refuse_policy(account: Account, logical_id: str, *right: str) -> Evidence | None:
    where = f"stack {LOGBOOK}, resource {logical_id}, DeletionPolicy"
    wanted = " or ".join(one or "none" for one in right)
    if not stacks.status(account, LOGBOOK):
        return Evidence(wanted, 'no such stack; lab.rewind("2") brings it back', where)
    resource = _resources(account, LOGBOOK).get(logical_id)
    if resource is None:
        return Evidence(wanted, "no such resource in the stack's template", where)
    policy = str(resource.deletion_policy or "")
    return None if policy in right else Evidence(wanted, policy or "none", where)


def _resources(account: Account, name: str) -> dict[str, Any]:
    asked = {"StackName": name, "TemplateStage": "Processed"}
    body = account.client("cloudformation").get_template(**asked)["TemplateBody"]
    text = body if isinstance(body, str) else json.dumps(body)
    return dict(readers.parse(readers.read(text), transformed=True).resources)


def tried_will(account: Account) -> bool:
    """Tell whether the logbook was updated, or a change of it proposed."""
    return stacks.tried(account, LOGBOOK, "UpdateStack", "CreateChangeSet")


def solve_will(account: Account) -> None:
    """Write the deletion policies into the template, and update the stack."""
    text = stacks.template(account, "logbook.yaml")
    for kind, policy in (("AWS::S3::Bucket", "Retain"), ("AWS::EC2::Volume", "Snapshot")):
        text = text.replace(f"Type: {kind}\n", f"Type: {kind}\n    DeletionPolicy: {policy}\n")
    templates.write("logbook.yaml", text)
    account.client("cloudformation").update_stack(StackName=LOGBOOK, TemplateBody=text)


# 3 · what is left


def logbook_gone(account: Account) -> Evidence | None:
    """Find no stack of the logbook."""
    return stacks.refuse_left(account, LOGBOOK)


def charts_back(account: Account) -> Evidence | None:
    """Find a volume made of the snapshot that the stack left."""
    wanted, where = f"a volume {CHARTS} made of the snapshot", "EC2, us-east-1"
    found = guarded.snapshots(account)
    if not found:
        if stacks.status(account, LOGBOOK):
            return Evidence(wanted, "no snapshot yet", where)
        return Evidence(wanted, 'no snapshot; lab.rewind("2") brings the volume back', where)
    made = guarded.volumes(account, [str(one["SnapshotId"]) for one in found])
    if not made:
        return Evidence(wanted, f"no volume made of {found[0]['SnapshotId']}", where)
    if any(_is_named(one) for one in made):
        return None
    volume = made[0]["VolumeId"]
    return Evidence(f"the tag Name is {CHARTS}", "no such tag", f"volume {volume}")


def _is_named(volume: dict[str, Any]) -> bool:
    return {"Key": "Name", "Value": CHARTS} in volume.get("Tags", [])


def charts_zone(account: Account) -> Evidence | None:
    """Find the new volume where the machines are."""
    found = [str(one["SnapshotId"]) for one in guarded.snapshots(account)]
    made = guarded.volumes(account, found) if found else []
    named = [one for one in made if _is_named(one)] or made
    zones = [str(one["AvailabilityZone"]) for one in named]
    if "us-east-1a" in zones:
        return None
    return Evidence("us-east-1a", zones[0] if zones else "no volume", "the new volume's zone")


def tried_delete(account: Account) -> bool:
    """Tell whether the logbook was to be deleted."""
    return stacks.tried(account, LOGBOOK, "DeleteStack")


def solve_left(account: Account) -> None:
    """Delete the stack, and make a volume of the snapshot."""
    account.client("cloudformation").delete_stack(StackName=LOGBOOK)
    [snapshot] = guarded.snapshots(account)
    named = {"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": CHARTS}]}
    account.client("ec2").create_volume(
        AvailabilityZone="us-east-1a", SnapshotId=snapshot["SnapshotId"], TagSpecifications=[named]
    )


# 4 · a full bucket


def posters_gone(account: Account) -> Evidence | None:
    """Find no stack of the posters."""
    return stacks.refuse_left(account, POSTERS)


def bucket_gone(account: Account) -> Evidence | None:
    """Find no bucket of posters."""
    found, where = guarded.keys_of(account, POSTER_BUCKET), f"bucket {POSTER_BUCKET}"
    if found is None:
        return None
    return Evidence("no such bucket", f"it is there, with {len(found)} objects", where)


def tried_posters(account: Account) -> bool:
    """Tell whether the bucket was touched, or the stack deleted more than once."""
    removing = ("DeleteObject", "DeleteObjects", "DeleteBucket")
    touched = any(
        call.parameters.get("Bucket") == POSTER_BUCKET
        for operation in removing
        for call in account.calls("s3", operation)
    )
    return touched or _deletions(account, POSTERS) > 1


def _deletions(account: Account, name: str) -> int:
    calls = account.calls("cloudformation", "DeleteStack")
    return sum(name in str(call.parameters.get("StackName")) for call in calls)


def solve_posters(account: Account) -> None:
    """Empty the bucket, then delete the stack."""
    for key in guarded.keys_of(account, POSTER_BUCKET) or ():
        account.client("s3").delete_object(Bucket=POSTER_BUCKET, Key=key)
    account.client("cloudformation").delete_stack(StackName=POSTERS)


# 5 · a group in use


def watch_gone(account: Account) -> Evidence | None:
    """Find no stack of the cameras."""
    return stacks.refuse_left(account, WATCH)


def group_gone(account: Account) -> Evidence | None:
    """Find no security group of the cameras."""
    found = guarded.group_id(account, GROUP)
    return Evidence("no such group", found, f"security group {GROUP}") if found else None


def still_runs(account: Account) -> Evidence | None:
    """Find the machine running."""
    found = guarded.watchman(account)
    state = str(found["State"]["Name"]) if found else "terminated"
    if state == "running":
        return None
    return Evidence("running", state, f"instance {guarded.WATCHMAN}")


def tried_watch(account: Account) -> bool:
    """Tell whether the machine was touched, or the stack deleted more than once."""
    changing = (
        *("ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute"),
        *("TerminateInstances", "StopInstances"),
    )
    touched = any(account.calls("ec2", operation) for operation in changing)
    return touched or _deletions(account, WATCH) > 1


def solve_watch(account: Account) -> None:
    """Give the machine another group, then delete the stack."""
    found = guarded.watchman(account)
    assert found is not None
    account.client("ec2").modify_instance_attribute(
        InstanceId=found["InstanceId"], Groups=[guarded.group_id(account, "default")]
    )
    account.client("cloudformation").delete_stack(StackName=WATCH)


# 6 · a stack policy


def sales_guarded(account: Account) -> Evidence | None:
    """Find that no update may replace or remove the table."""
    policy = _policy(account)
    for action in ("Replace", "Delete"):
        if stack_policies.allows(policy, action, "Sales", _TABLE):
            found = "it may" if policy else "it may: there is no stack policy"
            return Evidence(f"no update may {action.lower()} Sales", found, _where())
    return None


def rest_open(account: Account) -> Evidence | None:
    """Find that updates may do everything else."""
    policy = _policy(account)
    asked = [("Modify", "Sales", _TABLE)]
    asked += [(action, "Refunds", _QUEUE) for action in ("Modify", "Replace", "Delete")]
    for action, name, kind in asked:
        if not stack_policies.allows(policy, action, name, kind):
            return Evidence(f"an update may {action.lower()} {name}", "it may not", _where())
    return None


def _policy(account: Account) -> str:
    return stack_policies.of_stack(account, TILL)


def _where() -> str:
    return f"stack {TILL}, stack policy"


def tried_policy(account: Account) -> bool:
    """Tell whether a stack policy was set."""
    return bool(account.calls("cloudformation", "SetStackPolicy")) or bool(_policy(account))


def solve_policy(account: Account) -> None:
    """Set the stack policy."""
    account.client("cloudformation").set_stack_policy(
        StackName=TILL, StackPolicyBody=json.dumps(POLICY)
    )


# 7 · a door for once


def new_table(account: Account) -> Evidence | None:
    """Find the new table in the stack."""
    found = stacks.physical(account, TILL, "Sales")
    if found == NEXT_SALES:
        return None
    return Evidence(NEXT_SALES, found or "none", f"stack {TILL}, resource Sales")


def till_done(account: Account) -> Evidence | None:
    """Find the till's last update complete."""
    return stacks.refuse_status(account, TILL, "UPDATE_COMPLETE")


def tried_override(account: Account) -> bool:
    """Tell whether the new name was tried."""
    changing = ("UpdateStack", "CreateChangeSet")
    return any(
        call.operation in changing and NEXT_SALES in str(call.parameters)
        for call in account.calls("cloudformation")
    )


def solve_override(account: Account) -> None:
    """Keep the old table, and let this one update replace it."""
    kept = f"Type: {_TABLE}\n    UpdateReplacePolicy: Retain\n"
    text = stacks.template(account, "till.yaml").replace(f"Type: {_TABLE}\n", kept)
    templates.write("till.yaml", text)
    account.client("cloudformation").update_stack(
        StackName=TILL,
        TemplateBody=text,
        Parameters=[{"ParameterKey": "SalesTable", "ParameterValue": NEXT_SALES}],
        StackPolicyDuringUpdateBody=json.dumps({"Statement": POLICY["Statement"][:1]}),
    )
