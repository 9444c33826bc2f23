"""AWS::EC2: instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Seconds,
    changed,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.ec2_common import (
    Ec2Provider,
    filtered,
    retag,
    without_nothing,
)
from dryrun.cloud.cloudformation.providers.ec2_launch import (
    decoded,
    profile,
    run_request,
    with_template,
)
from dryrun.cloud.cloudformation.providers.ec2_nodes import associate, associated

_STOPPED = ("EbsOptimized", "InstanceType", "UserData")
"""What changes only while the instance is stopped; "AWS::EC2::Instance", Template Reference."""
_ATTRIBUTES = {
    "DisableApiTermination": ("disableApiTermination", False),
    "SourceDestCheck": ("sourceDestCheck", True),
}


class Instance(Ec2Provider):
    """An instance."""

    type = "AWS::EC2::Instance"
    handled = frozenset(
        {
            "AvailabilityZone",
            "BlockDeviceMappings",
            "DisableApiTermination",
            "EbsOptimized",
            "HibernationOptions",
            "IamInstanceProfile",
            "ImageId",
            "InstanceInitiatedShutdownBehavior",
            "InstanceType",
            "Ipv6AddressCount",
            "KeyName",
            "LaunchTemplate",
            "MetadataOptions",
            "Monitoring",
            "NetworkInterfaces",
            "PlacementGroupName",
            "PrivateIpAddress",
            "PropagateTagsToVolumeOnCreation",
            "SecurityGroupIds",
            "SecurityGroups",
            "SourceDestCheck",
            "SsmAssociations",
            "SubnetId",
            "Tags",
            "Tenancy",
            "UserData",
            "Volumes",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "AdditionalInfo": "reserved by AWS, without effect",
        "CpuOptions": "instances here have no processors of their own",
        "CreditSpecification": "no work here spends processor credits",
        "ElasticGpuSpecifications": "AWS gives out none any more",
        "ElasticInferenceAccelerators": "AWS gives out none any more",
        "EnclaveOptions": "no work here runs in an enclave",
        "KernelId": "AWS uses kernels of its own only for old paravirtual images",
        "PrivateDnsNameOptions": "names are not resolved here",
        "RamdiskId": "AWS uses RAM disks of its own only for old paravirtual images",
    }
    describe = ("describe_instances", "InstanceIds", "Reservations")
    seconds = Seconds(create=35, update=60, delete=40)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse hardware of one's own."""
        if (properties.get("EnclaveOptions") or {}).get("Enabled"):
            return "EnclaveOptions with Enabled"
        tenancy = properties.get("Tenancy", "default")
        return None if tenancy == "default" else f"Tenancy {tenancy}"

    def create(self, at: Context, properties: Properties) -> str:
        """Run an instance."""
        wanted = with_template(at, properties)
        ec2 = at.client("ec2")
        made = ec2.run_instances(**run_request(at, wanted))
        instance_id = str(made["Instances"][0]["InstanceId"])
        for name, (_, usual) in _ATTRIBUTES.items():
            if wanted.get(name, usual) != usual:
                self._set(at, instance_id, name, wanted[name])
        self._speed_up(at, instance_id, wanted)
        for volume in properties.get("Volumes", ()):
            ec2.attach_volume(InstanceId=instance_id, **pick(volume, "Device", "VolumeId"))
        try:
            associate(at, instance_id, {}, properties)
        except ClientError:
            ec2.terminate_instances(InstanceIds=[instance_id])
            raise
        return instance_id

    def found(self, at: Context, physical_id: str) -> dict[str, Any]:
        """Return what DescribeInstances says of the instance."""
        instance = dict(super().found(at, physical_id)["Instances"][0])
        if instance["State"]["Name"] in ("terminated", "shutting-down"):
            raise GoneError(self.type, physical_id)
        return instance

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an instance."""
        found = self.found(at, physical_id)
        groups = [one["GroupId"] for one in found["SecurityGroups"]]
        shutdown = self._attribute(at, physical_id, "instanceInitiatedShutdownBehavior")
        read: Properties = {
            **pick(found, "EbsOptimized", "ImageId", "InstanceType", "KeyName", "SubnetId"),
            "AvailabilityZone": found["Placement"]["AvailabilityZone"],
            "BlockDeviceMappings": _devices(at, found, at.known.get("BlockDeviceMappings")),
            "DisableApiTermination": self._attribute(at, physical_id, "disableApiTermination"),
            "HibernationOptions": found.get("HibernationOptions"),
            "IamInstanceProfile": _profile_name(found),
            "InstanceId": physical_id,
            "InstanceInitiatedShutdownBehavior": shutdown,
            "MetadataOptions": pick(
                found["MetadataOptions"],
                "HttpEndpoint",
                "HttpProtocolIpv6",
                "HttpPutResponseHopLimit",
                "HttpTokens",
                "InstanceMetadataTags",
            ),
            "Monitoring": found["Monitoring"]["State"] == "enabled",
            "NetworkInterfaces": _interfaces(found, at.known.get("NetworkInterfaces")),
            "PlacementGroupName": found["Placement"].get("GroupName"),
            "PrivateIpAddress": found.get("PrivateIpAddress"),
            "SecurityGroupIds": _in_order(at.known.get("SecurityGroupIds"), groups),
            "SecurityGroups": at.known.get("SecurityGroups"),
            "SourceDestCheck": self._attribute(at, physical_id, "sourceDestCheck"),
            "SsmAssociations": associated(at, physical_id, at.known.get("SsmAssociations")),
            "State": {key: str(value) for key, value in found["State"].items()},
            "Tags": [
                one for one in tag_list(found.get("Tags")) if "ec2launchtemplate" not in one["Key"]
            ],
            "Tenancy": found["Placement"].get("Tenancy", "default"),
            "UserData": self._attribute(at, physical_id, "userData"),
            "Volumes": _volumes(found, at.known.get("Volumes")),
            "VpcId": found.get("VpcId"),
        }
        # In AWS these are empty for an instance without a public address, and never missing.
        return without_nothing(read) | {
            "PrivateDnsName": found.get("PrivateDnsName", ""),
            "PrivateIp": found.get("PrivateIpAddress", ""),
            "PublicDnsName": found.get("PublicDnsName", ""),
            "PublicIp": found.get("PublicIpAddress", ""),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what can change in place, stopping the instance where AWS does."""
        if changed(old, new, "Monitoring"):
            raise NotSimulatedError(
                f"Dry Run does not simulate changes of Monitoring of {self.type}; "
                "real AWS would carry it out."
            )
        ec2 = at.client("ec2")
        for name, (_, usual) in _ATTRIBUTES.items():
            if changed(old, new, name):
                self._set(at, physical_id, name, new.get(name, usual))
        if changed(old, new, "InstanceInitiatedShutdownBehavior"):
            ec2.modify_instance_attribute(
                InstanceId=physical_id,
                Attribute="instanceInitiatedShutdownBehavior",
                Value=new.get("InstanceInitiatedShutdownBehavior", "stop"),
            )
        if changed(old, new, "SecurityGroupIds") and new.get("SecurityGroupIds"):
            self._set_groups(at, physical_id, new["SecurityGroupIds"])
        if changed(old, new, "MetadataOptions"):
            usual_options = {"HttpTokens": "optional", "HttpPutResponseHopLimit": 1}
            ec2.modify_instance_metadata_options(
                InstanceId=physical_id, **usual_options | (new.get("MetadataOptions") or {})
            )
        if changed(old, new, "IamInstanceProfile"):
            self._set_profile(at, physical_id, new.get("IamInstanceProfile"))
        if changed(old, new, *_STOPPED):
            self._while_stopped(at, physical_id, old, new)
        if changed(old, new, "Volumes"):
            self._set_volumes(at, physical_id, old, new)
        associate(at, physical_id, old, new)
        retag(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Terminate an instance; volumes of the property Volumes are detached first."""
        self.found(at, physical_id)
        associate(at, physical_id, at.known, {})
        ec2 = at.client("ec2")
        for volume in at.known.get("Volumes", ()):
            ec2.detach_volume(VolumeId=volume["VolumeId"], InstanceId=physical_id)
        ec2.terminate_instances(InstanceIds=[physical_id])

    def replaces(self, old: Properties, new: Properties, path: tuple[str, ...]) -> bool | None:
        """Replace for other devices or another tenancy, which the schema leaves open."""
        return True if path[0] in ("BlockDeviceMappings", "Tenancy") else None

    def _attribute(self, at: Context, instance_id: str, name: str) -> Any:
        found = at.client("ec2").describe_instance_attribute(InstanceId=instance_id, Attribute=name)
        return (found.get(name[0].upper() + name[1:]) or {}).get("Value")

    def _set(self, at: Context, instance_id: str, name: str, value: Any) -> None:
        at.client("ec2").modify_instance_attribute(
            InstanceId=instance_id, **{name: {"Value": value}}
        )

    def _set_groups(self, at: Context, instance_id: str, groups: list[str]) -> None:
        ec2 = at.client("ec2")
        ec2.modify_instance_attribute(InstanceId=instance_id, Groups=groups)
        # The service here leaves the interface in its old groups, which AWS does not.
        for one in self.found(at, instance_id)["NetworkInterfaces"]:
            if one["Attachment"]["DeviceIndex"] == 0:
                ec2.modify_network_interface_attribute(
                    NetworkInterfaceId=one["NetworkInterfaceId"], Groups=groups
                )

    def _while_stopped(
        self, at: Context, instance_id: str, old: Properties, new: Properties
    ) -> None:
        ec2 = at.client("ec2")
        usual = {"EbsOptimized": False, "InstanceType": "m1.small", "UserData": ""}
        ec2.stop_instances(InstanceIds=[instance_id])
        for name in _STOPPED:
            if changed(old, new, name):
                value = new.get(name, usual[name])
                if name == "UserData":
                    decoded(value)
                # The service here unpacks user data once more than AWS does: it stays as it is.
                self._set(at, instance_id, name, value)
        ec2.start_instances(InstanceIds=[instance_id])

    def _set_profile(self, at: Context, instance_id: str, wanted: str | None) -> None:
        ec2 = at.client("ec2")
        found = ec2.describe_iam_instance_profile_associations(
            Filters=filtered(instance_id=instance_id)
        )["IamInstanceProfileAssociations"]
        for one in found:
            ec2.disassociate_iam_instance_profile(AssociationId=one["AssociationId"])
        if wanted:
            ec2.associate_iam_instance_profile(
                InstanceId=instance_id, IamInstanceProfile=profile(wanted)
            )

    def _set_volumes(self, at: Context, instance_id: str, old: Properties, new: Properties) -> None:
        ec2 = at.client("ec2")
        before, after = old.get("Volumes") or [], new.get("Volumes") or []
        for one in before:
            if one not in after:
                ec2.detach_volume(VolumeId=one["VolumeId"], InstanceId=instance_id)
        for one in after:
            if one not in before:
                ec2.attach_volume(InstanceId=instance_id, **pick(one, "Device", "VolumeId"))

    def _speed_up(self, at: Context, instance_id: str, wanted: Properties) -> None:
        # RunInstances of the service here drops the speed of volumes; ModifyVolume does not.
        given = {
            one["DeviceName"]: one.get("Ebs") or {}
            for one in wanted.get("BlockDeviceMappings") or ()
        }
        if not any(ebs.get("Iops") for ebs in given.values()):
            return
        for one in self.found(at, instance_id)["BlockDeviceMappings"]:
            asked = pick(given.get(one["DeviceName"], {}), "Iops", "VolumeType")
            if "Iops" in asked:
                at.client("ec2").modify_volume(VolumeId=one["Ebs"]["VolumeId"], **asked)


def _profile_name(found: dict[str, Any]) -> str | None:
    arn = (found.get("IamInstanceProfile") or {}).get("Arn")
    return str(arn).rpartition("/")[2] if arn else None


def _in_order(written: list[str] | None, found: list[str]) -> list[str]:
    kept = [one for one in written or () if one in found]
    return kept + sorted(set(found) - set(kept))


def _devices(
    at: Context, found: dict[str, Any], written: list[dict[str, Any]] | None
) -> list[dict[str, Any]]:
    """Return the volumes the instance has, with those members that the stack named."""
    named = {one["DeviceName"]: one for one in written or ()}
    ids = [one["Ebs"]["VolumeId"] for one in found["BlockDeviceMappings"]]
    volumes = at.client("ec2").describe_volumes(VolumeIds=ids)["Volumes"] if ids else []
    kinds = {one["VolumeId"]: one for one in volumes}
    shown = [one for one in named.values() if "Ebs" not in one]
    for one in found["BlockDeviceMappings"]:
        volume = kinds[one["Ebs"]["VolumeId"]]
        if one["DeviceName"] not in named:
            continue
        has = {
            "DeleteOnTermination": one["Ebs"].get("DeleteOnTermination", False),
            "VolumeSize": volume["Size"],
            **pick(volume, "Encrypted", "Iops", "KmsKeyId", "SnapshotId", "VolumeType"),
        }
        asked = named[one["DeviceName"]].get("Ebs") or {}
        ebs = {name: has[name] for name in asked if name in has}
        shown.append({"DeviceName": one["DeviceName"], "Ebs": ebs})
    order = list(named)
    return sorted(shown, key=lambda one: order.index(one["DeviceName"]))


def _interfaces(
    found: dict[str, Any], written: list[dict[str, Any]] | None
) -> list[dict[str, Any]] | None:
    there = {str(one["Attachment"]["DeviceIndex"]): one for one in found["NetworkInterfaces"]}
    shown = []
    for asked in written or ():
        one = there.get(str(asked["DeviceIndex"]))
        if one is None:
            continue
        has = pick(one, "Description", "NetworkInterfaceId", "PrivateIpAddress", "SubnetId")
        groups = [group["GroupId"] for group in one["Groups"]]
        has["GroupSet"] = _in_order(asked.get("GroupSet"), groups)
        shown.append({name: has.get(name, value) for name, value in asked.items()})
    return shown or None


def _volumes(
    found: dict[str, Any], written: list[dict[str, Any]] | None
) -> list[dict[str, Any]] | None:
    there = {one["DeviceName"]: one["Ebs"]["VolumeId"] for one in found["BlockDeviceMappings"]}
    mine = written or ()
    shown = [one for one in mine if there.get(one["Device"]) == one["VolumeId"]]
    return shown or None
