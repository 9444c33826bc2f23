"""Read the tables of policy cases: who asks for what, under which policies, and what AWS answers.

A file is a list of groups. A group has a `page` of AWS's documentation, policies, and `asks`, each
one case: [why, action, resource, answer, context, what differs from the group]. The answer is
"allowed", or "explicit KIND" or "implicit KIND" with the kind of policy that denied.
Statements are written `Allow s3:Get* on arn:aws:s3:::b/*` ("not" before actions or resources for
NotAction and NotResource), or as a mapping with `say`, `for` or `notfor` (principals) and `if`
(conditions). Scalars are all strings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dryrun.cloud.iam.policy import (
    AccessRequest,
    Decision,
    Policy,
    PolicyKind,
    PolicySet,
    Principal,
    evaluate,
    parse,
)

FOLDER = Path(__file__).parent / "cases"
HOME = "123456789012"
AWAY = "999999999999"
FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def _user(name: str, account: str = HOME) -> Principal:
    return Principal(f"arn:aws:iam::{account}:user/{name}", account, f"AIDA{name.upper():X<16}")


def _session(role: str, name: str, account: str = HOME) -> Principal:
    return Principal(
        f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
        account,
        f"AROA{role.upper():X<16}:{name}",
        role_arn=f"arn:aws:iam::{account}:role/{role}",
    )


def _federated(name: str, by: str) -> Principal:
    return Principal(
        f"arn:aws:sts::{HOME}:federated-user/{name}",
        HOME,
        f"{HOME}:{name}",
        user_arn=f"arn:aws:iam::{HOME}:{by}",
    )


WHO = {
    "bob": _user("bob"),
    "alice": _user("alice"),
    "dev": _session("Dev", "carol"),
    "ops": _session("Ops", "olga"),
    "fred": _federated("fred", "user/bob"),
    "rootfed": _federated("admin", "root"),
    "root": Principal(f"arn:aws:iam::{HOME}:root", HOME, HOME),
    "eve": _user("eve", AWAY),
    "partner": _session("Partner", "pam", AWAY),
    "awayroot": Principal(f"arn:aws:iam::{AWAY}:root", AWAY, AWAY, canonical_id="79a59df9"),
    "anonymous": Principal(),
    "lambda": Principal(service="lambda.amazonaws.com"),
    "sns": Principal(service="sns.amazonaws.com"),
    "logging": Principal(service="logging.s3.amazonaws.com"),
    "ec2": Principal(service="ec2.amazonaws.com"),
    "google": Principal(federated="accounts.google.com"),
    "cognito": Principal(federated="cognito-identity.amazonaws.com"),
    "github": Principal(
        federated=f"arn:aws:iam::{HOME}:oidc-provider/token.actions.githubusercontent.com"
    ),
    "saml": Principal(federated=f"arn:aws:iam::{HOME}:saml-provider/ADFS"),
}


@dataclass(frozen=True)
class Case:
    file: str
    page: str
    why: str
    request: AccessRequest
    policies: PolicySet
    answer: str

    def decide(self) -> Decision:
        return evaluate(self.request, self.policies)


def read() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.yaml")):
        # BaseLoader: `true`, `on` and 10 stay the strings that they are in a request.
        for group in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader):
            for ask in group["asks"]:
                yield _case(path.stem, group, ask)


def answer_of(decision: Decision) -> str:
    if decision.allowed:
        return "allowed"
    assert decision.by is not None
    return f"{'explicit' if decision.explicit_deny else 'implicit'} {decision.by.name.lower()}"


def _case(file: str, group: dict[str, Any], ask: list[Any]) -> Case:
    why, action, resource, answer, context, differs = [*ask, {}, {}][:6]
    said = {**group, **differs}
    who = WHO[said.get("who", "bob")]
    request = AccessRequest(
        principal=who,
        action=action,
        resource=resource,
        context={
            key: tuple(value) if isinstance(value, list) else value
            for key, value in context.items()
        },
        resource_account=said.get("owner", ""),
    )
    return Case(file, said["page"], why, request, _policies(said), answer)


def _policies(said: dict[str, Any]) -> PolicySet:
    trust = said.get("trust")
    return PolicySet(
        identity=tuple(_many(said.get("identity", []), PolicyKind.IDENTITY)),
        boundary=_one(said.get("boundary"), PolicyKind.BOUNDARY),
        session=(tuple(_many(said["session"], PolicyKind.SESSION)) if "session" in said else None),
        resource=_one(trust, PolicyKind.TRUST)
        if trust
        else _one(said.get("resource"), PolicyKind.RESOURCE),
        scps=tuple(tuple(_level(one, PolicyKind.SCP)) for one in said.get("scps", [])),
        rcps=tuple(tuple(_level(one, PolicyKind.RCP)) for one in said.get("rcps", [])),
        resource_decides=bool(trust) or said.get("decides") == "yes",
        endpoint=_one(said.get("endpoint"), PolicyKind.VPCE),
    )


def _one(said: Any, kind: PolicyKind) -> Policy | None:
    return _parse(said, kind) if said else None


def _many(said: list[Any], kind: PolicyKind) -> Iterator[Policy]:
    """Read one policy (a list of statements), or a list of such lists."""
    lists = said if said and all(isinstance(one, list) for one in said) else [said]
    return (_parse(one, kind) for one in lists if one)


def _level(said: Any, kind: PolicyKind) -> Iterator[Policy]:
    """Read the policies of one level: "full" is AWS's policy that allows everything."""
    for one in [said] if isinstance(said, str) else said:
        statement = dict(FULL) if one == "full" else _statement(one)
        if kind is PolicyKind.RCP:
            statement["Principal"] = "*"
        yield _parse([statement], kind)


def _parse(said: Any, kind: PolicyKind) -> Policy:
    version = "2012-10-17"
    if isinstance(said, dict):
        version, said = said["version"], said["statements"]
    statements = [one if "Effect" in one else _statement(one) for one in said]
    document = {"Version": version, "Statement": statements}
    return parse(json.dumps(document), kind)


def _statement(said: str | dict[str, Any]) -> dict[str, Any]:
    said = {"say": said} if isinstance(said, str) else said
    effect, rest = said["say"].split(" ", 1)
    actions, _, resources = rest.partition(" on ")
    found: dict[str, Any] = {"Effect": effect, **_listed("Action", actions)}
    if resources:
        found |= _listed("Resource", resources)
    for key, element in (("for", "Principal"), ("notfor", "NotPrincipal"), ("if", "Condition")):
        if key in said:
            found[element] = said[key]
    return found


def _listed(element: str, text: str) -> dict[str, list[str]]:
    negated = text.startswith("not ")
    listed = re.split(r", (?!')", text.removeprefix("not "))
    return {f"Not{element}" if negated else element: listed}
