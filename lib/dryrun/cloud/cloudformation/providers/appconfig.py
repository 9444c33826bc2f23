"""AWS::AppConfig: applications and profiles, as far as there is a service."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_QUICK = Seconds(create=3, update=3, delete=3)


def _tagging(place: str) -> Tagging:
    arn = "arn:{partition}:appconfig:{region}:{account}:" + place
    return Tagging(arn, plain=True)


class Application(Declared):
    """An application; its physical id is its id."""

    type = "AWS::AppConfig::Application"
    handled = frozenset({"Description", "Name", "Tags"})
    service = "appconfig"
    seconds = _QUICK
    creates, reads = "create_application", "get_application"
    updates, deletes = "update_application", "delete_application"
    key, made = "ApplicationId", "Id"
    answered = {"ApplicationId": "Id"}
    defaults = {"Description": ""}
    tagging = _tagging("application/{id}")


class ConfigurationProfile(Declared):
    """A profile of configurations; its physical id is its id."""

    type = "AWS::AppConfig::ConfigurationProfile"
    handled = frozenset(
        {
            "ApplicationId",
            "Description",
            "LocationUri",
            "Name",
            "RetrievalRoleArn",
            "Type",
            "Validators",
        }
    )
    harmless = {"DeletionProtectionCheck": "nothing reads a configuration here"}
    service = "appconfig"
    seconds = _QUICK
    parents = {"ApplicationId": "ApplicationId"}
    creates, reads = "create_configuration_profile", "get_configuration_profile"
    updates, deletes = "update_configuration_profile", "delete_configuration_profile"
    key, made = "ConfigurationProfileId", "Id"
    answered = {"ConfigurationProfileId": "Id"}
    defaults = {"Description": "", "Validators": []}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of the profile."""
        kept: dict[str, Any] = {
            name: value
            for name, value in shown.items()
            if name in at.known or value not in ("", [], None)
        }
        return kept
