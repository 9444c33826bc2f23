"""What must be true of the exercises of lab 02-03."""

from __future__ import annotations

import base64
import ipaddress
import json
from collections.abc import Callable
from typing import Any

from dryrun.checks.account import Account
from dryrun.checks.cloudformation_templates import bodies, piers, stacks
from dryrun.checks.cloudformation_templates.piers import GANGWAY, MOORINGS, ROWS, SCREEN
from dryrun.checks.cloudformation_templates.stacks import where
from dryrun.checks.model import Evidence

_QUEUE = "AWS::SQS::Queue"
_NEW = ("CreateStack", "UpdateStack", "CreateChangeSet")


def tried(*names: str) -> Callable[[Account], bool]:
    """Return whether the learner made or changed one of these stacks."""

    def attempted(account: Account) -> bool:
        return any(
            call.operation in _NEW and call.parameters.get("StackName") in names
            for call in account.calls("cloudformation")
        )

    return attempted


def _outputs(account: Account, name: str) -> dict[str, str]:
    stack = stacks.find(account, name) or {}
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs") or ()}


def _arn(account: Account, url: str) -> str:
    answer = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


# 1 · outputs


def output(key: str) -> Callable[[Account], Evidence | None]:
    """Return a check of one output of the gangway."""

    def check(account: Account) -> Evidence | None:
        made = stacks.made(account, GANGWAY)
        queue, topic = made.get("Passengers"), made.get("Boarding")
        if queue is None or topic is None:
            return Evidence(f"an output {key}", "no Passengers or no Boarding", where(GANGWAY))
        pier = stacks.parameters(stacks.find(account, GANGWAY)).get("Pier", "")
        name = topic.physical.rpartition(":")[2]
        expected = {
            "QueueUrl": queue.physical,
            "TopicName": name,
            "Sign": f"Pier {pier}: listen to {name}",
            "Both": f"{_arn(account, queue.physical)},{topic.physical}",
        }[key]
        found = _outputs(account, GANGWAY).get(key)
        if found == expected:
            return None
        return Evidence(expected, "no such output" if found is None else found, _place(key))

    return check


def _place(key: str) -> str:
    return f"output {key}, {where(GANGWAY)}"


def for_castle(account: Account) -> Evidence | None:
    """Find that the gangway was made for the castle, by its parameter."""
    found = stacks.parameters(stacks.find(account, GANGWAY)).get("Pier")
    if found == piers.PIER:
        return None
    return Evidence(f"Pier {piers.PIER}", f"Pier {found}" if found else "none", where(GANGWAY))


def nothing_typed(account: Account) -> Evidence | None:
    """Find that nothing the account decides was written into the gangway's outputs."""
    body = bodies.read(bodies.text(account, GANGWAY))
    text = json.dumps(body.get("Outputs") or {}) if isinstance(body, dict) else ""
    if not text or text == "{}":
        return Evidence("outputs made by functions", "no outputs", where(GANGWAY))
    known = [one.physical for one in stacks.made(account, GANGWAY).values()]
    known += [name.replace(":", "/").rpartition("/")[2] for name in known]
    pier = stacks.parameters(stacks.find(account, GANGWAY)).get("Pier") or piers.PIER
    typed = [value for value in (*known, pier) if value and value in text]
    if not typed:
        return None
    return Evidence("only functions", f"{typed[0]}, typed in", f"Outputs, {where(GANGWAY)}")


# 2 · a name of its own


def photos_named(account: Account) -> Evidence | None:
    """Find that the bucket is named after the last part of the stack's id."""
    stack = stacks.find(account, GANGWAY)
    bucket = stacks.made(account, GANGWAY).get("Photos")
    if stack is None or bucket is None:
        return Evidence("a bucket Photos", "none", where(GANGWAY))
    expected = f"ferry-photos-{str(stack['StackId']).rpartition('-')[2]}"
    if bucket.physical == expected:
        return None
    return Evidence(expected, bucket.physical, f"bucket Photos, {where(GANGWAY)}")


def id_not_typed(account: Account) -> Evidence | None:
    """Find that the end of the id is cut out by functions."""
    stack = stacks.find(account, GANGWAY)
    if stack is None:
        return Evidence("a name made by functions", "no stack", where(GANGWAY))
    end = str(stack["StackId"]).rpartition("-")[2]
    if end in bodies.text(account, GANGWAY) or end in stacks.parameters(stack).values():
        return Evidence("a name made by functions", f"{end}, typed in", where(GANGWAY))
    if "BucketName" in bodies.text(account, GANGWAY):
        return None
    return Evidence("a name made by functions", "no BucketName", where(GANGWAY))


def tried_name(account: Account) -> bool:
    """Tell whether the bucket was given a name."""
    return "BucketName" in bodies.text(account, GANGWAY)


# 3 · the network


