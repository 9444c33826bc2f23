"""Find out which operation of which AWS service a request asks for."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import NotFound, ServiceOperationRouter
from moto.core.utils import get_service_model

from dryrun.cloud import warm
from dryrun.cloud.capabilities import Source, source
from dryrun.cloud.services import ServiceHead, candidates, heads, unsigned_candidates
from dryrun.cloud.short_requests import FORMS

if TYPE_CHECKING:
    from dryrun.cloud.identity import Caller

_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request")
_CBOR_PATH = re.compile(r"/service/([^/]+)/operation/([^/]+)/?$")
_SIGV2 = re.compile(r"AWS ([A-Z0-9]{16,32}):")

CBOR = "smithy-rpc-v2-cbor"
Address = tuple[str, str, bytes, str, str]
"""Method, path, query, host and content type of a request."""

# The signing names that clients use for a service whose model says another one; S3's are in
# the endpoint rules of botocore.
OTHER_S3 = frozenset({"s3express", "s3-object-lambda", "s3-outposts"})
_SIGNING_ALIASES = {"eventbridge": "events", **dict.fromkeys(OTHER_S3, "s3")}


@dataclass(frozen=True)
class Signature:
    """Who signed a request, and for which service and region; empty when nobody did."""

    access_key: str = ""
    region: str = "us-east-1"
    signing_name: str = ""
    token: str | None = None


@dataclass
class ApiCall:
    """One call of an AWS API: a service and, when it is known, the operation."""

    request: Request
    signature: Signature
    service: str
    operation: OperationModel | None
    uri_params: dict[str, Any] = field(default_factory=dict)
    caller: Caller | None = None
    """Who makes the call, once that is known."""

    @property
    def model(self) -> ServiceModel:
        """The service model of botocore."""
        return get_service_model(self.service)

    @functools.cached_property
    def name(self) -> str:
        """The operation's name, or what the client called it."""
        if self.operation is not None:
            return str(self.operation.name)
        return _spoken_operation(self.request)

    @functools.cached_property
    def protocol(self) -> str:
        """The wire protocol of this request (`query`, `json`, `rest-xml`, …)."""
        if "smithy-protocol" in self.request.headers:
            return CBOR
        try:
            protocol = determine_request_protocol(self.model, self.request.content_type)
        except NotImplementedError:
            protocol = str(self.model.protocol)
        return "json" if protocol == CBOR else protocol

    @functools.cached_property
    def parameters(self) -> dict[str, Any]:
        """The parameters as boto3 takes them; raises what the parser raises on nonsense."""
        if self.operation is None:
            return {}
        parser = PROTOCOL_PARSERS[self.protocol](self.operation)
        parsed = parser.parse(
            {
                "method": self.request.method,
                "values": self.request.values,
                "headers": self.request.headers,
                "body": self.request.data,
                "url_path": self.request.path,
                "url_params": self.uri_params,
            }
        )
        return dict(parsed)


def read_signature(headers: Mapping[str, str], arguments: Mapping[str, str]) -> Signature:
    """Read the signature's claims from the Authorization header or the query string."""
    header = headers.get("Authorization", "")
    scope = _SCOPE.search(header) or _SCOPE.search(
        f"Credential={arguments.get('X-Amz-Credential', '')}"
    )
    token = headers.get("X-Amz-Security-Token") or arguments.get("X-Amz-Security-Token")
    if scope:
        return Signature(scope[1], scope[2], scope[3].lower(), token)
    old = _SIGV2.match(header)
    key = old[1] if old else arguments.get("AWSAccessKeyId", "")
    service = "s3" if "AWSAccessKeyId" in arguments and "Action" not in arguments else ""
    return Signature(key, signing_name=service, token=token)


def identify(request: Request) -> ApiCall | None:
    """Return the AWS call a request makes; None when it is for no service botocore knows."""
    signature = read_signature(request.headers, _arguments(request))
    possible = _possible(signature.signing_name) if signature.signing_name else _unsigned(request)
    plausible = [head for head in possible if _plausible(head, request)]
    address = _address(request)
    matches = [
        ApiCall(request, signature, head.name, *match)
        for head in plausible
        if (match := _match(head.name, request, address)) is not None
    ]
    if matches:
        return max(matches, key=_likelihood)
    if not possible:
        return None
    return ApiCall(request, signature, (plausible or possible)[0].name, None)


@functools.cache
def _possible(signing_name: str) -> list[ServiceHead]:
    """Return the services that sign by a name."""
    return [*candidates(signing_name), *candidates(_SIGNING_ALIASES.get(signing_name, ""))]


