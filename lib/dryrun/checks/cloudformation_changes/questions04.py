"""Lab 03-04: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="why-capability",
        text="Why must you say `CAPABILITY_IAM` at all? You already have the permission to make "
        "roles.",
        choices=(
            "It gives CloudFormation permissions that you do not have",
            "It says that you know: this template makes or changes permissions",
            "It is a setting of the account, switched on once",
        ),
        answer=1,
        explanations=(
            "No. A capability gives nobody any permission. Without yours, the stack still fails.",
            "Yes. Templates come from other people. Whoever runs one should know that it hands out "
            "permissions.",
            "No. It is said again with every creation and every update.",
        ),
        ids=("CFN-CAP-IAM",),
    ),
    Question(
        id="named-why",
        text="Why does a role with a `RoleName` of its own need a stronger word?",
        choices=(
            "A name can be one that other policies trust or allow already",
            "Names are harder to delete",
            "A role with a name has more permissions",
        ),
        answer=0,
        explanations=(
            "Yes. A generated name is nobody's. A chosen one may be the very name that a trust "
            "policy elsewhere waits for. It also is the same in every Region, so the template "
            "works only once in an account.",
            "No. They are deleted with the stack.",
            "No. Permissions come from policies.",
        ),
        ids=("CFN-CAP-IAM",),
    ),
    Question(
        id="which-capability",
        text="Which template needs `CAPABILITY_IAM`, or the stronger one?",
        choices=(
            "One with an `AWS::Lambda::Function` that uses a role made elsewhere",
            "One with an `AWS::IAM::User` and an access key",
            "One with an `AWS::S3::BucketPolicy`",
        ),
        answer=1,
        explanations=(
            "No. It makes no identity. Handing over the role needs `iam:PassRole` instead.",
            "Yes. It is about what IAM holds: users, groups, roles, policies, keys, instance "
            "profiles.",
            "No. A bucket policy grants access too, but it belongs to S3. The word is about IAM "
            "only.",
        ),
        ids=("CFN-CAP-IAM",),
    ),
    Question(
        id="expand-change-set",
        text="The template of the buoys goes into a change set, without any capability. What "
        "happens?",
        choices=(
            "It is refused, as `create-stack` was",
            "The set is made: you see the expanded resources before anything happens",
            "The set is made, but shows one resource named `Fn::ForEach::Buoys`",
        ),
        answer=1,
        explanations=(
            "No. The word is for those who skip the look.",
            "Yes. `CAPABILITY_AUTO_EXPAND` says: run it without showing me what it becomes. A "
            "change set shows exactly that.",
            "No. The transform runs when the set is made.",
        ),
        ids=("CFN-CAP-AUTOEXPAND",),
    ),
    Question(
        id="whose-permissions",
        text="The deckhand creates a stack without a service role. With whose permissions are the "
        "queue and the topic made?",
        choices=(
            "CloudFormation's own, which may do everything",
            "The deckhand's",
            "Those of whoever wrote the template",
        ),
        answer=1,
        explanations=(
            "No. CloudFormation has none of its own.",
            "Yes. CloudFormation calls SQS and SNS in the deckhand's name. So a user who deploys "
            "needs every permission of every template.",
            "No. A template is text. It has no permissions.",
        ),
        ids=("CFN-SERVICEROLE",),
    ),
    Question(
        id="pass-star",
        text="A user has few permissions, among them `iam:PassRole` on `*`, and may create "
        "stacks. What follows?",
        choices=(
            "Nothing: the user can assume no role",
            "The user can have done whatever any role that CloudFormation may assume can do",
            "The user can read the roles' keys",
        ),
        answer=1,
        explanations=(
            "No. Nobody needs to assume the role. CloudFormation does.",
            "Yes. Hand over the strongest such role, with a template that makes you an "
            "administrator. So name the roles that may be passed.",
            "No. A role has no keys to read.",
        ),
        ids=("IAM-PASSROLE",),
    ),
    Question(
        id="role-stays",
        text="`ferry-gangway` was created with the role. Tomorrow another user updates it, with "
        "`cloudformation:UpdateStack` and without `iam:PassRole`. No role is named. What happens?",
        choices=(
            "The update works with the other user's permissions",
            "The update works with the stack's role",
            "`AccessDenied`: the role may not be passed",
        ),
        answer=1,
        explanations=(
            "No. The stack remembers its role.",
            "Yes. The role stays with the stack and is used by everybody who may update or delete "
            "it. It is passed once only. So mind who may update such a stack.",
            "No. Nothing is passed: the stack has the role already.",
        ),
        ids=("CFN-SERVICEROLE", "IAM-PASSROLE"),
    ),
)
