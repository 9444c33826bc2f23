"""The shop of lab 10-05: its bus, the function that prints receipts, and what is sold."""

from __future__ import annotations

import io
import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from dryrun.checks import templates
from dryrun.checks.account import DEFAULT_REGION, Account
from dryrun.checks.exceptions import Broken

TRACK = "10-eventbridge"
ACCOUNT = "123456789012"
BUS, RULE, FUNCTION, ROLE = "ferry-shop", "receipts", "ferry-receipts", "ferry-receipts"
BUS_ARN = f"arn:aws:events:{DEFAULT_REGION}:{ACCOUNT}:event-bus/{BUS}"
LOG = f"/aws/lambda/{FUNCTION}"
SHEET = "by-hand.json"
FOLDER = Path("package")
SOURCE, SOLD = "ferry.tickets", "Ticket Sold"
DISCOVERED, CONTRACTS = "discovered-schemas", "ferry-contracts"
SCHEMA, COMPONENT = "ferry.tickets@TicketSold", "TicketSold"
CODE = "schema/ferry_tickets/ticketsold"
"""Where the classes of the schema are, in a package."""

_RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
_BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
_PLACEHOLDER = "def handler(event, context):\n    print('No receipts yet.')\n"


def prepare(account: Account) -> None:
    """Make the bus, a function that does nothing yet, and the rule between them."""
    _clear_folder()
    templates.remove("contract.json", "broken.txt")
    templates.lay_out(account, TRACK, SHEET)
    events = account.client("events")
    events.create_event_bus(Name=BUS)
    pattern = json.dumps({"source": [SOURCE], "detail-type": [SOLD]})
    rule = events.put_rule(Name=RULE, EventBusName=BUS, EventPattern=pattern)["RuleArn"]
    function = account.client("lambda").create_function(
        FunctionName=FUNCTION,
        Runtime=_RUNTIME,
        Handler="app.handler",
        Role=_role(account),
        Code={"ZipFile": _zipped({"app.py": _PLACEHOLDER})},
    )["FunctionArn"]
    account.client("lambda").add_permission(
        FunctionName=FUNCTION,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    events.put_targets(Rule=RULE, EventBusName=BUS, Targets=[{"Id": "function", "Arn": function}])


def _clear_folder() -> None:
    """Move away the package of an earlier run, as templates are."""
    if FOLDER.is_dir():
        kept = Path(f"{FOLDER}{templates.KEPT}")
        shutil.rmtree(kept, ignore_errors=True)
        FOLDER.replace(kept)


def _role(account: Account) -> str:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam = account.client("iam")
    made = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=document)
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=_BASIC)
    return str(made["Role"]["Arn"])


def _zipped(files: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


def sell(account: Account, ticket: str = "t-1", **more: Any) -> None:
    """Sell a ticket, as the shop does."""
    detail = {
        "ticket": ticket,
        "price": 1250,
        "passenger": {"name": "Ada", "child": False},
        **more,
    }
    entry = {
        "EventBusName": BUS,
        "Source": SOURCE,
        "DetailType": SOLD,
        "Detail": json.dumps(detail),
    }
    account.client("events").put_events(Entries=[entry])


def sold(account: Account) -> Iterator[dict[str, Any]]:
    """Yield the details of the tickets that the learner sold."""
    for call in account.calls("events", "PutEvents"):
        for entry in call.parameters.get("Entries", ()):
            name = str(entry.get("EventBusName", "")).rpartition("/")[2]
            if name == BUS and entry.get("Source") == SOURCE and entry.get("DetailType") == SOLD:
                try:
                    detail = json.loads(entry.get("Detail") or "{}")
                except ValueError:
                    continue
                if isinstance(detail, dict):
                    yield detail


def logged(account: Account) -> list[str]:
    """Return what the function printed; raises Broken."""
    function(account)
    logs = account.client("logs")
    try:
        rows = logs.get_paginator("filter_log_events").paginate(logGroupName=LOG)
        return [str(row["message"]).rstrip() for page in rows for row in page["events"]]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return []  # it was never invoked
        raise


def function(account: Account) -> dict[str, Any]:
    """Return the function's configuration; raises Broken."""
    try:
        found = account.client("lambda").get_function(FunctionName=FUNCTION)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            raise Broken(
                f"The function {FUNCTION}, which this lab made, is gone; use lab.reset()."
            ) from error
        raise
    return dict(found["Configuration"])


# The registry


def discoverers(account: Account) -> list[dict[str, Any]]:
    """Return the discoverers of the shop's bus."""
    found = account.client("schemas").list_discoverers(SourceArnPrefix=BUS_ARN)["Discoverers"]
    return [one for one in found if one["SourceArn"] == BUS_ARN]


def schema(account: Account, registry: str) -> dict[str, Any] | None:
    """Return the schema of sold tickets in a registry, or None."""
    try:
        found = account.client("schemas").describe_schema(RegistryName=registry, SchemaName=SCHEMA)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotFoundException":
            return None
        raise
    return dict(found)


def shape(content: str) -> dict[str, Any]:
    """Return what a schema's content says of a ticket that was sold."""
    try:
        document = json.loads(content)
        found = document["components"]["schemas"][COMPONENT]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def binding(account: Account) -> str:
    """Return how far the Python code of the contract is, "" when nobody asked for it."""
    try:
        found = account.client("schemas").describe_code_binding(
            RegistryName=CONTRACTS, SchemaName=SCHEMA, Language="Python36"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotFoundException":
            return ""
        raise
    return str(found["Status"])


def generated(account: Account) -> dict[str, str]:
    """Return the files of the contract's Python code."""
    body = account.client("schemas").get_code_binding_source(
        RegistryName=CONTRACTS, SchemaName=SCHEMA, Language="Python36"
    )["Body"]
    with zipfile.ZipFile(io.BytesIO(body.read())) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def deploy(account: Account) -> None:
    """Give the function what is in the folder."""
    files = {
        str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8")
        for path in sorted(FOLDER.rglob("*.py"))
    }
    account.client("lambda").update_function_code(FunctionName=FUNCTION, ZipFile=_zipped(files))
