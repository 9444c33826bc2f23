"""Lab 10-02: what its exercises ask for, and how they are solved."""

from __future__ import annotations

import json
from typing import Any

from dryrun.checks.account import Account
from dryrun.checks.eventbridge import doors, pier
from dryrun.checks.eventbridge.matching import ACCOUNT, REGION, rule
from dryrun.checks.model import Evidence

OTHER_RULE = doors.rule_arn("ferry-weather")
STRANGERS_RULE = doors.rule_arn(pier.RULE, doors.STRANGER)
_SEND, _PUBLISH, _INVOKE = "sqs:SendMessage", "sns:Publish", "lambda:InvokeFunction"
_TARGETS = f"targets of the rule {pier.RULE}"
_DESK_ARN, _DEAD_ARN = doors.queue_arn(pier.DESK), doors.queue_arn(pier.DEAD)
_BELL_ARN = doors.queue_arn(pier.BELL)


def _calls(account: Account, service: str, *operations: str) -> bool:
    return any(account.calls(service, operation) for operation in operations)


# 1 · the silent queue


def tried_desk(account: Account) -> bool:
    """Tell whether the desk has a policy, or the learner tried to give it one."""
    tried = account.calls("sqs", "SetQueueAttributes")
    return bool(tried) or bool(doors.queue_policy(account, pier.DESK))


def desk_open(account: Account) -> Evidence | None:
    """Find that the desk lets the rule in."""
    text = doors.queue_policy(account, pier.DESK)
    return doors.refuse_shut(text, _SEND, _DESK_ARN, pier.RULE_ARN, f"policy of {pier.DESK}")


def desk_only(account: Account) -> Evidence | None:
    """Find that the desk lets nobody else in."""
    text = doors.queue_policy(account, pier.DESK)
    others = (OTHER_RULE, STRANGERS_RULE)
    return doors.refuse_open(text, _SEND, _DESK_ARN, f"policy of {pier.DESK}", others=others)


def desk_heard(account: Account) -> Evidence | None:
    """Find that a sale reached the desk."""
    found = pier.deliveries(account, _DESK_ARN)
    if any(one["delivered"] for one in found):
        return None
    last = found[-1]["error_message"] if found else "no sale since"
    return Evidence("a sale delivered", last, f"deliveries to {pier.DESK}")


def solve_desk(account: Account) -> None:
    """Open the desk for the rule, and sell a ticket."""
    policy = doors.opening(_SEND, _DESK_ARN, pier.RULE_ARN)
    url = doors.queue_url(account, pier.DESK)
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    pier.sell(account, "A-1")


# 2 · a printer beside the desk


def tried_printer(account: Account) -> bool:
    """Tell whether the learner gave any rule a target."""
    return _calls(account, "events", "PutTargets", "PutRule")


def printer_aimed(account: Account) -> Evidence | None:
    """Find the printer among the targets."""
    return _aimed(account, pier.PRINTER_ARN)


def _aimed(account: Account, arn: str) -> Evidence | None:
    if pier.target(account, arn) is not None:
        return None
    found = account.client("events").list_targets_by_rule(Rule=pier.RULE)["Targets"]
    return Evidence(arn, ", ".join(one["Arn"] for one in found) or "no target", _TARGETS)


def printer_letters(account: Account) -> Evidence | None:
    """Find that what the printer does not take is kept."""
    one = pier.target(account, pier.PRINTER_ARN) or {}
    found = one.get("DeadLetterConfig", {}).get("Arn")
    if found == _DEAD_ARN:
        return None
    return Evidence(_DEAD_ARN, found or "no dead-letter queue", "target ferry-printer")


def letter_kept(account: Account) -> Evidence | None:
    """Find that the printer missed the sale, which is in the dead-letter queue."""
    orders = pier.sold(account)
    if "A-2" not in orders:
        told = ", ".join(dict.fromkeys(orders)) or "none"
        return Evidence("the ticket A-2 is sold", told, "orders of events on the default bus")
    found = pier.deliveries(account, pier.PRINTER_ARN)
    if any(one["dead_letter"] == _DEAD_ARN for one in found):
        return None
    last = f"failed, {found[-1]['error_code']}, and not kept" if found else "no sale since"
    if found and found[-1]["delivered"]:
        last = "the printer took it: nobody has let the rule in yet, has somebody?"
    return Evidence(f"a sale kept in {pier.DEAD}", last, f"deliveries to {pier.PRINTER}")


def desk_still(account: Account) -> Evidence | None:
    """Find that the desk heard of what the printer missed."""
    missing = _aimed(account, _DESK_ARN)
    if missing is not None:
        return missing
    missed = [one["began"] for one in pier.deliveries(account, pier.PRINTER_ARN)]
    heard = [one["began"] for one in pier.deliveries(account, _DESK_ARN) if one["delivered"]]
    if missed and heard and heard[-1] >= missed[0]:
        return None
    return Evidence("the same sale, delivered", "no sale since", f"deliveries to {pier.DESK}")


