"""APIs with the members and models that AWS's have, and what is told of their parts.

Follows "RestApi" and "UpdateRestApi", Amazon API Gateway V1 API Reference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.apigateway.exceptions import BadRequestException, ConflictException, NotFoundException
from moto.apigateway.models import (
    APIGatewayBackend,
    Deployment,
    Method,
    MethodResponse,
    Model,
    RestAPI,
    UsagePlan,
)

from dryrun.cloud import calling, replacing

_MEDIA, _COMPRESSION = "/binaryMediaTypes", "/minimumCompressionSize"
_MOST_COMPRESSED = 10485760
_DRAFT = "http://json-schema.org/draft-04/schema#"
_MODELS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Empty", "This is a default empty schema model", {}),
    (
        "Error",
        "This is a default error schema model",
        {"properties": {"message": {"type": "string"}}},
    ),
)
"""The models of an API that was not imported: name, description, what the schema has of its own."""

_create = APIGatewayBackend.create_rest_api
_import = APIGatewayBackend.import_rest_api
_delete = APIGatewayBackend.delete_rest_api
_create_model = APIGatewayBackend.create_model
_patch = RestAPI.apply_patch_operations
_api = RestAPI.to_dict
_deployment = Deployment.to_json
_method = Method.to_json
_method_response = MethodResponse.to_json
_plan = UsagePlan.to_json


class UnknownApi(NotFoundException):
    """There is no such API."""

    code = 404

    def __init__(self, account: str, api_id: str) -> None:
        super().__init__(f"Invalid API identifier specified {account}:{api_id}")


def create_rest_api(self: APIGatewayBackend, *args: Any, **given: Any) -> RestAPI:
    """Create an API with the two models it begins with."""
    asked = calling.current_call().parameters
    if asked.get("description") == "":
        raise BadRequestException("Description cannot be an empty string")
    _compression(asked.get("minimumCompressionSize"))
    made = _create(self, *args, **given)
    made.version = asked.get("version")
    made.binaryMediaTypes = list(asked.get("binaryMediaTypes") or [])
    for name, description, own in _MODELS:
        schema = {"$schema": _DRAFT, "title": f"{name} Schema", "type": "object", **own}
        made.add_model(name, description, json.dumps(schema, indent=2), "application/json")
    return made


def import_rest_api(self: APIGatewayBackend, *args: Any, **given: Any) -> RestAPI:
    """Import an API; it has the models of its document only."""
    made = _import(self, *args, **given)
    for name, _, _ in _MODELS:
        made.models.pop(name, None)
    return made


def get_rest_api(self: APIGatewayBackend, function_id: str) -> RestAPI:
    """Return an API."""
    found = self.apis.get(function_id)
    if found is None:
        raise UnknownApi(self.account_id, function_id)
    return found


def update_rest_api(self: APIGatewayBackend, function_id: str, patch_operations: Any) -> RestAPI:
    """Change an API."""
    found = get_rest_api(self, function_id)
    found.apply_patch_operations(patch_operations)
    return found


def delete_rest_api(self: APIGatewayBackend, function_id: str) -> RestAPI:
    """Delete an API that is there."""
    get_rest_api(self, function_id)
    return _delete(self, function_id)


def create_model(self: APIGatewayBackend, rest_api_id: str, name: str, *args: Any) -> Model:
    """Create a model; an API has one of a name, and the words for a second are from memory."""
    if rest_api_id and name in get_rest_api(self, rest_api_id).models:
        raise ConflictException("Model name already exists for this REST API")
    return _create_model(self, rest_api_id, name, *args)


def apply_patch_operations(self: RestAPI, patch_operations: list[dict[str, Any]]) -> None:
    """Change an API; moto reads no media type in a path, and keeps no version or compression."""
    for patch in patch_operations:
        path = str(patch["path"])
        if path.startswith(_MEDIA):
            _patch_media(self, patch)
        elif path == "/version":
            self.version = patch.get("value")
        elif path == _COMPRESSION:
            if patch["op"] != "replace":
                raise BadRequestException(
                    "Invalid patch operation specified. Must be one of: [replace]"
                )
            self.minimum_compression_size = _compression(patch.get("value"))
        else:
            _patch(self, [patch])


def _compression(asked: Any) -> int | None:
    """Return from which size on answers are compressed; None is never."""
    if asked in (None, ""):
        return None
    text = str(asked)
    if not text.isdecimal() or int(text) > _MOST_COMPRESSED:
        raise BadRequestException(
            f"Invalid minimum compression size, must be between 0 and {_MOST_COMPRESSED}"
        )
    return int(text)


def _patch_media(api: RestAPI, patch: Mapping[str, Any]) -> None:
    operation, path = patch["op"], str(patch["path"])
    kind = path.removeprefix(_MEDIA)[1:].replace("~1", "/").replace("~0", "~")
    if not kind:
        raise BadRequestException(f"Invalid patch path {path}")
    kinds: list[str] = api.binaryMediaTypes
    if operation in ("remove", "replace") and kind in kinds:
        kinds.remove(kind)
    new = kind if operation == "add" else str(patch.get("value", ""))
    if operation in ("add", "replace") and new not in kinds:
        kinds.append(new)


def api_to_dict(self: RestAPI) -> dict[str, Any]:
    """Return an API as API Gateway shows it."""
    told = _api(self)
    endpoint = dict(told["endpointConfiguration"] or {})
    # "EndpointConfiguration": a private API takes both, others the older addresses by default.
    private = endpoint.get("types") == ["PRIVATE"]
    endpoint.setdefault("ipAddressType", "dualstack" if private else "ipv4")
    told["endpointConfiguration"] = endpoint
    if told["policy"]:
        # AWS shows the document as it would stand between the quotes of JSON.
        told["policy"] = json.dumps(told["policy"])[1:-1]
    left_out = ("binaryMediaTypes", "description", "tags", "policy")
    return {
        name: value
        for name, value in told.items()
        if value is not None and (value or name not in left_out)
    }


def deployment_to_json(self: Deployment) -> dict[str, Any]:
    """Return a deployment; stages tell which is theirs."""
    told = _deployment(self)
    return {name: told[name] for name in ("id", "description", "createdDate") if told[name]}


def method_to_json(self: Method) -> dict[str, Any]:
    """Return a method with what it has."""
    told = _method(self)
    told["methodResponses"] = told["methodResponses"] or None
    return {name: value for name, value in told.items() if value is not None}


def method_response_to_json(self: MethodResponse) -> dict[str, Any]:
    """Return a response with what it has."""
    return {name: value for name, value in _method_response(self).items() if value is not None}


def plan_to_json(self: UsagePlan) -> dict[str, Any]:
    """Return a usage plan; a quota counts from the first day on if nothing else was asked for."""
    told = {name: value for name, value in _plan(self).items() if value is not None}
    if "quota" in told:
        told["quota"] = {"offset": 0, **told["quota"]}
    return told


def install() -> None:
    """Put these in the place of moto's."""
    replacing.put(
        (APIGatewayBackend, "create_rest_api", create_rest_api),
        (APIGatewayBackend, "import_rest_api", import_rest_api),
        (APIGatewayBackend, "get_rest_api", get_rest_api),
        (APIGatewayBackend, "update_rest_api", update_rest_api),
        (APIGatewayBackend, "delete_rest_api", delete_rest_api),
        (APIGatewayBackend, "create_model", create_model),
        (RestAPI, "apply_patch_operations", apply_patch_operations),
        (RestAPI, "to_dict", api_to_dict),
        (Deployment, "to_json", deployment_to_json),
        (Method, "to_json", method_to_json),
        (MethodResponse, "to_json", method_response_to_json),
        (UsagePlan, "to_json", plan_to_json),
    )
