"""Lab 10-03, Time: schedules, Scheduler and Pipes."""

from __future__ import annotations

from dryrun.checks.eventbridge import groups, harbour, night
from dryrun.checks.eventbridge.harbour import GROUP, LETTERS, LOOK_UP, NIGHT_LOG, OFFICE, SOLD
from dryrun.checks.eventbridge.questions03 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

_GATE = Exercise(
    id="lock-the-gate",
    number="1",
    title="A rule with a clock",
    criteria=(
        Criterion(
            "gate-times",
            "The rule `lock-the-gate` is due at 20:30 UTC on Saturdays and Sundays.",
            night.gate_times,
        ),
        Criterion(
            "gate-target",
            f'It sends `{{"task": "lock-the-gate"}}` to the queue `{NIGHT_LOG}`.',
            night.gate_target,
        ),
    ),
    attempted=lambda account: night.tried(account, "PutRule", "PutTargets", "CreateStack"),
    solve=night.solve_gate,
    hints=(
        "A rule has either a pattern or a schedule. This one has a schedule: "
        "`--schedule-expression`. Then it needs a target, as any rule does.",
        "Six fields: minutes, hours, day of the month, month, day of the week, year. You name days "
        "of the week, so the day of the month is a `?`. Two days are a list: `SAT,SUN`.",
        "`aws events put-rule --name lock-the-gate --schedule-expression 'cron(30 20 ? * … *)'`. "
        "Then `aws events put-targets --rule lock-the-gate` with one target: an `Id`, the queue's "
        "`Arn`, and `Input`, which is JSON in a string.",
    ),
    why="A rule can be woken by a clock. It is always UTC, and always the default bus.",
    ids=("EV-SCHED-RULE",),
)

_RADIO = Exercise(
    id="radio-check",
    number="2",
    title="A schedule of its own",
    criteria=(
        Criterion(
            "radio-grouped",
            "The schedule `radio-check` is in the group `night`.",
            night.radio_grouped,
        ),
        Criterion(
            "radio-times",
            "It fires every two hours, on the minute: no flexible window.",
            night.radio_times,
        ),
        Criterion(
            "radio-target",
            f'It sends `{{"task": "radio-check"}}` to `{NIGHT_LOG}`, with the role '
            "`ferry-scheduler`.",
            night.radio_target,
        ),
    ),
    attempted=lambda account: night.tried(
        account, "CreateSchedule", "CreateScheduleGroup", "CreateStack"
    ),
    solve=night.solve_radio,
    hints=(
        "First the group, then the schedule in it. `aws scheduler help` lists the commands.",
        "`create-schedule` wants a name, the group's name, an expression, a flexible time window "
        "and a target. The window can be `Mode=OFF`. The target of `first-boat` looks much like "
        "the one you need.",
        "`aws scheduler create-schedule --name radio-check --group-name night "
        "--schedule-expression 'rate(…)' --flexible-time-window Mode=OFF --target '{…}'`, where "
        "the target has `Arn`, `RoleArn` and `Input`. `Input` is a string: write its quotes as "
        '`\\"`.',
    ),
    why="Scheduler assumes a role of yours. Who may create schedules with it is a matter of "
    "iam:PassRole.",
    ids=("EV-SCHEDULER",),
)

_FIREWORKS = Exercise(
    id="fireworks",
    number="3",
    title="Once, and gone",
    criteria=(
        Criterion(
            "fireworks-time",
            "The schedule `fireworks` fires once: tonight at 23:45, by the clocks of Berlin.",
            night.fireworks_time,
        ),
        Criterion(
            "fireworks-vanish", "It deletes itself when it has fired.", night.fireworks_vanish
        ),
        Criterion(
            "fireworks-target",
            f'It sends `{{"task": "fireworks"}}` to `{NIGHT_LOG}`, with the role '
            "`ferry-scheduler`.",
            night.fireworks_target,
        ),
    ),
    attempted=lambda account: any(
        call.parameters.get("Name") == night.FIREWORKS for call in account.calls("scheduler")
    ),
    solve=night.solve_fireworks,
    hints=(
        "Once is `at(…)`, with a date and a time. It has no time zone in it: that is an option of "
        "its own. No group was asked for.",
        "`at(yyyy-mm-ddThh:mm:ss)`. The date is in `lab.clock.now`. The other two options are "
        "`--schedule-expression-timezone` and `--action-after-completion`.",
        "The command of exercise 2, without the group: `--schedule-expression "
        "'at(…T23:45:00)' --schedule-expression-timezone Europe/Berlin "
        "--action-after-completion DELETE`. The target differs in its `Input` only.",
    ),
    why="A time without a time zone is UTC. A schedule that has fired stays, unless you say "
    "DELETE.",
    ids=("EV-SCHEDULER",),
)

