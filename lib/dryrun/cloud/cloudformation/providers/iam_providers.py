"""AWS::IAM: identity providers, certificates, devices and roles of services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.found import in_order, lookup


class ServiceLinkedRole(Provider):
    """A role that a service made for itself; its physical id is the role's name."""

    type = "AWS::IAM::ServiceLinkedRole"
    handled = frozenset({"AWSServiceName", "CustomSuffix", "Description"})
    seconds = Seconds(create=12, update=5, delete=10)

    def create(self, at: Context, properties: Properties) -> str:
        """Let the service have its role."""
        made = at.client("iam").create_service_linked_role(
            AWSServiceName=properties["AWSServiceName"],
            **pick(properties, "CustomSuffix", "Description"),
        )
        return str(made["Role"]["RoleName"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the role."""
        with lookup(self.type, physical_id):
            role = at.client("iam").get_role(RoleName=physical_id)["Role"]
        found = {
            "AWSServiceName": role["Path"].split("/")[2],
            "RoleName": physical_id,
            **pick(at.known, "CustomSuffix"),
        }
        return found | ({"Description": role["Description"]} if role.get("Description") else {})

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the description."""
        at.client("iam").update_role(RoleName=physical_id, Description=new.get("Description", ""))

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the role."""
        at.client("iam").delete_service_linked_role(RoleName=physical_id)


class OIDCProvider(Provider):
    """An OpenID Connect identity provider; its physical id is its ARN."""

    type = "AWS::IAM::OIDCProvider"
    handled = frozenset({"ClientIdList", "Tags", "ThumbprintList", "Url"})
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the provider."""
        made = at.client("iam").create_open_id_connect_provider(
            **pick(properties, "Tags", "ThumbprintList", "Url", ClientIDList="ClientIdList")
        )
        return str(made["OpenIDConnectProviderArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the provider."""
        iam = at.client("iam")
        with lookup(self.type, physical_id):
            found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=physical_id)
        tags = iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=physical_id)
        return {
            "Arn": physical_id,
            "ClientIdList": in_order(found["ClientIDList"], at.known.get("ClientIdList")),
            "Tags": tag_list(tags["Tags"]),
            "ThumbprintList": in_order(found["ThumbprintList"], at.known.get("ThumbprintList")),
            # IAM answers without the scheme, which the template must give.
            "Url": at.known.get("Url") or f"https://{found['Url']}",
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change thumbprints and tags."""
        iam = at.client("iam")
        named = {"OpenIDConnectProviderArn": physical_id}
        if changed(old, new, "ClientIdList"):
            raise _unchanging("ClientIdList", self.type)
        if changed(old, new, "ThumbprintList"):
            iam.update_open_id_connect_provider_thumbprint(
                **named, ThumbprintList=new.get("ThumbprintList", [])
            )
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            iam.tag_open_id_connect_provider(**named, Tags=tag_list(tags))
        if untagged:
            iam.untag_open_id_connect_provider(**named, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the provider."""
        at.client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=physical_id)


class SAMLProvider(Provider):
    """A SAML identity provider; its physical id is its ARN."""

    type = "AWS::IAM::SAMLProvider"
    handled = frozenset({"Name", "SamlMetadataDocument"})
    harmless: ClassVar[Mapping[str, str]] = {
        "Tags": "the simulated IAM keeps no tags of SAML providers"
    }
    name_property = "Name"
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the provider."""
        made = at.client("iam").create_saml_provider(
            Name=properties.get("Name") or at.name(128),
            SAMLMetadataDocument=properties.get("SamlMetadataDocument", ""),
        )
        return str(made["SAMLProviderArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the provider."""
        with lookup(self.type, physical_id):
            found = at.client("iam").get_saml_provider(SAMLProviderArn=physical_id)
        return {
            "Arn": physical_id,
            "Name": physical_id.rpartition("/")[2],
            "SamlMetadataDocument": found["SAMLMetadataDocument"],
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the metadata."""
        if changed(old, new, "SamlMetadataDocument"):
            at.client("iam").update_saml_provider(
                SAMLProviderArn=physical_id,
                SAMLMetadataDocument=new.get("SamlMetadataDocument", ""),
            )

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the provider."""
        at.client("iam").delete_saml_provider(SAMLProviderArn=physical_id)


class ServerCertificate(Provider):
    """A certificate kept by IAM; its physical id is its name."""

    type = "AWS::IAM::ServerCertificate"
    handled = frozenset(
        {"CertificateBody", "CertificateChain", "Path", "PrivateKey", "ServerCertificateName"}
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "Tags": "the simulated IAM keeps no tags of certificates"
    }
    name_property = "ServerCertificateName"
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Upload the certificate."""
        name = str(properties.get("ServerCertificateName") or at.name(128))
        at.client("iam").upload_server_certificate(
            ServerCertificateName=name,
            CertificateBody=properties.get("CertificateBody", ""),
            PrivateKey=properties.get("PrivateKey", ""),
            **pick(properties, "CertificateChain", "Path"),
        )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the certificate."""
        with lookup(self.type, physical_id):
            answer = at.client("iam").get_server_certificate(ServerCertificateName=physical_id)
        found = answer["ServerCertificate"]
        return {
            **pick(found["ServerCertificateMetadata"], "Arn", "Path", "ServerCertificateName"),
            **pick(found, "CertificateBody", "CertificateChain"),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Refuse to move the certificate; tags are all else that may differ."""
        if changed(old, new, "Path"):
            raise _unchanging("Path", self.type)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the certificate."""
        at.client("iam").delete_server_certificate(ServerCertificateName=physical_id)


class VirtualMFADevice(Provider):
    """A device that nobody has enabled yet; its physical id is its serial number."""

    type = "AWS::IAM::VirtualMFADevice"
    handled = frozenset({"Path", "Tags", "VirtualMfaDeviceName"})
    harmless: ClassVar[Mapping[str, str]] = {
        "Users": "the device is a user's only once two of its codes have been typed in"
    }
    name_property = "VirtualMfaDeviceName"
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the device."""
        made = at.client("iam").create_virtual_mfa_device(
            VirtualMFADeviceName=properties.get("VirtualMfaDeviceName") or at.name(226),
            **pick(properties, "Path", "Tags"),
        )
        return str(made["VirtualMFADevice"]["SerialNumber"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the device."""
        iam = at.client("iam")
        device = self._device(iam, physical_id)
        tags = iam.list_mfa_device_tags(SerialNumber=physical_id)["Tags"]
        path, _, name = physical_id.partition(":mfa")[2].rpartition("/")
        user = device.get("User", {}).get("UserName")
        return {
            "Path": f"{path}/",
            "SerialNumber": physical_id,
            "Tags": tag_list(tags),
            "Users": [user] if user else list(at.known.get("Users") or ()),
            "VirtualMfaDeviceName": name,
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags."""
        iam = at.client("iam")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            iam.tag_mfa_device(SerialNumber=physical_id, Tags=tag_list(tags))
        if untagged:
            iam.untag_mfa_device(SerialNumber=physical_id, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the device."""
        at.client("iam").delete_virtual_mfa_device(SerialNumber=physical_id)

    def _device(self, iam: Any, serial_number: str) -> Any:
        for device in iam.list_virtual_mfa_devices()["VirtualMFADevices"]:
            if device["SerialNumber"] == serial_number:
                return device
        raise GoneError(self.type, serial_number)


def _unchanging(name: str, type_name: str) -> NotSimulatedError:
    return NotSimulatedError(
        f"Dry Run does not simulate changing the property {name} of {type_name}; "
        "real AWS would carry it out."
    )
