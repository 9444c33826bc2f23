"""What lab 02-02 works on: Ferry's ticket shops, one template for many of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dryrun.checks import templates
from dryrun.checks.account import Account
from dryrun.checks.cloudformation_templates import stacks

SHOP = "ferry-shop"
SECOND = "ferry-shop-c4"
PAYMENT = "ferry-payment"
SCREEN = "ferry-screen"
TEST, PROD = "ferry-test", "ferry-prod"
SALES_TEST, SALES_PROD = "ferry-sales-test", "ferry-sales-prod"
SLIPS, KNOWN = "ferry-slips", "ferry-known"
AWAY = "eu-west-1"
HOME_STACKS = (SHOP, SECOND, PAYMENT, SCREEN, TEST, SALES_TEST, SALES_PROD, SLIPS, KNOWN)

PAY_KEY = "pk-4711-bow"
VERSION_NAME = "/ferry/shop/version"
_FILES = (
    *("shop.yaml", "payment.yaml", "release.yaml", "stage.yaml", "sales.yaml"),
    *("pseudo.yaml", "slips.broken.yaml"),
)
_GUARDS = (
    (
        "Whose tickets are sold here, for example B2\n",
        "Whose tickets are sold here, for example B2\n"
        '    AllowedPattern: "[A-D][1-9]"\n'
        "    ConstraintDescription: A pier is a letter from A to D and a digit from 1 to 9\n",
    ),
    ("    Default: 120\n", "    Default: 120\n    MinValue: 30\n    MaxValue: 600\n"),
)
_MASK = (("    Type: String\n", "    Type: String\n    NoEcho: true\n"),)
_TYPES = (
    ("Version:\n    Type: String", "Version:\n    Type: AWS::SSM::Parameter::Value<String>"),
    ("Piers:\n    Type: String", "Piers:\n    Type: CommaDelimitedList"),
)
_TABLE = (
    (
        "Resources:\n",
        "Mappings:\n  Keep:\n    test: {Seconds: 86400}\n    prod: {Seconds: 1209600}\n\n"
        "Resources:\n",
    ),
    ("Period: 86400", "Period: !FindInMap [Keep, !Ref Stage, Seconds]"),
    (
        "ferry-printed-test-123456789012-us-east-1",
        "!Sub ferry-printed-${Stage}-${AWS::AccountId}-${AWS::Region}",
    ),
)
_CONDITION = (
    ("Resources:\n", "Conditions:\n  Careful: !Equals [!Ref Stage, prod]\n\nResources:\n"),
    ("  Lost:\n", "  Lost:\n    Condition: Careful\n"),
    (
        "RedrivePolicy:\n        deadLetterTargetArn: !GetAtt Lost.Arn\n"
        "        maxReceiveCount: 4\n",
        "RedrivePolicy: !If\n        - Careful\n        - deadLetterTargetArn: !GetAtt Lost.Arn\n"
        "          maxReceiveCount: 4\n        - !Ref AWS::NoValue\n",
    ),
)
_REHEARSAL = (
    (
        "\nConditions:\n",
        "  Rehearsal:\n    Type: String\n    AllowedValues: [true, false]\n    Default: false\n\n"
        "Conditions:\n",
    ),
    (
        "Careful: !Equals [!Ref Stage, prod]",
        "Careful: !Or [!Equals [!Ref Stage, prod], !Equals [!Ref Rehearsal, true]]",
    ),
)


def prepare(account: Account) -> None:
    """Lay out the templates; write the version of the shop; make a topic for news."""
    templates.lay_out(account, stacks.TRACK, *_FILES)
    account.client("ssm").put_parameter(Name=VERSION_NAME, Value="1.4.0", Type="String")
    account.client("sns").create_topic(Name="ferry-stack-news")


def version(account: Account) -> str:
    """Return the version that the program of the shop wrote last."""
    answer = account.client("ssm").get_parameter(Name=VERSION_NAME)
    return str(answer["Parameter"]["Value"])


# Solvers: the state a right answer leaves.


def _changed(name: str, changes: tuple[tuple[str, str], ...]) -> str:
    """Change a template beside the notebook, and return it."""
    text = Path(name).read_text(encoding="utf-8")
    if changes[0][1] not in text:
        for old, new in changes:
            text = text.replace(old, new)
    templates.write(name, text)
    return text


def _create(
    account: Account, name: str, body: str, region: str = "us-east-1", **given: Any
) -> None:
    pairs = [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in given.items()]
    account.client("cloudformation", region).create_stack(
        StackName=name, TemplateBody=body, Parameters=pairs
    )


def solve_shop(account: Account) -> None:
    """Create the first shop."""
    body = Path("shop.yaml").read_text(encoding="utf-8")
    _create(account, SHOP, body, Pier="B2", Patience=240)


def solve_guarded(account: Account) -> None:
    """Guard the parameters and create the second shop."""
    _create(account, SECOND, _changed("shop.yaml", _GUARDS), Pier="C4")


def solve_payment(account: Account) -> None:
    """Mask the key and create the stack of the payment."""
    _create(account, PAYMENT, _changed("payment.yaml", _MASK), PayKey=PAY_KEY)


def solve_screen(account: Account) -> None:
    """Give the parameters their types and create the stack of the screens."""
    _create(account, SCREEN, _changed("release.yaml", _TYPES))


def solve_stages(account: Account) -> None:
    """Create both stages of one template, in two regions."""
    body = _changed("stage.yaml", _TABLE)
    _create(account, TEST, body, Stage="test")
    _create(account, PROD, body, AWAY, Stage="prod")


def solve_sales(account: Account) -> None:
    """Create sales for both stages of one template."""
    body = _changed("sales.yaml", _CONDITION)
    _create(account, SALES_TEST, body, Stage="test")
    _create(account, SALES_PROD, body, Stage="prod")


def solve_rehearsal(account: Account) -> None:
    """Let the test be as careful as the real thing for a while."""
    account.client("cloudformation").update_stack(
        StackName=SALES_TEST,
        TemplateBody=_changed("sales.yaml", _REHEARSAL),
        Parameters=[
            {"ParameterKey": "Stage", "UsePreviousValue": True},
            {"ParameterKey": "Rehearsal", "ParameterValue": "true"},
        ],
    )
