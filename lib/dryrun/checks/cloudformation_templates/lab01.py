"""Lab 02-01: a template and its stack."""

from __future__ import annotations

from dryrun.checks.cloudformation_templates import checks01 as checks
from dryrun.checks.cloudformation_templates import stacks, tickets
from dryrun.checks.cloudformation_templates.questions01 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

LAB = Lab(
    id="02-01",
    title="A template and its stack",
    goal="Describe what you need, let CloudFormation make it, change it, and take it down.",
    minutes=40,
    places=(
        ("the templates", "beside this notebook: harbour.yaml, timetable.yaml, office.broken.yaml"),
        ("your template", "tickets.yaml, beside this notebook; you write it"),
    ),
    services=("cloudformation", "sqs", "s3", "sns", "ssm", "cloudwatch"),
    prepare=tickets.prepare,
    exercises=(
        Exercise(
            id="first-stack",
            number="1",
            title="A template of your own",
            ids=("CFN-CREATE",),
            criteria=(
                Criterion(
                    "stack-complete",
                    "The stack `ferry-tickets` is complete.",
                    stacks.complete(tickets.TICKETS),
                ),
                Criterion(
                    "queue-waits",
                    "Its queue `Orders` hides an order for 120 seconds.",
                    checks.queue_waits,
                ),
                Criterion("queue-keeps", "It keeps an order for seven days.", checks.queue_keeps),
                Criterion("described", "The template has a description.", checks.described),
            ),
            hints=(
                "`harbour.yaml` has a queue too. What stands under `Resources` there is a name, "
                "a type and properties.",
                "The type of a queue is `AWS::SQS::Queue`. Its properties count in seconds: "
                "`VisibilityTimeout` and `MessageRetentionPeriod`. A day has 86400.",
                "`tickets.yaml` is `Description: …`, then `Resources:`, under it `Orders:`, under "
                "that `Type: AWS::SQS::Queue` and `Properties:` with 120 and 604800. Then "
                "`aws cloudformation create-stack` with `--stack-name ferry-tickets` and "
                "`--template-body file://tickets.yaml`.",
            ),
            attempted=checks.tried_first,
            solve=tickets.solve_first,
            why="You said what there is to be. CloudFormation found out which calls that takes, "
            "and gave the queue its name.",
        ),
        Exercise(
            id="second-resource",
            number="2",
            title="Change the template, not the queue",
            ids=("CFN-PROP-COVERAGE",),
            criteria=(
                Criterion(
                    "queue-patient",
                    "`Orders` hides an order for 300 seconds.",
                    checks.queue_patient,
                ),
                Criterion(
                    "bucket-versioned",
                    "The stack has a bucket, and the bucket keeps old versions.",
                    checks.bucket_versioned,
                ),
                Criterion("orders-kept", "The orders are still in the queue.", checks.orders_kept),
            ),
            hints=(
                "Two changes in `tickets.yaml`, then one command. Not `create-stack`: the stack "
                "exists.",
                "A bucket is `AWS::S3::Bucket`. Old versions are kept when "
                "`VersioningConfiguration` has `Status: Enabled`. The command is "
                "`aws cloudformation update-stack`.",
                "Change 120 to 300. Add `Printed:` under `Resources:`, level with `Orders:`, with "
                "`Type: AWS::S3::Bucket` and, under `Properties:`, `VersioningConfiguration:` and "
                "`Status: Enabled`. Then `update-stack` with the same two options as before.",
            ),
            attempted=checks.tried_second,
            solve=tickets.solve_second,
            why="An update compares the new template with the old one and touches only what "
            "differs. The queue stayed the same queue.",
        ),
        Exercise(
            id="tags-and-news",
            number="3",
            title="What belongs to the whole stack",
            ids=("CFN-TAGS", "CFN-NOTIFICATION"),
            criteria=(
                Criterion(
                    "stack-tagged",
                    "The stack `ferry-tickets` has the tag `cost-center=tickets`.",
                    checks.stack_tagged,
                ),
                Criterion(
                    "resources-tagged", "Queue and bucket carry it too.", checks.resources_tagged
                ),
                Criterion(
                    "news-sent",
                    "The events of the stack go to the topic `ferry-stack-news`.",
                    checks.news_sent,
                ),
                Criterion(
                    "template-kept",
                    "Queue and bucket are as step 2 left them.",
                    checks.template_kept,
                ),
            ),
            hints=(
                "Neither is a resource. Both are options of the command that changes a stack.",
                "`aws cloudformation update-stack help` has `--tags` and `--notification-arns`. "
                "The template stays: `--use-previous-template`. "
                "`aws sns list-topics` shows the ARN.",
                "`aws cloudformation update-stack --stack-name ferry-tickets "
                "--use-previous-template`, then `--tags Key=…,Value=…` and `--notification-arns` "
                "with `arn:aws:sns:us-east-1:123456789012:` and the topic's name.",
            ),
            attempted=checks.tried_settings,
            solve=tickets.solve_settings,
            why="Tags of the stack reach everything in it. One place to write them, and none is "
            "forgotten.",
        ),
        Exercise(
            id="too-long",
            number="4",
            title="Too long for a command",
            ids=("CFN-TEMPLATE-S3",),
            criteria=(
                Criterion(
                    "timetable-complete",
                    "The stack `ferry-timetable` is complete.",
                    stacks.complete(tickets.TIMETABLE),
                ),
                Criterion(
                    "timetable-whole", "No sailing is missing in it.", checks.timetable_whole
                ),
            ),
            hints=(
                "A request holds 51,200 bytes of template. A template in S3 may have a million.",
                "Copy the file into the bucket `ferry-templates`. Then say `--template-url` in "
                "place of `--template-body`. A URL begins with `https://`.",
                "`aws s3 cp timetable.yaml s3://ferry-templates/`, then `create-stack` with "
                "`--stack-name ferry-timetable` and `--template-url "
                "https://ferry-templates.s3.us-east-1.amazonaws.com/` and the file's name.",
            ),
            attempted=checks.tried_timetable,
            solve=tickets.solve_timetable,
            why="CloudFormation reads the object once, with your permissions, and keeps the text. "
            "The bucket need not be public.",
        ),
        Exercise(
            id="taken-down",
            number="5",
            title="All of it, and nothing else",
            ids=("CFN-DELETE",),
            criteria=(
                Criterion("timetable-gone", "`ferry-timetable` is deleted.", checks.timetable_gone),
                Criterion(
                    "parameters-gone",
                    "None of its parameters is left.",
                    checks.parameters_gone,
                ),
                Criterion(
                    "tickets-kept",
                    "`ferry-tickets` is still there.",
                    stacks.complete(tickets.TICKETS),
                ),
            ),
            hints=(
                "Six parameters and a stack. One command is enough for all of them.",
                "`aws cloudformation delete-stack` says nothing, whether it found the stack or "
                "not. Look afterwards whether it is gone.",
                "`aws cloudformation delete-stack` with `--stack-name` and `ferry-timetable`, "
                "spelled right. Who deletes the parameters by hand still has the stack.",
            ),
            attempted=checks.tried_take_down,
            solve=tickets.solve_take_down,
            why="The stack knows what it made. Nobody has to remember.",
        ),
        Exercise(
            id="office-repaired",
            number="6",
            title="Somebody else's template",
            ids=(
                "CFN-FORMAT-ERRORS",
                "CFN-BAD-TYPE-PROPERTY",
                "CFN-TYPE-COVERAGE",
                "CFN-VALIDATE",
            ),
            criteria=(
                Criterion(
                    "office-complete",
                    "The stack `ferry-office` is complete.",
                    stacks.complete(tickets.OFFICE),
                ),
                Criterion(
                    "office-refunds",
                    "A refund is hidden for 180 seconds and given up after three tries.",
                    checks.office_refunds,
                ),
                Criterion(
                    "office-alarm",
                    "The alarm tells the topic when refunds pile up.",
                    checks.office_alarm,
                ),
                Criterion(
                    "office-owner",
                    "The owner's address stands under `Metadata`.",
                    checks.office_owner,
                ),
            ),
            hints=(
                "Ask `validate-template`. It names one fault at a time. Mend it and ask again.",
                "Three faults are of form: a section that templates do not have, a reference to "
                "nothing, a type that does not exist. The fourth shows only in the events of "
                "`ferry-office`: a property with a slip in its name.",
                "`Owner:` belongs under `Metadata:`. `LostRefund.Arn` lacks a letter, "
                "`AWS::SNS::Topics` has one too many, and `VisibilityTimeOut` is written with a "
                "small o. Save it as `office.yaml`, then `aws cloudformation create-stack` with "
                "`--template-body file://office.yaml`. A stack in ROLLBACK_COMPLETE must be "
                "deleted before you try again.",
            ),
            attempted=checks.tried_office,
            solve=tickets.solve_office,
            why="Errors of form cost nothing: no resource was made. Errors in properties cost a "
            "rollback. Read the first failed event; the rest follows from it.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("stacks-gone", "Every stack of this lab is deleted.", checks.nothing_left),
    ),
)
