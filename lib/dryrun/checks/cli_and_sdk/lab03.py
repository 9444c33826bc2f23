"""Lab 01-03: lists too long to finish."""

from __future__ import annotations

from functools import partial

from dryrun.checks.cli_and_sdk import lists_checks as checks
from dryrun.checks.cli_and_sdk import tickets
from dryrun.checks.cli_and_sdk.lists_checks import (
    CLERKS_NAME,
    CLERKS_PATH,
    EMPTY_NAME,
    EXPORT,
    LARGEST_PAGE,
    MOST_QUESTIONS,
    SHEET,
    TOTAL_NAME,
)
from dryrun.checks.cli_and_sdk.tickets import REPORTS, TICKETS, TOTAL
from dryrun.checks.model import Criterion, Exercise, Lab, Question

_TOTAL = Exercise(
    id="true-total",
    number="1",
    title="How many tickets, really?",
    criteria=(
        Criterion(
            "total-stored",
            f"There is a parameter `{TOTAL_NAME}` in us-east-1.",
            partial(tickets.refuse_missing, name=TOTAL_NAME),
        ),
        Criterion(
            "total-right",
            f"It holds the number of all tickets in `{TICKETS}`.",
            checks.total_right,
        ),
    ),
    attempted=lambda account: bool(tickets.attempts(account)),
    solve=lambda account: tickets.store(account, TOTAL_NAME, str(TOTAL)),
    hints=(
        "Did your count come from one answer, or from all of them? A number that is round, or "
        "suspiciously small, came from one page.",
        "The CLI fetches every page by itself. Take the command of the worked example and leave "
        "out what narrows it to one summer. In Python, a paginator does the same: "
        "`paginate(...)` gives one page after the other.",
        f"Count with `aws s3api list-objects-v2 --bucket {TICKETS} --query 'length(…)'`, "
        f"with JSON output. Then `aws ssm put-parameter --name {TOTAL_NAME} --type String` and "
        "`--value` with the number; add `--overwrite` if a wrong number is there already.",
    ),
    why="A list call answers with one page. The CLI and paginators ask again until there is no "
    "more; a plain boto3 call does not, and says so only in `IsTruncated`.",
)

_PAGES = Exercise(
    id="small-pages",
    number="2",
    title="Pages that arrive in time",
    criteria=(
        Criterion(
            "pages-small",
            f"Each call asked S3 for {LARGEST_PAGE} tickets at most.",
            checks.pages_small,
        ),
        Criterion(
            "list-whole",
            f"The list went on to the last of all {TOTAL:,} tickets.",
            checks.list_whole,
        ),
    ),
    attempted=checks.tried_pages,
    solve=checks.solve_pages,
    hints=(
        "You cannot make the account faster, and the night job will not wait longer. What is left "
        "to change is how much one call asks for.",
        "The option says how large a page is. It is not the one that says how many items you want "
        "to see. With `aws s3api`, `aws s3 ls` and a boto3 paginator alike, the service then "
        "gets `MaxKeys`.",
        f"`aws s3api list-objects-v2 --bucket {TICKETS} --cli-read-timeout 1` with `--page-size` "
        f"and a number up to {LARGEST_PAGE}. In boto3: "
        '`PaginationConfig={"PageSize": …}`.',
    ),
    why="The time-out is for one answer, not for the list. `--page-size` makes each answer "
    "smaller; the result stays the same, only the number of calls grows.",
)

