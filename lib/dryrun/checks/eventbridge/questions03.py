"""The questions of lab 10-03."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="question-mark",
        text="Which of these does EventBridge take for 07:00 UTC on every Monday?",
        choices=(
            "cron(0 7 * * MON *)",
            "cron(0 7 ? * MON *)",
            "cron(0 7 * * 1)",
        ),
        answer=1,
        explanations=(
            "No. Day-of-month and day-of-week cannot both have a value. One of them is `?`.",
            "Yes. The `?` says: no say in this. And MON would be 2 as a number: 1 is Sunday.",
            "No. That is cron as Linux has it. AWS has six fields, the last one is the year.",
        ),
        ids=("EV-SCHED-RULE",),
    ),
    Question(
        id="who-lets-whom",
        text="A rule and a schedule both send to the same queue. Who has to allow it?",
        choices=(
            "The queue's policy, for both",
            "For the rule the queue's policy, for the schedule a role that it assumes",
            "Nobody: both are EventBridge, in the same account",
        ),
        answer=1,
        explanations=(
            "No. Scheduler calls SQS in the name of a role. The role's policy is enough.",
            "Yes. Rules come as the service events.amazonaws.com, schedules as a role of yours.",
            "No. Being in the same account has never been a permission for a service.",
        ),
        ids=("EV-SCHED-RULE", "EV-SCHEDULER"),
    ),
    Question(
        id="first-time",
        text="It is 18:00. You create a schedule with rate(2 hours), without a start date. When "
        "does it fire for the first time?",
        choices=("At once", "At 20:00", "At midnight, then every two hours"),
        answer=0,
        explanations=(
            "Yes. A schedule with a rate begins at once, unless it has a StartDate.",
            "No. That is what a rule with rate(2 hours) does.",
            "No. A rate counts from its beginning. Only cron knows the time of day.",
        ),
        ids=("EV-SCHEDULER",),
    ),
    Question(
        id="after-once",
        text="A schedule with at(…) has fired. Nobody said anything of ActionAfterCompletion. "
        "What becomes of it?",
        choices=(
            "It is deleted",
            "It stays, ENABLED, and never fires again",
            "It fires again next year",
        ),
        answer=1,
        explanations=(
            "No. It is if you ask for ActionAfterCompletion DELETE.",
            "Yes. It stays, and counts towards your quota, until somebody deletes it.",
            "No. A year is part of the expression.",
        ),
        ids=("EV-SCHEDULER",),
    ),
    Question(
        id="night-of-change",
        text="Tonight the clocks of Berlin go from 02:00 to 03:00. What does a schedule do that "
        "is due at 02:30 each night, by the clocks of Berlin?",
        choices=(
            "It fires at 03:30",
            "It fires at 01:30",
            "It does not fire tonight",
        ),
        answer=2,
        explanations=(
            "No. Scheduler does not make up for it.",
            "No. Nothing is moved.",
            "Yes. There is no 02:30 tonight, so there is nothing to fire at. In autumn, when 02:30 "
            "comes twice, it fires once.",
        ),
        ids=("EV-SCHEDULER",),
    ),
    Question(
        id="not-wanted",
        text="A message does not pass the filter of a pipe. Where is it afterwards?",
        choices=(
            "In the queue, for another reader",
            "In the dead-letter queue",
            "Nowhere: it is deleted",
        ),
        answer=2,
        explanations=(
            "No. The pipe has taken it, and it does not put it back.",
            "No. Nothing failed.",
            "Yes. A queue has one reader. What that one does not want is gone. Two readers need a "
            "queue each.",
        ),
        ids=("EV-PIPES",),
    ),
)
