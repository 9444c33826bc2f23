"""AWS::ApiGatewayV2: APIs and their stages, and the names they are reached by."""

from __future__ import annotations

from typing import Any

from moto.apigatewayv2.models import apigatewayv2_backends

from dryrun.cloud.cloudformation.providers import apigatewayv2_openapi as openapi
from dryrun.cloud.cloudformation.providers.apigateway_openapi import documented
from dryrun.cloud.cloudformation.providers.base import (
    CERTIFICATE,
    Context,
    GoneError,
    Properties,
    ResourceError,
    Seconds,
    changed,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_DOCUMENT = ("Body", "BodyS3Location", "BasePath", "FailOnWarnings")
_QUICK_CREATE = ("Target", "RouteKey", "CredentialsArn")


def backend(at: Context) -> Any:
    """Return moto's API Gateway v2, for the updates it has no operation for."""
    return apigatewayv2_backends[at.account][at.region]


class Api(Declared):
    """An HTTP or WebSocket API; its physical id is its id."""

    type = "AWS::ApiGatewayV2::Api"
    handled = frozenset(
        {
            *_DOCUMENT,
            *_QUICK_CREATE,
            "ApiKeySelectionExpression",
            "CorsConfiguration",
            "Description",
            "DisableExecuteApiEndpoint",
            "DisableSchemaValidation",
            "Name",
            "ProtocolType",
            "RouteSelectionExpression",
            "Tags",
            "Version",
        }
    )
    harmless = {"IpAddressType": "no connection reaches an API here"}
    written = frozenset({*_DOCUMENT, *_QUICK_CREATE})
    seconds = Seconds(create=5, update=5, delete=3)
    service = "apigatewayv2"
    creates, reads, updates, deletes = "create_api", "get_api", "update_api", "delete_api"
    key, made = "ApiId", "ApiId"
    defaults = {
        "Description": "",
        "Version": "",
        "DisableExecuteApiEndpoint": False,
        "DisableSchemaValidation": False,
        "ApiKeySelectionExpression": "$request.header.x-api-key",
        "RouteSelectionExpression": "$request.method $request.path",
    }
    tagging = Tagging("arn:{partition}:apigateway:{region}::/apis/{id}", listed="")

    def create(self, at: Context, properties: Properties) -> str:
        """Create an API, with what its document or its target brings."""
        document = documented(at, properties)
        given = {name: properties[name] for name in properties if name not in self.written}
        info = (document or {}).get("info") or {}
        if document:
            given = {"ProtocolType": "HTTP", "Name": info.get("title"), **given}
            if info.get("version"):
                given.setdefault("Version", str(info["version"]))
            given["Tags"] = {**openapi.tags(document), **tag_map(given.get("Tags"))}
            given.setdefault("CorsConfiguration", openapi.cors(document) or {})
            given = {name: value for name, value in given.items() if value}
        if not given.get("Name") or not given.get("ProtocolType"):
            raise ResourceError("Name and ProtocolType are required unless Body is specified.")
        api_id = super().create(at, given)
        client = at.client(self.service)
        if document:
            openapi.bring_in(client, api_id, document)
        if properties.get("Target"):
            _quick(client, api_id, properties)
        return api_id

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Bring in a changed document, and take away CORS."""
        client = at.client(self.service)
        if changed(old, new, *_DOCUMENT):
            document = documented(at, new)
            if document:
                backend(at).get_api(physical_id).authorizers.clear()
                openapi.bring_in(client, physical_id, document)
                configuration = new.get("CorsConfiguration") or openapi.cors(document)
                if configuration and "CorsConfiguration" not in names:
                    client.update_api(ApiId=physical_id, CorsConfiguration=configuration)
        if changed(old, new, *_QUICK_CREATE) and new.get("Target"):
            _quick(client, physical_id, new)
        if "CorsConfiguration" in names and not new.get("CorsConfiguration"):
            client.delete_cors_configuration(ApiId=physical_id)
            names = [name for name in names if name != "CorsConfiguration"]
        return [name for name in names if name not in self.written]

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the API with the attributes moto has otherwise or not at all."""
        if shown["ProtocolType"] == "WEBSOCKET":
            shown["ApiEndpoint"] = shown["ApiEndpoint"].replace("https:", "wss:")
        shown["ExecuteApiArn"] = at.arn("execute-api", physical_id)
        return shown


def _quick(client: Any, api_id: str, properties: Properties) -> None:
    """Make the catch-all route, its integration and the $default stage, or lead them elsewhere."""
    target = properties["Target"]
    kind = "AWS_PROXY" if target.startswith("arn:") else "HTTP_PROXY"
    given = {"IntegrationType": kind, "IntegrationUri": target}
    given["PayloadFormatVersion"] = "2.0" if kind == "AWS_PROXY" else "1.0"
    if kind == "HTTP_PROXY":
        given["IntegrationMethod"] = "ANY"
    if properties.get("CredentialsArn"):
        given["CredentialsArn"] = properties["CredentialsArn"]
    route_key = properties.get("RouteKey") or "$default"
    for route in client.get_routes(ApiId=api_id)["Items"]:
        if route["RouteKey"] == route_key:
            integration = route["Target"].rpartition("/")[2]
            client.update_integration(ApiId=api_id, IntegrationId=integration, **given)
            return
    made = client.create_integration(ApiId=api_id, **given)
    client.create_route(
        ApiId=api_id, RouteKey=route_key, Target=f"integrations/{made['IntegrationId']}"
    )
    if not client.get_stages(ApiId=api_id)["Items"]:
        client.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)


