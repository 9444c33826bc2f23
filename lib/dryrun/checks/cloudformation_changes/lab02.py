"""Lab 03-02: when it goes wrong, rollbacks."""

from __future__ import annotations

from functools import partial

from dryrun.checks.cloudformation_changes import rollbacks as checks
from dryrun.checks.cloudformation_changes import stacks
from dryrun.checks.cloudformation_changes.questions02 import QUESTIONS
from dryrun.checks.cloudformation_changes.rollbacks import (
    CABINS,
    CAPTAIN,
    LOUNGE,
    PIER,
    QUEUE,
    SNACKS,
    TIMETABLE,
)
from dryrun.checks.model import Criterion, Exercise, Lab

_PIER = Exercise(
    id="the-pier",
    number="1",
    title="A pier that never was",
    criteria=(
        Criterion("pier-well", f"The stack `{PIER}` is complete.", checks.pier_well),
        Criterion(
            "pier-whole",
            "It has its four resources. The key of the table is `berth`.",
            checks.pier_whole,
        ),
    ),
    attempted=lambda account: stacks.tried(
        account, PIER, "CreateStack", "DeleteStack", "UpdateStack", "CreateChangeSet"
    ),
    solve=checks.solve_pier,
    hints=(
        "Read the reason of `Berths` once more. It compares two lists in the template. Which is "
        "the longer one?",
        "DynamoDB wants attribute definitions for its keys only, not for every column. `length` is "
        "no key: take its two lines out. And the stack cannot be updated: what must go first?",
        f"`aws cloudformation delete-stack --stack-name {PIER}`, then `create-stack` with the same "
        "name and `--template-body` with the mended file. To mend it in a cell: `sed` with "
        "`-e '/TEXT/d'` takes out every line with TEXT, and `> pier.yaml` keeps the result.",
    ),
    why="A failed create leaves a stack with nothing in it but its events. Read them before you "
    "delete it.",
    ids=("CFN-ROLLBACK-CREATE",),
)

_SNACKS = Exercise(
    id="the-snacks",
    number="2",
    title="Leave it standing",
    criteria=(
        Criterion("snacks-well", f"The stack `{SNACKS}` is complete.", checks.snacks_well),
        Criterion("coffee-priced", "A coffee is 4.50.", checks.coffee_priced),
        Criterion(
            "nothing-undone",
            "It failed first and was left standing. You went on from there.",
            checks.nothing_undone,
        ),
    ),
    attempted=lambda account: stacks.tried(account, SNACKS, "CreateStack", "CreateChangeSet"),
    solve=checks.solve_snacks,
    hints=(
        "Create it first as the file is, with an option that switches the rollback off. Then look "
        "at what is there.",
        "The option is `--disable-rollback`. The reason names a pattern: digits, a point, two "
        "digits. Look at the price of the coffee in the template.",
        f"`aws cloudformation create-stack --stack-name {SNACKS} --disable-rollback` with "
        "`--template-body` and the broken file. Then mend the comma in a copy, and use "
        "`update-stack` with that copy, once more with `--disable-rollback`. Was the stack rolled "
        "back already? Delete it and begin again.",
    ),
    why="Without rollback the failed stack stays as it is, to be looked at and gone on from.",
    ids=("CFN-DISABLE-ROLLBACK",),
)

_TIMETABLE = Exercise(
    id="the-timetable",
    number="3",
    title="One mistake hides another",
    criteria=(
        Criterion("timetable-well", f"`{TIMETABLE}` was updated.", checks.timetable_well),
        Criterion("hours-summer", "The hours are 05:30-23:30.", checks.hours_of_summer),
        Criterion(
            "delays-counted",
            "`DelayCount` counts DELAY in the log of the timetable.",
            checks.delays_counted,
        ),
        Criterion("crowds-fed", "The queue `Crowds` hears of every change.", checks.crowds_fed),
    ),
    attempted=lambda account: stacks.tried(account, TIMETABLE, "UpdateStack", "CreateChangeSet"),
    solve=checks.solve_timetable,
    hints=(
        "Update with the file as it is. Find the first failure: which resource, what did the "
        "service say? Mend that only, and update again. There is a second one.",
        "The first: a log group that is not there. Compare its name with the one the template "
        "makes. The second: the service does not let this kind of queue hear this kind of topic.",
        "Write `!Ref TimetableLog` or the name without its last letter in `DelayCount`. Take "
        "`FifoQueue: true` out of `Crowds`. Then "
        f"`aws cloudformation update-stack --stack-name {TIMETABLE} --template-body` with the "
        "mended file.",
    ),
    why="An update stops at the first failure. What would have failed later, it cannot tell you.",
    ids=("CFN-ROLLBACK-UPDATE",),
)

