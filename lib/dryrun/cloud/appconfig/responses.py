"""The operations of AppConfig that moto has not: environments, strategies and deployments.

Follows "CreateEnvironment", "StartDeployment" and their kin, AWS AppConfig API Reference. What a
deployment brings nobody can fetch here: there is no AppConfig Data.
"""

from __future__ import annotations

from typing import Any

from moto.appconfig.models import AppConfigBackend
from moto.appconfig.responses import AppConfigResponse as MotoResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random

from dryrun.cloud.appconfig import deployments
from dryrun.cloud.shelves import Asking, Thing, shelf

_STRATEGY = (
    "Name",
    "Description",
    "DeploymentDurationInMinutes",
    "GrowthType",
    "GrowthFactor",
    "FinalBakeTimeInMinutes",
    "ReplicateTo",
)
_FROM_STRATEGY = _STRATEGY[2:6]


class NotFound(JsonRESTError):
    """There is no such thing."""

    code = 404

    def __init__(self, kind: str, name: object) -> None:
        super().__init__("ResourceNotFoundException", f"{kind} {name} not found")


class Conflict(JsonRESTError):
    """Something else is going on."""

    code = 409

    def __init__(self, message: str) -> None:
        super().__init__("ConflictException", message)


class BadRequest(JsonRESTError):
    """What is asked cannot be."""

    def __init__(self, message: str) -> None:
        super().__init__("BadRequestException", message)


class NotSimulated(JsonRESTError):
    """AWS would do it."""

    code = 501

    def __init__(self, what: str) -> None:
        message = f"Dry Run does not simulate {what}; real AWS would carry it out."
        super().__init__("NotSimulated", message)


