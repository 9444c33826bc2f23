"""Lab 10-01: rules and patterns."""

from __future__ import annotations

from functools import partial

from dryrun.checks.eventbridge import desk, matching
from dryrun.checks.eventbridge.questions01 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

_SALE = Exercise(
    id="first-sale",
    number="1",
    title="An event of your own",
    criteria=(
        Criterion("sold", "EventBridge took an event `Ticket Sold` of `ferry.tickets`.", desk.sold),
        Criterion(
            "sale-told",
            "Its detail says port `island/helgoland` and price 120, a number.",
            desk.sale_told,
        ),
    ),
    attempted=desk.tried_sale,
    solve=desk.solve_sale,
    hints=(
        "One command puts events on a bus. It takes a list of entries, and each entry has three "
        "parts you have to give.",
        "The parts are Source, DetailType and Detail. Detail is a text, and in that text there is "
        'JSON. In a shell you write its quotes as `\\"`. In Python, `json.dumps` does it for you.',
        '`aws events put-events --entries \'[{"Source": "ferry.tickets", "DetailType": '
        '"Ticket Sold", "Detail": "{\\"port\\": …}"}]\'`',
    ),
    why="An event is a fact somebody tells. Who listens is not the teller's affair.",
    ids=("EV-PUT",),
)

_SILENCE = Exercise(
    id="too-much-mail",
    number="2",
    title="Too much mail",
    criteria=(
        Criterion("silent", f"The rule `{desk.EVERYTHING}` delivers nothing.", desk.silent),
        Criterion("kept", "It is still there, with its pattern and its target.", desk.kept),
    ),
    attempted=desk.tried_silence,
    solve=desk.solve_silence,
    hints=(
        "You do not want the rule to be gone, only to be quiet. A rule has a state.",
        "Look at the list of commands: `aws events help`. One ends in `-rule` and begins with the "
        "opposite of enable.",
        f"`aws events disable-rule`, and the option `--name` with the name of the rule: "
        f"`{desk.EVERYTHING}`. Nothing else is needed: it stands on the default bus.",
    ),
    why="A disabled rule keeps pattern and targets, and delivers nothing.",
    ids=("EV-RULE-STATE",),
)

_LARGE = Exercise(
    id="large-sales",
    number="3",
    title="Large sales",
    criteria=(
        Criterion(
            "catches",
            f"`{desk.LARGE}` matches sales of 100 and more to island ports.",
            partial(matching.refuse_missed, name=desk.LARGE, samples=desk.LARGE_SALES),
        ),
        Criterion(
            "leaves-out",
            "It matches nothing else.",
            partial(matching.refuse_caught, name=desk.LARGE, samples=desk.OTHER_SALES),
        ),
        Criterion("to-desk", "It is enabled and sends to the desk.", desk.aimed(desk.LARGE)),
    ),
    attempted=desk.made(desk.LARGE),
    solve=desk.solve_large,
    hints=(
        "Four things have to be right: source, detail-type, port and price. Try the pattern with "
        "`lab.explain` until it matches `sale.json`.",
        'A port that begins with something is `[{"prefix": "…"}]`. A price from 100 on is '
        '`[{"numeric": […]}]` with a sign and a number. Port and price are inside `detail`.',
        f'`aws events put-rule --name {desk.LARGE} --event-pattern \'{{"source": '
        '["ferry.tickets"], "detail-type": ["Ticket Sold"], "detail": {"port": [{"prefix": …}], '
        '"price": [{"numeric": [">=", …]}]}}\'`, then `put-targets --rule … --targets '
        f"Id=desk,Arn={desk.DESK_ARN}`.",
    ),
    why="All fields of a pattern have to match; of the values in one list, any.",
    ids=("EV-PAT-EXACT", "EV-PAT-PREFIX", "EV-PAT-NUMERIC"),
)

_REFUNDS = Exercise(
    id="lost-refunds",
    number="4",
    title="The refund that never came",
    criteria=(
        Criterion(
            "catches",
            f"`{desk.REFUNDS}` matches refunds for weather and strike, however written.",
            partial(matching.refuse_missed, name=desk.REFUNDS, samples=desk.REFUNDED),
        ),
        Criterion(
            "leaves-out",
            "It matches nothing else: no other reasons, no refund of 0, none that is not paid.",
            partial(matching.refuse_caught, name=desk.REFUNDS, samples=desk.NOT_REFUNDED),
        ),
        Criterion("to-desk", "It is enabled and sends to the desk.", desk.aimed(desk.REFUNDS)),
    ),
    attempted=desk.tried_refunds,
    solve=desk.solve_refunds,
    hints=(
        "Let `lab.explain` compare the rule's pattern with `refund.json`. Every ✗ says what is "
        "wrong. There are four.",
        "Names and values are compared letter for letter. `true` in quotes is a text. For a "
        "reason in any case there is an operator, once for each reason: `equals-ignore-case`.",
        f'Put the rule {desk.REFUNDS} again, with `"detail-type": ["Ticket Refunded"]`, '
        '`"amount"` in small letters, `"reason": [{"equals-ignore-case": "weather"}, …]` and '
        '`"paid": [true]`. Its target stays.',
    ),
    why="A pattern that matches nothing gives no error. Hold it against a real event.",
    ids=("EV-PAT-IGNORECASE",),
)

