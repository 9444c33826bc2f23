"""AWS::Route53: hosted zones and health checks."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.declared import from_api, is_absent, to_api


def retag(at: Context, kind: str, resource_id: str, old: Any, new: Any) -> None:
    """Tag a hosted zone or a health check."""
    tags, gone = tag_changes(old, new)
    given: dict[str, Any] = {}
    if tags:
        given["AddTags"] = tag_list(tags)
    if gone:
        given["RemoveTagKeys"] = gone
    if given:
        at.client("route53").change_tags_for_resource(
            ResourceType=kind, ResourceId=resource_id, **given
        )


def tags_of(at: Context, kind: str, resource_id: str) -> list[dict[str, str]]:
    """Return the tags of a hosted zone or a health check."""
    found = at.client("route53").list_tags_for_resource(ResourceType=kind, ResourceId=resource_id)
    return tag_list(found["ResourceTagSet"].get("Tags"))


class HostedZone(Provider):
    """A hosted zone; its physical id is its id."""

    type = "AWS::Route53::HostedZone"
    handled = frozenset(
        {
            "DelegationSetId",
            "HostedZoneConfig",
            "HostedZoneTags",
            "Name",
            "QueryLoggingConfig",
            "VPCs",
        }
    )
    harmless = {"HostedZoneFeatures": "records are found here as soon as they are set"}
    seconds = Seconds(create=40, update=10, delete=40)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a zone, public or of VPCs."""
        vpcs = properties.get("VPCs") or []
        given: dict[str, Any] = pick(properties, "Name", "DelegationSetId")
        config = pick(properties.get("HostedZoneConfig") or {}, "Comment")
        if config or vpcs:
            given["HostedZoneConfig"] = {**config, "PrivateZone": bool(vpcs)}
        if vpcs:
            given["VPC"] = vpcs[0]
        client = at.client("route53")
        reference = at.token or at.name(128)
        made = client.create_hosted_zone(
            CallerReference=f"{reference}-{at.logical_id}"[:128], **given
        )
        zone_id = str(made["HostedZone"]["Id"]).rpartition("/")[2]
        for vpc in vpcs[1:]:
            client.associate_vpc_with_hosted_zone(HostedZoneId=zone_id, VPC=vpc)
        self._log(at, zone_id, properties)
        retag(at, "hostedzone", zone_id, None, properties.get("HostedZoneTags"))
        return zone_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a zone."""
        client = at.client("route53")
        try:
            found = client.get_hosted_zone(Id=physical_id)
        except ClientError as error:
            if is_absent(error):
                raise GoneError(self.type, physical_id) from error
            raise
        name, known = found["HostedZone"]["Name"], at.known.get("Name", "")
        comment = (found["HostedZone"].get("Config") or {}).get("Comment")
        shown: Properties = {
            "Id": physical_id,
            "Name": known if name.rstrip(".") == known.rstrip(".") else name,
            "HostedZoneTags": tags_of(at, "hostedzone", physical_id),
            "NameServers": (found.get("DelegationSet") or {}).get("NameServers") or [],
            **({"HostedZoneConfig": {"Comment": comment}} if comment else {}),
            **pick(at.known, "DelegationSetId"),
        }
        if found.get("VPCs"):
            shown["VPCs"] = [pick(vpc, "VPCId", "VPCRegion") for vpc in found["VPCs"]]
        for log in self._logs(at, physical_id):
            shown["QueryLoggingConfig"] = pick(log, "CloudWatchLogsLogGroupArn")
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change comment, VPCs, logging and tags."""
        client = at.client("route53")
        if changed(old, new, "HostedZoneConfig"):
            comment = (new.get("HostedZoneConfig") or {}).get("Comment", "")
            client.update_hosted_zone_comment(Id=physical_id, Comment=comment)
        had, has = old.get("VPCs") or [], new.get("VPCs") or []
        for vpc in has:
            if vpc not in had:
                client.associate_vpc_with_hosted_zone(HostedZoneId=physical_id, VPC=vpc)
        for vpc in had:
            if vpc not in has:
                client.disassociate_vpc_from_hosted_zone(HostedZoneId=physical_id, VPC=vpc)
        if changed(old, new, "QueryLoggingConfig"):
            self._unlog(at, physical_id)
            self._log(at, physical_id, new)
        retag(at, "hostedzone", physical_id, old.get("HostedZoneTags"), new.get("HostedZoneTags"))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a zone; Route 53 refuses one with records."""
        client = at.client("route53")
        sets = client.list_resource_record_sets(HostedZoneId=physical_id)["ResourceRecordSets"]
        if any(one["Type"] not in ("NS", "SOA") for one in sets):
            raise ResourceError(
                "The specified hosted zone contains non-required resource record sets and so "
                "cannot be deleted."
            )
        self._unlog(at, physical_id)
        client.delete_hosted_zone(Id=physical_id)

    def _log(self, at: Context, zone_id: str, properties: Properties) -> None:
        config = properties.get("QueryLoggingConfig")
        if config:
            at.client("route53").create_query_logging_config(HostedZoneId=zone_id, **config)

    def _logs(self, at: Context, zone_id: str) -> list[dict[str, str]]:
        found = at.client("route53").list_query_logging_configs()["QueryLoggingConfigs"]
        return [log for log in found if log["HostedZoneId"].endswith(zone_id)]

    def _unlog(self, at: Context, zone_id: str) -> None:
        for log in self._logs(at, zone_id):
            at.client("route53").delete_query_logging_config(Id=log["Id"])


class HealthCheck(Provider):
    """A health check; its physical id is its id."""

    type = "AWS::Route53::HealthCheck"
    handled = frozenset({"HealthCheckConfig", "HealthCheckTags"})
    seconds = Seconds(create=20, update=10, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a health check."""
        client = at.client("route53")
        shape = _shape(client, "CreateHealthCheck")
        made = client.create_health_check(
            CallerReference=at.name(64),
            HealthCheckConfig=to_api(
                shape.members["HealthCheckConfig"], properties["HealthCheckConfig"]
            ),
        )
        check_id = str(made["HealthCheck"]["Id"])
        retag(at, "healthcheck", check_id, None, properties.get("HealthCheckTags"))
        return check_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a health check."""
        client = at.client("route53")
        try:
            found = client.get_health_check(HealthCheckId=physical_id)["HealthCheck"]
        except ClientError as error:
            if is_absent(error):
                raise GoneError(self.type, physical_id) from error
            raise
        shape = _shape(client, "CreateHealthCheck").members["HealthCheckConfig"]
        return {
            "HealthCheckId": physical_id,
            "HealthCheckConfig": from_api(self.type, shape, found["HealthCheckConfig"]),
            "HealthCheckTags": tags_of(at, "healthcheck", physical_id),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the check and its tags."""
        client = at.client("route53")
        config = {**new["HealthCheckConfig"]}
        if changed(old, new, "HealthCheckConfig"):
            shape = _shape(client, "UpdateHealthCheck")
            sent = to_api(shape, config)
            client.update_health_check(HealthCheckId=physical_id, **sent)
        had, has = old.get("HealthCheckTags"), new.get("HealthCheckTags")
        retag(at, "healthcheck", physical_id, had, has)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a health check that is there."""
        self.read(at, physical_id)
        at.client("route53").delete_health_check(HealthCheckId=physical_id)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse routing controls, which are of a service that is not simulated."""
        name = "RoutingControlArn"
        found = name in properties["HealthCheckConfig"]
        return f"the property HealthCheckConfig.{name}" if found else None


def _shape(client: Any, operation: str) -> Any:
    return client.meta.service_model.operation_model(operation).input_shape
