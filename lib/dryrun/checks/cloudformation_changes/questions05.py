"""Lab 03-05: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

_IDS = ("CFN-DRIFT",)

QUESTIONS = (
    Question(
        id="who-looks",
        text="Somebody changes a resource of a stack by hand. When does CloudFormation notice?",
        choices=(
            "At once",
            "Within a day",
            "When somebody asks it to look",
        ),
        answer=2,
        explanations=(
            "No. SQS does not tell CloudFormation what it does.",
            "No. Nothing looks by itself.",
            "Yes. Drift detection is a call. A rule of AWS Config, "
            "`cloudformation-stack-drift-detection-check`, can make it for you now and then.",
        ),
        ids=_IDS,
    ),
    Question(
        id="same-template",
        text="The stack has drifted. You run `update-stack` with the same template and the same "
        "parameters. What happens?",
        choices=(
            "What was changed by hand is put back",
            "“No updates are to be performed.”",
            "The stack fails",
        ),
        answer=1,
        explanations=(
            "No, though many hope so.",
            "Yes. CloudFormation compares the template with the template it ran last. It does not "
            "look at the resources. Since 2025 there are change sets that do: `--deployment-mode "
            "REVERT_DRIFT`.",
            "No. It does not even begin.",
        ),
        ids=_IDS,
    ),
    Question(
        id="kinds",
        text="A difference has `DifferenceType` `ADD`. What does it say?",
        choices=(
            "The resource has something that the template does not say",
            "The template has something that the resource lacks",
            "A resource was added to the stack",
        ),
        answer=0,
        explanations=(
            "Yes, in a list that the template does state, here the rules of a group. It was added "
            "to the resource.",
            "No. That is `REMOVE`. `NOT_EQUAL` is a value that is another one.",
            "No. A resource made by hand is in no stack, and never found by drift detection.",
        ),
        ids=_IDS,
    ),
    Question(
        id="all-green",
        text="Drift detection says `IN_SYNC`. What do you know?",
        choices=(
            "Nothing was changed by hand",
            "What the template states is as it states, for the types that can be checked",
            "The next update will work",
        ),
        answer=1,
        explanations=(
            "No. Properties the template does not mention are not compared. Neither is what is in "
            "a table, a bucket or a queue, nor what no stack made.",
            "Yes. No more and no less. Types that cannot be checked are `NOT_CHECKED`.",
            "No. Quotas, permissions and names are other matters.",
        ),
        ids=_IDS,
    ),
    Question(
        id="detect-changes",
        text="What does drift detection change?",
        choices=("The resources", "The template", "Nothing"),
        answer=2,
        explanations=(
            "No. It only reads them, with your permissions.",
            "No. The template stays as it was sent.",
            "Yes. It reads, and writes down what it found. Repairing is up to you.",
        ),
        ids=_IDS,
    ),
)
