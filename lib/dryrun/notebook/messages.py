"""Every sentence the notebook says on its own, in one place."""

from __future__ import annotations

from dryrun.checks.model import Outcome

TRIES_BEFORE_SOLUTION = 3

STATUS = {
    Outcome.DONE: "done",
    Outcome.NOT_YET: "not yet",
    Outcome.BROKEN: "broken",
    Outcome.NOT_ATTEMPTED: "not attempted",
}

NOT_STARTED = (
    "No lab is started in this notebook; run the cell with lab.start at its top, then repeat this."
)
SCRIPT_FAILED = "The script of this cell ended with status {status}; what went wrong stands above."
NO_LAB_NAMED = 'Say which lab, for example lab.start("00").'
STATE_DELETED = (
    "The folder .dryrun is gone, and with it your account and your progress; "
    'run lab.start("{lab}") to begin anew.'
)
CLOUD_GONE = (
    'The lab cloud is not running; run lab.start("{lab}") to start it. Your progress is kept.'
)
CLOUD_REPLACED = (
    "The lab cloud was started afresh, so your account is empty; "
    'run lab.start("{lab}") to prepare it again.'
)
OTHER_LAB = (
    'The account now holds lab {other}; run lab.start("{lab}") to come back to this lab. '
    "Your progress is kept."
)
FILES_STUCK = (
    "The AWS files in {folder} cannot be made fresh ({reason}); "
    "make the folder writable, then try again."
)
RESET_STUCK = (
    "The lab cloud does not come back after a reset; stop it with `dryrun cloud stop`, "
    'then run lab.start("{lab}").'
)
NOTHING_TO_BUILD = "Exercise {number} is the first one, so this is the account as the lab begins."
NOTHING_TO_UNDO = "There is nothing to undo; the account is as the lab began."
UNDONE = "{what} at {time} is undone. The account and its clock are as they were before it."
UNDONE_REST = "Your files and your progress stay as they are."
REWOUND = "The account is as it was when exercise {number} was done."
REWOUND_START = "The account is as it was when the lab began."
SOLUTION_CLOSED = (
    "The solution of exercise {number} opens after success or {needed} unsuccessful checks "
    '(so far: {tries}); lab.hint("{number}") gives a hint meanwhile.'
)
SOLUTION_MISSING = "The solution of exercise {number} is not in this workspace ({reason})."
PREPARE_FAILED = (
    "Lab {lab} could not be prepared ({reason}); "
    'run lab.start("{lab}") to try again on a fresh account.'
)
SOLVE_FAILED = (
    "Exercise {number} could not be built for you ({reason}); "
    "run lab.reset() to begin again with a fresh account."
)
NO_CHOICE = 'The question "{question}" has no choice "{choice}"; its choices are {first} to {last}.'
CHOOSE = "Choose one first."
# JupyterLab keeps the arrow keys and Enter for itself while a widget has the focus.
KEYS = "Tab moves, Space chooses and presses the button; or run"
NO_QUESTIONS = "Lab {lab} has no questions."
NO_CLEAN_UP = "Lab {lab} has nothing to clean up."
STUMBLED = (
    "Dry Run itself stumbled ({reason}); your work is safe. "
    "What happened is written to .dryrun/trouble.log; please report it."
)
STRICT_NOT_DONE = "Exercise {number} ({slug}) of lab {lab} is {outcome}: {unmet}."

PROGRESS_NEW = "Your progress file is gone, so your progress starts anew."
LAB_FRESH_LOST = "The lab cloud was lost since you last worked here, so the account is fresh again."
LAB_FRESH_OTHER = "The account held lab {other}; it is now fresh for this lab."
LAB_RESUMED = "Your account is as you left it."
LAB_FRESH = "Your account is fresh and ready."
OFFER_CATCH_UP = 'lab.catch_up("{number}") builds everything up to exercise {number}.'
DAMAGED = (
    'No need to hunt for it: lab.catch_up("{number}") rebuilds the account '
    "as it is before this exercise."
)

CODE_USED = (
    "This code has been used, and AWS takes each once. The next one comes in {seconds} seconds; "
    "lab.clock.advance(seconds={seconds}) is quicker."
)
OUT_OF_STEP = (
    "AWS believes this device to be out of step, because its codes came late once: send "
    '`aws iam resync-mfa-device` both codes of lab.mfa_codes("{device}").'
)
QR_ABOUT = (
    "An authenticator app that reads this shows the same codes as lab.mfa_code, as long as the "
    "lab clock agrees with the real one."
)

