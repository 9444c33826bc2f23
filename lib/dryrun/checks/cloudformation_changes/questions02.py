"""The questions of lab 03-02."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="which-is-the-cause",
        text="Three events of a stack say CREATE_FAILED. Where do you look for the cause?",
        choices=(
            "At the last one: it is the newest",
            "At the first one: what follows is often cancelled because of it",
            "At the stack's own event: it has the whole story",
        ),
        answer=1,
        explanations=(
            "No. The newest is often only “Resource creation cancelled”.",
            "Yes. Read from the bottom up: AWS lists the newest event first.",
            "No. It names the resources that failed, not why.",
        ),
        ids=("CFN-ROLLBACK-CREATE",),
    ),
    Question(
        id="after-a-failed-create",
        text="A stack is in ROLLBACK_COMPLETE. What can you do with it?",
        choices=("Update it with a better template", "Delete it, and nothing else", "Continue it"),
        answer=1,
        explanations=(
            "No. There is no good state to go back to if that fails as well.",
            "Yes. It is empty. Delete it and create it anew.",
            "No. There is nothing left to go on from.",
        ),
        ids=("CFN-ROLLBACK-CREATE",),
    ),
    Question(
        id="left-standing",
        text="You create a stack with `--disable-rollback`. The third of three resources fails. "
        "What is there afterwards?",
        choices=(
            "Two resources, and a stack in CREATE_FAILED",
            "Nothing but the stack",
            "Two resources that belong to no stack",
        ),
        answer=0,
        explanations=(
            "Yes. You can look at them, and go on with update-stack, again with the option.",
            "No. That is what happens without the option.",
            "No. They stay in the stack, and are deleted with it.",
        ),
        ids=("CFN-DISABLE-ROLLBACK",),
    ),
    Question(
        id="after-a-failed-update",
        text="An update fails on its fourth resource. Three were changed already. What does the "
        "stack look like when all is over?",
        choices=(
            "Three resources are new, one is old",
            "All four are as before the update",
            "The stack is gone",
        ),
        answer=1,
        explanations=(
            "No. Half an update is worse than none, so CloudFormation takes it back.",
            "Yes. UPDATE_ROLLBACK_COMPLETE: the old template, the old values. Update it again when "
            "you know the cause.",
            "No. Only a failed create may end like that, and only if you ask for it.",
        ),
        ids=("CFN-ROLLBACK-UPDATE",),
    ),
    Question(
        id="stuck",
        text="A stack is in UPDATE_ROLLBACK_FAILED. Which of these does AWS refuse?",
        choices=("update-stack", "continue-update-rollback", "delete-stack"),
        answer=0,
        explanations=(
            "Yes. First the rollback must come to its end.",
            "No. That is the way out.",
            "No. A stack can be deleted in this state. It takes everything with it that you "
            "wanted to keep.",
        ),
        ids=("CFN-UPDATE-ROLLBACK-FAILED",),
    ),
    Question(
        id="what-skipping-does",
        text="You continue with `--resources-to-skip Cabins`. What becomes of Cabins?",
        choices=(
            "It is made again as the template says",
            "It is deleted and taken out of the stack",
            "Nothing. The stack calls it UPDATE_COMPLETE and goes on",
        ),
        answer=2,
        explanations=(
            "No. Nobody touches it.",
            "No. It stays in the stack, there or not.",
            "Yes. From then on the stack believes something that is not so. Put that right with "
            "the next update.",
        ),
        ids=("CFN-UPDATE-ROLLBACK-FAILED",),
    ),
    Question(
        id="gone-already",
        text="Somebody deletes the queue of a stack by hand. Then you delete the stack. What "
        "happens?",
        choices=(
            "DELETE_FAILED: the queue is not there",
            "DELETE_COMPLETE: what is gone need not be deleted",
            "The queue is made again, then deleted",
        ),
        answer=1,
        explanations=(
            "No. That is for what is in the way, not for what is missing.",
            "Yes. Deleting is forgiving. Updating is not: an update of that queue fails.",
            "No. CloudFormation does not even notice before it looks.",
        ),
        ids=("CFN-DELETE-OOB",),
    ),
)
