"""What must be true of the exercises of lab 02-02."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.cloudformation_templates import declared, shops, stacks
from dryrun.checks.cloudformation_templates.stacks import where
from dryrun.checks.model import Evidence

RETENTION = {"test": "86400", "prod": "1209600"}
_PIERS = [f"{letter}{digit}" for letter in "ABCD" for digit in range(1, 10)]
_NO_PIERS = ("E1", "A0", "a1", "A10", "B", "7", "", "AB2", "B2 ", "Z9", "1A")
_PATIENCE = ("30", "31", "120", "599", "600")
_NO_PATIENCE = ("29", "601", "0", "5", "-30", "6000")
_NEW = ("CreateStack", "CreateChangeSet")


def tried(*names: str, shown: int = 0) -> Callable[[Account], bool]:
    """Return a test whether the learner tried to make one of these stacks.

    `shown` is how many times the notebook itself does so in vain, to show the refusal.
    """

    def attempted(account: Account) -> bool:
        calls = [
            call
            for call in account.calls("cloudformation")
            if call.operation in _NEW and call.parameters.get("StackName") in names
        ]
        return len(calls) > shown or any(not call.error for call in calls)

    return attempted


def _queue(account: Account, url: str, region: str = DEFAULT_REGION) -> dict[str, str]:
    client = account.client("sqs", region)
    answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return dict(answer.get("Attributes") or {})


def _missing(account: Account, stack: str, logical: str, region: str = DEFAULT_REGION) -> Evidence:
    names = ", ".join(stacks.made(account, stack, region)) or "nothing"
    return Evidence(f"a resource {logical}", names, where(stack, region))


# 1 · a question the template asks


def shop_pier(account: Account) -> Evidence | None:
    """Find that the first shop sells for pier B2."""
    return _sells_for(account, shops.SHOP, "B2")


def _sells_for(account: Account, stack: str, pier: str) -> Evidence | None:
    given = stacks.parameters(stacks.find(account, stack)).get("Pier")
    orders = stacks.made(account, stack).get("Orders")
    name = orders.physical.rpartition("/")[2] if orders else "no queue"
    if given == pier and name == f"ferry-orders-{pier}":
        return None
    expected = f"Pier {pier}, queue ferry-orders-{pier}"
    return Evidence(expected, f"Pier {given or 'not given'}, {name}", where(stack))


def shop_patience(account: Account) -> Evidence | None:
    """Find that the first shop hides an order for 240 seconds, because it was told so."""
    orders = stacks.made(account, shops.SHOP).get("Orders")
    if orders is None:
        return _missing(account, shops.SHOP, "Orders")
    given = stacks.parameters(stacks.find(account, shops.SHOP)).get("Patience")
    seconds = _queue(account, orders.physical).get("VisibilityTimeout")
    if given == seconds == "240":
        return None
    found = f"Patience {given}, VisibilityTimeout {seconds}"
    return Evidence("Patience 240, VisibilityTimeout 240", found, where(shops.SHOP))


# 2 · values it takes


def second_pier(account: Account) -> Evidence | None:
    """Find that the second shop sells for pier C4."""
    return _sells_for(account, shops.SECOND, "C4")


def pier_guarded(account: Account) -> Evidence | None:
    """Find that the second shop's template takes every pier, and nothing else."""
    return _guarded(account, "Pier", _PIERS, _NO_PIERS, "A1 to D9 and nothing else")


def patience_guarded(account: Account) -> Evidence | None:
    """Find that the second shop's template takes 30 to 600 seconds, and nothing else."""
    return _guarded(account, "Patience", _PATIENCE, _NO_PATIENCE, "numbers from 30 to 600")


def _guarded(
    account: Account,
    name: str,
    good: list[str] | tuple[str, ...],
    bad: tuple[str, ...],
    expected: str,
) -> Evidence | None:
    if stacks.find(account, shops.SECOND) is None:
        return Evidence(expected, "no stack", where(shops.SECOND))
    at = f"parameter {name} in the template of {shops.SECOND}"
    parameter = stacks.template(account, shops.SECOND).get("Parameters", {}).get(name)
    if parameter is None:
        return Evidence(expected, "no such parameter", at)
    refused = [value for value in good if not declared.takes(parameter, value)]
    taken = [value for value in bad if declared.takes(parameter, value)]
    if refused:
        return Evidence(expected, f"{refused[0]} is refused", at)
    if taken:
        return Evidence(expected, f"“{taken[0]}” is taken", at)
    return None


# 3 · a value nobody may see