class Stage(Declared):
    """A stage; its physical id is its name."""

    type = "AWS::ApiGatewayV2::Stage"
    handled = frozenset(
        {
            "AccessLogSettings",
            "ApiId",
            "AutoDeploy",
            "DefaultRouteSettings",
            "DeploymentId",
            "Description",
            "RouteSettings",
            "StageName",
            "StageVariables",
            "Tags",
        }
    )
    written = frozenset({"RouteSettings"})
    name_property = "StageName"
    seconds = Seconds(create=3, update=3, delete=3)
    service = "apigatewayv2"
    parents = {"ApiId": "ApiId"}
    creates, reads, deletes = "create_stage", "get_stage", "delete_stage"
    key = "StageName"

    def create(self, at: Context, properties: Properties) -> str:
        """Create a stage; an existing one is refused."""
        there = at.client(self.service).get_stages(ApiId=properties["ApiId"])["Items"]
        if any(stage["StageName"] == properties["StageName"] for stage in there):
            raise ResourceError("Stage already exists", "AlreadyExists")
        return super().create(at, properties)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set what moto has no UpdateStage for."""
        stage = backend(at).get_stage(new["ApiId"], physical_id)
        sent = {"StageVariables": {}, "RouteSettings": {}, **new, "Tags": tag_map(new.get("Tags"))}
        request = self.request(at, self.creates, sent)
        stage.access_log_settings = _lowered(request.get("AccessLogSettings"))
        stage.auto_deploy = request.get("AutoDeploy")
        stage.default_route_settings = _lowered(
            request.get("DefaultRouteSettings") or {"DetailedMetricsEnabled": False}
        )
        stage.description = request.get("Description")
        routes = request.get("RouteSettings") or {}
        stage.route_settings = {key: _lowered(value) for key, value in routes.items()}
        stage.stage_variables = request.get("StageVariables") or {}
        stage.tags = request.get("Tags") or {}
        if new.get("DeploymentId") and new["DeploymentId"] != old.get("DeploymentId"):
            at.client(self.service).update_stage(
                ApiId=new["ApiId"], StageName=physical_id, DeploymentId=new["DeploymentId"]
            )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a stage that is there."""
        self.fetch(at, physical_id)
        super().delete(at, physical_id)


def _lowered(settings: Properties | None) -> Properties | None:
    """Return settings with the names the wire has."""
    if settings is None:
        return None
    return {name[:1].lower() + name[1:]: value for name, value in settings.items()}


class DomainName(Declared):
    """A domain name; its physical id is the name."""

    type = "AWS::ApiGatewayV2::DomainName"
    handled = frozenset(
        {"DomainName", "DomainNameConfigurations", "MutualTlsAuthentication", "Tags"}
    )
    lenient = {"DomainNameConfigurations": CERTIFICATE}
    harmless = {"RoutingMode": "API mappings are the only routes here, and the default"}
    name_property = "DomainName"
    seconds = Seconds(create=60, update=60, delete=10)
    service = "apigatewayv2"
    creates, reads, deletes = "create_domain_name", "get_domain_name", "delete_domain_name"
    key = "DomainName"

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the name with the address behind it, which moto has in API Gateway v1 only."""
        label = "".join(f"{byte:02x}" for byte in physical_id.encode())[-10:]
        shown["RegionalDomainName"] = f"d-{label}.execute-api.{at.region}.amazonaws.com"
        shown["RegionalHostedZoneId"] = "Z1UJRXOUMOOFQ8"
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set what moto has no UpdateDomainName for."""
        found = backend(at).get_domain_name(physical_id)
        given = new.get("DomainNameConfigurations") or []
        found.domain_name_configurations = [_lowered(one) for one in given]
        found.mutual_tls_authentication = _lowered(new.get("MutualTlsAuthentication"))
        found.tags = tag_map(new.get("Tags"))


class ApiMapping(Declared):
    """A path of a domain name; its physical id is the mapping's id."""

    type = "AWS::ApiGatewayV2::ApiMapping"
    handled = frozenset({"ApiId", "ApiMappingKey", "DomainName", "Stage"})
    seconds = Seconds(create=2, update=2, delete=2)
    service = "apigatewayv2"
    parents = {"DomainName": "DomainName"}
    creates, reads, deletes = "create_api_mapping", "get_api_mapping", "delete_api_mapping"
    key, made = "ApiMappingId", "ApiMappingId"

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the empty key of a mapping that has none."""
        return {"ApiMappingKey": "", **properties}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set what moto has no UpdateApiMapping for."""
        found = backend(at).api_mappings[physical_id]
        found.api_id, found.stage = new["ApiId"], new["Stage"]
        found.api_mapping_key = new.get("ApiMappingKey", "")


class VpcLink(Declared):
    """A link into a VPC; its physical id is its id."""

    type = "AWS::ApiGatewayV2::VpcLink"
    handled = frozenset({"Name", "SecurityGroupIds", "SubnetIds", "Tags"})
    seconds = Seconds(create=120, update=5, delete=60)
    service = "apigatewayv2"
    creates, reads = "create_vpc_link", "get_vpc_link"
    updates, deletes = "update_vpc_link", "delete_vpc_link"
    key, made = "VpcLinkId", "VpcLinkId"
    tagging = Tagging("arn:{partition}:apigateway:{region}::/vpclinks/{id}", listed="")

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the empty list of groups that moto wants."""
        return {"SecurityGroupIds": [], **properties}

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a link that is there."""
        if all(link.id != physical_id for link in backend(at).get_vpc_links()):
            raise GoneError(self.type, physical_id)
        super().delete(at, physical_id)
