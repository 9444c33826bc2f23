"""The policies that resources have themselves, service by service."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dryrun.cloud.authorization import state
from dryrun.cloud.authorization.documents import parsed
from dryrun.cloud.iam.policy import Policy, PolicyKind

_ELEMENTS = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})

Getter = Callable[[Any, str, str], "str | bytes | None"]


def owner(resource: str, caller_account: str) -> str:
    """Return the account a resource belongs to, the caller's where nothing says otherwise."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return caller_account
    if parts[2] == "s3" and not parts[4]:
        return state.bucket_owner(parts[5].partition("/")[0]) or caller_account
    return parts[4] if parts[4].isdigit() else caller_account


def of(resource: str, account: str, region: str) -> Policy | None:
    """Return the policy of a resource by its ARN, None when it has none.

    `account` and `region` are for ARNs without them.
    """
    parts = resource.split(":", 5)
    if len(parts) < 6 or parts[2] not in _GETTERS:
        return None
    if parts[2] == "s3":
        return parsed(_bucket(parts[5]), PolicyKind.RESOURCE)
    package, get = _GETTERS[parts[2]]
    backend = state.backend(package, parts[4] or account, parts[3] or region)
    return parsed(get(backend, resource, parts[5]), PolicyKind.RESOURCE) if backend else None


def decides(resource: str) -> bool:
    """Tell whether nothing is allowed on a resource but by its own policy: KMS keys."""
    return resource.split(":", 3)[2:3] == ["kms"] and ":key/" in resource


def _bucket(name: str) -> str | bytes | None:
    bucket = state.bucket(name.partition("/")[0])
    return None if bucket is None else bucket.policy


def is_restricted(resource: str) -> bool:
    """Tell whether Block Public Access keeps everybody else out of a public bucket."""
    bucket = state.bucket(resource.split(":", 5)[-1].partition("/")[0])
    block = bucket.public_access_block if bucket is not None else None
    return block is not None and str(block.restrict_public_buckets).lower() == "true"


def _sqs(backend: Any, resource: str, name: str) -> str | None:  # noqa: ARG001
    queue = backend.queues.get(name)
    return (queue.policy or None) if queue is not None else None


def _sns(backend: Any, resource: str, name: str) -> str | None:  # noqa: ARG001
    topic = backend.topics.get(resource)
    return topic.policy if topic is not None else None


def _kms(backend: Any, resource: str, name: str) -> str | None:  # noqa: ARG001
    key = backend.keys.get(name.removeprefix("key/"))
    return key.policy if key is not None else None


def _lambda(backend: Any, resource: str, name: str) -> str | None:
    """Return the policy of a function, or of the version or alias that is named."""
    kind, _, rest = name.partition(":")
    if kind != "function":
        return None
    base = rest.partition(":")[0]
    meant = resource.removesuffix(":$LATEST")
    for function in backend.list_functions():
        if function.function_name == base and function.policy:
            statements = [one for one in function.policy.statements if one["Resource"] == meant]
            granted = [_granted(one) for one in statements]
            return json.dumps({"Version": "2012-10-17", "Statement": granted}) if granted else None
    return None


def _granted(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement of AddPermission as Lambda writes it; moto keeps other things in it."""
    known = {name: value for name, value in statement.items() if name in _ELEMENTS}
    principal = known.get("Principal")
    if isinstance(principal, str) and principal != "*":
        known["Principal"] = {"AWS": principal}
    return known


def _secret(backend: Any, resource: str, name: str) -> str | None:  # noqa: ARG001
    secret = backend.secrets.get(resource)
    return getattr(secret, "policy", None)


def _bus(backend: Any, resource: str, name: str) -> str | None:  # noqa: ARG001
    kind, _, rest = name.partition("/")
    bus = rest.partition("/")[0] if kind == "event-bus" else ""
    found = backend.event_buses.get(bus)
    return found.policy if found is not None else None


def _table(backend: Any, resource: str, name: str) -> str | None:
    base = resource.partition("/index/")[0] if "/stream/" not in name else resource
    found = backend.resource_policies.get(base)
    return found.policy_doc if found is not None else None


def _repository(backend: Any, resource: str, name: str) -> str | None:
    found = backend.repositories.get(name.removeprefix("repository/"))
    if found is None or not found.policy:
        return None
    # A repository's policy leaves out the resource: "Private repository policies", Amazon ECR.
    document = json.loads(found.policy)
    statements = document.get("Statement", [])
    for one in statements if isinstance(statements, list) else [statements]:
        if "NotResource" not in one:
            one.setdefault("Resource", resource)
    return json.dumps(document)


def _stream(backend: Any, resource: str, name: str) -> str | None:  # noqa: ARG001
    found: str | None = backend.resource_policies.get(resource)
    return found


def _file_system(backend: Any, resource: str, name: str) -> str | None:  # noqa: ARG001
    found = backend.file_systems_by_id.get(name.removeprefix("file-system/"))
    return found.file_system_policy if found is not None else None


def _log_group(backend: Any, resource: str, name: str) -> str | None:  # noqa: ARG001
    # They belong to the account and the region, not to one group: "PutResourcePolicy".
    found: list[Any] = []
    for one in backend.resource_policies.values():
        listed = json.loads(one.policy_document).get("Statement", [])
        found += listed if isinstance(listed, list) else [listed]
    return json.dumps({"Version": "2012-10-17", "Statement": found}) if found else None


_GETTERS: dict[str, tuple[str, Getter]] = {
    "dynamodb": ("dynamodb", _table),
    "ecr": ("ecr", _repository),
    "elasticfilesystem": ("efs", _file_system),
    "events": ("events", _bus),
    "kinesis": ("kinesis", _stream),
    "kms": ("kms", _kms),
    "lambda": ("awslambda", _lambda),
    "logs": ("logs", _log_group),
    "s3": ("s3", lambda backend, resource, name: _bucket(name)),  # noqa: ARG005
    "secretsmanager": ("secretsmanager", _secret),
    "sns": ("sns", _sns),
    "sqs": ("sqs", _sqs),
}