def solve_printer(account: Account) -> None:
    """Give the rule the printer as a second target, and sell a ticket."""
    letters = {"Arn": _DEAD_ARN}
    _put(account, {"Id": "printer", "Arn": pier.PRINTER_ARN, "DeadLetterConfig": letters})
    pier.sell(account, "A-2")


def _put(account: Account, *targets: dict[str, Any], name: str = pier.RULE) -> None:
    account.client("events").put_targets(Rule=name, Targets=list(targets))


# 3 · repair


def tried_repair(account: Account) -> bool:
    """Tell whether the printer lets anybody in, or a letter was taken."""
    tried = _calls(account, "lambda", "AddPermission", "Invoke")
    return tried or _calls(account, "sqs", "DeleteMessage", "PurgeQueue")


def printer_open(account: Account) -> Evidence | None:
    """Find that the printer lets the rule in."""
    text = doors.function_policy(account, pier.PRINTER)
    where = f"policy of {pier.PRINTER}"
    return doors.refuse_shut(text, _INVOKE, pier.PRINTER_ARN, pier.RULE_ARN, where)


def printer_only(account: Account) -> Evidence | None:
    """Find that the printer lets no rule of another account in."""
    text = doors.function_policy(account, pier.PRINTER)
    where = f"policy of {pier.PRINTER}"
    others = (STRANGERS_RULE,)
    return doors.refuse_open(text, _INVOKE, pier.PRINTER_ARN, where, others=others)


def printed(account: Account) -> Evidence | None:
    """Find that the lost sale was printed."""
    found = [line.strip() for line in pier.lines(account, pier.PRINTER_LOG)]
    told = [line for line in found if line.startswith("printed")]
    if "printed A-2" in told:
        return None
    return Evidence("printed A-2", ", ".join(told) or "nothing", f"log group {pier.PRINTER_LOG}")


def letters_gone(account: Account) -> Evidence | None:
    """Find the dead-letter queue empty."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = doors.queue_url(account, pier.DEAD)
    found = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    count = sum(int(found["Attributes"][name]) for name in names)
    return Evidence("0 messages", str(count), f"queue {pier.DEAD}") if count else None


def solve_repair(account: Account) -> None:
    """Let the rule in, and put what is in the dead-letter queue once more."""
    account.client("lambda").add_permission(
        FunctionName=pier.PRINTER,
        StatementId="ferry-sales",
        Action=_INVOKE,
        Principal=doors.EVENTS,
        SourceArn=pier.RULE_ARN,
    )
    sqs, url = account.client("sqs"), doors.queue_url(account, pier.DEAD)
    for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        event = json.loads(message["Body"])
        pier.sell(account, event["detail"]["order"])
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


# 4 · a sentence for the captain

SENTENCE = "Order A-3: 2 tickets to helgoland."


def tried_captain(account: Account) -> bool:
    """Tell whether the topic is a target, or its policy was changed."""
    changed = _calls(account, "sns", "SetTopicAttributes", "AddPermission")
    return changed or pier.target(account, pier.TOPIC_ARN) is not None


def topic_open(account: Account) -> Evidence | None:
    """Find that the topic lets the rule in."""
    text, arn = doors.topic_policy(account, pier.TOPIC_ARN), pier.TOPIC_ARN
    return doors.refuse_shut(text, _PUBLISH, arn, pier.RULE_ARN, "policy of ferry-captain")


def topic_only(account: Account) -> Evidence | None:
    """Find that the topic lets nobody of other accounts in."""
    text, arn = doors.topic_policy(account, pier.TOPIC_ARN), pier.TOPIC_ARN
    others = (STRANGERS_RULE,)
    return doors.refuse_open(text, _PUBLISH, arn, "policy of ferry-captain", others=others)


def mail_reads(account: Account) -> Evidence | None:
    """Find the sentence in one of the captain's mails."""
    found = [str(one["text"]).partition("\n")[0] for one in pier.mails(account)]
    if any(line.strip('"') == SENTENCE for line in found):
        return None
    last = found[-1] if len(found) > 1 else "no mail since"
    return Evidence(SENTENCE, last, f"mails to {pier.CAPTAIN}, first line")


def solve_captain(account: Account) -> None:
    """Let the rule in, give it the topic with a sentence, and sell a ticket."""
    policy = doors.opening(_PUBLISH, pier.TOPIC_ARN, pier.RULE_ARN)
    account.client("sns").set_topic_attributes(
        TopicArn=pier.TOPIC_ARN, AttributeName="Policy", AttributeValue=policy
    )
    paths = {name: f"$.detail.{name}" for name in ("order", "port", "seats")}
    sentence = '"Order <order>: <seats> tickets to <port>."'
    transformer = {"InputPathsMap": paths, "InputTemplate": sentence}
    _put(account, {"Id": "captain", "Arn": pier.TOPIC_ARN, "InputTransformer": transformer})
    pier.sell(account, "A-3")


