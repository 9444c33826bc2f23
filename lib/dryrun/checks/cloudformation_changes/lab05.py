"""Lab 03-05: drift."""

from __future__ import annotations

from dryrun.checks.cloudformation_changes import landing
from dryrun.checks.cloudformation_changes.questions05 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

_IDS = ("CFN-DRIFT",)

LAB = Lab(
    id="03-05",
    title="Drift",
    goal="Find what was changed behind a stack's back, and make stack and world agree again.",
    minutes=35,
    places=(
        ("the stack", "ferry-landing, and what a night has done to it"),
        ("its template", "landing.yaml, in this folder"),
    ),
    services=("cloudformation", "sqs", "logs", "ssm", "ec2"),
    prepare=landing.prepare,
    exercises=(
        Exercise(
            id="behind-its-back",
            number="1",
            title="Behind its back",
            ids=_IDS,
            criteria=(
                Criterion(
                    "own-hand", "The queue hides a report for 300 seconds.", landing.own_hand
                ),
                Criterion("detected", "A detection found the stack drifted.", landing.detected),
                Criterion("own-seen", "It found your change.", landing.own_seen),
            ),
            hints=(
                "First change the queue with its own service. Then ask CloudFormation to look.",
                "`aws sqs set-queue-attributes` wants the queue's URL, which is its physical id, "
                "and `--attributes`. `aws cloudformation detect-stack-drift` begins to look.",
                "`aws sqs set-queue-attributes --queue-url {url} --attributes "
                "VisibilityTimeout=…`, then `aws cloudformation detect-stack-drift --stack-name "
                "ferry-landing`.",
            ),
            attempted=landing.tried_detection,
            solve=landing.solve_detection,
            why="CloudFormation looks only when it is asked, and then only writes down what it "
            "found.",
        ),
        Exercise(
            id="put-back",
            number="2",
            title="Put it back",
            ids=_IDS,
            criteria=(
                Criterion(
                    "queue-back",
                    "The queue hides a report for 30 seconds again.",
                    landing.queue_back,
                ),
                Criterion("gate-shut", "The gate opens for the office only.", landing.gate_shut),
                Criterion(
                    "both-in-sync",
                    "A detection found `Arrivals` and `Gate` in sync.",
                    landing.both_in_sync,
                ),
            ),
            hints=(
                "What was done by hand is undone by hand, with the same services. Then look again.",
                "`aws ec2 revoke-security-group-ingress` takes the group's id, protocol, port and "
                "source. `aws cloudformation detect-stack-resource-drift` looks at one resource.",
                "`revoke-security-group-ingress --group-id {gate} --protocol tcp --port 22 --cidr "
                "0.0.0.0/0`. Then the queue to 30. Then `detect-stack-drift` once more, or "
                "`detect-stack-resource-drift` twice.",
            ),
            attempted=landing.tried_back,
            solve=landing.solve_back,
            why="What was wrong is put back where it was changed. A detection afterwards proves "
            "it.",
        ),
        Exercise(
            id="keep-right",
            number="3",
            title="Keep what was right",
            ids=_IDS,
            criteria=(
                Criterion("log-kept", "The log is kept for 30 days.", landing.log_kept),
                Criterion("stack-knows", "The stack says so too.", landing.stack_knows),
                Criterion(
                    "log-in-sync",
                    "A detection found `BoardLog` in sync.",
                    landing.log_in_sync,
                ),
            ),
            hints=(
                "Here the world is right and the stack is wrong. Change the stack.",
                "It has a parameter for that. The template stays as it is.",
                "`aws cloudformation update-stack --stack-name ferry-landing "
                "--use-previous-template --parameters` with `KeepDays` and 30. Then detect again.",
            ),
            attempted=landing.tried_update,
            solve=landing.solve_right,
            why="A good change by hand belongs into the stack. Otherwise the next update undoes "
            "it.",
        ),
        Exercise(
            id="what-is-gone",
            number="4",
            title="What is gone",
            ids=_IDS,
            criteria=(
                Criterion(
                    "welcome-back",
                    "The parameter `/ferry/landing/welcome` says `Welcome aboard`.",
                    landing.welcome_back,
                ),
                Criterion("welcome-owned", "It belongs to the stack.", landing.welcome_owned),
                Criterion(
                    "welcome-in-sync",
                    "A detection found `Welcome` in sync.",
                    landing.welcome_in_sync,
                ),
            ),
            hints=(
                "The stack still believes it has it, under a certain name. What if something of "
                "that name came back?",
                "`aws ssm put-parameter` makes a parameter: with the name, the type and the value "
                "of the template. Then detect again.",
                "`aws ssm put-parameter --name /ferry/landing/welcome --type String --value` and "
                "the words, in quotation marks. Then `detect-stack-drift`.",
            ),
            attempted=landing.tried_welcome,
            solve=landing.solve_welcome,
            why="The stack knows a resource by its physical id. Where that is a name, the same "
            "name will do.",
        ),
        Exercise(
            id="unseen",
            number="5",
            title="Challenge: what drift does not see",
            ids=_IDS,
            criteria=(
                Criterion("prompt", "Reports arrive without delay.", landing.prompt),
                Criterion("stated", "The stack's template says so.", landing.stated),
                Criterion(
                    "all-in-sync",
                    "A detection after the last update found the whole stack in sync.",
                    landing.all_in_sync,
                ),
            ),
            hints=(
                "Compare all the attributes of the queue with what the template says of it. One "
                "makes reports late.",
                "`DelaySeconds` is 60. State it in `landing.yaml`, where the queue's properties "
                "are, and update the stack. Keep `KeepDays` at 30.",
                "`DelaySeconds: 0` below `VisibilityTimeout`, as deep as that. Then `update-stack "
                "--template-body file://landing.yaml --parameters "
                "ParameterKey=KeepDays,UsePreviousValue=true`, and `detect-stack-drift`.",
            ),
            attempted=landing.tried_unseen,
            solve=landing.solve_unseen,
            why="Only what a template states is compared. Whatever must hold, state it.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("stack-gone", "The stack `ferry-landing` is gone.", landing.stack_gone),
        Criterion("welcome-gone", "No parameter of it is left.", landing.welcome_gone),
    ),
)