_SHEETS = Exercise(
    id="two-sheets",
    number="3",
    title="Two sheets of forty",
    criteria=(
        Criterion(
            "sheet-small",
            f"No call asked S3 for more than {SHEET} tickets.",
            checks.sheets_small,
        ),
        Criterion(
            "sheet-went-on",
            "The second sheet began where the first ended.",
            checks.sheets_went_on,
        ),
        Criterion(
            "sheet-eighty",
            f"S3 handed out {2 * SHEET} tickets altogether.",
            checks.sheets_eighty,
        ),
    ),
    attempted=checks.tried_sheets,
    solve=checks.solve_sheets,
    hints=(
        f"Two numbers matter here: how many tickets you want to see, and how many S3 puts on a "
        f"page. If only the first is {SHEET}, S3 still fills a page of 1,000 for you.",
        f"First sheet: `--max-items {SHEET}` together with `--page-size {SHEET}`. The answer ends "
        "with a `NextToken`; the second command needs it.",
        f"`token=$(aws s3api list-objects-v2 --bucket {TICKETS} --max-items {SHEET} --page-size "
        f"{SHEET} --query NextToken)` keeps the token, with quotes around it: take them off with "
        "`| tr -d '\"'`. Then the same command again with `--starting-token`. In one cell, use "
        "`%%bash`.",
    ),
    why="`--max-items` cuts what you see, `--page-size` what the service sends. With both the "
    "same, `NextToken` points between two pages, and no page is fetched twice.",
)

_CLERKS = Exercise(
    id="clerks-of-2025",
    number="4",
    title="Let the service choose",
    criteria=(
        Criterion(
            "clerks-right",
            f"The parameter `{CLERKS_NAME}` holds the number of clerks of 2025.",
            checks.clerks_right,
        ),
        Criterion(
            "iam-chose",
            f"IAM was asked for the path `{CLERKS_PATH}` only, and for all its pages.",
            checks.iam_chose,
        ),
    ),
    attempted=checks.tried_clerks,
    solve=checks.solve_clerks,
    hints=(
        "IAM users have a path, much like the keys of objects in S3. Is there an option of "
        "`aws iam list-users` that asks for one path only?",
        "The option is `--path-prefix`. IAM sends 100 users on a page; the CLI fetches the rest, "
        "a plain boto3 call does not.",
        f"`aws iam list-users --path-prefix {CLERKS_PATH}` with `--query 'length(Users)'` counts "
        f"them. Then store the number: `aws ssm put-parameter --name {CLERKS_NAME} --type String "
        "--value …`.",
    ),
    why="What the service leaves out is never sent. `--query` works on what has already arrived.",
)

_WAIT = Exercise(
    id="wait-for-it",
    number="5",
    title="Wait for it",
    criteria=(
        Criterion(
            "asked-early", "The first question came before the file was there.", checks.asked_before
        ),
        Criterion("saw-it", "A later question found the file.", checks.saw_it),
        Criterion(
            "asked-gently",
            f"There were {MOST_QUESTIONS} questions at most.",
            checks.asked_gently,
        ),
    ),
    attempted=checks.tried_waiting,
    solve=checks.solve_wait,
    hints=(
        "Put `export()` and the waiting into one cell, one after the other. Otherwise the "
        "file is there before you begin to wait.",
        "The CLI has `aws s3api wait object-exists`. It asks every 5 seconds, 20 times at most. "
        'In boto3 the waiter is called `object_exists`, and `WaiterConfig` takes `"Delay"` and '
        '`"MaxAttempts"`.',
        'After `export()`: `boto3.client("s3").get_waiter("object_exists")` has a method '
        f'`wait`. Give it `Bucket="{REPORTS}"`, `Key="{EXPORT}"` and a `WaiterConfig` with a '
        "delay of 1 second and up to 10 attempts.",
    ),
    why="A waiter is a polite loop: ask, pause, ask again, and give up after a fixed number of "
    "attempts instead of hanging for ever.",
)