class AppConfigResponse(Asking, MotoResponse):
    """Answer the operations of AppConfig."""

    # Applications, and versions of configurations

    def list_applications(self) -> ActionResult:
        """Return the applications."""
        found = self.appconfig_backend.applications.values()
        return ActionResult({"Items": [_given(one.to_json()) for one in found]})

    def list_hosted_configuration_versions(self) -> ActionResult:
        """Return the versions of a configuration, the last first, without what is in them."""
        asked = self.asked()
        profile = self.appconfig_backend.get_configuration_profile(
            asked["ApplicationId"], asked["ConfigurationProfileId"]
        )
        items = [
            {
                "ApplicationId": profile.application_id,
                "ConfigurationProfileId": profile.id,
                "VersionNumber": one.version,
                "ContentType": one.content_type,
                **_given({"Description": one.description, "VersionLabel": one.version_label}),
            }
            for one in reversed(profile.config_versions.values())
            if asked.get("VersionLabel") in (None, one.version_label)
        ]
        return ActionResult({"Items": items})

    def create_hosted_configuration_version(self) -> tuple[str, dict[str, Any]]:
        """Keep a version of a configuration."""
        body, headers = super().create_hosted_configuration_version()
        return body, _given(headers)

    def get_hosted_configuration_version(self) -> tuple[str, dict[str, Any]]:
        """Return a version of a configuration."""
        body, headers = super().get_hosted_configuration_version()
        return body, _given(headers)

    # Environments

    def create_environment(self) -> ActionResult:
        """Create an environment."""
        asked = self.asked()
        kept = self._environments(asked)
        if asked.get("Monitors"):
            raise NotSimulated("monitors of environments of AppConfig")
        made = {
            "ApplicationId": asked["ApplicationId"],
            "Id": _new_id(),
            "Name": asked["Name"],
            "Description": asked.get("Description"),
            "deployments": {},
        }
        kept[made["Id"]] = made
        self._tag(f"application/{asked['ApplicationId']}/environment/{made['Id']}", asked)
        return ActionResult(_environment(made))

    def get_environment(self) -> ActionResult:
        """Return an environment."""
        return ActionResult(_environment(self._environment(self.asked())))

    def list_environments(self) -> ActionResult:
        """Return the environments of an application."""
        kept = self._environments(self.asked())
        return ActionResult({"Items": [_environment(one) for one in kept.values()]})

    def update_environment(self) -> ActionResult:
        """Change what is named of an environment."""
        asked = self.asked()
        found = self._environment(asked)
        if asked.get("Monitors"):
            raise NotSimulated("monitors of environments of AppConfig")
        found.update({name: asked[name] for name in ("Name", "Description") if name in asked})
        return ActionResult(_environment(found))

    def delete_environment(self) -> EmptyResult:
        """Delete an environment."""
        asked = self.asked()
        found = self._environment(asked)
        del self._environments(asked)[found["Id"]]
        return EmptyResult()

    # Deployment strategies

    def create_deployment_strategy(self) -> ActionResult:
        """Create a deployment strategy."""
        asked = self.asked()
        usual = {"FinalBakeTimeInMinutes": 0, "GrowthType": "LINEAR"}
        made = {"Id": _new_id(), **usual, **_picked(asked, _STRATEGY)}
        shelf(self.appconfig_backend, "strategies")[made["Id"]] = made
        self._tag(f"deploymentstrategy/{made['Id']}", asked)
        return ActionResult(made)

    def get_deployment_strategy(self) -> ActionResult:
        """Return a deployment strategy."""
        return ActionResult(self._strategy(self.asked()["DeploymentStrategyId"]))

    def list_deployment_strategies(self) -> ActionResult:
        """Return the deployment strategies, AWS's own first."""
        own = shelf(self.appconfig_backend, "strategies")
        return ActionResult({"Items": [*deployments.PREDEFINED.values(), *own.values()]})

    def update_deployment_strategy(self) -> ActionResult:
        """Change what is named of a deployment strategy."""
        asked = self.asked()
        found = self._own_strategy(asked)
        found.update(_picked(asked, ("Description", *_FROM_STRATEGY)))
        return ActionResult(found)

    def delete_deployment_strategy(self) -> EmptyResult:
        """Delete a deployment strategy."""
        found = self._own_strategy(self.asked())
        del shelf(self.appconfig_backend, "strategies")[found["Id"]]
        return EmptyResult()

    # Deployments

    def start_deployment(self) -> ActionResult:
        """Begin to deploy a version of a configuration to an environment."""
        asked = self.asked()
        environment = self._environment(asked)
        strategy = self._strategy(asked["DeploymentStrategyId"])
        profile = self.appconfig_backend.get_configuration_profile(
            asked["ApplicationId"], asked["ConfigurationProfileId"]
        )
        if profile.validators:
            raise NotSimulated("validators of configurations")
        version = self._version(profile, str(asked["ConfigurationVersion"]))
        moment = deployments.now()
        kept: dict[int, Thing] = environment["deployments"]
        for other in kept.values():
            if deployments.state(other, moment) in ("DEPLOYING", "BAKING"):
                number = other["DeploymentNumber"]
                raise Conflict(f"Deployment number {number} already in progress")
        made = {
            **_picked(asked, ("ApplicationId", "EnvironmentId", "DeploymentStrategyId")),
            **_picked(asked, ("ConfigurationProfileId", "Description")),
            "DeploymentNumber": len(kept) + 1,
            "ConfigurationName": profile.name,
            "ConfigurationLocationUri": profile.location_uri,
            "ConfigurationVersion": version,
            **_picked(strategy, _FROM_STRATEGY),
            "StartedAt": moment,
        }
        kept[made["DeploymentNumber"]] = made
        place = f"application/{asked['ApplicationId']}/environment/{asked['EnvironmentId']}"
        self._tag(f"{place}/deployment/{made['DeploymentNumber']}", asked)
        return ActionResult(deployments.shown(made, moment))

    def get_deployment(self) -> ActionResult:
        """Return a deployment."""
        found = self._deployment(self.asked())
        return ActionResult(deployments.shown(found, deployments.now()))

    def list_deployments(self) -> ActionResult:
        """Return the deployments to an environment, the last first."""
        kept = self._environment(self.asked())["deployments"]
        moment = deployments.now()
        items = [deployments.summary(one, moment) for one in reversed(kept.values())]
        return ActionResult({"Items": items})

    def stop_deployment(self) -> ActionResult:
        """Roll back a deployment that is under way."""
        found = self._deployment(self.asked())
        moment = deployments.now()
        if deployments.state(found, moment) != "DEPLOYING":
            raise BadRequest("Deployment cannot be stopped, as it is not in DEPLOYING state")
        found["StoppedAt"] = moment
        return ActionResult(deployments.shown(found, moment))

    # What is there

    def _environments(self, asked: Thing) -> dict[str, Thing]:
        backend: AppConfigBackend = self.appconfig_backend
        return shelf(backend.get_application(asked["ApplicationId"]), "environments")

    def _environment(self, asked: Thing) -> Thing:
        found = self._environments(asked).get(asked["EnvironmentId"])
        if found is None:
            raise NotFound("Environment", asked["EnvironmentId"])
        return found

    def _strategy(self, strategy_id: str) -> Thing:
        own = shelf(self.appconfig_backend, "strategies")
        found = deployments.PREDEFINED.get(strategy_id) or own.get(strategy_id)
        if found is None:
            raise NotFound("DeploymentStrategy", strategy_id)
        return found

    def _own_strategy(self, asked: Thing) -> Thing:
        found = self._strategy(asked["DeploymentStrategyId"])
        if found["Id"] in deployments.PREDEFINED:
            raise BadRequest("Predefined deployment strategies cannot be changed")
        return found

    def _deployment(self, asked: Thing) -> Thing:
        number = int(asked["DeploymentNumber"])
        found: Thing | None = self._environment(asked)["deployments"].get(number)
        if found is None:
            raise NotFound("Deployment", number)
        return found

    def _version(self, profile: Any, wanted: str) -> str:
        """Return the number of a version, which may be named by its label."""
        if profile.location_uri != "hosted":
            return wanted
        for number, version in profile.config_versions.items():
            if wanted in (str(number), version.version_label):
                return str(number)
        raise NotFound("HostedConfigurationVersion", wanted)

    def _tag(self, place: str, asked: Thing) -> None:
        backend: AppConfigBackend = self.appconfig_backend
        arn = f"arn:aws:appconfig:{backend.region_name}:{backend.account_id}:{place}"
        backend.tag_resource(arn, asked.get("Tags") or {})


def _environment(found: Thing) -> Thing:
    """Return an environment as it is told of, in the state its last deployment left it in."""
    told = {name: value for name, value in found.items() if name != "deployments"}
    state = "READY_FOR_DEPLOYMENT"
    for last in list(found["deployments"].values())[-1:]:
        where = deployments.state(last, deployments.now())
        state = {"BAKING": "DEPLOYING", "COMPLETE": state}.get(where, where)
    return {name: value for name, value in told.items() if value is not None} | {"State": state}


def _given(told: dict[str, Any]) -> dict[str, Any]:
    """Return what says something; of headers moto sends the word None for the others."""
    return {name: value for name, value in told.items() if value is not None}


def _picked(given: Thing, names: tuple[str, ...]) -> Thing:
    return {name: given[name] for name in names if name in given}


def _new_id() -> str:
    return str(mock_random.get_random_hex(7))
