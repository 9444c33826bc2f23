"""The graph, the timeline and the change sets of real stacks, as the cloud tells them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

UNIT = Path(__file__).parents[1] / "unit"
SCRIPT = """
from dryrun import lab
from dryrun.cloud import launcher
from dryrun.notebook import facade

TEMPLATE = '''
Resources:
  DeadLetters: {Type: AWS::SQS::Queue}
  Tickets:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 600
      RedrivePolicy: {deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 3}
'''
CHANGED = TEMPLATE.replace("Period: 600", "Period: 900") + "      QueueName: tickets"
BROKEN = TEMPLATE.replace("!GetAtt DeadLetters.Arn", "!Ref DeadLetters")

def part(name):
    print("PART", name)

lab.start("98")
session = facade._active
cloudformation = session.account.as_solver().client("cloudformation")
part("template")
lab.graph(TEMPLATE)
lab.clock.pause()
cloudformation.create_stack(StackName="ferry", TemplateBody=TEMPLATE)
lab.clock.step()
lab.clock.step()
part("moving")
lab.timeline("ferry")
lab.graph("ferry")
lab.clock.fast()
part("created")
lab.timeline("ferry")
lab.graph("ferry")
cloudformation.create_change_set(StackName="ferry", ChangeSetName="more", TemplateBody=CHANGED)
part("diff")
lab.diff("ferry", "more")
cloudformation.create_change_set(StackName="ferry", ChangeSetName="none", TemplateBody=TEMPLATE)
part("empty")
lab.diff("ferry", "none")
cloudformation.execute_change_set(StackName="ferry", ChangeSetName="more")
part("updated")
lab.timeline("ferry")
cloudformation.create_stack(StackName="broken", TemplateBody=BROKEN)
part("broken")
lab.timeline("broken")
ferry = cloudformation.describe_stacks(StackName="ferry")["Stacks"][0]["StackId"]
cloudformation.delete_stack(StackName="ferry")
part("deleted")
lab.timeline("ferry")
lab.timeline(ferry, operation="all")
lab.graph(ferry)
part("missing")
lab.diff("broken", "more")
lab.graph("nowhere")
launcher.stop(session.workspace)
"""
SAID = {
    "template": ["Tickets · AWS::SQS::Queue needs DeadLetters (Arn)", "not deployed"],
    "moving": ["in progress", "… DeadLetters", "so far", "○ Tickets", "not begun"],
    "created": ["✓ Tickets · AWS::SQS::Queue · create complete", "created in"],
    "diff": [
        "1 resource changes: 1 replaced.",
        "QueueName: the template was edited; replaces the resource",
        "before (not there) after tickets",
        "before 600 after 900",
    ],
    "empty": ["there is nothing to execute", "didn't contain changes"],
    "updated": ["· update", "replaced in", "then the old one deleted in"],
    "broken": ["rolled back", "The first to fail was Tickets", "✗ Tickets", "create failed"],
    "deleted": [
        "was deleted; what is kept of it",
        "3. deletion: complete",
        "○ Tickets · AWS::SQS::Queue · delete complete",
    ],
    "missing": ['Stack broken has no change set "more"', 'no stack "nowhere"; there are: broken'],
}


def test_a_stack_from_its_template_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "labs").mkdir()
    environ = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    environ |= {
        "DRYRUN_WORKSPACE": str(tmp_path),
        "DRYRUN_LAB_PACKAGES": "demo_labs",
        "PYTHONPATH": os.pathsep.join([str(UNIT), environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environ, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = {}
    for text in done.stdout.split("PART ")[1:]:
        name, _, said = text.partition("\n")
        found[name] = " ".join(said.split())
    for name, sentences in SAID.items():
        for sentence in sentences:
            assert sentence in found[name], f"{name}: {found[name]}"
