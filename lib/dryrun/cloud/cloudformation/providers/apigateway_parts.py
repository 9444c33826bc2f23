"""AWS::ApiGateway: what an API has beside its methods."""

from __future__ import annotations

import json
from typing import Any

from dryrun.cloud.cloudformation.providers.apigateway_common import Patched, backend
from dryrun.cloud.cloudformation.providers.base import (
    CERTIFICATE,
    Context,
    Properties,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.declared import Declared

_QUICK = Seconds(create=2, update=2, delete=2)
_OF_API = {"restApiId": "RestApiId"}


class Authorizer(Patched):
    """An authorizer; its physical id is its id."""

    type = "AWS::ApiGateway::Authorizer"
    handled = frozenset(
        {
            "AuthType",
            "AuthorizerCredentials",
            "AuthorizerResultTtlInSeconds",
            "AuthorizerUri",
            "IdentitySource",
            "Name",
            "ProviderARNs",
            "RestApiId",
            "Type",
        }
    )
    harmless = {"IdentityValidationExpression": "no request is turned away before an authorizer"}
    seconds = _QUICK
    parents = _OF_API
    creates, reads = "create_authorizer", "get_authorizer"
    updates, deletes = "update_authorizer", "delete_authorizer"
    key, made = "authorizerId", "id"
    answered = {"AuthorizerId": "="}
    defaults = {"AuthorizerResultTtlInSeconds": 300, "AuthType": "", "AuthorizerCredentials": ""}

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Set the user pools, which moto's patches do not reach, and patch the rest."""
        if "ProviderARNs" in names:
            found = backend(at).get_authorizer(new["RestApiId"], physical_id)
            found.provider_arns = new.get("ProviderARNs") or []
        rest = [name for name in names if name != "ProviderARNs"]
        return super().change(at, physical_id, old, new, rest)

    def physical_id(self, identifiers: Any) -> str:
        """Return the authorizer's id."""
        return str(identifiers["AuthorizerId"])


class RequestValidator(Patched):
    """A validator of requests; its physical id is its id."""

    type = "AWS::ApiGateway::RequestValidator"
    handled = frozenset({"Name", "RestApiId", "ValidateRequestBody", "ValidateRequestParameters"})
    seconds = _QUICK
    parents = _OF_API
    creates, reads = "create_request_validator", "get_request_validator"
    updates, deletes = "update_request_validator", "delete_request_validator"
    key, made = "requestValidatorId", "id"
    answered = {"RequestValidatorId": "="}
    defaults = {"ValidateRequestBody": False, "ValidateRequestParameters": False}

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a validator that is there; moto fails on one that is not."""
        self.fetch(at, physical_id)
        super().delete(at, physical_id)

    def physical_id(self, identifiers: Any) -> str:
        """Return the validator's id."""
        return str(identifiers["RequestValidatorId"])


class Model(Declared):
    """A model; its physical id is its name."""

    type = "AWS::ApiGateway::Model"
    handled = frozenset({"ContentType", "Description", "Name", "RestApiId", "Schema"})
    seconds = _QUICK
    service = "apigateway"
    name_property, named = "Name", 40
    parents = _OF_API
    creates, reads, deletes = "create_model", "get_model", "delete_model"
    key = "modelName"

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the defaults; names of models are letters and digits only."""
        if not properties.get("Name"):
            name = at.name(60)
            properties["Name"] = "".join(letter for letter in name if letter.isalnum())
        return {"ContentType": "application/json", "Schema": {}, **properties}

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the model anew under its name, as moto has no UpdateModel."""
        if names:
            self.delete(at, physical_id)
            self.create(at, {**new, "Name": physical_id})
        return []

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the schema as a document."""
        schema = shown.get("Schema")
        if isinstance(schema, str) and not isinstance(at.known.get("Schema"), str):
            shown["Schema"] = json.loads(schema)
        return shown

    def physical_id(self, identifiers: Any) -> str:
        """Return the model's name."""
        return str(identifiers["Name"])


class GatewayResponse(Declared):
    """What API Gateway itself answers in one case; its physical id is `API|TYPE`."""

    type = "AWS::ApiGateway::GatewayResponse"
    handled = frozenset(
        {"ResponseParameters", "ResponseTemplates", "ResponseType", "RestApiId", "StatusCode"}
    )
    seconds = _QUICK
    service = "apigateway"
    parents = {"restApiId": "RestApiId", "responseType": "ResponseType"}
    creates, reads = "put_gateway_response", "get_gateway_response"
    deletes, key = "delete_gateway_response", ""
    answered = {"Id": "="}

    def create(self, at: Context, properties: Properties) -> str:
        """Put the response."""
        self.call(at, self.creates, self.request(at, self.creates, properties))
        return f"{properties['RestApiId']}|{properties['ResponseType']}"

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the response anew."""
        if names:
            self.create(at, new)
        return []


class VpcLink(Patched):
    """A link into a VPC; its physical id is its id."""

    type = "AWS::ApiGateway::VpcLink"
    handled = frozenset({"Description", "Name", "Tags", "TargetArns"})
    seconds = Seconds(create=120, delete=60)
    creates, reads, deletes = "create_vpc_link", "get_vpc_link", "delete_vpc_link"
    key, made = "vpcLinkId", "id"
    answered = {"VpcLinkId": "="}

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Set what moto has no UpdateVpcLink for."""
        link = backend(at).get_vpc_link(physical_id)
        for name in names:
            setattr(link, name.lower(), new.get(name))
        return []

    def owner_of_tags(self, at: Context, physical_id: str) -> Any:
        """Return moto's link."""
        return backend(at).get_vpc_link(physical_id)


class DomainName(Patched):
    """A domain name; its physical id is the name."""

    type = "AWS::ApiGateway::DomainName"
    handled = frozenset(
        {
            "CertificateArn",
            "DomainName",
            "EndpointConfiguration",
            "MutualTlsAuthentication",
            "RegionalCertificateArn",
            "SecurityPolicy",
            "Tags",
        }
    )
    lenient = dict.fromkeys(("CertificateArn", "RegionalCertificateArn"), CERTIFICATE)
    harmless = {
        "OwnershipVerificationCertificateArn": "read only with mutual TLS",
        "RoutingMode": "base path mappings are the only routes here, and the default",
        "EndpointAccessMode": "no connection reaches a domain name here",
    }
    seconds = Seconds(create=60, update=60, delete=10)
    creates, reads, deletes = "create_domain_name", "get_domain_name", "delete_domain_name"
    name_property = "DomainName"
    key = "domainName"

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the name with its ARN, which moto does not make."""
        shown["DomainNameArn"] = at.arn("apigateway", f"/domainnames/{physical_id}", account=False)
        return shown

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Set what moto has no UpdateDomainName for."""
        found = backend(at).get_domain_name(physical_id)
        own = {
            "CertificateArn": "certificate_arn",
            "RegionalCertificateArn": "regional_certificate_arn",
            "SecurityPolicy": "security_policy",
        }
        for name in names:
            if name == "EndpointConfiguration":
                kinds = new.get(name) or {"Types": ["EDGE"]}
                found.endpoint_configuration = pick(kinds, types="Types")
            elif name == "MutualTlsAuthentication":
                found.trust = pick(
                    new.get(name) or {},
                    truststoreUri="TruststoreUri",
                    truststoreVersion="TruststoreVersion",
                )
            else:
                setattr(found, own[name], new.get(name))
        return []

    def owner_of_tags(self, at: Context, physical_id: str) -> Any:
        """Return moto's domain name."""
        return backend(at).get_domain_name(physical_id)


class BasePathMapping(Declared):
    """A path of a domain name; its physical id is `DOMAIN|PATH`."""

    type = "AWS::ApiGateway::BasePathMapping"
    handled = frozenset({"BasePath", "DomainName", "RestApiId", "Stage"})
    seconds = _QUICK
    service = "apigateway"
    creates, reads = "create_base_path_mapping", "get_base_path_mapping"
    deletes, key = "delete_base_path_mapping", ""

    def create(self, at: Context, properties: Properties) -> str:
        """Map the path."""
        self.call(at, self.creates, self.request(at, self.creates, properties))
        return f"{properties['DomainName']}|{properties.get('BasePath') or '(none)'}"

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Lead the path to another API or stage."""
        # moto spells this path so, and no other way.
        paths = {"RestApiId": "/restapiId", "Stage": "/stage"}
        patches = [
            {"op": "replace", "path": paths[name], "value": new.get(name) or ""} for name in names
        ]
        if patches:
            self.call(
                at,
                "update_base_path_mapping",
                {**self._keys(at, self.reads, physical_id), "patchOperations": patches},
            )
        return []

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the mapping with its domain name, and without the word for no path."""
        shown["DomainName"] = physical_id.partition("|")[0]
        if shown.get("BasePath") == "(none)":
            del shown["BasePath"]
            if at.known.get("BasePath") == "":
                shown["BasePath"] = ""
        return shown

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        domain, _, path = physical_id.partition("|")
        return {"domainName": domain, "basePath": path}
