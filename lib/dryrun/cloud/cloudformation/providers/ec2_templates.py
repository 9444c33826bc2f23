"""AWS::EC2: launch templates."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Seconds,
    changed,
    pick,
)
from dryrun.cloud.cloudformation.providers.ec2_common import Ec2Provider, filtered, retag

_KIND = "launch-template"


class LaunchTemplate(Ec2Provider):
    """A launch template; every change of its data is a new version, and the default stays."""

    type = "AWS::EC2::LaunchTemplate"
    handled = frozenset(
        {"LaunchTemplateData", "LaunchTemplateName", "TagSpecifications", "VersionDescription"}
    )
    name_property = "LaunchTemplateName"
    describe = ("describe_launch_templates", "LaunchTemplateIds", "LaunchTemplates")
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a launch template with its first version."""
        made = at.client("ec2").create_launch_template(
            LaunchTemplateName=properties.get("LaunchTemplateName") or at.name(128),
            LaunchTemplateData=_data(properties),
            **pick(properties, "TagSpecifications", "VersionDescription"),
        )
        return str(made["LaunchTemplate"]["LaunchTemplateId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a launch template, with the data of its latest version as the stack wrote it."""
        found = self.found(at, physical_id)
        ec2 = at.client("ec2")
        tags = ec2.describe_tags(Filters=filtered(resource_id=physical_id))["Tags"]
        read: Properties = {
            "DefaultVersionNumber": str(found["DefaultVersionNumber"]),
            "LatestVersionNumber": str(found["LatestVersionNumber"]),
            "LaunchTemplateId": physical_id,
            "LaunchTemplateName": found["LaunchTemplateName"],
        }
        if tags:
            shown = [pick(one, "Key", "Value") for one in tags]
            read["TagSpecifications"] = [{"ResourceType": _KIND, "Tags": shown}]
        return read

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Add a version, and change the template's tags."""
        if changed(old, new, "LaunchTemplateData", "VersionDescription"):
            at.client("ec2").create_launch_template_version(
                LaunchTemplateId=physical_id,
                LaunchTemplateData=_data(new),
                **pick(new, "VersionDescription"),
            )
        retag(at, physical_id, _tags(old), _tags(new))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a launch template with all its versions."""
        at.client("ec2").delete_launch_template(LaunchTemplateId=physical_id)


def _tags(properties: Properties) -> Properties:
    specifications = properties.get("TagSpecifications") or ()
    return {"Tags": [tag for one in specifications for tag in one.get("Tags", ())]}


def _data(properties: Properties) -> dict[str, Any]:
    """Return the data as EC2 takes it; templates write it alike, but for few types."""
    data = dict(properties["LaunchTemplateData"])
    if data.get("NetworkInterfaces"):
        data["NetworkInterfaces"] = [_interface(one) for one in data["NetworkInterfaces"]]
    return data


def _interface(given: dict[str, Any]) -> dict[str, Any]:
    made = dict(given)
    for name in ("DeviceIndex", "NetworkCardIndex"):
        if name in made:
            made[name] = int(made[name])
    return made
