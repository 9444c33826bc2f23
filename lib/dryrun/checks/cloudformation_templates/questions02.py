"""Lab 02-02: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="when-checked",
        text="A parameter has `AllowedValues: [test, prod]`. Somebody gives `production`. When "
        "does CloudFormation notice?",
        choices=(
            "At once: the command is refused, and there is no stack",
            "When the first resource uses the value; then it rolls back",
            "It does not; the list is only for the console",
        ),
        answer=0,
        explanations=(
            "Yes. Constraints are checked before anything begins. They are the cheapest tests "
            "there are.",
            "No. That is what happens without a constraint, if the service dislikes the value.",
            "No. The console makes a menu of it, but the check is CloudFormation's.",
        ),
        ids=("CFN-PARAM-ALLOWEDVALUES",),
    ),
    Question(
        id="where-readable",
        text="A parameter with `NoEcho: true` is the value of an environment variable of a "
        "function. Who can still read it?",
        choices=(
            "Nobody",
            "Whoever may look at the function's configuration",
            "Whoever may call describe-stacks",
        ),
        answer=1,
        explanations=(
            "No. NoEcho masks the parameter in CloudFormation's own answers, and no more.",
            "Yes. The resource got the plain value. An Output or Metadata that repeats it would "
            "show it too. Better keep it out of templates: lab 02-04.",
            "No. There it is four stars.",
        ),
        ids=("CFN-PARAM-NOECHO",),
    ),
    Question(
        id="when-looked-up",
        text="`Version` is of type `AWS::SSM::Parameter::Value<String>`. The value in Parameter "
        "Store changes. When does the stack follow?",
        choices=(
            "At once",
            "At the next update of the stack, even one that changes nothing else",
            "Never; the value was fixed when the stack was made",
        ),
        answer=1,
        explanations=(
            "No. Nothing watches Parameter Store for you.",
            "Yes. Every create and every update looks the value up again.",
            "No. Each update looks again.",
        ),
        ids=("CFN-PARAM-SSMTYPE",),
    ),
    Question(
        id="in-china",
        text="A policy in a template begins with `arn:aws:s3:::`. It works, until Ferry opens in "
        "Beijing, cn-north-1. What should it say?",
        choices=(
            "arn:${AWS::Partition}:s3:::",
            "arn:${AWS::Region}:s3:::",
            "arn:aws-cn:s3:::",
        ),
        answer=0,
        explanations=(
            "Yes. It is `aws`, in China `aws-cn`, in GovCloud `aws-us-gov`. `AWS::URLSuffix` "
            "differs likewise: amazonaws.com, in China amazonaws.com.cn.",
            "No. The second part of an ARN is the partition, not the region.",
            "No. Then it works in China, and nowhere else.",
        ),
        ids=("CFN-PSEUDO-PARTITION",),
    ),
    Question(
        id="what-news",
        text="What is `!Ref AWS::NotificationARNs`?",
        choices=(
            "A text with commas",
            "A list: the topics the stack was made with; it may be empty",
            "The newest event of the stack",
        ),
        answer=1,
        explanations=(
            "No. To make one of it, use `!Join`.",
            "Yes. It is the one pseudo parameter that is a list. So use it with `!Join` or "
            "`!Select`.",
            "No. A template knows no events.",
        ),
        ids=("CFN-PSEUDO-NOTIFARNS",),
    ),
    Question(
        id="nothing-at-all",
        text="`VisibilityTimeout: !If [Busy, 300, !Ref AWS::NoValue]`, and Busy is false. What "
        "does the queue get?",
        choices=("0 seconds", "The default of SQS, 30 seconds", "An error"),
        answer=1,
        explanations=(
            "No. Zero is a value too.",
            "Yes. The property is left out, as if it had never been written.",
            "No. It is what AWS::NoValue is for.",
        ),
        ids=("CFN-PSEUDO-NOVALUE",),
    ),
    Question(
        id="conditions-alone",
        text="The stack is complete. You change a condition in the template, and it comes out as "
        "before. Nothing else differs. What does `update-stack` say?",
        choices=(
            "UPDATE_COMPLETE",
            "No updates are to be performed",
            "It replaces every resource with that condition",
        ),
        answer=1,
        explanations=(
            "No. There is nothing to do, and it says so, as an error.",
            "Yes. A condition is only seen through what it adds, removes or changes.",
            "No. A resource whose condition is still true is not touched.",
        ),
        ids=("CFN-COND-UPDATE",),
    ),
)
