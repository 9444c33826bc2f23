"""Lab 02-01: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="why-a-template",
        text="The harbour office clicks its queues together in the console. What does a template "
        "give that clicking does not?",
        choices=(
            "Queues that are faster",
            "The same thing again tomorrow, a review before, and one command to remove it all",
            "Queues that nobody can change by hand",
        ),
        answer=1,
        explanations=(
            "No. CloudFormation calls the same APIs as you. The queues are ordinary ones.",
            "Yes. The template is text: it is in git, people read it, and it makes the same stack "
            "in another region or account.",
            "No. Whoever has the permission can. CloudFormation calls that drift, and can find it.",
        ),
        ids=("K-IAC-BENEFITS",),
    ),
    Question(
        id="which-section",
        text="Which section must every template have?",
        choices=("AWSTemplateFormatVersion", "Parameters", "Resources"),
        answer=2,
        explanations=(
            "No, though most have it. There is one version, 2010-09-09, and it is the default.",
            "No. Without parameters a template makes the same thing each time.",
            "Yes, with at least one resource in it. Everything else is optional: Description, "
            "Metadata, Parameters, Mappings, Conditions, Rules, Transform, Outputs.",
        ),
        ids=("K-CFN-SECTIONS",),
    ),
    Question(
        id="answered-at-once",
        text="`create-stack` has answered with a StackId. What is certain?",
        choices=(
            "The queues exist",
            "The template is accepted, and work has begun",
            "The stack will be complete sooner or later",
        ),
        answer=1,
        explanations=(
            "No. The answer comes before the first resource is made.",
            "Yes. The work goes on without you. `aws cloudformation wait stack-create-complete` "
            "waits for its end, and fails if the end is a bad one.",
            "No. A resource can fail. Then the stack rolls back.",
        ),
        ids=("CFN-CREATE-ASYNC",),
    ),
    Question(
        id="which-first",
        text="Read the events from the bottom: which resources did CloudFormation begin first, "
        "and why?",
        choices=(
            "Those at the top of the template, in order",
            "Those that refer to no other, all at the same time",
            "In the order of the alphabet",
        ),
        answer=1,
        explanations=(
            "No. The order in the template does not count.",
            "Yes. A reference is a dependency. The subscription needs topic and queue, so it "
            "waits for both.",
            "No. Names mean nothing to it.",
        ),
        ids=("CFN-EVENTS",),
    ),
    Question(
        id="whose-tags",
        text="A stack gets the tag `cost-center=tickets`. What else will carry it?",
        choices=(
            "Nothing: the tag is on the stack",
            "Every resource of the stack whose type can have tags",
            "Only resources made from now on",
        ),
        answer=1,
        explanations=(
            "No. That would be of little use on a bill.",
            "Yes. CloudFormation hands it down, beside three tags of its own that begin with "
            "`aws:cloudformation:`.",
            "No. Changing the tags is an update, and it reaches what is there.",
        ),
        ids=("CFN-TAGS",),
    ),
    Question(
        id="what-does-it-cost",
        text="Every resource carries `cost-center=tickets` now. When does Cost Explorer show "
        "what the tickets cost?",
        choices=(
            "At once, for the past year too",
            "After somebody activated `cost-center` as a cost allocation tag, from then on",
            "After `aws cloudformation estimate-template-cost`",
        ),
        answer=1,
        explanations=(
            "No. A tag alone does not reach the bill.",
            "Yes. That is done in the billing console of the management account. It takes up to "
            "24 hours.",
            "No. That gives a link to AWS's price calculator, filled in from the template: what it "
            "might cost, by list price.",
        ),
        ids=("CFN-COST",),
    ),
    Question(
        id="what-valid-means",
        text="`validate-template` finds nothing wrong with a template. What can still be wrong?",
        choices=(
            "Nothing. It will work",
            "Names and values of properties",
            "Only your permissions",
        ),
        answer=1,
        explanations=(
            "No. You are about to see one that does not.",
            "Yes. It looks at form: sections, references, types. What stands under Properties is "
            "looked at when the resource is made.",
            "No. That too, but not only.",
        ),
        ids=("CFN-VALIDATE",),
    ),
)