def _subnets(account: Account) -> list[dict[str, Any]]:
    """Return the subnets of the moorings, by their addresses."""
    found = stacks.of_type(stacks.made(account, MOORINGS), "AWS::EC2::Subnet")
    ids = [one.physical for one in found if one.physical]
    if not ids:
        return []
    answer = account.client("ec2").describe_subnets(SubnetIds=ids)["Subnets"]
    return sorted(answer, key=lambda one: ipaddress.ip_network(one["CidrBlock"]))


def pieces_cut(account: Account) -> Evidence | None:
    """Find that the first two /24 of the network are its two subnets."""
    network = stacks.made(account, MOORINGS).get("Network")
    if network is None:
        return Evidence("two subnets", "no network", where(MOORINGS))
    [vpc] = account.client("ec2").describe_vpcs(VpcIds=[network.physical])["Vpcs"]
    cut = ipaddress.ip_network(vpc["CidrBlock"]).subnets(new_prefix=24)
    expected = [str(next(cut)), str(next(cut))]
    found = [one["CidrBlock"] for one in _subnets(account)]
    if found == expected:
        return None
    return Evidence(", ".join(expected), ", ".join(found) or "no subnet", where(MOORINGS))


def zones_apart(account: Account) -> Evidence | None:
    """Find that the subnets stand in the first two zones of the region."""
    answer = account.client("ec2").describe_availability_zones()["AvailabilityZones"]
    expected = sorted(one["ZoneName"] for one in answer)[:2]
    found = [one["AvailabilityZone"] for one in _subnets(account)]
    if found == expected:
        return None
    return Evidence(", ".join(expected), ", ".join(found) or "no subnet", where(MOORINGS))


def nothing_typed_there(account: Account) -> Evidence | None:
    """Find that neither addresses nor zones of the subnets were typed in."""
    text = bodies.code(account, MOORINGS)
    subnets = _subnets(account)
    if not subnets:
        return Evidence("subnets made by functions", "no subnet", where(MOORINGS))
    values = [one[key] for one in subnets for key in ("CidrBlock", "AvailabilityZone")]
    typed = [value for value in values if value in text]
    if not typed:
        return None
    return Evidence("Cidr and GetAZs", f"{typed[0]}, typed in", f"template of {MOORINGS}")


def route_waits(account: Account) -> Evidence | None:
    """Find that the route waits for the attachment, which it does not point to."""
    route = bodies.resource(account, MOORINGS, "WayOut")
    if not route:
        return Evidence("a route WayOut", "none", where(MOORINGS))
    found = route.get("DependsOn") or []
    named = [found] if isinstance(found, str) else list(found)
    if "Attachment" in named or "Attachment" in json.dumps(route.get("Properties")):
        return None
    told = f"it waits for {', '.join(named)}" if named else "it waits for nothing but Ref"
    return Evidence("WayOut waits for Attachment", told, f"template of {MOORINGS}")


def exported(account: Account) -> Evidence | None:
    """Find both exports of the moorings."""
    network = stacks.made(account, MOORINGS).get("Network")
    ids = ",".join(one["SubnetId"] for one in _subnets(account))
    found = piers.exports(account)
    renamed = ids and found.get(piers.NEW_EXPORT) == ids
    name = piers.NEW_EXPORT if renamed else piers.SUBNETS_EXPORT
    expected = {piers.VPC_EXPORT: network.physical if network else "", name: ids}
    wrong = [key for key, value in expected.items() if not value or found.get(key) != value]
    if not wrong:
        return None
    key = wrong[0]
    wanted = expected[key] or "an id"
    return Evidence(f"{key} = {wanted}", found.get(key) or "no such export", "exports, us-east-1")


# 4 · the screen


def _instance(account: Account) -> str:
    screen = stacks.made(account, SCREEN).get("Screen")
    return screen.physical if screen else ""


def screen_placed(account: Account) -> Evidence | None:
    """Find that the screen stands in the first subnet of the moorings."""
    subnets, instance = _subnets(account), _instance(account)
    if not subnets or not instance:
        return Evidence("a Screen in the first subnet", "no Screen", where(SCREEN))
    answer = account.client("ec2").describe_instances(InstanceIds=[instance])
    found = answer["Reservations"][0]["Instances"][0].get("SubnetId")
    expected = subnets[0]["SubnetId"]
    if found == expected:
        return None
    return Evidence(f"{expected}, the first subnet", str(found), f"Screen, {where(SCREEN)}")


def screen_imports(account: Account) -> Evidence | None:
    """Find that the screen's stack imports what the moorings export."""
    client = account.client("cloudformation")
    for name in (piers.SUBNETS_EXPORT, piers.NEW_EXPORT):
        try:
            found = client.list_imports(ExportName=name)["Imports"]
        except client.exceptions.ClientError:
            continue
        if SCREEN in found:
            return None
    return Evidence(f"{SCREEN} imports {piers.SUBNETS_EXPORT}", "it does not", where(SCREEN))