def key_stored(account: Account) -> Evidence | None:
    """Find that the secret of the stack is the payment company's key."""
    secret = stacks.made(account, shops.PAYMENT).get("Key")
    if secret is None:
        return _missing(account, shops.PAYMENT, "Key")
    client = account.client("secretsmanager")
    found = str(client.get_secret_value(SecretId=secret.physical).get("SecretString"))
    if found == shops.PAY_KEY:
        return None
    advice = "four stars" if found == "****" else "another key"
    return Evidence("the key that the company sent", advice, "secret ferry/payment-key")


def key_masked(account: Account) -> Evidence | None:
    """Find that whoever looks at the stack sees stars."""
    given = stacks.parameters(stacks.find(account, shops.PAYMENT))
    if not given:
        return Evidence("PayKey ****", "no parameter", where(shops.PAYMENT))
    shown = [name for name, value in given.items() if value != "****"]
    if not shown:
        return None
    return Evidence("PayKey ****", f"{shown[0]} in plain text", f"parameters of {shops.PAYMENT}")


def key_unwritten(account: Account) -> Evidence | None:
    """Find that the key does not stand in the template, where everybody reads it."""
    at = f"the template of {shops.PAYMENT}"
    if stacks.find(account, shops.PAYMENT) is None:
        return Evidence("a template without the key", "no stack", at)
    if shops.PAY_KEY not in stacks.text(account, shops.PAYMENT):
        return None
    return Evidence("a template without the key", "the key, in plain text", at)


# 4 · types


def screen_version(account: Account) -> Evidence | None:
    """Find that the screen shows the version, and that nobody typed it."""
    at = "parameter /ferry/screen/release"
    expected, found = shops.version(account), _parameter(account, "/ferry/screen/release")
    stack = stacks.find(account, shops.SCREEN)
    if stack is None or found != expected:
        return Evidence(expected, found, at)
    typed = [*stacks.parameters(stack).values(), stacks.text(account, shops.SCREEN)]
    if any(expected in text for text in typed):
        return Evidence("a version that is looked up", f"{expected}, typed", where(shops.SCREEN))
    return None


def screen_pier(account: Account) -> Evidence | None:
    """Find that the screen shows the first pier of the list."""
    found = _parameter(account, "/ferry/screen/busiest-pier")
    listed = stacks.parameters(stacks.find(account, shops.SCREEN)).get("Piers", "")
    if found == "B2" and len(listed.split(",")) == 3:
        return None
    at = "parameter /ferry/screen/busiest-pier"
    return Evidence("B2, of three piers", f"{found}, of “{listed}”", at)


