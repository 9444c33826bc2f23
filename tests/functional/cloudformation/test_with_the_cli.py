"""CloudFormation as people type it: the real `aws`, against a cloud process."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from outside import Account, Terminal, needs_v2

from dryrun.cloud.launcher import Running
from dryrun.workspace import Workspace

CFN = "aws cloudformation"
TEMPLATE = """
Parameters:
  Wait: {Type: Number, Default: 30}
Resources:
  Tickets:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: !Ref Wait}
Outputs:
  Url: {Value: !Ref Tickets, Export: {Name: tickets-url}}
"""
IMPORTER = """
Resources:
  Url:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !ImportValue tickets-url}
"""
PARENT = """
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./child.yaml}
"""
BROKEN = """
Resources:
  Tickets:
    Type: AWS::SQS::Queue
    Properties: {QueueName: "no such name!"}
"""


@pytest.fixture(scope="module")
def account(running: Running, workspace: Workspace) -> Account:
    return Account(running, workspace)


@pytest.fixture
def terminal(account: Account) -> Terminal:
    return account.terminal()


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


@needs_v2
def test_deploy_create_and_update(terminal: Terminal, tmp_path: Path) -> None:
    path = file(tmp_path, "tickets.yaml", TEMPLATE)
    deploy = f"{CFN} deploy --template-file '{path}' --stack-name tickets"
    said = terminal.run(deploy)
    assert said.status == 0, said.error
    assert "Successfully created/updated stack - tickets" in said.out
    again = terminal.run(f"{deploy} --no-fail-on-empty-changeset")
    assert (again.status, "No changes to deploy" in again.out) == (0, True)
    time.sleep(1)  # the CLI names its change sets by the second, and here one takes no longer
    assert terminal.run(f"{deploy} --parameter-overrides Wait=45").status == 0
    stacks = terminal.run(f"{CFN} describe-stacks --stack-name tickets").json["Stacks"]
    assert stacks[0]["StackStatus"] == "UPDATE_COMPLETE"
    assert stacks[0]["Parameters"] == [{"ParameterKey": "Wait", "ParameterValue": "45"}]
    importer = file(tmp_path, "importer.yaml", IMPORTER)
    body = f"--template-body 'file://{importer}'"
    assert terminal.run(f"{CFN} create-stack --stack-name importer {body}").status == 0
    assert terminal.run(f"{CFN} wait stack-create-complete --stack-name importer").status == 0
    imports = terminal.run(f"{CFN} list-imports --export-name tickets-url").json["Imports"]
    assert imports == ["importer"]
    told = terminal.run(f"{CFN} describe-events --stack-name importer").json["OperationEvents"]
    assert {one["OperationType"] for one in told} == {"CREATE_STACK"}


@needs_v2
def test_a_failed_deploy_and_its_roll_back(terminal: Terminal, tmp_path: Path) -> None:
    path = file(tmp_path, "broken.yaml", BROKEN)
    create = f"{CFN} create-stack --stack-name broken --template-body 'file://{path}'"
    assert terminal.run(f"{create} --disable-rollback").status == 0
    waited = terminal.run(f"{CFN} wait stack-create-complete --stack-name broken")
    assert waited.status == 255
    assert "terminal failure state" in waited.error
    assert terminal.run(f"{CFN} rollback-stack --stack-name broken").status == 0
    # The waiter stack-rollback-complete is for updates: of this one it never hears.
    rolled_back = terminal.run(f"{CFN} describe-stacks --stack-name broken").json["Stacks"][0]
    assert rolled_back["StackStatus"] == "ROLLBACK_COMPLETE"
    deploy = f"{CFN} deploy --template-file '{path}' --stack-name broken2"
    said = terminal.run(deploy)
    assert said.status == 255
    assert "Failed to create/update the stack" in said.error
    failed = terminal.run(
        f"{CFN} describe-events --stack-name broken2 --filters FailedEvents=true"
    ).json["OperationEvents"]
    assert "1 to 80 in length" in json.dumps(failed)


@needs_v2
def test_package_and_deploy_with_a_nested_stack(terminal: Terminal, tmp_path: Path) -> None:
    file(tmp_path, "child.yaml", TEMPLATE.replace("tickets-url", "nested-url"))
    parent, packaged = file(tmp_path, "parent.yaml", PARENT), tmp_path / "packaged.yaml"
    assert terminal.run("aws s3 mb s3://ferry-artifacts").status == 0
    said = terminal.run(
        f"{CFN} package --template-file '{parent}' --s3-bucket ferry-artifacts "
        f"--output-template-file '{packaged}'"
    )
    assert said.status == 0, said.error
    assert "ferry-artifacts" in packaged.read_text()
    deploy = f"{CFN} deploy --template-file '{packaged}' --stack-name parent"
    done = terminal.run(f"{deploy} --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND")
    assert done.status == 0, done.error
    stacks = terminal.run(f"{CFN} describe-stacks").json["Stacks"]
    child = next(one for one in stacks if one["StackName"].startswith("parent-Child-"))
    assert child["StackStatus"] == "CREATE_COMPLETE"
    assert child["ParentId"] == child["RootId"]
    assert terminal.run(f"{CFN} delete-stack --stack-name parent").status == 0
    assert terminal.run(f"{CFN} wait stack-delete-complete --stack-name parent").status == 0


@needs_v2
def test_change_sets_waiters_and_drift(terminal: Terminal, tmp_path: Path) -> None:
    path = file(tmp_path, "drifting.yaml", TEMPLATE.replace("tickets-url", "drifting-url"))
    named = "--stack-name drifting --change-set-name first"
    create = f"{CFN} create-change-set {named} --change-set-type CREATE"
    assert terminal.run(f"{create} --template-body 'file://{path}'").status == 0
    assert terminal.run(f"{CFN} wait change-set-create-complete {named}").status == 0
    assert terminal.run(f"{CFN} execute-change-set {named}").status == 0
    assert terminal.run(f"{CFN} wait stack-create-complete --stack-name drifting").status == 0
    detect = f"{CFN} detect-stack-drift --stack-name drifting"
    detection = terminal.run(detect).json["StackDriftDetectionId"]
    status = terminal.run(
        f"{CFN} describe-stack-drift-detection-status --stack-drift-detection-id {detection}"
    ).json
    assert (status["DetectionStatus"], status["StackDriftStatus"]) == (
        "DETECTION_COMPLETE", "IN_SYNC",
    )  # fmt: skip