_LOGINS = Exercise(
    id="odd-logins",
    number="5",
    title="Odd logins",
    criteria=(
        Criterion(
            "catches",
            f"`{desk.LOGINS}` matches logins from the guest network, and those without a device.",
            partial(matching.refuse_missed, name=desk.LOGINS, samples=desk.ODD),
        ),
        Criterion(
            "leaves-out",
            "It matches no other login, and no login of a robot.",
            partial(matching.refuse_caught, name=desk.LOGINS, samples=desk.USUAL),
        ),
        Criterion("to-desk", "It is enabled and sends to the desk.", desk.aimed(desk.LOGINS)),
    ),
    attempted=desk.made(desk.LOGINS),
    solve=desk.solve_logins,
    hints=(
        "Two fields, and one of them is enough: that is the word *or*. Fields of a pattern are "
        "joined by *and*, unless you say otherwise.",
        '`"$or": [{…}, {…}]` stands inside `detail`, beside `user`. An address block is '
        '`{"cidr": "…"}`, a field that is not there `{"exists": false}`. Robots are left out with '
        "`anything-but`, which takes a prefix too.",
        '`"detail": {"user": [{"anything-but": {"prefix": "robot-"}}], "$or": [{"ip": [{"cidr": '
        '"203.0.113.0/24"}]}, {"device": […]}]}`, with source and detail-type around it.',
    ),
    why="$or joins fields; a list joins the values of one field.",
    ids=("EV-PAT-OR", "EV-PAT-CIDR", "EV-PAT-EXISTS", "EV-PAT-ANYTHINGBUT"),
)

_TIMETABLES = Exercise(
    id="new-timetables",
    number="6",
    title="Events that AWS sends",
    criteria=(
        Criterion(
            "bucket-tells",
            f"The bucket `{desk.BUCKET}` sends its events to EventBridge.",
            desk.bucket_tells,
        ),
        Criterion(
            "catches",
            f"`{desk.TIMETABLES}` matches new PDF files below `summer/` in that bucket.",
            partial(matching.refuse_missed, name=desk.TIMETABLES, samples=desk.CREATED),
        ),
        Criterion(
            "leaves-out",
            "It matches no other file, bucket or source, and no deletion.",
            partial(matching.refuse_caught, name=desk.TIMETABLES, samples=desk.NOT_CREATED),
        ),
        Criterion("to-desk", "It is enabled and sends to the desk.", desk.aimed(desk.TIMETABLES)),
    ),
    attempted=desk.tried_timetables,
    solve=desk.solve_timetables,
    hints=(
        "A bucket says nothing to EventBridge until it is told to. That is one command of "
        "`aws s3api`. The rule is the other half.",
        "The command is `put-bucket-notification-configuration`; the configuration is "
        '`{"EventBridgeConfiguration": {}}`. Key: begins with `summer/` and ends in `.pdf`. Two '
        "operators in one list are *or*. One operator can say both: `wildcard`.",
        'In the pattern: `"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": '
        f'{{"bucket": {{"name": ["{desk.BUCKET}"]}}, "object": {{"key": [{{"wildcard": '
        '"summer/…"}]}}`.',
    ),
    why="Services put their events on the default bus; S3 only when the bucket asks for it.",
    ids=("EV-SERVICE-EVENTS", "EV-PAT-WILDCARD", "EV-PAT-SUFFIX"),
)

_DOGS = Exercise(
    id="stowaways",
    number="7",
    title="Dogs without a ticket",
    criteria=(
        Criterion(
            "catches",
            f"`{desk.STOWAWAYS}` matches bookings with a dog that has not paid.",
            partial(matching.refuse_missed, name=desk.STOWAWAYS, samples=desk.UNPAID),
        ),
        Criterion(
            "leaves-out",
            "It matches no other booking, and not `booking.json`.",
            partial(matching.refuse_caught, name=desk.STOWAWAYS, samples=desk.PAID),
        ),
        Criterion("to-desk", "It is enabled and sends to the desk.", desk.aimed(desk.STOWAWAYS)),
    ),
    attempted=desk.made(desk.STOWAWAYS),
    solve=desk.solve_dogs,
    hints=(
        "EventBridge refuses the pattern as it is, and says why and at which column. It stops at "
        "the first mistake. Mend it, try again.",
        "There are three mistakes: a value that is no list, an operator there is not, and a list "
        "with nothing in it. A field that may have any value is left out of a pattern.",
        'What is left is `"detail": {"passengers": {"kind": ["dog"], "paid": [false]}}` with '
        "source and detail-type. Put the rule, and give it the desk as a target.",
    ),
    why="In a list of objects, all fields have to match in the same object.",
    ids=("EV-PAT-ARRAYOBJ", "EV-PAT-VALIDATE"),
)

LAB = Lab(
    id="10-01",
    title="Rules and patterns",
    goal="Pick the right events out of a stream.",
    minutes=40,
    places=(
        ("the desk's queue", desk.DESK_ARN),
        (
            "events to try patterns with",
            "sale.json, refund.json, booking.json, beside this notebook",
        ),
        ("the timetables", f"bucket {desk.BUCKET}"),
    ),
    services=("events", "sqs", "s3"),
    prepare=desk.prepare,
    exercises=(_SALE, _SILENCE, _LARGE, _REFUNDS, _LOGINS, _TIMETABLES, _DOGS),
    questions=QUESTIONS,
    clean_up=(
        Criterion("rules-gone", "No rule of this lab is left.", desk.none_left),
        Criterion("desk-gone", f"The queue `{desk.DESK}` is gone.", desk.desk_gone),
        Criterion("bucket-gone", f"The bucket `{desk.BUCKET}` is gone.", desk.bucket_gone),
    ),
)
