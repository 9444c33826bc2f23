"""The operations of API Gateway V2 that moto has not: deployments, and changes of stages.

Follows "Deployments" and "UpdateStage", Amazon API Gateway V2 API Reference.
"""

from __future__ import annotations

import json
import string
from datetime import UTC, datetime
from typing import Any

from moto.apigateway.models import apigateway_backends
from moto.apigatewayv2.exceptions import APIGatewayV2Error, BadRequestException
from moto.apigatewayv2.models import Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response as MotoResponse
from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random

from dryrun.cloud.shelves import Asking, Thing, shelf

_LETTERS = string.ascii_lowercase + string.digits
_SETTINGS = {
    "AccessLogSettings": "access_log_settings",
    "ClientCertificateId": "client_certificate_id",
    "DefaultRouteSettings": "default_route_settings",
    "Description": "description",
    "RouteSettings": "route_settings",
    "StageVariables": "stage_variables",
}


class DeploymentNotFound(APIGatewayV2Error):
    """The API has no such deployment."""

    code = 404

    def __init__(self, deployment_id: str) -> None:
        super().__init__(
            "NotFoundException", f"Invalid Deployment identifier specified {deployment_id}"
        )


class ApiGatewayV2Response(Asking, MotoResponse):
    """Answer the operations of API Gateway V2."""

    def create_deployment(self) -> ActionResult:
        """Deploy an API, to a stage if one is named."""
        asked = self.asked()
        kept = self._deployments(asked["ApiId"])
        api = self.apigatewayv2_backend.get_api(asked["ApiId"])
        if not api.routes:
            raise BadRequestException("At least one route is required before deploying the Api.")
        stage = self._stage(asked) if "StageName" in asked else None
        if stage is not None and stage.auto_deploy:
            raise BadRequestException(
                "Deployment with Stage name is not allowed for a Stage with AutoDeploy enabled"
            )
        made = {
            "AutoDeployed": False,
            "CreatedDate": datetime.now(UTC),
            "DeploymentId": "".join(mock_random.choices(_LETTERS, k=6)),
            "DeploymentStatus": "DEPLOYED",
            **({"Description": asked["Description"]} if "Description" in asked else {}),
        }
        kept[made["DeploymentId"]] = made
        if stage is not None:
            _deploy(stage, made["DeploymentId"])
        return ActionResult(made)

    def get_deployment(self) -> ActionResult:
        """Return a deployment."""
        return ActionResult(self._deployment(self.asked()))

    def get_deployments(self) -> ActionResult:
        """Return the deployments of an API."""
        return ActionResult({"Items": list(self._deployments(self.asked()["ApiId"]).values())})

    def update_deployment(self) -> ActionResult:
        """Change the description of a deployment."""
        asked = self.asked()
        found = self._deployment(asked)
        if "Description" in asked:
            found["Description"] = asked["Description"]
        return ActionResult(found)

    def delete_deployment(self) -> ActionResult:
        """Delete a deployment that no stage shows."""
        asked = self.asked()
        found = self._deployment(asked)
        for stage in self.apigatewayv2_backend.get_stages(asked["ApiId"]):
            if _deployed(stage) == found["DeploymentId"]:
                raise BadRequestException(
                    "Active stages pointing to this deployment must be moved or deleted"
                )
        del self._deployments(asked["ApiId"])[found["DeploymentId"]]
        return EmptyResult()

    def create_stage(self) -> TYPE_RESPONSE:
        """Create a stage, which may show a deployment."""
        asked = self.asked()
        deployment = asked.get("DeploymentId")
        if deployment:
            self._deployment(asked)
        answer = super().create_stage()
        stage = self._stage(asked)
        if deployment:
            _deploy(stage, deployment)
        return _shown(answer, stage)

    def get_stage(self) -> TYPE_RESPONSE:
        """Return a stage, with the deployment it shows."""
        return _shown(super().get_stage(), self._stage(self.asked()))

    def get_stages(self) -> TYPE_RESPONSE:
        """Return the stages of an API, with the deployments they show."""
        status, headers, body = super().get_stages()
        items = json.loads(body)["items"]
        stages = self.apigatewayv2_backend.get_stages(self.asked()["ApiId"])
        found = [_with(item, stage) for item, stage in zip(items, stages, strict=True)]
        return status, headers, json.dumps({"items": found})

    def update_stage(self) -> TYPE_RESPONSE:
        """Change what is named of a stage."""
        asked = self.asked()
        stage = self._stage(asked)
        if asked.get("DeploymentId"):
            self._deployment(asked)
            if stage.auto_deploy:
                raise BadRequestException(
                    "Deployment ID cannot be set on a Stage with AutoDeploy enabled"
                )
            _deploy(stage, asked["DeploymentId"])
        sent = json.loads(self.body or "{}")
        for name, attribute in _SETTINGS.items():
            wire = name[:1].lower() + name[1:]
            if wire in sent:
                setattr(stage, attribute, sent[wire])
        if "AutoDeploy" in asked:
            stage.auto_deploy = asked["AutoDeploy"]
        stage.updated = datetime.now(UTC).replace(tzinfo=None)
        return 200, {}, json.dumps(_with(stage.to_json(), stage))

    def create_api_mapping(self) -> TYPE_RESPONSE:
        """Lead a path of a domain name to a stage, which a REST API may have, too.

        Follows "API mappings for custom domain names", Amazon API Gateway Developer Guide.
        """
        asked = self.asked()
        rest: Any = apigateway_backends[self.current_account][self.region].apis
        found = rest.get(asked["ApiId"])
        if found is None:
            return super().create_api_mapping()
        if asked["Stage"] not in found.stages:
            raise BadRequestException("Invalid stage identifier specified")
        # Moto looks among its own APIs and at nothing else of the one it finds.
        own = self.apigatewayv2_backend.apis
        own[asked["ApiId"]] = found
        try:
            return super().create_api_mapping()
        finally:
            del own[asked["ApiId"]]

    def _stage(self, asked: Thing) -> Stage:
        return self.apigatewayv2_backend.get_stage(asked["ApiId"], asked["StageName"])

    def _deployments(self, api_id: str) -> dict[str, Thing]:
        return shelf(self.apigatewayv2_backend.get_api(api_id), "deployments")

    def _deployment(self, asked: Thing) -> Thing:
        found = self._deployments(asked["ApiId"]).get(asked["DeploymentId"])
        if found is None:
            raise DeploymentNotFound(asked["DeploymentId"])
        return found


def _deploy(stage: Stage, deployment_id: str) -> None:
    stage.__dict__["deployment_id"] = deployment_id


def _deployed(stage: Stage) -> str | None:
    found: str | None = stage.__dict__.get("deployment_id")
    return found


def _with(item: dict[str, Any], stage: Stage) -> dict[str, Any]:
    deployed = _deployed(stage)
    return {**item, "deploymentId": deployed} if deployed else item


def _shown(answer: TYPE_RESPONSE, stage: Stage) -> TYPE_RESPONSE:
    status, headers, body = answer
    return status, headers, json.dumps(_with(json.loads(body), stage))
