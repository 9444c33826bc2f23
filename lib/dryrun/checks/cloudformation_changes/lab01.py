"""Lab 03-01: look before you leap, change sets."""

from __future__ import annotations

from functools import partial

from dryrun.checks.cloudformation_changes import office, stacks
from dryrun.checks.cloudformation_changes.office import LOST, OFFICE
from dryrun.checks.cloudformation_changes.questions01 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

_HOLD = Exercise(
    id="hold-longer",
    number="1",
    title="Straight in",
    criteria=(
        Criterion("hold-120", "The queue `Orders` hides an order for 120 s.", office.hold_longer),
        Criterion("screen-kept", "`ScreenType` is still `t3.small`.", office.screen_kept),
    ),
    attempted=office.tried_office,
    solve=office.solve_hold,
    hints=(
        "The template stays as it is. Look for an option of `aws cloudformation update-stack` "
        "that says so.",
        "A parameter is either `ParameterKey=NAME,ParameterValue=VALUE` or "
        "`ParameterKey=NAME,UsePreviousValue=true`. You need one of each.",
        f"`aws cloudformation update-stack --stack-name {OFFICE} --use-previous-template "
        "--parameters ParameterKey=HoldSeconds,ParameterValue=…` and, behind a blank, the same "
        "for `ScreenType` with its previous value.",
    ),
    why="A direct update begins at once, and a parameter you leave out goes back to its default.",
    ids=("CFN-UPDATE-DIRECT", "CFN-UPDATE-PARAM"),
)

_READ = Exercise(
    id="tidy-set",
    number="2",
    title="A set to read",
    criteria=(
        Criterion(
            "set-right",
            "The change set `tidy` waits, with the four changes of `office-tidy.yaml` and no "
            "other.",
            office.tidy_set,
        ),
        Criterion("not-yet", "The office itself has not changed.", office.office_untouched),
    ),
    attempted=office.tried_tidy_set,
    solve=office.solve_tidy_set,
    hints=(
        "The command is `aws cloudformation create-change-set`. It wants the stack, a name for "
        "the set, the template and the parameters. More than four changes? Look at the parameters.",
        "A template beside the notebook is `--template-body file://office-tidy.yaml`. Parameters "
        "can come from a file as well. `keep.json` keeps both.",
        f"`aws cloudformation create-change-set --stack-name {OFFICE} --change-set-name tidy`, "
        "then the template as above, then `--parameters file://…` with the other file. A set of "
        "that name is there already? `delete-change-set` first.",
    ),
    why="A change set is the list of what an update would do. It costs nothing to look.",
    ids=("CFN-CS-UPDATE",),
)

_EXECUTE = Exercise(
    id="tidy-done",
    number="3",
    title="Carry it out",
    criteria=(
        Criterion(
            "versions-on", "The bucket `Receipts` keeps versions.", office.receipts_versioned
        ),
        Criterion("log-30", "The log group is kept for 30 days.", office.log_kept),
        Criterion("queues-swapped", "`Complaints` came, `FaxOrders` went.", office.queues_swapped),
        Criterion(
            "by-set",
            "The office was last changed by the change set `tidy`.",
            partial(stacks.refuse_by_set, name=OFFICE, set_name="tidy"),
        ),
    ),
    attempted=office.tried_tidy,
    solve=office.solve_tidy,
    hints=(
        "You have read the list. Now say yes to it. There is a command for just that.",
        "`aws cloudformation execute-change-set`. It takes no template and no parameters: they are "
        "in the set.",
        f"`aws cloudformation execute-change-set --stack-name {OFFICE}` and the option that names "
        "the change set: `tidy`.",
    ),
    why="What was listed is what is done: the set carries its template and its parameters with it.",
    ids=("CFN-UPDATE-IGNORED", "CFN-CS-NAMES"),
)

_PROPOSALS = Exercise(
    id="three-proposals",
    number="4",
    title="Three proposals",
    criteria=(
        Criterion(
            "harmless-wait",
            "The change sets `anna` and `chen` wait, each with the changes of its proposal.",
            office.harmless_wait,
        ),
        Criterion("looked", "There was a change set `bora`, too.", office.bora_looked_at),
        Criterion(
            "harmful-gone",
            "No change set waits that would lose the tickets.",
            office.no_set_loses_tickets,
        ),
        Criterion("tickets-there", "The three tickets are in the table.", office.tickets_there),
    ),
    attempted=lambda account: any(
        call.parameters.get("ChangeSetName") in ("anna", "bora", "chen")
        for call in stacks.made_sets(account, OFFICE)
    ),
    solve=office.solve_proposals,
    hints=(
        "Three times the command of exercise 2. A loop saves typing: "
        "`for name in anna bora chen; do …; done` in a `%%bash` cell.",
        "Two of the sets replace something. `lab.diff` says what. Ask of each: what is in it that "
        "a new one would not have? A machine that shows a page has nothing. A table has rows.",
        "In the loop: `aws cloudformation create-change-set --change-set-name $name "
        "--template-body file://office-$name.yaml`, with the stack and `keep.json` as before. Then "
        "`aws cloudformation delete-change-set` for the one that replaces `Tickets`.",
    ),
    why="Replacement: True is no verdict. It depends on what the old resource holds.",
    ids=("CFN-CS-REPLACEMENT",),
)

