"""AWS::CodeBuild: how projects sign in to hosts of sources, and what those tell projects."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    pick,
)

_FILTER = {"Type": "type", "Pattern": "pattern", "ExcludeMatchedPattern": "excludeMatchedPattern"}
_KNOWN = ("BuildType", "FilterGroups", "Webhook")


class SourceCredential(Provider):
    """A credential for a kind of host; its physical id is its ARN."""

    type = "AWS::CodeBuild::SourceCredential"
    handled = frozenset({"AuthType", "ServerType", "Token", "Username"})
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Import the credential; another one for the same kind of host is in the way."""
        return self._put(at, properties, shouldOverwrite=False)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the credential; nobody is told its token."""
        found = at.client("codebuild").list_source_credentials()["sourceCredentialsInfos"]
        for one in found:
            if one["arn"] == physical_id:
                return pick(one, Arn="arn", AuthType="authType", ServerType="serverType")
        raise GoneError(self.type, physical_id)

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Import the credential anew."""
        self.read(at, physical_id)
        self._put(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the credential."""
        self.read(at, physical_id)
        at.client("codebuild").delete_source_credentials(arn=physical_id)

    def _put(self, at: Context, properties: Properties, **how: Any) -> str:
        asked = pick(
            properties,
            authType="AuthType",
            serverType="ServerType",
            token="Token",  # noqa: S106
            username="Username",
        )
        return str(at.client("codebuild").import_source_credentials(**asked, **how)["arn"])


def hooked(properties: Properties) -> bool:
    """Tell whether a project is to have a webhook."""
    return bool((properties.get("Triggers") or {}).get("Webhook"))


def refused_of_hook(triggers: Properties) -> str | None:
    """Return what of a project's triggers is not simulated."""
    name = next((name for name in triggers if name not in _KNOWN), None)
    return f"Triggers.{name}" if name else None


def asked_of_hook(triggers: Properties) -> dict[str, Any]:
    """Return the parameters of a webhook that a project's triggers give."""
    if refused_of_hook(triggers):
        raise NotSimulatedError("Dry Run does not simulate webhooks of whole organizations.")
    asked: dict[str, Any] = pick(triggers, buildType="BuildType")
    if "FilterGroups" in triggers:
        asked["filterGroups"] = [
            [{_FILTER[name]: value for name, value in one.items()} for one in group]
            for group in triggers["FilterGroups"]
        ]
    return asked


def told_of_hook(known: Properties, hook: Any) -> Properties:
    """Return a project's triggers, as its webhook has them."""
    if not hook:
        return {**known, "Webhook": False} if "Webhook" in known else dict(known)
    shown: Properties = {"Webhook": True, **pick(hook, BuildType="buildType")}
    if "filterGroups" in hook:
        shown["FilterGroups"] = [
            [pick(one, **_FILTER) for one in group] for group in hook["filterGroups"]
        ]
    return shown
