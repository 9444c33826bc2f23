"""Lab 10-04: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="who-decides",
        text="A program in the islands' account puts an event on a bus in your account. Whose "
        "policies must allow it?",
        choices=(
            "The program's, in the islands' account",
            "The bus's, in your account",
            "Both",
        ),
        answer=2,
        explanations=(
            "Not alone. Otherwise any account of the world could fill your bus.",
            "Not alone. Otherwise you would decide what the islands' programs may do.",
            "Yes. Across accounts, both sides must say yes: the policy of who asks, and the policy "
            "of the resource.",
        ),
        ids=("EV-XACCOUNT", "EV-POLICY"),
    ),
    Question(
        id="deny-wins",
        text="The policy of the bus allows your whole organization, and denies `ferry.test`. The "
        "islands' captain may do everything in the islands' account. What happens to an event of "
        "`ferry.test`?",
        choices=(
            "It is taken: two policies allow it, one denies it",
            "It is refused: one explicit deny is enough",
            "It is taken, and no rule matches it",
        ),
        answer=1,
        explanations=(
            "No. Policies are not counted.",
            "Yes. An explicit deny wins against every allow, wherever it is written.",
            "No. It does not come onto the bus at all; the whole call is refused.",
        ),
        ids=("EV-POLICY",),
    ),
    Question(
        id="whose-account",
        text="A ticket is sold on the islands, and the islands' rule sends the event on. Which "
        "account stands in the event, when the desk gets it?",
        choices=(
            "Yours, for it came over your bus",
            "The islands', where it was put",
            "Both, as a list",
        ),
        answer=1,
        explanations=(
            "No. Then nobody could tell the branches apart.",
            "Yes. Account, region and time stay as they were. So a rule of yours can match on "
            "`account`.",
            "No. An event has one account.",
        ),
        ids=("EV-XACCOUNT",),
    ),
    Question(
        id="silent",
        text="The policy of the central bus is gone. A ticket is sold on the river, and put on the "
        "river's own bus. What does `put-events` answer?",
        choices=(
            "`AccessDeniedException`",
            "An event id, as if nothing was wrong",
            "`FailedEntryCount: 1`",
        ),
        answer=1,
        explanations=(
            "No. The river may put events on its own bus.",
            "Yes. The event is on the river's bus. That it cannot be sent on shows later, and not "
            "to who put it.",
            "No. The entry was taken.",
        ),
        ids=("EV-XACCOUNT",),
    ),
    Question(
        id="one-hop",
        text="You add a rule to `ferry-central` whose target is a bus in a fourth account. A "
        "ticket is sold on the islands. What comes to the fourth account?",
        choices=(
            "The ticket, with the islands' account in it",
            "The ticket, with your account in it",
            "Nothing",
        ),
        answer=2,
        explanations=(
            "No. It would have to be sent from bus to bus a second time.",
            "No. The account in an event never changes, and it is not sent on.",
            "Yes. An event goes from one bus to another only once. So accounts cannot send each "
            "other events for ever.",
        ),
        ids=("EV-XACCOUNT",),
    ),
    Question(
        id="archive-replayed",
        text="You replay the tickets of a week. Afterwards, how many of them are in the archive?",
        choices=(
            "As many as before",
            "Twice as many",
            "None: they were taken out",
        ),
        answer=0,
        explanations=(
            "Yes. A replayed event has a `replay-name`. The rule behind an archive leaves such "
            "events out.",
            "No. The rule behind an archive leaves out what has a `replay-name`.",
            "No. A replay only reads. What ends an event's time in an archive is its retention.",
        ),
        ids=("EV-ARCHIVE", "EV-REPLAY"),
    ),
    Question(
        id="replay-order",
        text="Two tickets were sold within the same minute. In which order does a replay send "
        "them?",
        choices=(
            "In the order in which they were sold",
            "In any order: only minutes follow each other",
            "The latest first",
        ),
        answer=1,
        explanations=(
            "That is not promised.",
            "Yes. A replay goes through the window minute by minute. Within a minute, AWS promises "
            "no order. So what reads events should not depend on it.",
            "No. It begins with the first minute of the window.",
        ),
        ids=("EV-REPLAY",),
    ),
)
