"""What PutTargets refuses, and in which words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from dryrun.cloud.events import transformer
from dryrun.cloud.events.exceptions import LimitExceededException, ValidationException
from dryrun.cloud.events.pattern_reader import END, Reader, Unreadable

if TYPE_CHECKING:
    from dryrun.cloud.events.rules import Rule

Target = dict[str, Any]

MOST_TARGETS = 5
_ARN = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:(?:\d{12})?:.+")
_INPUTS = ("Input", "InputPath", "InputTransformer")
_NEED_ROLE = ("batch", "codebuild", "codepipeline", "ecs", "kinesis", "firehose", "states", "ssm")
_PARAMETERS = {"ecs": "EcsParameters", "batch": "BatchParameters"}


def put(rule: Rule, targets: list[Target]) -> None:
    """Add targets to a rule, or put them in the place of those with their ids."""
    for target in targets:
        _check(target)
    added = {target["Id"] for target in targets if rule.target(target["Id"]) is None}
    if len(rule.targets) + len(added) > MOST_TARGETS:
        raise LimitExceededException
    for target in targets:
        known = rule.target(target["Id"])
        if known is None:
            rule.targets.append(target)
        else:
            rule.targets[rule.targets.index(known)] = target


def remove(rule: Rule, ids: list[str]) -> list[dict[str, str]]:
    """Take targets from a rule; return those that were none."""
    failed = []
    for target_id in ids:
        known = rule.target(target_id)
        if known is not None:
            rule.targets.remove(known)
            continue
        failed.append(
            {
                "TargetId": target_id,
                "ErrorCode": "ResourceNotFoundException",
                "ErrorMessage": (
                    f"Rule '{rule.name}' does not have a target with the Id '{target_id}'."
                ),
            }
        )
    return failed


def _check(target: Target) -> None:
    arn, name = target["Arn"], target["Id"]
    if not _ARN.fullmatch(arn):
        raise ValidationException(
            f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
        )
    if sum(one in target for one in _INPUTS) > 1:
        raise ValidationException(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {name}."
        )
    _check_role(target)
    _check_parameters(target)
    _check_input(target)


def _check_role(target: Target) -> None:
    arn = target["Arn"]
    service = arn.split(":")[2]
    needs = service in _NEED_ROLE or ":api-destination/" in arn
    if needs and not target.get("RoleArn"):
        raise ValidationException(f"RoleArn is required for target {arn}.")


def _check_parameters(target: Target) -> None:
    arn, name = target["Arn"], target["Id"]
    service = arn.split(":")[2]
    needed = _PARAMETERS.get(service)
    if service == "sqs" and arn.endswith(".fifo"):
        needed = "SqsParameters"
    if service == "ssm" and ":document/" in arn:
        needed = "RunCommandParameters"
    if needed and not target.get(needed):
        raise ValidationException(f"Parameter(s) {needed} must be specified for target: {name}.")


def _check_input(target: Target) -> None:
    name = target["Id"]
    if "Input" in target:
        problem = _json_problem(target["Input"])
        if problem:
            raise ValidationException(f"JSON syntax error in input for target {name}: {problem}")
    if "InputPath" in target and transformer.parse(target["InputPath"]) is None:
        raise ValidationException(f"Invalid InputPath for target {name}.")
    if "InputTransformer" in target:
        _check_transformer(name, target["InputTransformer"])


def _check_transformer(name: str, given: dict[str, Any]) -> None:
    paths = given.get("InputPathsMap") or {}
    template = given["InputTemplate"]
    for key, path in paths.items():
        # The words of these two are from memory.
        if key.lower().startswith("aws"):
            raise ValidationException(
                f"InputPathsMap for target {name} contains invalid key {key}: keys must not start"
                ' with "AWS".'
            )
        if transformer.parse(path) is None:
            raise ValidationException(
                f"InputPathsMap for target {name} contains invalid path {path}."
            )
    for found in transformer.PLACEHOLDER.finditer(template):
        if found[1] not in paths and found[1] not in transformer.RESERVED:
            raise ValidationException(
                f"InputTemplate for target {name} contains invalid placeholder {found[1]}."
            )
    _check_template(name, template)


def _check_template(name: str, template: str) -> None:
    """Refuse a template that can never make JSON, nor lines of quoted text."""
    tried = _stood_in(template)
    if template.lstrip().startswith(("{", "[")):
        problem = _json_problem(tried)
    else:
        problem = next((found for line in tried.splitlines() if (found := _json_problem(line))), "")
    if problem:
        raise ValidationException(f"Invalid InputTemplate for target {name} : {problem}.")


def _stood_in(template: str) -> str:
    """Return a template with something harmless in the place of its variables."""
    pieces, last = [], 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"', template, re.DOTALL):
        pieces.append(transformer.PLACEHOLDER.sub("null", template[last : found.start()]))
        pieces.append(transformer.PLACEHOLDER.sub("null", found.group()))
        last = found.end()
    return "".join(pieces) + transformer.PLACEHOLDER.sub("null", template[last:])


def _json_problem(text: str) -> str:
    """Return the place at which a text is no JSON, in AWS's words; "" for JSON."""
    try:
        json.loads(text)
    except ValueError:
        return _place(text)
    return ""


def _place(text: str) -> str:
    reader = Reader(text)
    try:
        while reader.next() != END:
            pass
    except Unreadable as unreadable:
        return str(unreadable).rpartition("\n at ")[2]
    return f'[Source: (String)"{text}"; line: 1, column: {len(text) + 1}]'