def _likelihood(call: ApiCall) -> tuple[int, bool]:
    """Rank the services that share a signing name and know the path of a request.

    The host, which tells them apart in AWS, is always localhost here. The more of the path is
    fixed, the likelier; of two that have it in common, as `/tags/{arn}`, the simulated one.
    """
    assert call.operation is not None
    fixed = re.sub(r"\{.*?\}", "", str(call.operation.http_trait.path))
    simulated = bool(source(call.service, call.name) is not Source.NOT_SIMULATED)
    return len(fixed), simulated


def _arguments(request: Request) -> Mapping[str, str]:
    """Return the arguments of the query and of a form, which take a while to look for."""
    form = request.environ.get("CONTENT_TYPE", "").startswith(FORMS)
    return request.values if form or request.query_string else {}


def _address(request: Request) -> Address:
    kind = request.environ.get("CONTENT_TYPE", "")
    return request.method, request.raw_path, request.query_string, request.host, kind


def _match(
    service: str, request: Request, address: Address
) -> tuple[OperationModel, dict[str, Any]] | None:
    if "smithy-protocol" in request.headers:
        return _match_cbor(service, request)
    key = None
    if _by_address(service):
        key = service, address
        if key in _matched:
            known = _matched[key]
            return None if known is None else (known[0], dict(known[1]))
    found: tuple[OperationModel, dict[str, Any]] | None
    try:
        found = _router(service).match(request)
    except (NotFound, NotImplementedError, AssertionError, ValueError, KeyError):
        found = None
    if key is not None:
        if len(_matched) >= _MOST_MATCHED:
            _matched.clear()
        _matched[key] = found if found is None else (found[0], dict(found[1]))
    return found


_MOST_MATCHED = 2048
_matched: dict[tuple[str, Address], tuple[OperationModel, dict[str, Any]] | None] = {}
"""What was found at addresses asked for lately, of services that look at nothing else."""


@functools.cache
def _by_address(service: str) -> bool:
    """Tell whether method and address alone say which operation of a service is meant."""
    model = get_service_model(service)
    if str(model.protocol) != "rest-json" or len(model.metadata.get("protocols", [""])) > 1:
        return False
    shapes = (model.operation_model(name).input_shape for name in model.operation_names)
    return not any(getattr(shape, "required_headers", None) for shape in shapes)


def _match_cbor(service: str, request: Request) -> tuple[OperationModel, dict[str, Any]] | None:
    path = _CBOR_PATH.search(request.path)
    model = get_service_model(service)
    if path is None or path[1] != model.metadata.get("targetPrefix", path[1]):
        return None
    return (model.operation_model(path[2]), {}) if path[2] in model.operation_names else None


@functools.cache
def _router(service: str) -> ServiceOperationRouter:
    warm.note("router", service)
    return ServiceOperationRouter(get_service_model(service))


def _warm(service: str) -> None:
    model = get_service_model(service)
    for protocol in model.metadata.get("protocols", [model.protocol]):
        _router(service)._get_router(str(protocol))


warm.loads("router", _warm)


def _plausible(head: ServiceHead, request: Request) -> bool:
    """Whether the API version or target prefix of a request fits a service."""
    target = request.headers.get("X-Amz-Target")
    if target and head.target_prefix:
        return bool(target.rpartition(".")[0] == head.target_prefix)
    asked = _arguments(request)
    version = asked.get("Version") if "Action" in asked else None
    return version is None or version == head.api_version


def _unsigned(request: Request) -> list[ServiceHead]:
    prefix = request.headers.get("X-Amz-Target", "").rpartition(".")[0]
    if prefix:
        return [head for head in heads().values() if head.target_prefix == prefix]
    if "Action" in request.values:
        return [head for head in heads().values() if _speaks(head, request)]
    found, address = [], _address(request)
    for head in unsigned_candidates():
        match = _match(head.name, request, address)
        if match is not None and match[0].name in head.unsigned:
            found.append(head)
    # S3 takes whoever a bucket's policy lets in.
    return found or ([heads()["s3"]] if request.path.strip("/") else [])


def _speaks(head: ServiceHead, request: Request) -> bool:
    return head.api_version == request.values.get("Version") and not head.target_prefix


def _spoken_operation(request: Request) -> str:
    target = request.headers.get("X-Amz-Target", "")
    return str(request.values.get("Action") or target.rpartition(".")[2] or "")