_LIGHTHOUSE = Exercise(
    id="lighthouse",
    number="4",
    title="What failed in the night",
    criteria=(
        Criterion(
            "lighthouse-may",
            f"The role of the schedule `lighthouse` may send to `{NIGHT_LOG}`.",
            night.lighthouse_may,
        ),
        Criterion(
            "lighthouse-kept",
            f"The schedule does what it did: 21:00 UTC, to `{NIGHT_LOG}`, with dead letters.",
            night.lighthouse_kept,
        ),
        Criterion(
            "no-more",
            "The role `ferry-lighthouse` may do nothing with the office's queue.",
            night.letters_still,
        ),
    ),
    attempted=lambda account: night.tried(
        account, "PutRolePolicy", "AttachRolePolicy", "UpdateSchedule", "CreatePolicyVersion"
    ),
    solve=night.solve_lighthouse,
    hints=(
        "The picture and the dead letter say the same: who was refused what, and where. Is it the "
        "schedule that is wrong, or its role?",
        "`aws iam get-role-policy --role-name ferry-lighthouse --policy-name work` shows what the "
        "role may do. Compare it with the role `ferry-scheduler`.",
        "`aws iam put-role-policy --role-name ferry-lighthouse --policy-name log "
        "--policy-document '{…}'`, with one statement: Allow, `sqs:SendMessage`, on the ARN of "
        "`night-log` and on nothing else.",
    ),
    why="The role is checked when the schedule fires, not when you make it. A dead-letter queue "
    "keeps what was refused, and says why.",
    ids=("EV-SCHEDULER",),
)

_GROUPS = Exercise(
    id="big-groups",
    number="5",
    title="A pipe to the office",
    criteria=(
        Criterion("pipe-runs", "The pipe `big-groups` runs.", groups.runs),
        Criterion("pipe-ends", f"It goes from `{SOLD}` to `{OFFICE}`.", groups.ends),
        Criterion(
            "pipe-filter", "Sales of 10 seats and more pass, and no others.", groups.filtered
        ),
        Criterion("pipe-enriched", f"The function `{LOOK_UP}` looks up the boat.", groups.enriched),
    ),
    attempted=lambda account: night.tried(account, "CreatePipe", "UpdatePipe", "CreateStack"),
    solve=groups.solve,
    hints=(
        "One command makes it all: `aws pipes create-pipe`. Source, target, role and enrichment "
        "are ARNs; the filter is part of the source's parameters.",
        "A filter is an event pattern, and what it sees is the SQS record. The sale is in its "
        '`body`, so the pattern begins with `{"body": {"seats": …}}`. For numbers there is '
        "`numeric`.",
        '`--source-parameters \'{"FilterCriteria": {"Filters": [{"Pattern": "…"}]}}\'`. The '
        'pattern is a string with `\\"` for its quotes: `{"body": {"seats": [{"numeric": [">=", '
        "10]}]}}`. Then `--enrichment` with the function's ARN, and a minute of the lab's clock.",
    ),
    why="A pipe is a reader, a filter, a question and a target, and not one line of code for it.",
    ids=("EV-PIPES",),
)

_REPORT = Exercise(
    id="till-report",
    number="6",
    title="The report that did not come",
    criteria=(
        Criterion(
            "report-daily",
            "The schedule `till-report` fires once in every night of the year.",
            night.report_daily,
        ),
        Criterion(
            "report-at-night",
            "Always between 01:00 and 06:00, by the clocks of Berlin.",
            night.report_at_night,
        ),
        Criterion(
            "report-kept",
            "It still sends the same, to the same queue, with dead letters.",
            night.report_kept,
        ),
    ),
    attempted=lambda account: any(
        call.parameters.get("Name") == harbour.REPORT
        and call.operation in ("UpdateSchedule", "DeleteSchedule", "CreateSchedule")
        for call in account.calls("scheduler")
    ),
    solve=night.solve_report,
    hints=(
        "Nothing failed. There is no dead letter either. Look at the schedule itself, and think of "
        "what was special about this night.",
        "At 02:00 the clocks went to 03:00. Which times of day does every night of the year have? "
        "Or which clocks never change?",
        "`aws scheduler update-schedule` sets everything anew: expression, time zone, window and "
        f"target. Take the target from `get-schedule --name till-report --group-name {GROUP}`, "
        "and give it an expression such as 03:30 in Berlin.",
    ),
    why="Nothing that must happen daily belongs between 02:00 and 03:00 of a place with summer "
    "time.",
    ids=("EV-SCHEDULER",),
)

LAB = Lab(
    id="10-03",
    title="Time: schedules, Scheduler and Pipes",
    goal="Let things happen at their time, and see a whole night of it at once.",
    minutes=40,
    places=(
        ("the night log", f"queue {NIGHT_LOG}; what failed goes to {LETTERS}"),
        ("the harbour's schedules", f"schedule group {GROUP}"),
        ("the clock", "stands still, on the evening before summer time"),
    ),
    services=("events", "scheduler", "pipes", "sqs", "iam"),
    prepare=harbour.prepare,
    exercises=(_GATE, _RADIO, _FIREWORKS, _LIGHTHOUSE, _GROUPS, _REPORT),
    questions=QUESTIONS,
    clean_up=(
        Criterion("rule-gone", "The rule `lock-the-gate` is gone.", night.rule_gone),
        Criterion(
            "schedules-gone", "The groups `night` and `harbour` are gone.", night.groups_gone
        ),
        Criterion("pipe-gone", "The pipe `big-groups` is gone.", groups.gone),
    ),
)