NO_STACK = 'There is no stack "{name}"; there are: {names}.'
NO_STACKS = 'There is no stack "{name}", and no other.'
STACK_DELETED = (
    'Stack "{name}" was deleted; what is kept of it is found by its id instead of its name: {id}.'
)
NO_CHANGE_SET = 'Stack {stack} has no change set "{name}"; it has: {names}.'
NO_CHANGE_SETS = 'Stack {stack} has no change set "{name}", and no other.'
STACKS_REFUSED = "CloudFormation refuses to tell: {reason}."
DELIVERIES_NONE = "Nothing was delivered in the last {span} of lab time."
DELIVERIES_REST = "{count} more pairs of sender and target are not shown."
DELIVERIES_SINCE = (
    'Say from when: lab.deliveries(hours=12) or lab.deliveries(since="2026-01-05T18:00:00").'
)
TIMELINE_CHOICE = 'There is no operation "{choice}" to show; say "last" or "all".'
TIMELINE_EMPTY = "Stack {name} has no events yet."
TIMELINE_REST = "{count} more resources, all of which went well or were cancelled, are not shown."
TIMELINE_CAUSE = "The first to fail was {name}, at {time}: begin to read there."
TIMELINE_LEGEND = (
    ("create", "create"),
    ("update", "update, import"),
    ("delete", "delete, clean up"),
    ("rollback", "roll back"),
)
DIFF_NOTHING = "Nothing would change."
DIFF_FAILED = "The change set was not made: {reason}."
DIFF_EMPTY = "AWS calls a change set failed when nothing would change; there is nothing to execute."
DIFF_PENDING = "It is still being worked on; what it would change is told when it is made."
DIFF_EXECUTION = {
    "EXECUTE_COMPLETE": "It was executed: these changes are made.",
    "EXECUTE_IN_PROGRESS": "It is being executed now; lab.timeline shows how far it is.",
    "EXECUTE_FAILED": "It was executed and failed; lab.timeline shows where.",
    "OBSOLETE": "The stack has changed since, so it can no longer be executed.",
    "UNAVAILABLE": "It cannot be executed now.",
}
DIFF_CONSEQUENCE = {
    "Modify": "Updated in place: {physical} stays.",
    "Replace": "Will be replaced: {physical} gives way to a new one with a new physical id.",
    "Maybe": "May be replaced: that hangs on a value known only when it is executed.",
    "Remove": "Leaves the stack: {physical}.",
    "Import": "Comes under the stack as it is: {physical}.",
    "Dynamic": "Whether anything changes is known only when it is executed.",
}
DIFF_POLICY = {
    "Delete": "It is deleted.",
    "Retain": "It is kept, outside the stack.",
    "Snapshot": "A snapshot is taken before it is deleted.",
    "ReplaceAndDelete": "The old one is deleted.",
    "ReplaceAndRetain": "The old one is kept, outside the stack.",
    "ReplaceAndSnapshot": "A snapshot of the old one is taken before it is deleted.",
}
DIFF_NESTED = "Its own change set: {id}."
DIFF_CAUSE = {
    "DirectModification": "the template was edited",
    "ParameterReference": "parameter {cause} has another value",
    "ResourceReference": "it refers to {cause}, which changes",
    "ResourceAttribute": "{cause} changes",
    "Automatic": "the nested stack is looked at again",
    "NoModification": "nothing of it was edited",
}
DIFF_DYNAMIC = " (the value is known only when executed)"
DIFF_RECREATION = {"Always": "replaces the resource", "Conditionally": "may replace the resource"}
GRAPH_FILE_MISSING = "There is no file {path}; give a stack's name, or a template's path or text."
GRAPH_UNREADABLE = "This template cannot be read: {reason}."
GRAPH_TWIN = "(The picture of: {title}. The list above says the same.)"
GRAPH_WAITS = "not begun"
GRAPH_LEFT_OUT = "left out, or not made: its condition is {condition}"
GRAPH_ABSENT = "not in the stack"
GRAPH_LEGEND = (
    ("good", "✓ complete"),
    ("calm", "… in progress"),
    ("bad", "✗ failed"),
    ("warn", "↩ rolled back"),
    ("plain", "○ not there"),
)
GRAPH_EMPTY = "There are no resources to draw."
GRAPH_TRANSFORMS = (
    "It is drawn as written; {names} may add resources when it is deployed, and then the graph of "
    "the stack has them."
)
GRAPH_GROUPED = (
    "There are {count} resources, too many for one picture: those of one type and status are one "
    'box. lab.graph("{what}", around="{name}") draws one resource and its neighbours.'
)
GRAPH_NOT_THERE = 'There is no resource "{name}" to draw around; there are: {names}.'

ROOT_SIGNED_IN = (
    "The root user signed in to the console; CloudTrail saw it, EventBridge hears of it."
)
ROOT_UNSEEN = (
    "The root user signed in to the console, and nobody saw it: no trail of CloudTrail logs, so "
    "EventBridge hears of nothing."
)
HEALTH_TOLD = "AWS Health told EventBridge in {region} of {code}."


def encouragement(met: int, total: int) -> str:
    """Return the line under a check that is not yet done."""
    left = total - met
    if left == 1 and total > 1:
        return "Nearly there: one thing left."
    if met == 0:
        return "A start is made. Compare expected and found, line by line."
    return "Good progress. Begin with the first ✗; the others often follow from it."


def times(count: int, one: str, many: str) -> str:
    """Return "1 try", "2 tries"."""
    return f"{count} {one if count == 1 else many}"


def not_begun(number: str) -> str:
    """Return the line under a check before anything was done."""
    return (
        "Nothing to check yet, and no try counted. Do the step above, then check again; "
        f'lab.hint("{number}") gives a first nudge.'
    )


def help_line(number: str, hints_left: int, tries: int) -> str:
    """Return how to get help after an unsuccessful check."""
    parts = []
    if hints_left:
        parts.append(f'Stuck? lab.hint("{number}") gives a hint.')
    if tries >= TRIES_BEFORE_SOLUTION:
        parts.append(f'lab.solution("{number}") is open now.')
    elif not hints_left:
        left = TRIES_BEFORE_SOLUTION - tries
        parts.append(f"The solution opens after {times(left, 'more try', 'more tries')}.")
    return " ".join(parts)


EXPLAIN_MATCHES = "The event matches the pattern"
EXPLAIN_DIFFERS = "The event does not match the pattern"
EXPLAIN_INVALID = "EventBridge would refuse the pattern"
EXPLAIN_WAY = "Way {number} of {count} through $or {word}."
EXPLAIN_WAY_MATCHES = "matches"
EXPLAIN_WAY_DIFFERS = "does not match"
EXPLAIN_MORE = "There are {count} more ways through $or."
EXPLAIN_NO_EVENT = "The event is no JSON object: {reason}."
EXPLAIN_NO_PATTERN = "The pattern cannot be read as JSON: {reason}."