_EMPTY = Exercise(
    id="empty-tickets",
    number="6",
    title="The empty tickets",
    criteria=(
        Criterion(
            "empty-complete",
            f"The parameter `{EMPTY_NAME}` holds the key of every empty ticket.",
            checks.empty_complete,
        ),
        Criterion("empty-only", "It holds no other key.", checks.empty_only),
    ),
    attempted=lambda account: bool(tickets.attempts(account, "empty")),
    solve=lambda account: tickets.store(account, EMPTY_NAME, ",".join(tickets.empty_tickets())),
    hints=(
        "S3 cannot choose by size. So all pages must come, and the choosing happens here.",
        "JMESPath chooses: `Contents[?Size==…]` with the number in backticks. Put the whole query "
        "in single quotes, or the shell takes the backticks for itself. In boto3, "
        "`paginate(...).search(...)` takes the same expression, over all pages.",
        f"`aws s3api list-objects-v2 --bucket {TICKETS} --query 'Contents[?Size==`0`].Key' "
        f"--output text` prints them, tab by tab. Put that into `$( … )` behind "
        f"`aws ssm put-parameter --name {EMPTY_NAME} --type String --value`.",
    ),
    why="When the service has no filter for it, every page must be read once. A paginator makes "
    "that one line, and forgets nothing.",
)

_QUESTIONS = (
    Question(
        id="calls-for-3500",
        text="A bucket holds 3,500 objects. You run `aws s3api list-objects-v2` once. How many "
        "calls reach S3?",
        choices=("1", "4", "3,500"),
        answer=1,
        explanations=(
            "No. S3 puts 1,000 objects on a page at most, so one call cannot bring them all.",
            "Yes. Pages of 1,000, 1,000, 1,000 and 500. The CLI fetches them one after the other.",
            "No. One call brings a whole page, not one object.",
        ),
        ids=("PAG-S3",),
    ),
    Question(
        id="page-size-changes",
        text="The same command with `--page-size 100`. What changes in its output?",
        choices=(
            "It shows 100 objects",
            "It shows 100 objects and a NextToken",
            "Nothing",
        ),
        answer=2,
        explanations=(
            "No. That would be a way to lose data. The list stays whole.",
            "No. That is what `--max-items 100` does.",
            "Right. 35 calls instead of 4, and the same list.",
        ),
        ids=("PAG-S3", "PAG-TIMEOUT"),
    ),
    Question(
        id="berth-calls",
        text="There are 35 parameters below `/ferry/berths`. Parameter Store sends 10 on a page. "
        "How many calls does `aws ssm get-parameters-by-path --path /ferry/berths` make?",
        choices=("1", "4", "35"),
        answer=1,
        explanations=(
            "No. Ten on a page is also the most that this call allows.",
            "Yes. 10, 10, 10 and 5. Every service has pages of its own size.",
            "No. A page has ten.",
        ),
        ids=("PAG-SERVICES-YES",),
    ),
    Question(
        id="who-has-pages",
        text="`aws ec2 describe-regions --page-size 5` fails with “Unknown options”. Why?",
        choices=(
            "The page is too small",
            "EC2 has no pages at all",
            "DescribeRegions answers with everything at once, so there is nothing to page",
        ),
        answer=2,
        explanations=(
            "No. Then the service would complain about the value. Here the CLI does not know the "
            "option.",
            "No. `aws ec2 describe-instances` has pages. It depends on the command.",
            "Right. The option exists only where the operation has pages. `aws … help` tells.",
        ),
        ids=("PAG-SERVICES-NO",),
    ),
)

LAB = Lab(
    id="01-03",
    title="Lists too long to finish",
    goal="Fetch lists that are longer than one answer, and in time.",
    minutes=30,
    places=(
        ("the tickets", f"bucket {TICKETS}, one object a ticket, three summers"),
        ("the clerks", "IAM users below /clerks/"),
        ("the berths", "parameters below /ferry/berths/"),
    ),
    services=("s3", "ssm", "iam"),
    prepare=tickets.prepare,
    exercises=(_TOTAL, _PAGES, _SHEETS, _CLERKS, _WAIT, _EMPTY),
    questions=_QUESTIONS,
    clean_up=(
        *(
            Criterion(
                slug, f"The parameter `{name}` is gone.", partial(tickets.refuse_left, name=name)
            )
            for slug, name in (
                ("total-gone", TOTAL_NAME),
                ("clerks-gone", CLERKS_NAME),
                ("empty-gone", EMPTY_NAME),
            )
        ),
        Criterion("export-gone", f"The object `{EXPORT}` is gone.", checks.export_gone),
    ),
)
