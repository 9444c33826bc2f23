"""The condition keys of single services.

Follows the lists of condition keys in the Service Authorization Reference. A key that only repeats
a parameter of the request, as `ec2:InstanceType`, is read from the parameter of its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from dryrun.cloud.authorization import dynamodb_keys, state, tags
from dryrun.cloud.authorization.context import Context, Value
from dryrun.cloud.authorization.formats import Place
from dryrun.cloud.authorization.naming import kms_key
from dryrun.cloud.authorization.principals import boundary_arn


def value(context: Context, key: str) -> Value | None:
    """Return a key as `s3:prefix`, given in lower case; None when the request does not have it."""
    found = _KEYS.get(key)
    if found is not None:
        return found(context)
    name, _, rest = key.partition("/")
    if rest and name in _OF_MAPS:
        given = {str(k).lower(): str(v) for k, v in _OF_MAPS[name](context).items()}
        return given.get(rest)
    prefix, _, short = key.partition(":")
    if prefix == "s3" and short.startswith("x-amz-"):
        return context.header(short)
    if context.action.partition(":")[0].lower() != prefix:
        return None
    return _mirrored(context.parameters, short)


def _mirrored(parameters: Mapping[str, Any], name: str) -> Value | None:
    wanted = _plain(name)
    for given, found in parameters.items():
        if _plain(given) in (wanted, f"{wanted}s"):
            return _spoken(found)
    return None


def _spoken(found: Any) -> Value | None:
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, (str, int, float)):
        return str(found)
    if isinstance(found, list) and found and not isinstance(found[0], (dict, list)):
        return tuple(str(one) for one in found)
    return None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _place(context: Context) -> Place:
    return Place(context.region, context.resource_account or context.caller.account)


def _object_tags(context: Context) -> Mapping[str, str]:
    bucket, _, key = context.resource.split(":", 5)[-1].partition("/")
    return tags.of_object(bucket, key) if key else {}


def _boundary(context: Context) -> Value | None:
    """Return the boundary that a request sets, or else that of the user or role it changes."""
    asked = context.parameters.get("PermissionsBoundary")
    if asked:
        return str(asked)
    kind, _, name = context.resource.split(":", 5)[-1].partition("/")
    iam = state.iam(context.caller.account)
    holders = {"user": iam.users, "role": iam.roles}.get(kind, {})
    last = name.rpartition("/")[2]
    holder = next((one for one in holders.values() if one.name == last), None)
    return (boundary_arn(holder) or None) if holder is not None else None


def _function_arn(context: Context) -> Value | None:
    named = context.parameters.get("FunctionName")
    if not isinstance(named, str):
        return None
    place = _place(context)
    return named if named.startswith("arn:") else place.arn("lambda", f"function:{named}")


def _entries(name: str) -> Callable[[Context], Value | None]:
    def found(context: Context) -> Value | None:
        listed = context.parameters.get("Entries") or ()
        values = [str(entry[name]) for entry in listed if entry.get(name)]
        return _one_or_many(values)

    return found


def _one_or_many(values: list[str]) -> Value | None:
    unique = tuple(dict.fromkeys(values))
    return unique[0] if len(unique) == 1 else unique or None


def _pattern(field: str) -> Callable[[Context], Value | None]:
    """Return a reader of one field of the event pattern of a rule."""

    def found(context: Context) -> Value | None:
        import json  # noqa: PLC0415 - rules are rare

        try:
            pattern = json.loads(context.parameters.get("EventPattern") or "{}")
        except ValueError:
            return None
        listed = pattern.get(field) if isinstance(pattern, dict) else None
        return tuple(str(one) for one in listed) if isinstance(listed, list) else None

    return found


def _event(field: str, entry: str) -> Callable[[Context], Value | None]:
    of_entries, of_pattern = _entries(entry), _pattern(field)

    def found(context: Context) -> Value | None:
        return of_entries(context) or of_pattern(context)

    return found


def _targets(context: Context) -> Value | None:
    listed = context.parameters.get("Targets") or ()
    return tuple(str(one["Arn"]) for one in listed if "Arn" in one) or None


def _instance_profile(context: Context) -> Value | None:
    given = context.parameters.get("IamInstanceProfile")
    if not isinstance(given, Mapping):
        return None
    if given.get("Arn"):
        return str(given["Arn"])
    place = Place(context.region, context.caller.account)
    return place.arn("iam", f"instance-profile/{given.get('Name')}", region=False)


def _metadata(name: str) -> Callable[[Context], Value | None]:
    def found(context: Context) -> Value | None:
        options = context.parameters.get("MetadataOptions") or {}
        return _spoken(options.get(name))

    return found


def _created_by(context: Context) -> Value | None:
    """Return what made the tags of an ec2:CreateTags that is part of another call."""
    name = context.call.name if context.call is not None else ""
    return None if name in ("", "CreateTags") else name


def _key_aliases(context: Context) -> Value | None:
    kms = state.backend("kms", context.resource_account, context.region)
    key = kms.keys.get(context.resource.rpartition("/")[2])
    return tuple(key.aliases) or None if key is not None else None


def _request_alias(context: Context) -> Value | None:
    named = str(context.parameters.get("KeyId", ""))
    alias = named.rpartition(":")[2]
    return alias if alias.startswith("alias/") else None


def _copy_source(context: Context) -> Value | None:
    given = context.header("x-amz-copy-source")
    return unquote(given).lstrip("/") if given else None


def _grant_operations(context: Context) -> Value | None:
    listed = context.parameters.get("Operations")
    return tuple(listed) if isinstance(listed, list) else None


def _recursive(context: Context) -> Value | None:
    if not context.action.endswith("ParametersByPath"):
        return None
    return str(bool(context.parameters.get("Recursive"))).lower()


def _document_categories(context: Context) -> Value | None:
    return _mirrored(context.parameters, "DocumentType")


def _sse_key(context: Context) -> Value | None:
    given = context.header("x-amz-server-side-encryption-aws-kms-key-id")
    return (kms_key(given, _place(context)) or given) if given else None


_KEYS: dict[str, Callable[[Context], Value | None]] = {
    "dynamodb:attributes": dynamodb_keys.attributes,
    "dynamodb:leadingkeys": dynamodb_keys.leading_keys,
    "ec2:createaction": _created_by,
    "ec2:instanceprofile": _instance_profile,
    "ec2:metadatahttpendpoint": _metadata("HttpEndpoint"),
    "ec2:metadatahttptokens": _metadata("HttpTokens"),
    "ec2:metadatahttpputresponsehoplimit": _metadata("HttpPutResponseHopLimit"),
    "ec2:region": lambda it: it.region,
    "events:creatoraccount": lambda it: it.resource_account or it.caller.account,
    "events:detail-type": _event("detail-type", "DetailType"),
    "events:source": _event("source", "Source"),
    "events:targetarn": _targets,
    "iam:permissionsboundary": _boundary,
    "kms:calleraccount": lambda it: it.caller.account,
    "kms:grantoperations": _grant_operations,
    "kms:requestalias": _request_alias,
    "kms:resourcealiases": _key_aliases,
    "lambda:functionarn": _function_arn,
    "s3:authtype": lambda it: "REST-HEADER" if it.header("Authorization") else "REST-QUERY-STRING",
    "s3:resourceaccount": lambda it: it.resource_account or None,
    "s3:signatureversion": lambda _: "AWS4-HMAC-SHA256",
    "s3:versionid": lambda it: _mirrored(it.parameters, "versionid"),
    "s3:x-amz-copy-source": _copy_source,
    "s3:x-amz-server-side-encryption-aws-kms-key-id": _sse_key,
    "ssm:documentcategories": _document_categories,
    "ssm:recursive": _recursive,
}

_OF_MAPS: dict[str, Callable[[Context], Mapping[str, Any]]] = {
    "kms:encryptioncontext": lambda it: it.parameters.get("EncryptionContext") or {},
    "s3:existingobjecttag": _object_tags,
    "s3:requestobjecttag": lambda it: tags.of_request(it.parameters),
}
