"""What must be true of the exercises of lab 02-04."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dryrun.checks.account import Account
from dryrun.checks.cloudformation_templates import bodies, settings, stacks
from dryrun.checks.cloudformation_templates.settings import ARCHIVE, CASHBOX, COUNTER, SEASON
from dryrun.checks.cloudformation_templates.stacks import where
from dryrun.checks.model import Evidence

_NEW = ("CreateStack", "UpdateStack", "CreateChangeSet")
_HELD = "AWS::SSM::Parameter::Value<"
_DATABASE = "AWS::RDS::DBInstance"


def tried(name: str) -> Callable[[Account], bool]:
    """Return whether the learner made or changed this stack."""

    def attempted(account: Account) -> bool:
        return any(
            call.operation in _NEW and call.parameters.get("StackName") == name
            for call in account.calls("cloudformation")
        )

    return attempted


def _environment(account: Account, stack: str, logical: str) -> dict[str, str]:
    """Return the variables of a function of a stack; {} when there is no such function."""
    function = stacks.made(account, stack).get(logical)
    if function is None or not function.physical:
        return {}
    client = account.client("lambda")
    found = client.get_function_configuration(FunctionName=function.physical)
    return dict((found.get("Environment") or {}).get("Variables") or {})


def _price_said(account: Account) -> str:
    """Return the price as the template says it, before anything was looked up."""
    said = bodies.properties(account, COUNTER, "Counter")
    variables = (said.get("Environment") or {}).get("Variables") or {}
    return str(variables.get("ADULT") or "")


# 1 · a price by reference


def price_right(account: Account) -> Evidence | None:
    """Find that the counter has the price of Parameter Store: this season's, or the next."""
    found = _environment(account, COUNTER, "Counter").get("ADULT")
    expected = settings.PRICES[-1]
    if found in (expected, settings.NEXT_PRICE):
        return None
    return Evidence(f"ADULT = {expected}", f"ADULT = {found}", f"Counter, {where(COUNTER)}")


def price_by_reference(account: Account) -> Evidence | None:
    """Find that the price is not in the template, but where it is."""
    said = _price_said(account)
    if f"{{{{resolve:ssm:{settings.PRICE}" in said:
        return None
    given = stacks.parameters(stacks.find(account, COUNTER))
    if settings.PRICE in given.values() and _HELD in bodies.text(account, COUNTER):
        return None
    return Evidence(f"a reference to {settings.PRICE}", said or "no ADULT", where(COUNTER))


# 2 · a version


def price_now(account: Account) -> Evidence | None:
    """Find that the counter has this season's price."""
    found = _environment(account, COUNTER, "Counter").get("ADULT")
    expected = settings.PRICES[-1]
    if found == expected:
        return None
    return Evidence(f"ADULT = {expected}", f"ADULT = {found}", f"Counter, {where(COUNTER)}")


def pinned(account: Account) -> Evidence | None:
    """Find that the template names the version of the price."""
    said = _price_said(account)
    if re.fullmatch(rf"\{{\{{resolve:ssm:{settings.PRICE}:\d+\}}\}}", said):
        return None
    return Evidence(
        f"a reference to {settings.PRICE} with a version", said or "no ADULT", where(COUNTER)
    )


def entry_kept(account: Account) -> Evidence | None:
    """Find that the price of next season is still the latest that the office entered."""
    found = settings.parameter(account, settings.PRICE)
    if found == settings.NEXT_PRICE:
        return None
    return Evidence(settings.NEXT_PRICE, found, f"the latest version of {settings.PRICE}")


def memory_kept(account: Account) -> Evidence | None:
    """Find that Bora's change is still there."""
    function = stacks.made(account, COUNTER).get("Counter")
    if function is None:
        return Evidence("MemorySize 256", "no Counter", where(COUNTER))
    client = account.client("lambda")
    found = client.get_function_configuration(FunctionName=function.physical)["MemorySize"]
    if found == 256:
        return None
    return Evidence("MemorySize 256", f"MemorySize {found}", f"Counter, {where(COUNTER)}")


def tried_pin(account: Account) -> bool:
    """Tell whether stack or price were changed once more than the office and Bora did."""
    made = [
        call
        for call in account.calls("cloudformation")
        if call.operation in _NEW and call.parameters.get("StackName") == COUNTER
    ]
    entered = [
        call
        for call in account.calls("ssm", "PutParameter")
        if call.parameters.get("Name") == settings.PRICE
    ]
    return len(made) > 2 or len(entered) > 1


# 3 · ssm-secure


def archive_password(account: Account) -> Evidence | None:
    """Find that the database has its password by ssm-secure."""
    said = str(bodies.properties(account, ARCHIVE, "Tickets").get("MasterUserPassword") or "")
    if re.fullmatch(rf"\{{\{{resolve:ssm-secure:{settings.PASSWORD}(:\d+)?\}}\}}", said):
        return None
    return Evidence(
        f"ssm-secure and {settings.PASSWORD}", said or "no password", f"Tickets, {where(ARCHIVE)}"
    )


