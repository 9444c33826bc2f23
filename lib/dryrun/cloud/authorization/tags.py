"""The tags of resources and of requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from moto import backend_index

from dryrun.cloud.authorization import state

_PACKAGES = {
    "elasticloadbalancing": "elbv2",
    "execute-api": "apigateway",
    "lambda": "awslambda",
    "states": "stepfunctions",
    "tag": "resourcegroupstaggingapi",
}
_LISTS = ("Tags", "tags", "TagList", "tagList", "AddTags")


def of_resource(arn: str, place_account: str, place_region: str) -> Mapping[str, str]:
    """Return the tags of a resource, none when there is no such resource."""
    if not arn.startswith("arn:"):
        return {}
    _, _, service, region, account, name = arn.split(":", 5)
    if service == "s3":
        return _of_s3(name)
    package = _PACKAGES.get(service, service.replace("-", ""))
    if package not in {known for known, _ in backend_index.backend_url_patterns}:
        return {}
    backend = state.backend(package, account or place_account, region or place_region)
    if backend is None:
        return {}
    reader = _READERS.get(service)
    return reader(backend, name) if reader is not None else _listed(backend, arn, name)


def _listed(backend: Any, arn: str, name: str) -> Mapping[str, str]:
    if not hasattr(backend, "iter_tagged_resources"):
        return {}
    wanted = {arn, arn.removesuffix(":log-stream:"), arn.removesuffix(":log-stream:") + ":*"}
    for one in backend.iter_tagged_resources():
        if one.arn in wanted:
            return dict(one.tags or {})
        # moto writes the ARN of a parameter with a path with two slashes.
        if one.arn.split(":", 5)[5].replace("parameter//", "parameter/") == name:
            return dict(one.tags or {})
    return {}


def of_iam(backend: Any, name: str) -> Mapping[str, str]:
    """Return the tags of what IAM keeps, by the last part of its ARN ("user/path/jane")."""
    kind, _, path = name.partition("/")
    last = path.rpartition("/")[2]
    if kind == "user":
        return plain(backend.users[last].tags) if last in backend.users else {}
    if kind == "role":
        role = next((one for one in backend.roles.values() if one.name == last), None)
        return plain(role.tags) if role is not None else {}
    if kind == "policy":
        policies = getattr(backend, "managed_policies", {})
        policy = policies.get(f"arn:aws:iam::{backend.account_id}:{name}")
        return plain(policy.get_tags()) if policy is not None else {}
    return {}


def _of_s3(name: str) -> Mapping[str, str]:
    bucket_name, _, key_name = name.partition("/")
    bucket = state.bucket(bucket_name)
    if bucket is None:
        return {}
    from moto.s3.models import s3_backends  # noqa: PLC0415 - loaded when first needed

    backend = s3_backends[bucket.account_id][bucket.partition]
    if not key_name:
        found: Mapping[str, str] = backend.tagger.get_tag_dict_for_resource(bucket.arn)
        return found
    return of_object(bucket_name, key_name)


def of_object(bucket_name: str, key_name: str) -> Mapping[str, str]:
    """Return the tags of an S3 object, none when there is no such object."""
    bucket = state.bucket(bucket_name)
    key = bucket.keys.get(key_name) if bucket is not None else None
    if key is None:
        return {}
    from moto.s3.models import s3_backends  # noqa: PLC0415 - loaded when first needed

    backend = s3_backends[bucket.account_id][bucket.partition]
    found: Mapping[str, str] = backend.tagger.get_tag_dict_for_resource(key.arn)
    return found


def _of_table(backend: Any, name: str) -> Mapping[str, str]:
    table = backend.tables.get(name.split("/")[1]) if "/" in name else None
    return plain(table.tags) if table is not None else {}


def _of_stream(backend: Any, name: str) -> Mapping[str, str]:
    stream = backend.streams.get(name.rpartition("/")[2])
    return dict(stream.tags) if stream is not None else {}


def _of_ec2(backend: Any, name: str) -> Mapping[str, str]:
    found: Mapping[str, str] = backend.tags.get(name.rpartition("/")[2], {})
    return found


_READERS: dict[str, Callable[[Any, str], Mapping[str, str]]] = {
    "dynamodb": _of_table,
    "ec2": _of_ec2,
    "iam": of_iam,
    "kinesis": _of_stream,
}


def of_request(parameters: Mapping[str, Any], resource: str = "") -> Mapping[str, str]:
    """Return the tags a request carries; of EC2's those for the kind of `resource`."""
    specifications = parameters.get("TagSpecifications")
    if isinstance(specifications, list):
        kind = resource.split(":", 5)[-1].partition("/")[0]
        found: dict[str, str] = {}
        for one in specifications:
            if not kind or one.get("ResourceType") == kind:
                found.update(plain(one.get("Tags")))
        return found
    for name in _LISTS:
        if parameters.get(name):
            return plain(parameters[name])
    if isinstance(parameters.get("Tagging"), str):
        return dict(parse_qsl(parameters["Tagging"], keep_blank_values=True))
    if isinstance(parameters.get("Tagging"), Mapping):
        return plain(parameters["Tagging"].get("TagSet"))
    return {}


def keys_of_request(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of the tags a request names, those it takes away included."""
    removed = parameters.get("TagKeys") or parameters.get("tagKeys") or ()
    carried = dict(of_request(parameters))
    for one in parameters.get("TagSpecifications") or ():
        carried.update(plain(one.get("Tags")))
    return tuple(dict.fromkeys([*carried, *(str(one) for one in removed)]))


def plain(tags: Any) -> dict[str, str]:
    """Return tags as a dictionary, however a service spells them."""
    if isinstance(tags, Mapping):
        return {
            str(key): str(value.get("Value", "") if isinstance(value, Mapping) else value)
            for key, value in tags.items()
        }
    found = {}
    for one in tags or ():
        if isinstance(one, Mapping):
            lower = {str(name).lower(): value for name, value in one.items()}
            key = lower.get("key", lower.get("tagkey"))
            if key is not None:
                found[str(key)] = str(lower.get("value", lower.get("tagvalue")) or "")
    return found