# 5 · a part, and a constant

_DETAIL = {"order": "A-4", "port": "helgoland", "seats": 2}


def tried_parts(account: Account) -> bool:
    """Tell whether the book or the bell is a target."""
    found = (pier.target(account, arn) for arn in (pier.BOOK_ARN, _BELL_ARN))
    return any(one is not None for one in found)


def book_reads(account: Account) -> Evidence | None:
    """Find in the book the detail alone."""
    found = [line for line in pier.lines(account, pier.BOOK) if "A-4" in line]
    if found and _read(found[-1]) == _DETAIL:
        return None
    last = found[-1] if found else "nothing of A-4"
    return Evidence(json.dumps(_DETAIL), last, f"last line of the log group {pier.BOOK}")


def bell_rings(account: Account) -> Evidence | None:
    """Find that the bell gets the constant, and got it."""
    one = pier.target(account, _BELL_ARN)
    if one is None:
        return Evidence(_BELL_ARN, "no such target", _TARGETS)
    if _read(one.get("Input", "")) != {"ring": 1}:
        found = one.get("Input") or "another input, or the whole event"
        return Evidence('{"ring": 1}', found, f"input of the target {pier.BELL}")
    tried = pier.deliveries(account, _BELL_ARN)
    if tried and tried[-1]["delivered"]:
        return None
    return Evidence("the bell rang", "no sale since", f"deliveries to {pier.BELL}")


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def solve_parts(account: Account) -> None:
    """Give the rule the book and the bell, and sell a ticket."""
    _put(
        account,
        {"Id": "book", "Arn": pier.BOOK_ARN, "InputPath": "$.detail"},
        {"Id": "bell", "Arn": _BELL_ARN, "Input": '{"ring": 1}'},
    )
    pier.sell(account, "A-4")


# 6 · the other side of the sea

FAR_RULE = "ferry-far-sales"


def tried_far(account: Account) -> bool:
    """Tell whether the role may do anything, or another rule sends to Ireland."""
    changed = _calls(account, "iam", "PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy")
    return changed or rule(account, FAR_RULE) is not None


def ireland_heard(account: Account) -> Evidence | None:
    """Find the sale in Ireland, with the region it came from."""
    found = [line for line in pier.lines(account, pier.SHELF, pier.IRELAND) if "A-5" in line]
    event = _read(found[-1]) if found else None
    if isinstance(event, dict) and event.get("region") == REGION:
        return None
    where = f"log group {pier.SHELF} in {pier.IRELAND}"
    return Evidence("the sale A-5", found[-1] if found else "nothing of A-5", where)


def role_just_enough(account: Account) -> Evidence | None:
    """Find that the role may put events on that bus, and do nothing else."""
    for action, resource, wanted in (
        ("events:PutEvents", pier.FAR_BUS, "allowed"),
        ("events:PutEvents", pier.FAR_BUS.replace("/default", "/other"), "denied"),
        ("events:PutEvents", pier.FAR_BUS.replace(pier.IRELAND, REGION), "denied"),
        ("events:PutRule", pier.FAR_BUS, "denied"),
        ("sqs:SendMessage", _DESK_ARN, "denied"),
    ):
        found = _may(account, action, resource)
        if found != wanted:
            return Evidence(
                f"{action} on {resource}: {wanted}", found, f"policies of {pier.SENDS_ON}"
            )
    return None


def _may(account: Account, action: str, resource: str) -> str:
    arn = f"arn:aws:iam::{ACCOUNT}:role/{pier.SENDS_ON}"
    told = account.client("iam").simulate_principal_policy(
        PolicySourceArn=arn, ActionNames=[action], ResourceArns=[resource]
    )
    return "allowed" if told["EvaluationResults"][0]["EvalDecision"] == "allowed" else "denied"


def solve_far(account: Account) -> None:
    """Let the role send on, and make a rule of its own for Ireland."""
    pier.let_send_on(account)
    events = account.client("events")
    events.put_rule(Name=FAR_RULE, EventPattern=json.dumps(pier.PATTERN))
    role = f"arn:aws:iam::{ACCOUNT}:role/{pier.SENDS_ON}"
    _put(account, {"Id": "ireland", "Arn": pier.FAR_BUS, "RoleArn": role}, name=FAR_RULE)
    pier.sell(account, "A-5")


# Clean up


def rules_gone(account: Account) -> Evidence | None:
    """Find no rule of Ferry's in the account."""
    found = account.client("events").list_rules(NamePrefix="ferry-")["Rules"]
    names = ", ".join(one["Name"] for one in found)
    return Evidence("no rule", names, "rules that begin with ferry-") if found else None


def printer_gone(account: Account) -> Evidence | None:
    """Find the function gone."""
    found = account.client("lambda").list_functions()["Functions"]
    there = any(one["FunctionName"] == pier.PRINTER for one in found)
    return Evidence("no function", pier.PRINTER, "functions") if there else None
