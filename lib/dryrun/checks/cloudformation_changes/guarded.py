"""The stacks on which lab 03-03 works: how they begin, and what is left of them at the end."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks.account import Account
from dryrun.checks.cloudformation_changes import stacks
from dryrun.checks.model import Evidence

LOGBOOK, POSTERS, WATCH, TILL = "ferry-logbook", "ferry-posters", "ferry-watch", "ferry-till"
FILES = {LOGBOOK: "logbook.yaml", POSTERS: "posters.yaml", WATCH: "watch.yaml", TILL: "till.yaml"}
LOG_BUCKET, POSTER_BUCKET = "ferry-logbook", "ferry-posters"
SALES, NEXT_SALES = "ferry-sales", "ferry-sales-2027"
ACCOUNT = "123456789012"
GROUP, WATCHMAN, CHARTS = "ferry-cameras", "night-watch", "charts"
_PAGES = ("2026/aurora.txt", "2026/borealis.txt")
_PICTURES = ("summer.txt", "summer-draft.txt")
_TICKETS = ("1001", "1002", "1003")
_IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
_LEFT = {"Key": "aws:cloudformation:logical-id", "Value": "Charts"}
_GONE = {"terminated", "shutting-down"}


def prepare(account: Account) -> None:
    """Put the templates beside the notebook, make the four stacks and use them."""
    stacks.lay_out(account, *FILES.values())
    cloudformation, s3 = account.client("cloudformation"), account.client("s3")
    for name, file in FILES.items():
        cloudformation.create_stack(StackName=name, TemplateBody=stacks.template(account, file))
    for bucket, keys in ((LOG_BUCKET, _PAGES), (POSTER_BUCKET, _PICTURES)):
        for key in keys:
            s3.put_object(Bucket=bucket, Key=key, Body=f"{key}\n".encode())
    for ticket in _TICKETS:
        item = {"ticket": {"S": ticket}}
        account.client("dynamodb").put_item(TableName=SALES, Item=item)
    _hire(account)


def _hire(account: Account) -> None:
    """Launch the machine that somebody once put into the cameras' group by hand."""
    ec2 = account.client("ec2")
    image = account.client("ssm").get_parameter(Name=_IMAGE)["Parameter"]["Value"]
    ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        SecurityGroupIds=[group_id(account, GROUP)],
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": WATCHMAN}]}
        ],
    )


def group_id(account: Account, name: str) -> str:
    """Return the id of a security group, "" when it is not there."""
    named = [{"Name": "group-name", "Values": [name]}]
    found = account.client("ec2").describe_security_groups(Filters=named)["SecurityGroups"]
    return str(found[0]["GroupId"]) if found else ""


def watchman(account: Account) -> dict[str, Any] | None:
    """Return the machine night-watch, None when it is no longer there."""
    named = [{"Name": "tag:Name", "Values": [WATCHMAN]}]
    found = account.client("ec2").describe_instances(Filters=named)["Reservations"]
    machines = [one for reservation in found for one in reservation["Instances"]]
    return next((one for one in machines if one["State"]["Name"] not in _GONE), None)


def keys_of(account: Account, bucket: str) -> list[str] | None:
    """Return what a bucket holds, None when there is no such bucket."""
    try:
        found = account.client("s3").list_objects_v2(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return None
        raise
    return [one["Key"] for one in found.get("Contents", [])]


def pages_there(account: Account) -> Evidence | None:
    """Find the logbook's bucket with its pages."""
    found, where = keys_of(account, LOG_BUCKET), f"bucket {LOG_BUCKET}"
    wanted = "the bucket with its pages"
    if found is None:
        return Evidence(wanted, 'no such bucket; lab.rewind("2") brings it back', where)
    missing = [key for key in _PAGES if key not in found]
    if missing:
        return Evidence(wanted, f'{missing[0]} is missing; lab.rewind("2") brings it back', where)
    return None


def tickets_in(account: Account, table: str) -> int | None:
    """Return how many tickets a table holds, None when there is no such table."""
    try:
        return int(account.client("dynamodb").scan(TableName=table, Select="COUNT")["Count"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise


def tickets_there(account: Account) -> Evidence | None:
    """Find the old table with its tickets."""
    count, where = tickets_in(account, SALES), f"table {SALES}"
    wanted = f"{len(_TICKETS)} tickets"
    if count is None:
        return Evidence(wanted, 'no such table; lab.rewind("7") brings it back', where)
    return None if count == len(_TICKETS) else Evidence(wanted, f"{count} tickets", where)


def snapshots(account: Account) -> list[dict[str, Any]]:
    """Return the snapshots that the logbook's volume left behind."""
    mine = [{"Name": "owner-id", "Values": [ACCOUNT]}]
    found = account.client("ec2").describe_snapshots(Filters=mine)["Snapshots"]
    return [one for one in found if _LEFT in one.get("Tags", [])]


def volumes(account: Account, snapshot_ids: list[str]) -> list[dict[str, Any]]:
    """Return the volumes made of one of these snapshots."""
    found = account.client("ec2").describe_volumes()["Volumes"]
    return [one for one in found if one.get("SnapshotId") in snapshot_ids]


# Clean up


def stacks_gone(account: Account) -> Evidence | None:
    """Find none of the lab's stacks."""
    left = [name for name in FILES if stacks.status(account, name)]
    return Evidence("none of the four stacks", ", ".join(left), "CloudFormation") if left else None


def left_gone(account: Account) -> Evidence | None:
    """Find nothing of what the stacks left behind."""
    wanted = "nothing that the stacks left behind"
    for bucket in (LOG_BUCKET, POSTER_BUCKET):
        if keys_of(account, bucket) is not None:
            return Evidence(wanted, f"bucket {bucket}", "S3")
    for table in account.client("dynamodb").list_tables()["TableNames"]:
        if table.startswith(SALES):
            return Evidence(wanted, f"table {table}", "DynamoDB")
    found = snapshots(account)
    made = volumes(account, [str(one["SnapshotId"]) for one in found]) if found else []
    if found or made:
        what = str(made[0]["VolumeId"]) if made else str(found[0]["SnapshotId"])
        return Evidence(wanted, what, "EC2")
    if watchman(account) is not None:
        return Evidence(wanted, f"instance {WATCHMAN}", "EC2")
    return None
