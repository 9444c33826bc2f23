"""Lab 10-02: targets that really happen."""

from __future__ import annotations

from dryrun.checks.eventbridge import pier, sales
from dryrun.checks.eventbridge.questions02 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

LAB = Lab(
    id="10-02",
    title="Targets that really happen",
    goal="Let events arrive where they are wanted, and get back those that did not.",
    minutes=40,
    places=(
        ("the rule", "ferry-sales, for tickets that are sold"),
        ("those who wait", "a queue, a printer, a captain, a book, a bell, and Ireland"),
    ),
    services=("events", "sqs", "sns", "lambda", "logs", "iam"),
    prepare=pier.prepare,
    exercises=(
        Exercise(
            id="silent-queue",
            number="1",
            title="The silent queue",
            ids=("EV-TARGET-SQS",),
            criteria=(
                Criterion(
                    "desk-open", "The queue `ferry-desk` lets the rule send.", sales.desk_open
                ),
                Criterion("desk-only", "It lets nobody else send.", sales.desk_only),
                Criterion("desk-heard", "A sale arrived there.", sales.desk_heard),
            ),
            hints=(
                "The queue decides. It needs a policy, as a bucket has one.",
                "A statement: `Allow`, the principal is the service `events.amazonaws.com`, the "
                "action `sqs:SendMessage`, the resource the queue. And a condition, for not every "
                "rule is to send.",
                '`"Condition": {"ArnEquals": {"aws:SourceArn": …}}` with the ARN of the rule. '
                '`sqs.set_queue_attributes(QueueUrl=…, Attributes={"Policy": json.dumps(…)})`, '
                "then `sell(…)`.",
            ),
            attempted=sales.tried_desk,
            solve=sales.solve_desk,
            why="EventBridge is a service: what it calls has to let it in, best for one rule only.",
        ),
        Exercise(
            id="printer-beside",
            number="2",
            title="A printer beside the desk",
            ids=("EV-TARGET-MIX", "EV-TARGET-LAMBDA", "EV-DLQ"),
            criteria=(
                Criterion(
                    "printer-aimed",
                    "The function `ferry-printer` is a target of `ferry-sales`.",
                    sales.printer_aimed,
                ),
                Criterion(
                    "printer-letters",
                    "Its dead-letter queue is `ferry-dead`.",
                    sales.printer_letters,
                ),
                Criterion(
                    "letter-kept", "A sale the printer missed is kept there.", sales.letter_kept
                ),
                Criterion("desk-still", "The desk got that sale.", sales.desk_still),
            ),
            hints=(
                "A rule takes up to five targets, each with an id of its own. What is there "
                "already stays, as long as you use another id.",
                "`aws events put-targets --rule ferry-sales --targets` wants an id and an ARN. "
                "What to do with events that cannot be delivered is said per target: "
                "`DeadLetterConfig`.",
                '`--targets \'[{"Id": "printer", "Arn": …, "DeadLetterConfig": {"Arn": …}}]\'` '
                'with the function\'s ARN and that of the queue `ferry-dead`. Then `sell("A-2")`.',
            ),
            attempted=sales.tried_printer,
            solve=sales.solve_printer,
            why="Each target is served for itself, and each needs a dead-letter queue of its own.",
        ),
        Exercise(
            id="repair",
            number="3",
            title="Repair",
            ids=("EV-TARGET-LAMBDA", "EV-DLQ"),
            criteria=(
                Criterion(
                    "printer-open", "The function lets the rule call it.", sales.printer_open
                ),
                Criterion(
                    "printer-only",
                    "It lets no rule of another account call it.",
                    sales.printer_only,
                ),
                Criterion("printed", "The ticket A-2 is printed.", sales.printed),
                Criterion("letters-gone", "The queue `ferry-dead` is empty.", sales.letters_gone),
            ),
            hints=(
                "First the reason, then the events: as long as the function refuses, they only "
                "come back.",
                "`aws lambda add-permission` lets a service call a function, with `--source-arn` "
                "for one rule. The body of a dead letter is the event: source, detail-type and "
                "detail are in it, and can be put again.",
                "`add-permission --function-name ferry-printer --statement-id … --action "
                "lambda:InvokeFunction --principal events.amazonaws.com --source-arn …`. Then for "
                "each message of `ferry-dead`: `json.loads` the body, `put_events`, "
                "`delete_message`.",
            ),
            attempted=sales.tried_repair,
            solve=sales.solve_repair,
            why="A dead letter is a whole event: mend the cause, put it again, delete the letter.",
        ),
        Exercise(
            id="captain",
            number="4",
            title="A sentence for the captain",
            ids=("EV-TARGET-SNS", "EV-IN-TRANSFORMER"),
            criteria=(
                Criterion(
                    "topic-open",
                    "The topic `ferry-captain` lets the rule publish.",
                    sales.topic_open,
                ),
                Criterion(
                    "topic-only", "It lets nobody of another account publish.", sales.topic_only
                ),
                Criterion(
                    "mail-reads",
                    "The captain got a mail: `Order A-3: 2 tickets to helgoland.`",
                    sales.mail_reads,
                ),
            ),
            hints=(
                "Two things: the topic's policy, and what the target gets of an event.",
                "An input transformer has paths, which name parts of the event, and a template, in "
                "which they stand in angle brackets. A template that is a text needs quotation "
                "marks of its own.",
                '`{"InputPathsMap": {"order": "$.detail.order", …}, "InputTemplate": "\\"Order '
                '<order>: …\\""}` in the target, as `InputTransformer`. The policy goes with '
                '`sns.set_topic_attributes(TopicArn=…, AttributeName="Policy", …)`.',
            ),
            attempted=sales.tried_captain,
            solve=sales.solve_captain,
            why="A transformer makes what people read; without it they get the whole event.",
        ),
        Exercise(
            id="part-and-constant",
            number="5",
            title="A part, and a constant",
            ids=("EV-IN-PATH-CONST", "EV-TARGET-LOGS"),
            criteria=(
                Criterion(
                    "book-reads",
                    "The log group `/ferry/book` has the detail of the sale A-4, and no more.",
                    sales.book_reads,
                ),
                Criterion(
                    "bell-rings", 'The queue `ferry-bell` gets `{"ring": 1}`.', sales.bell_rings
                ),
            ),
            hints=(
                "Neither needs a template. One target gets a part of the event, the other always "
                "the same.",
                "`InputPath` names the part, as `$.detail.port` would name the port. `Input` is a "
                "text of JSON.",
                '`{"Id": "book", "Arn": …, "InputPath": "$.detail"}` and `{"Id": "bell", "Arn": '
                '…, "Input": "{\\"ring\\": 1}"}`. Then `sell("A-4")`.',
            ),
            attempted=sales.tried_parts,
            solve=sales.solve_parts,
            why="A part by InputPath, a constant by Input: give a target what it needs, no more.",
        ),
        Exercise(
            id="ireland",
            number="6",
            title="Challenge: Ireland",
            ids=("EV-TARGET-BUS", "EV-TARGET-OTHER"),
            criteria=(
                Criterion(
                    "ireland-heard",
                    "The sale A-5 is in the log group `/ferry/ireland` in `eu-west-1`.",
                    sales.ireland_heard,
                ),
                Criterion(
                    "just-enough",
                    "The role `ferry-sends-on` may put events on that bus, and nothing else.",
                    sales.role_just_enough,
                ),
            ),
            hints=(
                "A bus is a target like any other: it has an ARN, with its region in it. For buses "
                "EventBridge takes a role.",
                "`ferry-sales` has five targets now, and more it cannot have. Make a second rule "
                "with the same pattern. The role needs a policy: `events:PutEvents` on one ARN.",
                "`aws iam put-role-policy --role-name ferry-sends-on …` with the ARN "
                "`arn:aws:events:eu-west-1:123456789012:event-bus/default`. Then `put-rule`, and "
                '`put-targets --targets \'[{"Id": …, "Arn": …, "RoleArn": …}]\'`.',
            ),
            attempted=sales.tried_far,
            solve=sales.solve_far,
            why="A bus in another region is reached with a role, and the event stays what it was.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("rules-gone", "No rule of Ferry's is left.", sales.rules_gone),
        Criterion("printer-gone", "The function `ferry-printer` is gone.", sales.printer_gone),
    ),
)
