"""Deployment configurations: AWS's own, and those of the account.

Follows "CreateDeploymentConfig" and its kin, CodeDeploy API Reference, and "Working with
deployment configurations", AWS CodeDeploy User Guide.
"""

from __future__ import annotations

from moto.codedeploy.exceptions import CodeDeployException
from moto.codedeploy.responses import CodeDeployResponse as MotoResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from dryrun.cloud.shelves import Thing, shelf

_OWN = "CodeDeployDefault."
_ALL = {"type": "AllAtOnce"}
_GIVEN = ("minimumHealthyHosts", "trafficRoutingConfig", "zonalConfig")


class ConfigExists(CodeDeployException):
    """There is a configuration of this name."""

    code = 400

    def __init__(self, name: str) -> None:
        super().__init__(
            "DeploymentConfigAlreadyExistsException",
            f"A deployment configuration with the name {name} already exists",
        )


class ConfigMissing(CodeDeployException):
    """There is no configuration of this name."""

    code = 400

    def __init__(self, name: str) -> None:
        super().__init__(
            "DeploymentConfigDoesNotExistException",
            f"No Deployment Configuration found for name: {name}",
        )


class ConfigInUse(CodeDeployException):
    """A deployment group has the configuration; the words are from memory."""

    code = 400

    def __init__(self, name: str) -> None:
        super().__init__(
            "DeploymentConfigInUseException", f"The deployment configuration {name} is in use"
        )


class InvalidOperation(CodeDeployException):
    """The configuration is AWS's own; the words are from memory."""

    code = 400

    def __init__(self, name: str) -> None:
        super().__init__(
            "InvalidOperationException", f"The deployment configuration {name} cannot be deleted"
        )


class InvalidName(CodeDeployException):
    """The name is one of those that are AWS's; the words are from memory."""

    code = 400

    def __init__(self, name: str) -> None:
        super().__init__(
            "InvalidDeploymentConfigNameException", f"The name {name} begins with {_OWN}"
        )


def _server(kind: str, value: int) -> Thing:
    return {
        "computePlatform": "Server",
        "minimumHealthyHosts": {"type": kind, "value": value},
    }


def _shifting(platform: str, **routing: Thing) -> Thing:
    for kind, settings in routing.items():
        name = kind[:1].lower() + kind[1:]
        return {
            "computePlatform": platform,
            "trafficRoutingConfig": {"type": kind, name: settings},
        }
    return {"computePlatform": platform, "trafficRoutingConfig": _ALL}


def _canary(platform: str, minutes: int) -> Thing:
    canary = {"canaryPercentage": 10, "canaryInterval": minutes}
    return _shifting(platform, TimeBasedCanary=canary)


def _linear(platform: str, minutes: int) -> Thing:
    linear = {"linearPercentage": 10, "linearInterval": minutes}
    return _shifting(platform, TimeBasedLinear=linear)


OWN: dict[str, Thing] = {
    "AllAtOnce": _server("HOST_COUNT", 0),
    "HalfAtATime": _server("FLEET_PERCENT", 50),
    "OneAtATime": _server("FLEET_PERCENT", 99),
    "LambdaAllAtOnce": _shifting("Lambda"),
    **{f"LambdaCanary10Percent{n}Minutes": _canary("Lambda", n) for n in (5, 10, 15, 30)},
    "LambdaLinear10PercentEvery1Minute": _linear("Lambda", 1),
    **{f"LambdaLinear10PercentEvery{n}Minutes": _linear("Lambda", n) for n in (2, 3, 10)},
    "ECSAllAtOnce": _shifting("ECS"),
    **{f"ECSCanary10Percent{n}Minutes": _canary("ECS", n) for n in (5, 15)},
    **{f"ECSLinear10PercentEvery{n}Minutes": _linear("ECS", n) for n in (1, 3)},
}
"""AWS's own configurations, without the beginning that all their names have."""


class CodeDeployResponse(MotoResponse):
    """Answer the operations of CodeDeploy."""

    def create_deployment_config(self) -> ActionResult:
        """Create a configuration."""
        name = str(self._get_param("deploymentConfigName"))
        if name.startswith(_OWN):
            raise InvalidName(name)
        if name in self._configs():
            raise ConfigExists(name)
        made = {
            "deploymentConfigId": str(mock_random.uuid4()),
            "deploymentConfigName": name,
            "createTime": utcnow(),
            "computePlatform": self._get_param("computePlatform") or "Server",
        }
        made |= {key: self._get_param(key) for key in _GIVEN if self._get_param(key)}
        self._configs()[name] = made
        return ActionResult({"deploymentConfigId": made["deploymentConfigId"]})

    def get_deployment_config(self) -> ActionResult:
        """Return a configuration."""
        name = str(self._get_param("deploymentConfigName"))
        own = OWN.get(name.removeprefix(_OWN)) if name.startswith(_OWN) else None
        found = {"deploymentConfigName": name, **own} if own else self._configs().get(name)
        if found is None:
            raise ConfigMissing(name)
        return ActionResult({"deploymentConfigInfo": found})

    def list_deployment_configs(self) -> ActionResult:
        """Return the names of all configurations."""
        names = [f"{_OWN}{name}" for name in OWN]
        return ActionResult({"deploymentConfigsList": [*names, *self._configs()]})

    def delete_deployment_config(self) -> EmptyResult:
        """Delete a configuration that no group has; one that is not there is none to AWS, too."""
        name = str(self._get_param("deploymentConfigName"))
        if name.startswith(_OWN):
            raise InvalidOperation(name)
        for groups in self.codedeploy_backend.deployment_groups.values():
            if any(str(group.deployment_config_name) == name for group in groups.values()):
                raise ConfigInUse(name)
        self._configs().pop(name, None)
        return EmptyResult()

    def _configs(self) -> dict[str, Thing]:
        return shelf(self.codedeploy_backend, "deployment_configs")
