"""Lab 10-05: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

_IDS = ("EV-SCHEMA",)

QUESTIONS = (
    Question(
        id="who-knows",
        text="A bus carries the events of five teams. Where does EventBridge keep what is in them, "
        "if nobody set anything up?",
        choices=(
            "In the registry `discovered-schemas`",
            "Nowhere",
            "In the rules of the bus",
        ),
        answer=1,
        explanations=(
            "No. That registry fills once a discoverer watches a bus.",
            "Yes. A bus takes any JSON, and forgets it. Schemas of the events of AWS's own "
            "services are in `aws.events`.",
            "No. A pattern names what a rule looks for. It says nothing of all the rest.",
        ),
        ids=_IDS,
    ),
    Question(
        id="less-again",
        text="Version 2 knows cabins. Now a ticket without a cabin is sold again. What happens?",
        choices=(
            "A version 3, without cabins",
            "Nothing: it fits version 2",
            "The event is refused",
        ),
        answer=1,
        explanations=(
            "No. In version 2 a cabin may be missing, so the event fits.",
            "Yes. A version is made when an event does not fit the latest one.",
            "No. Discovery looks on. It never stops an event.",
        ),
        ids=_IDS,
    ),
    Question(
        id="same-content",
        text="You run `update-schema` with the same content, only indented otherwise. What is the "
        "version afterwards?",
        choices=("The same", "One more", "The call fails"),
        answer=0,
        explanations=(
            "Yes. Only content that says something else makes a version.",
            "No. What counts is what the JSON says, not how it is written.",
            "No. It succeeds, and changes nothing.",
        ),
        ids=_IDS,
    ),
    Question(
        id="not-checked",
        text="The contract says that `price` is an integer. Somebody puts an event with "
        '`"price": "12.50 EUR"` on the bus. What does EventBridge do?',
        choices=(
            "It refuses the event",
            "It delivers the event",
            "It delivers the event to a dead-letter queue",
        ),
        answer=1,
        explanations=(
            "No. `put-events` looks at the envelope and the size, never at a schema.",
            "Yes. Schemas describe events. They do not guard a bus.",
            "No. A dead-letter queue gets what could not be delivered. This can be.",
        ),
        ids=_IDS,
    ),
    Question(
        id="old-code",
        text="Your handler runs on code of version 1. The shop begins to send a member that only "
        "version 2 knows. What does the handler see?",
        choices=(
            "The object as before, without the new member",
            "An error",
            "The new member, as text",
        ),
        answer=0,
        explanations=(
            "Yes. Members the class does not know are left out. Generate the code anew when you "
            "want them.",
            "No. More members do no harm. A member that is gone, or of another type, does.",
            "No. A class has attributes for the members its schema has.",
        ),
        ids=_IDS,
    ),
)
