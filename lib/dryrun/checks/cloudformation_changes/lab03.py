"""Lab 03-03: guard rails."""

from __future__ import annotations

from dryrun.checks.cloudformation_changes import guard_rails, guarded
from dryrun.checks.cloudformation_changes.questions03 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

SALES_GUARDED = Criterion(
    "sales-guarded",
    "No update may replace or remove the table `Sales`.",
    guard_rails.sales_guarded,
)
REST_OPEN = Criterion("rest-open", "Updates may do everything else.", guard_rails.rest_open)

LAB = Lab(
    id="03-03",
    title="Guard rails",
    goal="Keep what must not be lost, and get rid of what will not go.",
    minutes=45,
    places=(
        ("the stacks", "ferry-logbook, ferry-posters, ferry-watch, ferry-till"),
        ("their templates", "logbook.yaml, posters.yaml, watch.yaml, till.yaml, in this folder"),
    ),
    services=("cloudformation", "s3", "ec2", "dynamodb"),
    prepare=guarded.prepare,
    exercises=(
        Exercise(
            id="protect-till",
            number="1",
            title="Not this one",
            ids=("CFN-TERMPROT",),
            criteria=(
                Criterion(
                    "protected",
                    "The stack `ferry-till` cannot be deleted.",
                    guard_rails.protected,
                ),
                Criterion("others-open", "The other three stacks can be.", guard_rails.others_open),
            ),
            hints=(
                "The worked example switches it off. The other way round is as short.",
                "`aws cloudformation update-termination-protection`, with the name of the stack.",
                "The option that switches it on is the same as at the creation of `ferry-flag`. "
                "The stack is `ferry-till`.",
            ),
            attempted=guard_rails.tried_protection,
            solve=guard_rails.solve_protection,
            why="Termination protection stops a hand that slips. Whoever may switch it off still "
            "can.",
        ),
        Exercise(
            id="last-will",
            number="2",
            title="A last will",
            ids=("CFN-DP-RETAIN", "CFN-DP-SNAPSHOT"),
            criteria=(
                Criterion(
                    "log-kept",
                    "In the stack, the bucket `Logbook` has a policy that keeps it.",
                    guard_rails.log_kept,
                ),
                Criterion(
                    "charts-kept",
                    "The volume `Charts` has one that takes a snapshot.",
                    guard_rails.charts_kept,
                ),
                Criterion("queue-goes", "The queue `Entries` goes.", guard_rails.queue_goes),
                Criterion(
                    "same-things", "The bucket and its pages are there.", guard_rails.same_things
                ),
            ),
            hints=(
                "It is said in the template, once for each resource. Which line says it, and at "
                "which depth?",
                "`DeletionPolicy` stands beside `Type` and `Properties`, not below `Properties`. "
                "Its values are in the table. Then `aws cloudformation update-stack`.",
                "In `logbook.yaml`, below `Type: AWS::S3::Bucket`, as deep as `Type`: "
                "`DeletionPolicy:` and the value that keeps. Below the volume's type the one with "
                "a copy. Then `update-stack --stack-name ferry-logbook --template-body "
                "file://logbook.yaml`.",
            ),
            attempted=guard_rails.tried_will,
            solve=guard_rails.solve_will,
            why="A template says how a resource begins. Its DeletionPolicy says how it ends.",
        ),
        Exercise(
            id="what-is-left",
            number="3",
            title="What is left",
            ids=("CFN-DP-RETAIN", "CFN-DP-SNAPSHOT"),
            criteria=(
                Criterion(
                    "logbook-gone", "The stack `ferry-logbook` is gone.", guard_rails.logbook_gone
                ),
                Criterion(
                    "pages-there",
                    "The bucket `ferry-logbook` and its pages are there.",
                    guarded.pages_there,
                ),
                Criterion(
                    "charts-back",
                    "A volume with the name `charts` is made of the snapshot.",
                    guard_rails.charts_back,
                ),
                Criterion("charts-zone", "It is in `us-east-1a`.", guard_rails.charts_zone),
            ),
            hints=(
                "First the stack goes. Then look among your own snapshots; there is one.",
                "`aws ec2 describe-snapshots --owner-ids self` finds it. `aws ec2 create-volume` "
                "wants a snapshot and a zone, and takes tags.",
                "`create-volume --snapshot-id` with the id, `--availability-zone us-east-1a`, and "
                '`--tag-specifications "ResourceType=volume,Tags=[{Key=Name,Value=charts}]"`.',
            ),
            attempted=guard_rails.tried_delete,
            solve=guard_rails.solve_left,
            why="What is retained belongs to nobody: no stack lists it, and it is still paid for.",
        ),
        Exercise(
            id="full-bucket",
            number="4",
            title="A bucket that is not empty",
            ids=("CFN-DELETE-NONEMPTY",),
            criteria=(
                Criterion(
                    "posters-gone", "The stack `ferry-posters` is gone.", guard_rails.posters_gone
                ),
                Criterion(
                    "bucket-gone", "The bucket `ferry-posters` is gone.", guard_rails.bucket_gone
                ),
            ),
            hints=(
                "The reason in the events says what is in the way.",
                "Empty the bucket, then ask again. A stack that is `DELETE_FAILED` may be deleted "
                "once more.",
                "`aws s3 rm s3://ferry-posters` with the option that takes everything below it. "
                "Then `aws cloudformation delete-stack`.",
            ),
            attempted=guard_rails.tried_posters,
            solve=guard_rails.solve_posters,
            why="CloudFormation deletes no bucket that holds something. Whoever wants that must "
            "empty it first.",
        ),
        Exercise(
            id="group-in-use",
            number="5",
            title="A group in use",
            ids=("CFN-DELETE-SG",),
            criteria=(
                Criterion("watch-gone", "The stack `ferry-watch` is gone.", guard_rails.watch_gone),
                Criterion(
                    "group-gone",
                    "The security group `ferry-cameras` is gone.",
                    guard_rails.group_gone,
                ),
                Criterion("still-runs", "The instance `night-watch` runs.", guard_rails.still_runs),
            ),
            hints=(
                "The group cannot go while a machine is in it. Must it be in this one?",
                "`aws ec2 describe-instances` and `describe-security-groups` have the ids. `aws "
                "ec2 modify-instance-attribute` changes the groups of a machine that runs.",
                "`modify-instance-attribute --instance-id … --groups …` with the id of the group "
                "`default`. Then delete the stack once more.",
            ),
            attempted=guard_rails.tried_watch,
            solve=guard_rails.solve_watch,
            why="DELETE_FAILED is an answer, not an accident: something outside the stack needs "
            "what is in it.",
        ),
        Exercise(
            id="stack-policy",
            number="6",
            title="No update may do that",
            ids=("CFN-STACKPOLICY",),
            criteria=(SALES_GUARDED, REST_OPEN),
            hints=(
                "With a policy, what it does not allow is denied. So how many statements does it "
                "take?",
                "One statement allows `Update:*` on `*`. A second one denies two actions, and its "
                "resource is one logical id.",
                '`"Action": ["Update:Replace", …]` with the action that removes, and `"Resource": '
                '"LogicalResourceId/…"` with the name in the template. Then `aws cloudformation '
                "set-stack-policy` with `--stack-policy-body`.",
            ),
            attempted=guard_rails.tried_policy,
            solve=guard_rails.solve_policy,
            why="A stack policy guards resources against updates of their own stack, whoever "
            "makes them.",
        ),
        Exercise(
            id="once-only",
            number="7",
            title="Challenge: a door for once",
            ids=("CFN-STACKPOLICY",),
            criteria=(
                Criterion(
                    "new-table", "The stack's table is `ferry-sales-2027`.", guard_rails.new_table
                ),
                Criterion("till-done", "The update is complete.", guard_rails.till_done),
                Criterion(
                    "old-kept",
                    "The table `ferry-sales` and its tickets are there.",
                    guarded.tickets_there,
                ),
                SALES_GUARDED,
                REST_OPEN,
            ),
            hints=(
                "Two guards are in question. The stack policy must step aside for one update. And "
                "something must keep the old table when a new one takes its place.",
                "`update-stack` takes a policy that holds only during the update. "
                "`UpdateReplacePolicy` in `till.yaml` stands where `DeletionPolicy` would.",
                "`UpdateReplacePolicy: Retain` below `Type: AWS::DynamoDB::Table`. Then one "
                "`update-stack` with `--template-body file://till.yaml`, the parameter "
                "`SalesTable`, and `--stack-policy-during-update-body` with a single statement "
                "that allows everything.",
            ),
            attempted=guard_rails.tried_override,
            solve=guard_rails.solve_override,
            why="The policy during an update holds for that update only. The stack's own policy "
            "stays.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("stacks-gone", "The four stacks are gone.", guarded.stacks_gone),
        Criterion("left-gone", "Nothing that they left behind is there.", guarded.left_gone),
    ),
)
