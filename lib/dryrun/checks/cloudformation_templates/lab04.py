"""Lab 02-04: secrets and settings by reference."""

from __future__ import annotations

from dryrun.checks.cloudformation_templates import checks04 as checks
from dryrun.checks.cloudformation_templates import settings, stacks
from dryrun.checks.cloudformation_templates.questions04 import QUESTIONS
from dryrun.checks.model import Criterion, Exercise, Lab

LAB = Lab(
    id="02-04",
    title="Secrets and settings by reference",
    goal="Keep prices and passwords out of templates, and know when a stack reads them.",
    minutes=30,
    places=(
        ("the templates", "beside this notebook: counter, archive, cashbox and season.yaml"),
        ("settings", "Parameter Store, /ferry/"),
        ("secrets", "Secrets Manager, ferry/cash-box"),
    ),
    services=("cloudformation", "ssm", "lambda", "rds", "secretsmanager"),
    prepare=settings.prepare,
    exercises=(
        Exercise(
            id="price-by-reference",
            number="1",
            title="A price that lives elsewhere",
            ids=("CFN-DYN-SSM",),
            criteria=(
                Criterion(
                    "counter-complete",
                    "The stack `ferry-counter` is complete.",
                    stacks.complete(settings.COUNTER),
                ),
                Criterion("price-right", "The counter knows the price.", checks.price_right),
                Criterion(
                    "price-referred",
                    "It comes from Parameter Store, not from the template.",
                    checks.price_by_reference,
                ),
            ),
            hints=(
                "`greeting.yaml` does the same for another setting.",
                "In place of the number stands a text: two braces, `resolve`, the service, the "
                "parameter's name, two braces. Put it in quotes, or YAML takes the braces for a "
                "mapping.",
                "`{{resolve:ssm:…}}` with the name of the price, in quotes, behind `ADULT:`. Then "
                "`aws cloudformation create-stack` with `counter.yaml`.",
            ),
            attempted=checks.tried(settings.COUNTER),
            solve=settings.solve_price,
            why="The template says where the price is. What it is, Parameter Store says.",
        ),
        Exercise(
            id="price-pinned",
            number="2",
            title="This season's price, please",
            ids=("CFN-DYN-SSM",),
            criteria=(
                Criterion("price-now", "The counter asks for 21 again.", checks.price_now),
                Criterion("pinned", "The template names a version.", checks.pinned),
                Criterion(
                    "entry-kept", "The office's entry for next season stands.", checks.entry_kept
                ),
                Criterion("memory-kept", "Bora's memory stays.", checks.memory_kept),
            ),
            hints=(
                "Parameter Store keeps every version. Look at them.",
                "`aws ssm get-parameter-history --name /ferry/prices/adult` numbers them. A "
                "reference may end in a colon and a number.",
                "The price was 21 in the third version: put `:3` behind the name in "
                "`counter.yaml`, before the braces. Then "
                "`aws cloudformation update-stack`, with `--stack-name ferry-counter` and "
                "`--template-body file://…`.",
            ),
            attempted=checks.tried_pin,
            solve=settings.solve_pin,
            why="With a version, a price changes when somebody changes the template: reviewed, and "
            "on the day you choose.",
        ),
        Exercise(
            id="archive-secure",
            number="3",
            title="A password that nobody reads",
            ids=("CFN-DYN-SSMSECURE",),
            criteria=(
                Criterion(
                    "archive-complete",
                    "The stack `ferry-archive` is complete.",
                    stacks.complete(settings.ARCHIVE),
                ),
                Criterion(
                    "archive-password",
                    "The database gets its password from the SecureString.",
                    checks.archive_password,
                ),
                Criterion(
                    "name-only",
                    "The function gets the parameter's name, and no password.",
                    checks.name_only,
                ),
            ),
            hints=(
                "A SecureString is not read by `ssm`. The service has another name, and not every "
                "property takes it.",
                "`ssm-secure` for the database's password. A function's variables are readable, so "
                "it is refused there: `LookUp` gets the name `/ferry/archive/password` as a plain "
                "text.",
                "`MasterUserPassword:` is `{{resolve:ssm-secure:…}}` in quotes. In the function "
                "the line with `PASSWORD` becomes `PASSWORD_PARAMETER:` and the name. A stack in "
                "ROLLBACK_COMPLETE must be deleted first.",
            ),
            attempted=checks.tried(settings.ARCHIVE),
            solve=settings.solve_archive,
            why="CloudFormation hands a secure string only to properties that nobody can read "
            "back.",
        ),
        Exercise(
            id="cash-box",
            number="4",
            title="Name and password from one secret",
            ids=("CFN-DYN-SECRETS",),
            criteria=(
                Criterion(
                    "cash-box-complete",
                    "The stack `ferry-cash-box` is complete.",
                    stacks.complete(settings.CASHBOX),
                ),
                Criterion(
                    "user-by-secret",
                    "The database's user comes from the secret.",
                    checks.user_by_secret,
                ),
                Criterion("password-by-secret", "So does its password.", checks.password_by_secret),
            ),
            hints=(
                "A secret is often JSON. A reference can take one key of it.",
                "The parts: `secretsmanager`, the secret's name, the word `SecretString`, the key. "
                "Colons between them.",
                "`{{resolve:secretsmanager:ferry/cash-box:SecretString:…}}`, once with "
                "`username`, once with `password`, in place of `someone` and "
                "`something-nobody-knows` in `cashbox.yaml`. Quotes around both. Then "
                "`aws cloudformation create-stack`, with `--stack-name ferry-cash-box` and "
                "`--template-body file://…`.",
            ),
            attempted=checks.tried(settings.CASHBOX),
            solve=settings.solve_cash_box,
            why="Template, events and parameters hold the reference. Only the database got the "
            "value.",
        ),
        Exercise(
            id="season-own-secret",
            number="5",
            title="A password that nobody ever knew",
            ids=("CFN-DYN-SECRETS",),
            criteria=(
                Criterion(
                    "season-complete",
                    "The stack `ferry-season` is complete.",
                    stacks.complete(settings.SEASON),
                ),
                Criterion(
                    "secret-generated",
                    "It has a secret: `seasons`, and a password made up of 24 letters and digits.",
                    checks.secret_generated,
                ),
                Criterion(
                    "season-by-secret",
                    "The database takes both from it.",
                    checks.season_by_secret,
                ),
                Criterion(
                    "secret-knows-host",
                    "The secret knows where the database is.",
                    checks.secret_knows_host,
                ),
            ),
            hints=(
                "Two resources are missing: one makes the secret, one attaches it to its target.",
                "`AWS::SecretsManager::Secret` has `GenerateSecretString`. "
                "`AWS::SecretsManager::SecretTargetAttachment` has `SecretId`, `TargetId` and "
                "`TargetType`. `!Ref` of a secret is its ARN; `!Sub` puts it into a reference.",
                "Under `GenerateSecretString`: `SecretStringTemplate` is the JSON with the user, "
                "`GenerateStringKey` the key of the password, then `PasswordLength` and "
                "`ExcludePunctuation`. The reference is "
                '`!Sub "{{resolve:secretsmanager:${…}:SecretString:…}}"` with the secret\'s '
                "logical id.",
            ),
            attempted=checks.tried(settings.SEASON),
            solve=settings.solve_season,
            why="Nobody typed it, nobody read it, and it is another one in every stack.",
        ),
    ),
    questions=QUESTIONS,
    clean_up=(
        Criterion("stacks-gone", "Every stack of this lab is deleted.", checks.nothing_left),
    ),
)
