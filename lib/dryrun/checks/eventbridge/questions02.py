"""The questions of lab 10-02."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="who-says-no",
        text="A queue has no policy of its own. A rule of the same account has it as its target, "
        "and an event matches. What does put-events answer?",
        choices=(
            "It fails: AccessDenied",
            "It answers with an event id; nothing arrives",
            "It answers with an event id; the event arrives, for it is the same account",
        ),
        answer=1,
        explanations=(
            "No. put-events ends when the bus has the event. What becomes of it is another story.",
            "Yes. EventBridge is a service, and no policy of your account speaks of services. The "
            "queue itself has to let it in.",
            "No. Being in the same account helps users and roles. EventBridge is neither.",
        ),
        ids=("EV-TARGET-SQS",),
    ),
    Question(
        id="one-fails",
        text="A rule has two targets. The first one refuses. What of the second?",
        choices=(
            "It gets the event",
            "It gets nothing: the rule has failed",
            "It gets the event once the first one has taken it",
        ),
        answer=0,
        explanations=(
            "Yes. Each target is served for itself. None waits for another.",
            "No. A rule does not fail. One of its targets did.",
            "No. There is no order among targets.",
        ),
        ids=("EV-TARGET-MIX",),
    ),
    Question(
        id="tried-again",
        text="How often did EventBridge call the printer before it gave up?",
        choices=("Once", "Three times", "185 times, within a day"),
        answer=0,
        explanations=(
            "Yes. A missing permission does not mend itself, and neither does a target that is "
            "gone. Such an event goes to the dead-letter queue at once.",
            "No. That is how Lambda treats a function that fails.",
            "No. So it is for errors that may pass: throttling, faults of the target, timeouts.",
        ),
        ids=("EV-DLQ", "EV-TARGET-LAMBDA"),
    ),
    Question(
        id="twice",
        text="You put a dead letter back on the bus. Who gets the event now?",
        choices=(
            "The printer alone",
            "Every target of every rule that matches it",
            "The targets that have not had it yet",
        ),
        answer=1,
        explanations=(
            "No. The bus does not know that the event was there before.",
            "Yes. The desk has it twice now. Whoever takes events must bear that: delivery is at "
            "least once, with or without you.",
            "No. Nobody keeps a list.",
        ),
        ids=("EV-DLQ",),
    ),
    Question(
        id="no-such-path",
        text='A template says "Order <order> for <name>", and <name> is $.detail.name. An event '
        "has no name. What does the target get?",
        choices=(
            "Nothing, and the dead-letter queue gets the event",
            "Order A-9 for <name>",
            "Order A-9 for, with nothing after it",
        ),
        answer=2,
        explanations=(
            "No. A path that leads nowhere is no error.",
            "No. A variable that has a path is always replaced.",
            "Yes. It is left empty, and nobody warns you.",
        ),
        ids=("EV-IN-TRANSFORMER",),
    ),
    Question(
        id="one-of-three",
        text="Input, InputPath and InputTransformer: how many of them may one target have?",
        choices=("One", "Two", "All three, in that order"),
        answer=0,
        explanations=(
            "Yes. A constant, a part, or a text made of parts. With two of them put-targets "
            "refuses.",
            "No. They exclude each other.",
            "No. They exclude each other.",
        ),
        ids=("EV-IN-PATH-CONST",),
    ),
    Question(
        id="policy-or-role",
        text="For which of these targets must you give EventBridge a role?",
        choices=(
            "A queue, a topic, a log group",
            "A state machine, a Kinesis stream, an ECS task, Run Command",
            "A function",
        ),
        answer=1,
        explanations=(
            "No. They have policies of their own. A log group shares that of its region.",
            "Yes. They have no policy that could let EventBridge in. So it takes a role of yours, "
            "and does what the role may.",
            "No. A function has a policy: add-permission writes it.",
        ),
        ids=("EV-TARGET-OTHER", "EV-TARGET-SNS", "EV-TARGET-LOGS"),
    ),
    Question(
        id="third-bus",
        text="In Ireland a rule sends every sale on to a third bus, in Frankfurt. What arrives "
        "there of A-5?",
        choices=(
            "The event, with the region us-east-1",
            "The event, with the region eu-west-1",
            "Nothing",
        ),
        answer=2,
        explanations=(
            "No. It would keep its region, if it could go on.",
            "No. An event keeps the region it was born in.",
            "Yes. An event goes from bus to bus once. A dead-letter queue would say "
            "THIRD_ACCOUNT_HOP_DETECTED or THIRD_REGION_HOP_DETECTED.",
        ),
        ids=("EV-TARGET-BUS",),
    ),
    Question(
        id="harbour-closed",
        text="The harbour's server is down, and the target allows four retries. What will the "
        "dead letter tell?",
        choices=(
            "NO_PERMISSIONS, and no number of retries",
            "CONNECTION_FAILURE, and four retries",
            "Nothing: an API destination has no dead-letter queue",
        ),
        answer=1,
        explanations=(
            "No. Nobody refused anything.",
            "Yes. A server that is down may come up again. So EventBridge tries, with longer and "
            "longer pauses, until a limit is reached.",
            "No. Every target may have one.",
        ),
        ids=("EV-TARGET-API", "EV-DLQ"),
    ),
)