def script_arrives(account: Account) -> Evidence | None:
    """Find that the machine gets the script, with its own variable untouched."""
    instance = _instance(account)
    expected = 'echo "Pier ${PIER}, drawn by ferry-screen"'
    if not instance:
        return Evidence(expected, "no Screen", where(SCREEN))
    answer = account.client("ec2").describe_instance_attribute(
        InstanceId=instance, Attribute="userData"
    )
    packed = (answer.get("UserData") or {}).get("Value") or ""
    script = base64.b64decode(packed).decode("utf-8", "replace")
    if script.startswith("#!/bin/bash\n") and "\nPIER=north\n" in script and expected in script:
        return None
    drawn = [line for line in script.splitlines() if "drawn by" in line]
    return Evidence(expected, (drawn or ["no such line"])[0], f"user data of {instance}")


# 5 · the locked export


def new_name(account: Account) -> Evidence | None:
    """Find the subnets exported under their new name."""
    ids = ",".join(one["SubnetId"] for one in _subnets(account))
    found = piers.exports(account).get(piers.NEW_EXPORT)
    if ids and found == ids:
        return None
    return Evidence(
        f"{piers.NEW_EXPORT} = {ids or 'two ids'}", found or "no such export", "exports, us-east-1"
    )


def old_name_gone(account: Account) -> Evidence | None:
    """Find that nobody exports the old name, now that the new one is there."""
    found = piers.exports(account)
    if piers.SUBNETS_EXPORT in found:
        return Evidence(
            f"no export {piers.SUBNETS_EXPORT}", "it is still there", "exports, us-east-1"
        )
    if piers.NEW_EXPORT not in found:
        return Evidence(f"{piers.NEW_EXPORT} alone", "neither name", "exports, us-east-1")
    return None


def screen_kept(account: Account) -> Evidence | None:
    """Find that the screen was made before the export was renamed, and is still the same."""
    network = stacks.find(account, MOORINGS) or {}
    changed = network.get("LastUpdatedTime")
    made = _made_at(account)
    if changed is None or made is None:
        return Evidence(
            "the same Screen, new export", "no change yet" if made else "no Screen", where(SCREEN)
        )
    if made < changed:
        return screen_imports(account)
    return Evidence("the Screen of step 4", "another one, made since", where(SCREEN))


def _made_at(account: Account) -> Any:
    """Return when the screen that is there now was begun."""
    if not _instance(account):
        return None
    answer = account.client("cloudformation").describe_stack_events(StackName=SCREEN)
    begun = [
        one["Timestamp"]
        for one in answer["StackEvents"]
        if one["LogicalResourceId"] == "Screen" and one["ResourceStatus"] == "CREATE_IN_PROGRESS"
    ]
    return max(begun, default=None)


def tried_rename(account: Account) -> bool:
    """Tell whether the moorings were changed, or one of the stacks deleted."""
    network = stacks.find(account, MOORINGS)
    return network is not None and "LastUpdatedTime" in network


# 6 · a loop


def queues_made(account: Account) -> Evidence | None:
    """Find a queue for every pier, which keeps what arrives for an hour."""
    made = stacks.of_type(stacks.made(account, ROWS), _QUEUE)
    found = {one.physical.rpartition("/")[2]: one.physical for one in made}
    expected = [f"ferry-arrivals-{pier}" for pier in piers.PIERS]
    missing = [name for name in expected if name not in found]
    if missing:
        return Evidence(", ".join(expected), f"{', '.join(missing)} missing", where(ROWS))
    client = account.client("sqs")
    for name in expected:
        answer = client.get_queue_attributes(
            QueueUrl=found[name], AttributeNames=["MessageRetentionPeriod"]
        )
        seconds = answer["Attributes"]["MessageRetentionPeriod"]
        if seconds != "3600":
            return Evidence("3600 seconds", f"{seconds} seconds", f"queue {name}")
    return None


def written_once(account: Account) -> Evidence | None:
    """Find that the template has one queue in it, and counts by itself."""
    text = bodies.code(account, ROWS)
    queues = text.count(f'"{_QUEUE}"')
    if queues == 1 and "Fn::Length" in text:
        return None
    counts = "counts with Fn::Length" if "Fn::Length" in text else "does not count"
    return Evidence(
        "one queue, and Fn::Length", f"{queues} queues, and it {counts}", f"template of {ROWS}"
    )


def board_tells(account: Account) -> Evidence | None:
    """Find that the board's parameter holds the piers and their number as JSON."""
    expected = {"piers": list(piers.PIERS), "count": len(piers.PIERS)}
    board = stacks.made(account, ROWS).get("Board")
    if board is None:
        return Evidence(json.dumps(expected), "no Board", where(ROWS))
    client = account.client("ssm")
    found = client.get_parameter(Name=board.physical)["Parameter"]["Value"]
    try:
        told = json.loads(found)
    except ValueError:
        told = None
    right = isinstance(told, dict) and set(told) == set(expected)
    if right and sorted(told["piers"]) == sorted(piers.PIERS) and str(told["count"]) == "4":
        return None
    return Evidence(json.dumps(expected), found, f"parameter {board.physical}")


def nothing_left(account: Account) -> Evidence | None:
    """Find that every stack of this lab is deleted."""
    return stacks.none_left(account, piers.STACKS)
