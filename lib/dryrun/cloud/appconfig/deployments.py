"""How far a deployment of a configuration is, by the lab's clock.

Follows "Working with deployment strategies", AWS AppConfig User Guide: linear growth comes in
steps of the growth factor, evenly over the deployment's duration; with exponential growth every
step is twice the one before. The bake time follows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dryrun.cloud import clock as clocks
from dryrun.cloud.shelves import Thing

_MINUTE = 60.0


def _own(name: str, minutes: int, kind: str, factor: float, bake: int) -> Thing:
    return {
        "Id": f"AppConfig.{name}",
        "Name": f"AppConfig.{name}",
        "DeploymentDurationInMinutes": minutes,
        "GrowthType": kind,
        "GrowthFactor": factor,
        "FinalBakeTimeInMinutes": bake,
        "ReplicateTo": "NONE",
    }


PREDEFINED = {
    one["Id"]: one
    for one in (
        _own("AllAtOnce", 0, "LINEAR", 100.0, 10),
        _own("Linear50PercentEvery30Seconds", 1, "LINEAR", 50.0, 1),
        _own("Canary10Percent20Minutes", 20, "EXPONENTIAL", 10.0, 10),
        _own("Linear20PercentEvery6Minutes", 30, "LINEAR", 20.0, 30),
    )
}
"""The strategies every account has; "Using predefined deployment strategies", same guide."""


def state(deployment: Thing, now: datetime) -> str:
    """Return the state of a deployment."""
    if "StoppedAt" in deployment:
        return "ROLLED_BACK"
    passed = (now - deployment["StartedAt"]).total_seconds()
    growing, baking = _lengths(deployment)
    if passed < growing:
        return "DEPLOYING"
    return "BAKING" if passed < growing + baking else "COMPLETE"


def shown(deployment: Thing, now: datetime) -> Thing:
    """Return a deployment as GetDeployment tells of it."""
    where = state(deployment, now)
    told = {name: value for name, value in deployment.items() if name != "StoppedAt"}
    told |= {
        "State": where,
        "PercentageComplete": _percentage(deployment, where, now),
        "EventLog": _events(deployment, where),
    }
    if where == "COMPLETE":
        told["CompletedAt"] = deployment["StartedAt"] + timedelta(seconds=sum(_lengths(deployment)))
    return told


def summary(deployment: Thing, now: datetime) -> Thing:
    """Return a deployment as ListDeployments tells of it."""
    names = ("DeploymentNumber", "ConfigurationName", "ConfigurationVersion", "GrowthType")
    more = ("DeploymentDurationInMinutes", "GrowthFactor", "FinalBakeTimeInMinutes", "State")
    whole = shown(deployment, now)
    return {
        name: whole[name]
        for name in (*names, *more, "PercentageComplete", "StartedAt", "CompletedAt")
        if name in whole
    }


def now() -> datetime:
    """Return the lab's time."""
    return clocks.current().now()


def _lengths(deployment: Thing) -> tuple[float, float]:
    growing = deployment["DeploymentDurationInMinutes"] * _MINUTE
    return growing, deployment["FinalBakeTimeInMinutes"] * _MINUTE


def _percentage(deployment: Thing, where: str, now: datetime) -> float:
    if where == "ROLLED_BACK":
        return 0.0
    if where != "DEPLOYING":
        return 100.0
    passed = (now - deployment["StartedAt"]).total_seconds()
    steps = _steps(deployment)
    done = int(passed / (_lengths(deployment)[0] / len(steps)))
    return steps[done]


def _steps(deployment: Thing) -> list[float]:
    """Return the percentages a deployment goes through before it is whole."""
    factor = float(deployment["GrowthFactor"])
    found = [min(factor, 100.0)]
    while found[-1] < 100.0:
        linear = deployment["GrowthType"] == "LINEAR"
        found.append(min(found[-1] + factor if linear else found[-1] * 2, 100.0))
    return found


def _events(deployment: Thing, where: str) -> list[dict[str, Any]]:
    """Return what has happened, the last first."""
    started = deployment["StartedAt"]
    growing, baking = _lengths(deployment)
    found = [_event("DEPLOYMENT_STARTED", "USER", "Deployment started", started)]
    if where in ("BAKING", "COMPLETE"):
        at = started + timedelta(seconds=growing)
        found.append(_event("BAKE_TIME_STARTED", "APPCONFIG", "Bake time started", at))
    if where == "COMPLETE":
        at = started + timedelta(seconds=growing + baking)
        found.append(_event("DEPLOYMENT_COMPLETED", "APPCONFIG", "Deployment completed", at))
    if where == "ROLLED_BACK":
        at = deployment["StoppedAt"]
        found.append(_event("ROLLBACK_COMPLETED", "USER", "Rollback completed", at))
    return found[::-1]


def _event(kind: str, by: str, text: str, at: datetime) -> dict[str, Any]:
    return {"EventType": kind, "TriggeredBy": by, "Description": text, "OccurredAt": at}
