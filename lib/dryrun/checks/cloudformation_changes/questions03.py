"""Lab 03-03: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="default-policy",
        text="A resource has no `DeletionPolicy`. Its stack is deleted. What happens to it?",
        choices=(
            "It stays",
            "It is deleted",
            "It is deleted, except a few kinds of databases, which leave a snapshot",
        ),
        answer=2,
        explanations=(
            "No. Then nobody would need `Retain`.",
            "Nearly. That is the default, with two exceptions.",
            "Yes. The default is `Delete`. For `AWS::RDS::DBCluster`, and for an "
            "`AWS::RDS::DBInstance` outside a cluster, it is `Snapshot`. The snapshot costs money "
            "until somebody deletes it.",
        ),
        ids=("CFN-DP-SNAPSHOT",),
    ),
    Question(
        id="who-switches-off",
        text="A stack is protected against deletion. An administrator wants to delete it. What "
        "does it take?",
        choices=(
            "One more call, which switches the protection off",
            "A ticket to AWS support",
            "The name of the stack, typed once more",
        ),
        answer=0,
        explanations=(
            "Yes. It needs the permission `cloudformation:UpdateTerminationProtection`. Protection "
            "is against a hand that slips, not against a person who wants it.",
            "No. AWS does not guard your stacks from you.",
            "No. The console asks for that now and then. Protection is a setting of the stack.",
        ),
        ids=("CFN-TERMPROT",),
    ),
    Question(
        id="resource-by-hand",
        text="`ferry-till` is protected against deletion. Somebody runs `aws dynamodb "
        "delete-table --table-name ferry-sales`. What happens?",
        choices=(
            "The table is deleted",
            "The call is refused: the stack is protected",
            "The table is deleted, and CloudFormation makes it again",
        ),
        answer=0,
        explanations=(
            "Yes. Protection is about the stack. DynamoDB knows nothing of it. A table has "
            "`DeletionProtectionEnabled` of its own.",
            "No. DynamoDB does not ask CloudFormation.",
            "No. CloudFormation does nothing until you ask it to. It does not even notice.",
        ),
        ids=("CFN-TERMPROT",),
    ),
    Question(
        id="snapshot-of-bucket",
        text="Somebody writes `DeletionPolicy: Snapshot` at the bucket. What happens?",
        choices=(
            "The bucket is copied when the stack goes",
            "The template is refused",
            "The bucket is retained",
        ),
        answer=1,
        explanations=(
            "No. There is no snapshot of a bucket.",
            "Yes. Only what has snapshots takes `Snapshot`: volumes, databases, clusters of caches "
            "and warehouses.",
            "No. CloudFormation does not guess what you meant.",
        ),
        ids=("CFN-DP-SNAPSHOT",),
    ),
    Question(
        id="retained-next",
        text="You create the stack `ferry-logbook` again, from the same template. The bucket "
        "`ferry-logbook` is still there. What happens?",
        choices=(
            "The stack takes the bucket over",
            "The creation fails, and what was made is rolled back",
            "The bucket is emptied and made again",
        ),
        answer=1,
        explanations=(
            "No. It must be asked to: a change set of the type `IMPORT` takes a resource over.",
            "Yes. The name is taken: by you, yourself. So `Retain` and a name of your own make the "
            "next creation fail. Without `BucketName`, the new stack gets a new bucket.",
            "No. Nothing in CloudFormation empties a bucket.",
        ),
        ids=("CFN-DP-RETAIN",),
    ),
    Question(
        id="failed-half",
        text="The deletion of `ferry-posters` failed because of its bucket. What about its topic?",
        choices=(
            "It is gone",
            "It is there: a deletion is all or nothing",
            "It was deleted, and then made again",
        ),
        answer=0,
        explanations=(
            "Yes. A deletion is not rolled back. What could go is gone.",
            "No. Creations and updates are rolled back. A deletion is not.",
            "No. There is no rollback of a deletion.",
        ),
        ids=("CFN-DELETE-NONEMPTY",),
    ),
    Question(
        id="only-deny",
        text="A stack policy has one statement. It denies `Update:Replace` on "
        "`LogicalResourceId/Sales`. What may an update do to the queue `Refunds`?",
        choices=("Everything", "Nothing", "Modify it, but not replace it"),
        answer=1,
        explanations=(
            "No. Without a policy, everything is allowed. With one, it is the other way round.",
            "Yes. With a policy, whatever it does not allow is denied. Hence the statement that "
            "allows `Update:*` on `*`.",
            "No. The statement says nothing of `Refunds`, and that is why.",
        ),
        ids=("CFN-STACKPOLICY",),
    ),
    Question(
        id="policy-and-delete",
        text="The stack policy of `ferry-till` denies `Update:Delete` for `Sales`. The stack is "
        "not protected against deletion. Somebody deletes the stack. What happens to the table?",
        choices=(
            "It stays: the policy denies it",
            "It is deleted",
            "The deletion of the stack fails",
        ),
        answer=1,
        explanations=(
            "No. `Update:Delete` is about an update that removes the resource.",
            "Yes. A stack policy holds during updates only. Against a deletion help termination "
            "protection, and `DeletionPolicy`.",
            "No. A stack policy has no say in it.",
        ),
        ids=("CFN-STACKPOLICY",),
    ),
)