_ACCIDENT = Exercise(
    id="the-accident",
    number="4",
    title="The accident",
    criteria=(
        Criterion("cabins-stuck", f"`{CABINS}` is in UPDATE_ROLLBACK_FAILED.", checks.cabins_stuck),
        Criterion(
            "queue-missing",
            f"`Cabins` could not be rolled back: the queue `{QUEUE}` is gone.",
            checks.for_want_of_the_queue,
        ),
    ),
    attempted=checks.tried_cabins,
    solve=checks.solve_accident,
    hints=(
        "Five steps, in this order: stop time, begin the update, let 100 seconds pass, delete the "
        "queue, let time run again. One cell can hold them all.",
        "Time: `lab.clock.pause()`, `lab.clock.advance(seconds=100)`, `lab.clock.fast()`. The "
        f"queue: `aws sqs get-queue-url --queue-name {QUEUE}` tells its URL, and in Python "
        '`get_queue_url(QueueName=…)["QueueUrl"]` does.',
        "`lab.clock.pause()`, then "
        f"`!aws cloudformation update-stack --stack-name {CABINS} --template-body` with "
        "`file://cabins-upgrade.broken.yaml`, then `lab.clock.advance(seconds=100)`, then "
        "`!aws sqs delete-queue --queue-url …`, then `lab.clock.fast()`. Is the stack in "
        '`UPDATE_ROLLBACK_COMPLETE`? Then it was too late; `lab.catch_up("4")` begins again.',
    ),
    why="A rollback is an update, too. It fails for the same reasons.",
    ids=("CFN-UPDATE-ROLLBACK-FAILED",),
)

_BACK = Exercise(
    id="the-way-back",
    number="5",
    title="The way back",
    criteria=(
        Criterion("cabins-back", f"`{CABINS}` is in UPDATE_ROLLBACK_COMPLETE.", checks.cabins_back),
        Criterion(
            "queue-back",
            f"The queue `{QUEUE}` is there, and hides a message for 30 seconds.",
            checks.queue_as_before,
        ),
    ),
    attempted=checks.tried_way_back,
    solve=checks.solve_way_back,
    hints=(
        "The stack looks for a queue and does not find it. What if it were there?",
        f"Make a queue with the very same name, by hand: `{QUEUE}`. Its URL is its physical id, so "
        "the stack takes it for its own. Then there is a command to go on with the rollback.",
        f"`aws sqs create-queue --queue-name {QUEUE}`, then `aws cloudformation "
        f"continue-update-rollback --stack-name …`. Nothing is to be skipped.",
    ),
    why="Take away the cause, then continue: the rollback sets what it finds to the old values.",
    ids=("CFN-UPDATE-ROLLBACK-FAILED",),
)

_LOUNGE = Exercise(
    id="the-lounge",
    number="6",
    title="What cannot be made again",
    criteria=(
        Criterion("lounge-well", f"`{LOUNGE}` is in UPDATE_COMPLETE.", checks.lounge_well),
        Criterion(
            "screen-fed",
            "The screen hears the news, by a subscription that the stack knows.",
            checks.screen_fed,
        ),
        Criterion("captain-hears", "The captain still hears the news.", checks.captain_hears),
    ),
    attempted=checks.tried_lounge,
    solve=checks.solve_lounge,
    hints=(
        "First find out what the rollback could not find. Could you make it again, with the same "
        "physical id? Look at the end of its ARN.",
        "You cannot, so it must be skipped: `continue-update-rollback` has an option for that, "
        "with the logical id. After that the stack is well, but believes in a subscription that "
        "does not exist. An update with `lounge.yaml` finds nothing to do. How do you make it "
        "create one?",
        f"`aws cloudformation continue-update-rollback --stack-name {LOUNGE} --resources-to-skip "
        "NewsToScreen`. Then give the subscription another logical id in `lounge.yaml`, such as "
        "`ScreenFeed`, and `update-stack` with that: a new one is made, the lost one is let go.",
    ),
    why="Skipping makes a stack movable, not right. Make it right with the next update.",
    ids=("CFN-UPDATE-ROLLBACK-FAILED", "CFN-DELETE-OOB"),
)

_STACKS = (PIER, SNACKS, TIMETABLE, CABINS, LOUNGE)

LAB = Lab(
    id="03-02",
    title="When it goes wrong: rollbacks",
    goal="Find out why a stack failed, and bring it back.",
    minutes=40,
    places=(
        ("the pier", f"stack {PIER}, created last night, and failed"),
        ("timetable and cabins", f"stacks {TIMETABLE} and {CABINS}, both well"),
        ("the lounge", f"stack {LOUNGE}, stuck"),
    ),
    services=("cloudformation", "sqs", "sns", "ssm", "logs", "dynamodb"),
    prepare=checks.prepare,
    exercises=(_PIER, _SNACKS, _TIMETABLE, _ACCIDENT, _BACK, _LOUNGE),
    questions=QUESTIONS,
    clean_up=(
        *(
            Criterion(
                f"{name.removeprefix('ferry-')}-gone",
                f"The stack `{name}` is gone.",
                partial(stacks.refuse_left, name=name),
            )
            for name in _STACKS
        ),
        Criterion("captain-gone", f"The queue `{CAPTAIN}` is gone.", checks.captain_gone),
    ),
)
