"""Lab 02-03: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="what-ref-gives",
        text="`!Ref` of a queue and `!Ref` of a topic. What comes out?",
        choices=(
            "The name of the queue and the name of the topic",
            "The URL of the queue and the ARN of the topic",
            "Two ARNs",
        ),
        answer=1,
        explanations=(
            "No. It would be tidy, but every type has its own rule.",
            "Yes. Each type decides what `Ref` gives. Its page in the template reference says it "
            "under “Return values”. Everything else is there by `GetAtt`.",
            "Half of it. A topic's `Ref` is its ARN. A queue's is its URL.",
        ),
        ids=("CFN-FN-REF",),
    ),
    Question(
        id="which-order",
        text="Three resources, no `DependsOn`. One has a `!GetAtt` of another; the third stands "
        "for itself. In which order are they made?",
        choices=(
            "As they stand in the template",
            "One after the other, in the order of their names",
            "The one that is pointed at before the one that points; the third at the same time",
        ),
        answer=2,
        explanations=(
            "No. The order of the text means nothing.",
            "No. What can be made at the same time is made at the same time.",
            "Yes. `Ref`, `GetAtt` and `Sub` imply an order. Only what is not said by one of them "
            "needs `DependsOn`.",
        ),
        ids=("CFN-DEPENDSON",),
    ),
    Question(
        id="how-big-a-piece",
        text="`!Cidr [10.30.0.0/16, 6, 8]`. What is the 8?",
        choices=(
            "Each piece has 8 addresses",
            "Each piece keeps 8 bits for its own addresses: it is a /24",
            "Each piece is a /8",
        ),
        answer=1,
        explanations=(
            "No, 256. They count in bits.",
            "Yes. 32 less 8 is 24. The 6 is how many pieces you get; there is room for 256.",
            "No, that would be larger than the whole. It counts from the other end.",
        ),
        ids=("CFN-FN-CIDR",),
    ),
    Question(
        id="who-may-import",
        text="A stack exports `ferry-vpc`. Who can import it?",
        choices=(
            "Every stack of this account in this region",
            "Every stack of this account, in every region",
            "Every stack of the organisation",
        ),
        answer=0,
        explanations=(
            "Yes. And the name must be unique there: a second stack that exports `ferry-vpc` "
            "fails.",
            "No. An export ends at its region. Across regions, a parameter in Parameter Store or "
            "a StackSet does the work.",
            "No. It ends at account and region.",
        ),
        ids=("CFN-EXPORT-LIST", "CFN-IMPORTVALUE"),
    ),
    Question(
        id="why-locked",
        text="Why may nobody change an export that a stack imports?",
        choices=(
            "Exports can never be changed",
            "The importing stack copied the value; it would go on using the old one, unnoticed",
            "CloudFormation would have to update the importing stack, and that costs money",
        ),
        answer=1,
        explanations=(
            "No. One that nobody imports can be changed or removed at will.",
            "Yes. The value was copied when the stack was made. So CloudFormation refuses, until "
            "nobody imports it any more.",
            "No. It costs nothing. CloudFormation just never updates a stack you did not name.",
        ),
        ids=("CFN-EXPORT-INUSE",),
    ),
    Question(
        id="who-reads-the-script",
        text="Why does `UserData` need `Fn::Base64`?",
        choices=(
            "So that nobody can read the script",
            "Because EC2 takes it encoded only; the machine decodes it",
            "Because YAML cannot hold a script",
        ),
        answer=1,
        explanations=(
            "No. Whoever may describe the instance can decode it. Put no password there.",
            "Yes. It is packaging. EC2 refuses what is not Base64.",
            "No. After `|` it can hold any text.",
        ),
        ids=("CFN-FN-BASE64",),
    ),
    Question(
        id="which-need-transform",
        text="Which of these work only with `Transform: AWS::LanguageExtensions`?",
        choices=(
            "Fn::Sub, Fn::Join, Fn::Split",
            "Fn::ForEach, Fn::Length, Fn::ToJsonString",
            "Fn::Cidr, Fn::GetAZs, Fn::Base64",
        ),
        answer=1,
        explanations=(
            "No. They have been there since long before.",
            "Yes. The transform writes them out before the stack is made. A fourth, "
            "`Fn::Transform` with `AWS::Include`, fetches a piece of template from S3 and needs no "
            "such line.",
            "No. CloudFormation evaluates them by itself.",
        ),
        ids=("CFN-FN-LANGEXT",),
    ),
)