_SCREEN = Exercise(
    id="bigger-screen",
    number="5",
    title="A bigger screen",
    criteria=(
        Criterion("screen-medium", "The screen runs on a `t3.medium`.", office.screen_larger),
        Criterion("screen-same", "It is the same machine as before.", office.screen_same),
        Criterion("hold-kept", "`HoldSeconds` is still 120.", office.hold_kept),
        Criterion(
            "by-set",
            "The office was last changed by the change set `bigger-screen`.",
            partial(stacks.refuse_by_set, name=OFFICE, set_name="bigger-screen"),
        ),
    ),
    attempted=office.tried_screen,
    solve=office.solve_screen,
    hints=(
        "The template does not change, only a parameter does. You did that in exercise 1, without "
        "a set.",
        "`create-change-set` knows `--use-previous-template` too, and `--parameters` is written as "
        "in exercise 1. Which parameter is new now, and which one is kept?",
        f"`aws cloudformation create-change-set --stack-name {OFFICE} --change-set-name "
        "bigger-screen --use-previous-template --parameters "
        "ParameterKey=ScreenType,ParameterValue=…` and `HoldSeconds` with its previous value. Read "
        "it, then execute it.",
    ),
    why="A parameter can change as much as a template. The set shows which resources hang on it.",
    ids=("CFN-CS-PARAMS",),
)

_LOST = Exercise(
    id="lost-property",
    number="6",
    title="A stack from a set",
    criteria=(
        Criterion(
            "stack-made",
            f"The stack `{LOST}` is complete, with its table and its queue.",
            office.lost_made,
        ),
        Criterion("made-by-set", "It was made by a change set.", office.lost_by_set),
    ),
    attempted=office.tried_lost,
    solve=office.solve_lost,
    hints=(
        "Without a type, the set is for a stack that exists. Say that this one is to be made.",
        "The option is `--change-set-type`, in capitals: `CREATE`. Any name for the set will do. "
        "Then there is a stack in REVIEW_IN_PROGRESS, with nothing in it. One command is left.",
        f"`aws cloudformation create-change-set --stack-name {LOST} --change-set-name first "
        "--change-set-type CREATE` and `--template-body` with the file `lost-property.yaml`. Then "
        "`execute-change-set` for the same stack and set.",
    ),
    why="A new stack can be read before it exists: a set of the type CREATE lists every resource "
    "as Add.",
    ids=("CFN-CS-CREATE", "CFN-CS-DEFAULTTYPE"),
)

_REFUNDS = Exercise(
    id="refunds",
    number="7",
    title="The set that looked fine",
    criteria=(
        Criterion(
            "refunds-there",
            "The office has a queue `Refunds` that hides a refund for 300 s.",
            office.refunds_there,
        ),
        Criterion(
            "refunds-safe",
            "Refunds that fail go to a queue of the same stack.",
            office.refunds_safe,
        ),
        Criterion("office-well", "The last update of the office went well.", office.office_well),
        Criterion("hold-kept", "`HoldSeconds` is still 120.", office.hold_kept),
        Criterion(
            "by-set",
            "The office was last changed by a change set.",
            partial(stacks.refuse_by_set, name=OFFICE),
        ),
    ),
    attempted=office.tried_refunds,
    solve=office.solve_refunds,
    hints=(
        "Execute the set as it is, then read the events from the bottom up: which resource failed "
        "first, and what did the service say? `lab.timeline` points at it.",
        "The dead-letter target is an ARN somebody typed. There is no such queue. Every other "
        "queue of the template takes such an ARN from a resource.",
        "Either point at the queue that is there, with `!GetAtt FailedOrders.Arn`, or add a queue "
        "to the template and point at that. Save it under any name, for example "
        "`office-refunds.yaml`. Then a new set with that file and `keep.json`, and execute it.",
    ),
    why="A change set lists what would be tried, not whether it will work. Events tell why it did "
    "not.",
    ids=("CFN-CS-NOT-PREDICT",),
)

LAB = Lab(
    id="03-01",
    title="Look before you leap: change sets",
    goal="See what an update would do before it does it.",
    minutes=40,
    places=(
        ("the ticket office", f"stack {OFFICE}, from office.yaml"),
        ("the proposals", "office-tidy.yaml and more, beside this notebook"),
        ("the parameters to keep", "keep.json"),
    ),
    services=("cloudformation", "sqs", "s3", "logs", "dynamodb", "ec2"),
    prepare=office.prepare,
    exercises=(_HOLD, _READ, _EXECUTE, _PROPOSALS, _SCREEN, _LOST, _REFUNDS),
    questions=QUESTIONS,
    clean_up=(
        Criterion(
            "office-gone",
            f"The stack `{OFFICE}` is gone.",
            partial(stacks.refuse_left, name=OFFICE),
        ),
        Criterion(
            "lost-gone", f"The stack `{LOST}` is gone.", partial(stacks.refuse_left, name=LOST)
        ),
    ),
)
