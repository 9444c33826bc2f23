"""AWS::ApiGateway: API keys and the plans they are used under."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.apigateway.settings import client_certificates
from dryrun.cloud.cloudformation.providers.apigateway_common import Patched, backend, replacing
from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.declared import is_absent

_QUICK = Seconds(create=2, update=2, delete=2)


class ApiKey(Patched):
    """An API key; its physical id is its id."""

    type = "AWS::ApiGateway::ApiKey"
    handled = frozenset(
        {
            "CustomerId",
            "Description",
            "Enabled",
            "GenerateDistinctId",
            "Name",
            "StageKeys",
            "Tags",
            "Value",
        }
    )
    written = frozenset({"GenerateDistinctId", "StageKeys"})
    seconds = _QUICK
    creates, reads = "create_api_key", "get_api_key"
    updates, deletes = "update_api_key", "delete_api_key"
    name_property, named = "Name", 128
    key, made = "apiKey", "id"
    answered = {"APIKeyId": "="}
    defaults = {"Enabled": False, "Description": "", "CustomerId": ""}

    def fetch(self, at: Context, physical_id: str) -> tuple[Any, Any]:
        """Return the key with its value."""
        client = at.client(self.service)
        try:
            found = client.get_api_key(apiKey=physical_id, includeValue=True)
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        return {**found, "stageKeys": None}, self._shape(at, self.reads, "")

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Set the stages, which moto's patches do not reach, and patch the rest."""
        if "StageKeys" in names:
            kept = [
                pick(one, restApiId="RestApiId", stageName="StageName")
                for one in new.get("StageKeys") or ()
            ]
            backend(at).get_api_key(physical_id).stage_keys = kept
        rest = [name for name in names if name != "StageKeys"]
        return super().change(at, physical_id, old, new, rest)

    def owner_of_tags(self, at: Context, physical_id: str) -> Any:
        """Return moto's key."""
        return backend(at).get_api_key(physical_id)


class ClientCertificate(Patched):
    """A certificate that backends know API Gateway by; its physical id is its id."""

    type = "AWS::ApiGateway::ClientCertificate"
    handled = frozenset({"Description", "Tags"})
    seconds = _QUICK
    creates, reads = "generate_client_certificate", "get_client_certificate"
    updates, deletes = "update_client_certificate", "delete_client_certificate"
    key, made = "clientCertificateId", "clientCertificateId"
    answered = {"ClientCertificateId": "="}
    defaults = {"Description": ""}

    def _retag(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        client_certificates(backend(at))[physical_id]["tags"] = tag_map(new.get("Tags"))


class UsagePlan(Patched):
    """A usage plan; its physical id is its id."""

    type = "AWS::ApiGateway::UsagePlan"
    handled = frozenset({"ApiStages", "Description", "Quota", "Tags", "Throttle", "UsagePlanName"})
    seconds = _QUICK
    creates, reads = "create_usage_plan", "get_usage_plan"
    updates, deletes = "update_usage_plan", "delete_usage_plan"
    renamed = {"UsagePlanName": "name"}
    name_property, named = "UsagePlanName", 128
    key, made = "usagePlanId", "id"
    answered = {"Id": "="}
    defaults = {"Description": ""}

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Patch the parts of the plan."""
        patches: list[dict[str, str]] = []
        for name in ("Quota", "Throttle"):
            if name in names:
                patches.append({"op": "remove", "path": f"/{name.lower()}"})
                patches += [
                    replacing(f"/{name.lower()}/{part[:1].lower()}{part[1:]}", _number(value))
                    for part, value in (new.get(name) or {}).items()
                ]
        if "ApiStages" in names:
            patches += self._stages(old.get("ApiStages") or [], new.get("ApiStages") or [])
        if patches:
            self.call(at, self.updates, {"usagePlanId": physical_id, "patchOperations": patches})
        rest = [name for name in names if name in ("Description", "UsagePlanName")]
        return super().change(at, physical_id, old, new, rest)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a plan that is there; moto fails on one that is not."""
        self.fetch(at, physical_id)
        super().delete(at, physical_id)

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the numbers of a patched plan as numbers, without an offset nobody asked for."""
        quota = shown.get("Quota", {})
        for part in ("Limit", "Offset"):
            if part in quota:
                quota[part] = int(quota[part])
        if "Offset" not in (at.known.get("Quota") or {}) and not quota.get("Offset"):
            quota.pop("Offset", None)
        return shown

    def owner_of_tags(self, at: Context, physical_id: str) -> Any:
        """Return moto's plan."""
        return backend(at).get_usage_plan(physical_id)

    def _stages(self, had: list[Properties], has: list[Properties]) -> list[dict[str, str]]:
        if any("Throttle" in one for one in (*had, *has)):
            raise NotSimulatedError(
                "Dry Run does not simulate updates of the property ApiStages.Throttle of "
                f"{self.type}; real AWS would carry it out."
            )
        before, after = ([f"{one['ApiId']}:{one['Stage']}" for one in part] for part in (had, has))
        path = "/apiStages"
        gone = [{"op": "remove", "path": path, "value": one} for one in before if one not in after]
        return gone + [
            {"op": "add", "path": path, "value": one} for one in after if one not in before
        ]


def _number(value: Any) -> Any:
    """Return a whole number without its fraction; moto reads no other."""
    return int(value) if isinstance(value, float) else value


class UsagePlanKey(Provider):
    """A key in a plan; its physical id is `KEY:PLAN`."""

    type = "AWS::ApiGateway::UsagePlanKey"
    handled = frozenset({"KeyId", "KeyType", "UsagePlanId"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Put the key into the plan."""
        at.client("apigateway").create_usage_plan_key(
            **pick(properties, usagePlanId="UsagePlanId", keyId="KeyId", keyType="KeyType")
        )
        return f"{properties['KeyId']}:{properties['UsagePlanId']}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the key's place in the plan."""
        key, _, plan = physical_id.partition(":")
        try:
            found = at.client("apigateway").get_usage_plan_key(usagePlanId=plan, keyId=key)
        except ClientError as error:
            if is_absent(error):
                raise GoneError(self.type, physical_id) from error
            raise
        return {"Id": physical_id, "KeyId": key, "UsagePlanId": plan, "KeyType": found["type"]}

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the key out of the plan."""
        self.read(at, physical_id)
        key, _, plan = physical_id.partition(":")
        at.client("apigateway").delete_usage_plan_key(usagePlanId=plan, keyId=key)