def _parameter(account: Account, name: str) -> str:
    try:
        return str(account.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return "no such parameter"
        raise


# 5 · a table, and what a template knows by itself


def test_stage(account: Account) -> Evidence | None:
    """Find the stage for tests in us-east-1."""
    return _stage(account, shops.TEST, "test", DEFAULT_REGION)


def prod_stage(account: Account) -> Evidence | None:
    """Find the real thing in eu-west-1."""
    return _stage(account, shops.PROD, "prod", shops.AWAY)


def _stage(account: Account, name: str, stage: str, region: str) -> Evidence | None:
    unmet = stacks.incomplete(account, name, region)
    if unmet is not None:
        return unmet
    made = stacks.made(account, name, region)
    orders, printed = made.get("Orders"), made.get("Printed")
    if orders is None or printed is None:
        return _missing(account, name, "Orders" if orders is None else "Printed", region)
    given = stacks.parameters(stacks.find(account, name, region)).get("Stage")
    seconds = _queue(account, orders.physical, region).get("MessageRetentionPeriod")
    expected = (stage, RETENTION[stage], f"ferry-printed-{stage}-123456789012-{region}")
    found = (given, seconds, printed.physical)
    if found == expected:
        return None
    return Evidence(_words(expected), _words(found), where(name, region))


def _words(values: tuple[str | None, ...]) -> str:
    stage, seconds, bucket = values
    return f"Stage {stage}, {seconds} s, bucket {bucket}"


def stages_alike(account: Account) -> Evidence | None:
    """Find that both stages are of one template."""
    return _alike(account, (shops.TEST, DEFAULT_REGION), (shops.PROD, shops.AWAY))


def stages_general(account: Account) -> Evidence | None:
    """Find that neither account nor region stands in the template."""
    at = f"the template of {shops.TEST}"
    if stacks.find(account, shops.TEST) is None:
        return Evidence("no account and no region", "no stack", at)
    written = stacks.text(account, shops.TEST)
    found = [word for word in ("123456789012", DEFAULT_REGION, shops.AWAY) if word in written]
    return Evidence("no account and no region", ", ".join(found), at) if found else None


def _alike(account: Account, *places: tuple[str, str]) -> Evidence | None:
    bodies: list[dict[str, Any]] = []
    for name, region in places:
        if stacks.find(account, name, region) is None:
            return Evidence("one template for both", "no stack", where(name, region))
        bodies.append(stacks.template(account, name, region))
    names = " and ".join(name for name, _ in places)
    if bodies[0] == bodies[1]:
        return None
    differing = [key for key in bodies[0] | bodies[1] if bodies[0].get(key) != bodies[1].get(key)]
    return Evidence("one template for both", f"they differ in {', '.join(differing)}", names)


# 6 · conditions


def _lost_of(account: Account, stack: str) -> tuple[bool, str]:
    """Return whether a stack has a queue for lost orders, and where its own gives up to."""
    made = stacks.made(account, stack)
    sold, lost = made.get("Sold"), made.get("Lost")
    if sold is None:
        return lost is not None, "there is no queue Sold"
    redrive = json.loads(_queue(account, sold.physical).get("RedrivePolicy") or "{}")
    if not redrive:
        return lost is not None, "no redrive"
    target = str(redrive.get("deadLetterTargetArn")).rpartition(":")[2]
    if lost is not None and lost.physical.endswith(f"/{target}"):
        target = "Lost"
    return lost is not None, f"redrive to {target} after {redrive.get('maxReceiveCount')}"


def _sales(account: Account, stack: str, stage: str, careful: bool) -> Evidence | None:
    unmet = stacks.incomplete(account, stack)
    if unmet is not None:
        return unmet
    given = stacks.parameters(stacks.find(account, stack)).get("Stage")
    expected = (stage, careful, "redrive to Lost after 4" if careful else "no redrive")
    found = (given, *_lost_of(account, stack))
    if found == expected:
        return None
    return Evidence(_sold(*expected), _sold(*found), where(stack))


def _sold(stage: str | None, lost: bool, redrive: str) -> str:
    return f"Stage {stage}, {'a' if lost else 'no'} queue Lost, {redrive}"


def sales_test(account: Account) -> Evidence | None:
    """Find that tests keep no lost orders, or do because of the rehearsal."""
    if _sales(account, shops.SALES_TEST, "test", careful=False) is None:
        return None
    if rehearsal_on(account) is None:
        return None
    return _sales(account, shops.SALES_TEST, "test", careful=False)


def sales_prod(account: Account) -> Evidence | None:
    """Find that the real thing keeps lost orders."""
    return _sales(account, shops.SALES_PROD, "prod", careful=True)


def sales_alike(account: Account) -> Evidence | None:
    """Find that both are of one template; the rehearsal may have changed one of them."""
    if rehearsal_on(account) is None:
        return None
    return _alike(account, (shops.SALES_TEST, DEFAULT_REGION), (shops.SALES_PROD, DEFAULT_REGION))


# 7 · the rehearsal


def tried_rehearsal(account: Account) -> bool:
    """Tell whether the test was changed after it was made."""
    return stacks.updated(account, shops.SALES_TEST)


def rehearsal_on(account: Account) -> Evidence | None:
    """Find that the test is as careful as the real thing, because of the rehearsal."""
    given = stacks.parameters(stacks.find(account, shops.SALES_TEST)).get("Rehearsal")
    if given != "true":
        found = given or "no such parameter"
        return Evidence("Rehearsal true", found, f"parameters of {shops.SALES_TEST}")
    return _sales(account, shops.SALES_TEST, "test", careful=True)


def rehearsal_table(account: Account) -> Evidence | None:
    """Find that the condition holds for prod, for a rehearsal, and else never."""
    if stacks.find(account, shops.SALES_TEST) is None:
        return Evidence("a condition for Lost", "no stack", where(shops.SALES_TEST))
    body = stacks.template(account, shops.SALES_TEST)
    at = f"the template of {shops.SALES_TEST}"
    name = body.get("Resources", {}).get("Lost", {}).get("Condition")
    if name is None:
        return Evidence("a condition for Lost", "none", at)
    for stage, rehearsal, expected in (
        ("test", None, False),
        ("test", "false", False),
        ("test", "true", True),
        ("prod", "false", True),
        ("prod", "true", True),
    ):
        given = {"Stage": stage} | ({"Rehearsal": rehearsal} if rehearsal else {})
        if declared.holds(name, body, given) is not expected:
            told = " and ".join(f"{key} {value}" for key, value in given.items())
            words = {True: "Lost is made", False: "Lost is not made"}
            return Evidence(f"{words[expected]} for {told}", words[not expected], at)
    return None


def nothing_left(account: Account) -> Evidence | None:
    """Find that every stack of this lab is deleted, in both regions."""
    here = stacks.none_left(account, shops.HOME_STACKS)
    return here or stacks.none_left(account, (shops.PROD,), shops.AWAY)
