"""Lab 02-04: the questions."""

from __future__ import annotations

from dryrun.checks.model import Question

QUESTIONS = (
    Question(
        id="when-read",
        text="`{{resolve:ssm:/ferry/prices/adult}}` stands in a template. When is it read?",
        choices=(
            "Each time the program asks for the price",
            "When a stack is made or updated, and the resource is touched",
            "Every few minutes",
        ),
        answer=1,
        explanations=(
            "No. The program sees a plain value and knows nothing of the parameter.",
            "Yes. CloudFormation looks the value up, gives it to the service, and forgets it.",
            "No. Nothing polls. A stack that nobody updates keeps what it got.",
        ),
        ids=("CFN-DYN-SSM",),
    ),
    Question(
        id="where-secure",
        text="Where may `{{resolve:ssm-secure:…}}` stand?",
        choices=(
            "Anywhere a text may stand",
            "Only in a short list of properties, nearly all of them passwords",
            "Only in Parameters and Outputs",
        ),
        answer=1,
        explanations=(
            "No. That is `ssm`, which does not take a SecureString.",
            "Yes. The password of a database, a cluster or a user, and a few more. None of them "
            "can be read back from its service.",
            "No. There a secret would be on show. Outputs are never secret.",
        ),
        ids=("CFN-DYN-SSMSECURE",),
    ),
    Question(
        id="secret-rotated",
        text="Secrets Manager gives `ferry/cash-box` a new password. The template refers to it. "
        "What does the stack do?",
        choices=(
            "It updates the database at once",
            "It rolls back",
            "Nothing, until an update touches that resource",
        ),
        answer=2,
        explanations=(
            "No. A reference is not a subscription.",
            "No. Nothing happened to the stack.",
            "Yes. So let Secrets Manager rotate the password in the database itself. And let "
            "programs read the secret when they need it.",
        ),
        ids=("CFN-DYN-SECRETS",),
    ),
    Question(
        id="who-can-see",
        text="A function's variable is `{{resolve:secretsmanager:ferry/cash-box:SecretString:"
        "password}}`. CloudFormation takes it. Who can read the password now?",
        choices=(
            "Only who may read the secret",
            "Everybody who may look at the function's configuration",
            "Nobody: it stays a reference",
        ),
        answer=1,
        explanations=(
            "No. The secret is guarded, but its value was copied.",
            "Yes. `secretsmanager` may stand in any property. The value ends up where the service "
            "shows it. Give a program the name of the secret, not the secret.",
            "No. In the template it does. The function got the value.",
        ),
        ids=("CFN-DYN-SECRETS",),
    ),
)
