"""Schemas as people type them: the real `aws`, against a cloud process. EV-SCHEMA."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from outside import Account, Terminal, needs_v2

from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace

BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"
AT = "--registry-name discovered-schemas --schema-name ferry.tickets@TicketSold"


@pytest.fixture(scope="module")
def terminal(running: Running, workspace: Workspace) -> Terminal:
    return Account(running, workspace).terminal()


@needs_v2
def test_ev_schema_from_discovery_to_code_with_the_cli(terminal: Terminal, tmp_path: Path) -> None:
    made = terminal.run(f"aws schemas create-discoverer --source-arn {BUS}").json
    assert made["State"] == "STARTED"
    entry = {"Source": "ferry.tickets", "DetailType": "Ticket Sold", "Detail": '{"price": 12}'}
    file = tmp_path / "entries.json"
    file.write_text(json.dumps([entry]))
    assert terminal.run(f"aws events put-events --entries 'file://{file}'").status == 0
    found = terminal.run(f"aws schemas describe-schema {AT}").json
    assert json.loads(found["Content"])["info"]["title"] == "TicketSold"
    put = terminal.run(f"aws schemas put-code-binding {AT} --language Python36").json
    assert put["Status"] == "CREATE_IN_PROGRESS"
    waited = terminal.run(f"aws schemas wait code-binding-exists {AT} --language Python36")
    assert waited.status == 0, waited.error
    target = tmp_path / "code.zip"
    got = terminal.run(f"aws schemas get-code-binding-source {AT} --language Python36 '{target}'")
    assert got.status == 0, got.error
    names = zipfile.ZipFile(target).namelist()
    assert "schema/ferry_tickets/ticketsold/AWSEvent.py" in names
    listed = terminal.run("aws schemas list-schemas --registry-name aws.events --limit 2").json
    assert len(listed["Schemas"]) == 2
    missing = terminal.run("aws schemas describe-registry --registry-name no")
    assert "NotFoundException" in missing.error
    arn = found["SchemaArn"]
    tagged = terminal.run(f"aws schemas tag-resource --resource-arn {arn} --tags team=a")
    assert tagged.status == 0, tagged.error
    assert terminal.run(f"aws schemas list-tags-for-resource --resource-arn {arn}").json == {
        "Tags": {"team": "a"}
    }
