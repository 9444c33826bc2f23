"""The questions of lab 03-01."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="what-a-set-does",
        text="You make a change set for a stack that runs. What has changed in the account?",
        choices=(
            "Nothing but a list of what would change",
            "New resources are made already, old ones wait to be removed",
            "The stack is locked until somebody executes the set",
        ),
        answer=0,
        explanations=(
            "Yes. It is a list. You execute it later, or delete it, or forget it.",
            "No. Nothing is made before you execute it.",
            "No. The stack can be updated at any time. Then the set is obsolete.",
        ),
        ids=("CFN-CS-UPDATE",),
    ),
    Question(
        id="left-out",
        text="The stack runs with ScreenType t3.small. The template's default is t3.micro. Your "
        "update-stack names HoldSeconds only. What becomes of ScreenType?",
        choices=("It stays t3.small", "It becomes t3.micro", "The update is refused"),
        answer=1,
        explanations=(
            "No. That happens only when you say so: UsePreviousValue=true.",
            "Yes. A parameter you leave out takes its default, not its last value.",
            "No. It would be, if the parameter had no default.",
        ),
        ids=("CFN-UPDATE-PARAM",),
    ),
    Question(
        id="once-more",
        text="You run the very same update a second time. What happens?",
        choices=(
            "The stack is updated again, and nothing changes",
            "An error: No updates are to be performed",
            "The stack is rolled back",
        ),
        answer=1,
        explanations=(
            "No. CloudFormation compares first, and finds nothing to do.",
            "Yes. It is an error, so a script must expect it. `aws cloudformation deploy` has "
            "`--no-fail-on-empty-changeset` for that.",
            "No. Nothing began, so there is nothing to take back.",
        ),
        ids=("CFN-UPDATE-NOOP",),
    ),
    Question(
        id="three-answers",
        text="A change set says Modify, Replacement: Conditional for an instance whose type "
        "changes. What does it mean?",
        choices=(
            "The instance is replaced, on one condition: that you agree",
            "It may be changed as it is, with an interruption, or replaced: it depends on the "
            "instance",
            "The template has a condition that is false",
        ),
        answer=1,
        explanations=(
            "No. Nobody asks you again. Executing is agreeing.",
            "Yes. An instance with an EBS disk is stopped, changed and started. One with an "
            "instance-store disk is replaced.",
            "No. Conditions of the template are another thing.",
        ),
        ids=("CFN-CS-REPLACEMENT",),
    ),
    Question(
        id="other-sets",
        text="`anna` and `chen` still wait. You execute a third set. What becomes of those two?",
        choices=(
            "They wait on, and can be executed next",
            "They are deleted",
            "They are executed too, in the order they were made",
        ),
        answer=1,
        explanations=(
            "No. They were computed for a stack that has changed since.",
            "Yes. All sets of a stack go when one of them is executed. Make them anew.",
            "No. One set is executed at a time, and only the one you name.",
        ),
        ids=("CFN-CS-NAMES",),
    ),
    Question(
        id="no-type",
        text="There is no stack `ferry-lost-property` yet. You make a change set for it and do "
        "not say which type. What happens?",
        choices=(
            "The stack is made at once",
            "An empty stack is made, and the set waits",
            "An error: the stack does not exist",
        ),
        answer=2,
        explanations=(
            "No. A change set makes nothing before it is executed.",
            "No. That is what the type CREATE does.",
            "Yes. Without a type it is UPDATE, and there is nothing to update.",
        ),
        ids=("CFN-CS-DEFAULTTYPE",),
    ),
    Question(
        id="nothing-in-it",
        text="You make a change set with the template and the parameters the stack has already. "
        "What do you get?",
        choices=(
            "A change set with the status FAILED",
            "A change set with no changes, ready to be executed",
            "An error, and no change set",
        ),
        answer=0,
        explanations=(
            "Yes. The call succeeds. The set fails a moment later, and stays until you delete it.",
            "No. An empty set cannot be executed.",
            "No. That is what update-stack does. create-change-set answers before it knows.",
        ),
        ids=("CFN-CS-EMPTY",),
    ),
    Question(
        id="a-name-of-its-own",
        text="The table has a name of its own in the template: `ferry-lost-property`. The change "
        "set says it will be replaced. What happens when you execute it?",
        choices=(
            "The old table is deleted, then a new one of the same name is made",
            "The new one gets a generated name",
            "The update fails",
        ),
        answer=2,
        explanations=(
            "No. CloudFormation makes the new one first, so that it can go back to the old one.",
            "No. It takes the name from the template.",
            "Yes. Two tables cannot have one name at the same time. Give the new one another name.",
        ),
        ids=("CFN-UPDATE-REPLACE",),
    ),
    Question(
        id="no-promise",
        text="The set has the status CREATE_COMPLETE. Will the update succeed?",
        choices=(
            "Yes. It was checked",
            "Not for certain. AWS checks some mistakes beforehand, but the service has the last "
            "word",
            "Yes, if nothing is replaced",
        ),
        answer=1,
        explanations=(
            "No. The set was made. That is all CREATE_COMPLETE says.",
            "Right. AWS now finds bad properties and taken names early. Permissions, limits, or a "
            "target that is not there, it may find only on the way.",
            "No. Adding and changing in place can fail as well.",
        ),
        ids=("CFN-CS-NOT-PREDICT",),
    ),
)