def name_only(account: Account) -> Evidence | None:
    """Find that the function knows the parameter's name, and not the password."""
    found = _environment(account, ARCHIVE, "LookUp")
    place = f"LookUp, {where(ARCHIVE)}"
    password = settings.parameter(account, settings.PASSWORD)
    telling = [name for name, value in found.items() if password in value or name == "PASSWORD"]
    if telling:
        return Evidence("no password", f"{telling[0]}", place)
    said = found.get("PASSWORD_PARAMETER")
    if said == settings.PASSWORD:
        return None
    return Evidence(f"PASSWORD_PARAMETER = {settings.PASSWORD}", said or "no such variable", place)


# 4 · Secrets Manager


def _database(account: Account, stack: str) -> dict[str, Any]:
    """Return the one database of a stack as RDS describes it; {} when there is none."""
    found = stacks.of_type(stacks.made(account, stack), _DATABASE)
    if not found or not found[0].physical:
        return {}
    client = account.client("rds")
    answer = client.describe_db_instances(DBInstanceIdentifier=found[0].physical)
    return dict(answer["DBInstances"][0])


def _refers(said: str, secret: str, key: str) -> bool:
    """Tell whether a text is a reference to one key of a secret, by name or by ARN."""
    name = re.escape(secret)
    arn = rf"arn:aws:secretsmanager:us-east-1:\d+:secret:{name}(-\w{{6}})?"
    pattern = rf"\{{\{{resolve:secretsmanager:({name}|{arn}):SecretString:{key}(:[^}}]*)?\}}\}}"
    return re.fullmatch(pattern, said) is not None


def user_by_secret(account: Account) -> Evidence | None:
    """Find that the cash box's user is the one in the secret, by reference."""
    said = str(bodies.properties(account, CASHBOX, "Sales").get("MasterUsername") or "")
    expected = str(settings.login(account, settings.SECRET).get("username"))
    found = str(_database(account, CASHBOX).get("MasterUsername") or "no database")
    if found == expected and _refers(said, settings.SECRET, "username"):
        return None
    return Evidence(
        f"{expected}, from {settings.SECRET}", f"{found}, by {said or 'nothing'}", where(CASHBOX)
    )


def password_by_secret(account: Account) -> Evidence | None:
    """Find that the cash box's password is a reference into the secret."""
    said = str(bodies.properties(account, CASHBOX, "Sales").get("MasterUserPassword") or "")
    if _refers(said, settings.SECRET, "password"):
        return None
    secret = str(settings.login(account, settings.SECRET).get("password"))
    shown = "the password itself" if said == secret else said
    return Evidence(
        f"a reference to password in {settings.SECRET}", shown or "nothing", where(CASHBOX)
    )


# 5 · a secret that nobody knows


def _own_secret(account: Account) -> str:
    found = stacks.of_type(stacks.made(account, SEASON), "AWS::SecretsManager::Secret")
    return found[0].physical if found else ""


def secret_generated(account: Account) -> Evidence | None:
    """Find that the stack has a secret with a password that was made up."""
    arn = _own_secret(account)
    expected = "username seasons, a password of 24 letters and digits"
    if not arn:
        return Evidence(expected, "no secret", where(SEASON))
    found = settings.login(account, arn)
    password = str(found.get("password") or "")
    typed = password and password in bodies.text(account, SEASON)
    right = len(password) == 24 and password.isalnum() and not typed
    if right and found.get("username") == "seasons":
        return None
    told = f"username {found.get('username')}, a password of {len(password)} characters"
    return Evidence(expected, f"{told}, typed in" if typed else told, f"secret of {SEASON}")


def season_by_secret(account: Account) -> Evidence | None:
    """Find that the database's user and password are references into that secret."""
    arn = _own_secret(account)
    if not arn:
        return Evidence("references into the stack's own secret", "no secret", where(SEASON))
    name = account.client("secretsmanager").describe_secret(SecretId=arn)["Name"]
    made = stacks.of_type(stacks.made(account, SEASON), _DATABASE)
    said = bodies.properties(account, SEASON, made[0].logical) if made else {}
    for key, property_name in (("username", "MasterUsername"), ("password", "MasterUserPassword")):
        found = str(said.get(property_name) or "nothing")
        if not _refers(found, name, key):
            return Evidence(f"{property_name}: {key} of {name}", found, where(SEASON))
    return None


def secret_knows_host(account: Account) -> Evidence | None:
    """Find that the secret was told where its database is."""
    database, arn = _database(account, SEASON), _own_secret(account)
    expected = str((database.get("Endpoint") or {}).get("Address") or "")
    found = str(settings.login(account, arn).get("host") or "") if arn else ""
    if expected and found == expected:
        return None
    return Evidence(
        f"host {expected}" if expected else "the database's host", found or "no host", where(SEASON)
    )


def nothing_left(account: Account) -> Evidence | None:
    """Find that every stack of this lab is deleted."""
    return stacks.none_left(account, settings.STACKS)
