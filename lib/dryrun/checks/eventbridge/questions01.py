"""The questions of lab 10-01."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="not-mentioned",
        text='An event has ten fields. The pattern is {"source": ["ferry.tickets"]}. What of the '
        "nine others?",
        choices=(
            "They do not matter",
            "They must not be there",
            "They must be null or empty",
        ),
        answer=0,
        explanations=(
            "Yes. A pattern names what it cares about. All the rest may be as it likes.",
            'No. For that there is {"exists": false}, field by field.',
            "No. EventBridge never looks at them.",
        ),
        ids=("EV-PAT-EXACT",),
    ),
    Question(
        id="nobody-listens",
        text="You put an event, and no rule matches it. What happens?",
        choices=(
            "put-events fails",
            "EventBridge takes it, and it is gone",
            "It waits on the bus until a rule matches it",
        ),
        answer=1,
        explanations=(
            "No. Whoever sends never hears who listens.",
            "Yes. You get an event id, and that is all. A bus keeps nothing, unless it has an "
            "archive.",
            "No. A bus is no queue. An event meets the rules there are now.",
        ),
        ids=("EV-PUT",),
    ),
    Question(
        id="while-off",
        text="A rule is disabled for an hour, then enabled again. The events of that hour?",
        choices=(
            "They are delivered when it is enabled",
            "They never reach its targets",
            "They are in its dead-letter queue",
        ),
        answer=1,
        explanations=(
            "No. The rule saw none of them.",
            "Yes. To get them anyway you need an archive and a replay: lab 10-04.",
            "No. A dead-letter queue gets what could not be delivered. This was never tried.",
        ),
        ids=("EV-RULE-STATE",),
    ),
    Question(
        id="text-or-number",
        text='The event says "price": "120". The pattern says "price": [{"numeric": [">", 100]}]. '
        "Does it match?",
        choices=("Yes, EventBridge converts it", "No", "EventBridge refuses the pattern"),
        answer=1,
        explanations=(
            "No. It converts nothing.",
            'Yes, it does not match: "120" is a text. numeric looks at numbers only.',
            "No. The pattern is fine. The event is what you did not expect.",
        ),
        ids=("EV-PAT-NUMERIC",),
    ),
    Question(
        id="not-there",
        text='The pattern says "user": [{"anything-but": "ada"}]. The event has no field user. '
        "Does it match?",
        choices=("Yes, nobody is not ada", "No, the field has to be there"),
        answer=1,
        explanations=(
            'No. Write [{"exists": false}, {"anything-but": "ada"}] if you want that.',
            "Yes. anything-but asks about a value. Where there is none, nothing matches.",
        ),
        ids=("EV-PAT-ANYTHINGBUT", "EV-PAT-EXISTS"),
    ),
    Question(
        id="two-in-a-list",
        text='The pattern says "key": [{"prefix": "summer/"}, {"suffix": ".pdf"}]. Does it match '
        "winter/map.pdf?",
        choices=("Yes", "No"),
        answer=0,
        explanations=(
            "Yes. In a list, one alternative is enough, and the ending is right.",
            "No, it does: a list means or. For and within one field, use wildcard.",
        ),
        ids=("EV-PAT-SUFFIX", "EV-PAT-PREFIX"),
    ),
    Question(
        id="silent-bucket",
        text="You upload a file to a new bucket. Which event does EventBridge get?",
        choices=(
            "Object Created, always",
            "None, until the bucket sends its events there",
            "An event on a bus of its own, aws.s3",
        ),
        answer=1,
        explanations=(
            "No. S3 is one of the few services that have to be asked.",
            "Yes. Most services send by themselves. S3 does it bucket by bucket, when you say so.",
            "No. Events of AWS services come on the default bus.",
        ),
        ids=("EV-SERVICE-EVENTS",),
    ),
    Question(
        id="which-passenger",
        text="In booking.json the dog has paid and the cat has not. The pattern says "
        '"passengers": {"kind": ["dog"], "paid": [false]}. Does it match?',
        choices=("Yes: there is a dog, and there is a false", "No"),
        answer=1,
        explanations=(
            "No. It would, if each field were looked up by itself.",
            "Yes, it does not match. Within a list of objects, all fields have to meet in one "
            "object.",
        ),
        ids=("EV-PAT-ARRAYOBJ",),
    ),
    Question(
        id="somebody-elses-name",
        text='You put an event with the source "aws.ec2". What does EventBridge say?',
        choices=(
            "The whole call fails, with status 400",
            "That entry is refused, and the command still ends well",
            "It takes the event",
        ),
        answer=1,
        explanations=(
            "No. Entries are judged one by one, and the call itself is fine.",
            "Yes. Sources that begin with aws. belong to AWS. The error is in the answer, and only "
            "FailedEntryCount tells you to look.",
            "No. Then anybody could pretend to be EC2.",
        ),
        ids=("EV-PUT",),
    ),
    Question(
        id="when-refused",
        text="A pattern has the operator contains, which does not exist. When do you hear of it?",
        choices=(
            "When you put the rule",
            "When the first event comes",
            "Never; the rule just matches nothing",
        ),
        answer=0,
        explanations=(
            "Yes. put-rule refuses it with InvalidEventPatternException, line and column.",
            "No. Such a rule cannot be made.",
            "No. That is what happens with a misspelled field, not with an operator.",
        ),
        ids=("EV-PAT-VALIDATE",),
    ),
)
