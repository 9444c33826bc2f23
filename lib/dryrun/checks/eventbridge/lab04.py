"""Lab 10-04: buses across accounts, archive and replay."""

from __future__ import annotations

from dryrun.checks.eventbridge import branches, central
from dryrun.checks.eventbridge.questions04 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

STRANGER_OUT = Criterion("stranger-out", "Nobody outside of Ferry may.", central.stranger_out)

LAB = Lab(
    id="10-04",
    title="Buses across accounts, archive and replay",
    goal="Gather the events of two other accounts on one bus, keep them, and play a day again.",
    minutes=40,
    places=(
        (
            "the branches",
            "profiles islands and river in .dryrun/aws/credentials; by this lab",
        ),
        ("the central bus", "ferry-central, in your account; its rules write into log groups"),
    ),
    services=("events", "logs", "organizations"),
    prepare=branches.prepare,
    exercises=(
        Exercise(
            id="one-branch",
            number="1",
            title="Let one branch in",
            ids=("EV-XACCOUNT", "EV-POLICY"),
            criteria=(
                Criterion(
                    "islands-in",
                    "The islands' account may put events on `ferry-central`.",
                    central.islands_in,
                ),
                STRANGER_OUT,
                Criterion(
                    "islands-heard",
                    "An event of the islands arrived at the desk.",
                    central.islands_heard,
                ),
            ),
            hints=(
                "The refusal says which kind of policy is missing: the bus's.",
                "`aws events put-permission` adds one statement to it. It wants the name of the "
                "bus, an action, an account's number, and a name for the statement.",
                "`aws events put-permission --event-bus-name ferry-central --action "
                "events:PutEvents --statement-id islands --principal` and `{number['islands']}`. "
                'Then `hello("islands")` again.',
            ),
            attempted=central.tried_permission,
            solve=central.solve_one,
            why="Who puts an event needs permission at home. The bus must let the account in, too.",
        ),
        Exercise(
            id="organization",
            number="2",
            title="Everybody, but no tests",
            ids=("EV-POLICY",),
            criteria=(
                Criterion("river-in", "The river may put tickets.", central.river_in),
                Criterion(
                    "by-organization",
                    "So may every account of the organization, whatever its number.",
                    central.by_organization,
                ),
                Criterion(
                    "tests-out",
                    "Events of the source `ferry.test` are refused.",
                    central.tests_out,
                ),
                STRANGER_OUT,
            ),
            hints=(
                "One statement allows, with a condition on the organization. One denies, with a "
                "condition on the source.",
                "The keys are `aws:PrincipalOrgID` and `events:source`. Both statements have "
                '`"Principal": "*"`.',
                "`aws events put-permission --event-bus-name ferry-central --policy` takes a whole "
                'document. Allow: `"Condition": {"StringEquals": {"aws:PrincipalOrgID": org}}`. '
                'Deny: the same with `"events:source": "ferry.test"`.',
            ),
            attempted=central.tried_policy,
            solve=central.solve_organization,
            why="A policy may name an organization. And one deny is stronger than all that allows.",
        ),
        Exercise(
            id="send-on",
            number="3",
            title="Rules that send on",
            ids=("EV-XACCOUNT",),
            criteria=(
                Criterion(
                    "rules-there",
                    "In both branches, a rule sends tickets on to `ferry-central`.",
                    central.rules_there,
                ),
                Criterion("rules-narrow", "It sends on nothing else.", central.rules_narrow),
                Criterion(
                    "both-heard",
                    "A ticket of each branch arrived at the desk.",
                    central.both_heard,
                ),
            ),
            hints=(
                "A bus is a target like any other. Its ARN goes where a queue's would.",
                "`put-rule` and `put-targets`, once with `--profile islands` and once with "
                "`--profile river`. The bus lets in the organization, and no account by its "
                "number. Then the target needs a `RoleArn`.",
                "`aws events put-targets --profile islands --rule tickets --targets` with "
                "`Id=central,Arn={bus},RoleArn=arn:aws:iam::{number['islands']}:role/send-on`. "
                "Do it for the river as well, then sell a ticket in each.",
            ),
            attempted=central.tried_rules,
            solve=central.solve_rules,
            why="Programs know only the bus at home. Where events go from there is for rules.",
        ),
        Exercise(
            id="archive",
            number="4",
            title="Keep what was sold",
            ids=("EV-ARCHIVE",),
            criteria=(
                Criterion(
                    "archive-there",
                    "The archive `sales` keeps events of `ferry-central`.",
                    central.archive_there,
                ),
                Criterion("archive-sold", "It keeps tickets that are sold.", central.archive_sold),
                Criterion("archive-rest", "It keeps nothing else.", central.archive_rest),
                Criterion("archive-days", "It keeps them for 30 days.", central.archive_days),
            ),
            hints=(
                "An archive has a source, a pattern, and a retention.",
                "The pattern is one like a rule's: `source` and `detail-type`. The retention is in "
                "days.",
                "`aws events create-archive --archive-name sales --event-source-arn {bus} "
                "--retention-days 30 --event-pattern` with "
                '`{"source": ["ferry.tickets"], "detail-type": ["Ticket Sold"]}`.',
            ),
            attempted=central.tried_archive,
            solve=central.solve_archive,
            why="An archive keeps events from now on. What went by before it was made is gone.",
        ),
        Exercise(
            id="replay",
            number="5",
            title="Challenge: the day that is missing",
            ids=("EV-REPLAY",),
            criteria=(
                Criterion("replay-done", "A replay of the archive is over.", central.replay_done),
                Criterion(
                    "books-complete",
                    "The books got every ticket of Tuesday.",
                    central.books_complete,
                ),
                Criterion("books-only", "They got no other ticket twice.", central.books_only),
                Criterion("desk-quiet", "The desk got none twice.", central.desk_quiet),
            ),
            hints=(
                "A replay has a window of time, and may name the rules it is for.",
                'The window is from `began["Tuesday"]` to `began["Wednesday"]`. The destination '
                "is the bus the archive is of. It may hold `FilterArns`, the ARNs of rules.",
                "`aws events start-replay` with `--replay-name`, `--event-source-arn` (the "
                "archive's), `--event-start-time`, `--event-end-time`, and `--destination "
                "Arn={bus},FilterArns=` with the ARN that `describe-rule` tells. Was it wrong? "
                "Start another one, with another name.",
            ),
            attempted=central.tried_replay,
            solve=central.solve_replay,
            why="A replay is for a window and, if you say so, for some rules. All others sleep on.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("buses-gone", "The bus and the archive are gone.", central.buses_gone),
        Criterion("branches-closed", "The branches' accounts are closed.", central.branches_closed),
        Criterion("profiles-gone", "Their profiles are gone.", central.profiles_gone),
    ),
)
