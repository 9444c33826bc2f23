"""What lab 02-04 works on: Ferry's prices, its passwords and its databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dryrun.checks import templates
from dryrun.checks.account import Account
from dryrun.checks.cloudformation_templates import stacks
from dryrun.checks.exceptions import Broken

GREETING = "ferry-greeting"
COUNTER = "ferry-counter"
ARCHIVE = "ferry-archive"
CASHBOX = "ferry-cash-box"
SEASON = "ferry-season"
STACKS = (SEASON, CASHBOX, ARCHIVE, COUNTER, GREETING)
PRICE = "/ferry/prices/adult"
PRICES = ("18", "19", "21")
NEXT_PRICE = "24"
SENDER = "/ferry/mails/sender"
PASSWORD = "/ferry/archive/password"  # noqa: S105  (the name of a parameter)
SECRET = "ferry/cash-box"  # noqa: S105  (the name of a secret)
ROLE = "ferry-counter"
FILES = ("greeting.yaml", "counter.yaml", "archive.yaml", "cashbox.yaml", "season.yaml")

_FILL = "fill-me-in"
LOGIN = """\
  Login:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString:
        SecretStringTemplate: '{"username": "seasons"}'
        GenerateStringKey: password
        PasswordLength: 24
        ExcludePunctuation: true

  LoginOfSeasons:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties:
      SecretId: !Ref Login
      TargetId: !Ref Seasons
      TargetType: AWS::RDS::DBInstance
"""


def prepare(account: Account) -> None:
    """Lay out the templates; store prices, passwords and a role for the functions."""
    templates.lay_out(account, stacks.TRACK, *FILES)
    ssm = account.client("ssm")
    for price in PRICES:
        ssm.put_parameter(Name=PRICE, Type="String", Value=price, Overwrite=True)
    ssm.put_parameter(Name=SENDER, Type="String", Value="Ferry harbour office")
    ssm.put_parameter(Name=PASSWORD, Type="SecureString", Value="Brass-Lantern-47")
    login = json.dumps({"username": "purser", "password": "Mast-and-Keel-93"})
    account.client("secretsmanager").create_secret(Name=SECRET, SecretString=login)
    lambdas = {"Service": "lambda.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": lambdas, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    account.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=policy)


def parameter(account: Account, name: str) -> str:
    """Return the value of a parameter the lab stored; raises Broken when it is gone."""
    client = account.client("ssm")
    try:
        found = client.get_parameter(Name=name, WithDecryption=True)
    except client.exceptions.ParameterNotFound:
        raise Broken(
            f"The parameter {name}, which the lab stored, is gone; lab.reset() stores it again."
        ) from None
    return str(found["Parameter"]["Value"])


def login(account: Account, secret: str) -> dict[str, Any]:
    """Return what a secret holds; {} when there is none or it is no JSON."""
    client = account.client("secretsmanager")
    try:
        found = json.loads(client.get_secret_value(SecretId=secret)["SecretString"])
    except (client.exceptions.ResourceNotFoundException, ValueError, KeyError):
        return {}
    return dict(found) if isinstance(found, dict) else {}


# Solvers: the state a right answer leaves.


def _text(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


def _create(account: Account, stack: str, name: str, text: str) -> None:
    templates.write(name, text)
    account.client("cloudformation").create_stack(StackName=stack, TemplateBody=text)


def _update(account: Account, stack: str, name: str, text: str) -> None:
    templates.write(name, text)
    account.client("cloudformation").update_stack(StackName=stack, TemplateBody=text)


def solve_price(account: Account) -> None:
    """Refer to the price, and do what the office and Bora do before the next step."""
    text = _text("counter.yaml").replace('"18"', f'"{{{{resolve:ssm:{PRICE}}}}}"')
    _create(account, COUNTER, "counter.yaml", text)
    account.client("ssm").put_parameter(Name=PRICE, Value=NEXT_PRICE, Overwrite=True)
    _update(account, COUNTER, "counter.yaml", text.replace("Size: 128", "Size: 256"))


def solve_pin(account: Account) -> None:
    """Refer to this season's version of the price."""
    text = _text("counter.yaml").replace(f"{PRICE}}}}}", f"{PRICE}:3}}}}")
    _update(account, COUNTER, "counter.yaml", text)


def solve_archive(account: Account) -> None:
    """Give the database its password, and the function the parameter's name."""
    text = _text("archive.yaml")
    text = text.replace(_FILL, f'"{{{{resolve:ssm-secure:{PASSWORD}}}}}"', 1)
    text = text.replace(f"PASSWORD: {_FILL}", f"PASSWORD_PARAMETER: {PASSWORD}")
    _create(account, ARCHIVE, "archive.yaml", text)


def solve_cash_box(account: Account) -> None:
    """Give the database the login that Secrets Manager holds."""
    text = _text("cashbox.yaml")
    for old, key in (("someone", "username"), ("something-nobody-knows", "password")):
        reference = f"{{{{resolve:secretsmanager:{SECRET}:SecretString:{key}}}}}"
        text = text.replace(old, f'"{reference}"')
    _create(account, CASHBOX, "cashbox.yaml", text)


def solve_season(account: Account) -> None:
    """Let the stack make its login itself."""
    text = _text("season.yaml")
    for old, key in (("Username: seasons", "username"), (f"Password: {_FILL}", "password")):
        name, _, _ = old.partition(":")
        reference = f"{{{{resolve:secretsmanager:${{Login}}:SecretString:{key}}}}}"
        text = text.replace(old, f'{name}: !Sub "{reference}"')
    _create(account, SEASON, "season.yaml", f"{text}\n{LOGIN}")
