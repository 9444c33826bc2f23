"""AWS::IoT: certificates, and what they are attached to."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    Seconds,
    pick,
)
from dryrun.cloud.cloudformation.providers.found import lookup, without

_QUICK = Seconds(create=3, update=3, delete=3)


class Certificate(Provider):
    """A certificate; its physical id is its id."""

    type = "AWS::IoT::Certificate"
    handled = frozenset(
        {"CACertificatePem", "CertificatePem", "CertificateSigningRequest", "Status"}
    )
    harmless = {"CertificateMode": "no device connects here"}
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Sign a request, or register a certificate that is there."""
        iot = at.client("iot")
        active = properties["Status"] == "ACTIVE"
        if "CertificateSigningRequest" in properties:
            made = iot.create_certificate_from_csr(
                certificateSigningRequest=properties["CertificateSigningRequest"],
                setAsActive=active,
            )
        elif "CACertificatePem" in properties:
            made = iot.register_certificate(
                certificatePem=properties["CertificatePem"],
                caCertificatePem=properties["CACertificatePem"],
                status=properties["Status"],
            )
        elif "CertificatePem" in properties:
            made = iot.register_certificate_without_ca(
                certificatePem=properties["CertificatePem"], status=properties["Status"]
            )
        else:
            raise NotSimulatedError(
                "Dry Run does not simulate a certificate of neither a request nor a PEM; "
                "real AWS would say what is missing."
            )
        if active:
            iot.update_certificate(certificateId=made["certificateId"], newStatus="ACTIVE")
        return str(made["certificateId"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the certificate."""
        with lookup(self.type, physical_id):
            found = at.client("iot").describe_certificate(certificateId=physical_id)
        shown = found["certificateDescription"]
        return without(
            {
                "Arn": shown["certificateArn"],
                "Id": shown["certificateId"],
                "Status": shown["status"],
                **pick(at.known, "CACertificatePem", "CertificatePem", "CertificateSigningRequest"),
            }
        )

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the status."""
        at.client("iot").update_certificate(certificateId=physical_id, newStatus=new["Status"])

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the certificate, which must not be active: CloudFormation sees to that."""
        iot = at.client("iot")
        self.read(at, physical_id)
        iot.update_certificate(certificateId=physical_id, newStatus="INACTIVE")
        iot.delete_certificate(certificateId=physical_id)


class PolicyPrincipalAttachment(Provider):
    """A certificate with a policy; its physical id is made of both."""

    type = "AWS::IoT::PolicyPrincipalAttachment"
    handled = frozenset({"PolicyName", "Principal"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Attach the policy."""
        policy, principal = properties["PolicyName"], properties["Principal"]
        at.client("iot").attach_policy(policyName=policy, target=principal)
        return f"{policy}|{principal}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read whether the policy is attached."""
        policy, _, principal = physical_id.partition("|")
        with lookup(self.type, physical_id):
            found = at.client("iot").list_attached_policies(target=principal)["policies"]
        if all(one["policyName"] != policy for one in found):
            raise GoneError(self.type, physical_id)
        return {"PolicyName": policy, "Principal": principal}

    def delete(self, at: Context, physical_id: str) -> None:
        """Detach the policy."""
        policy, _, principal = physical_id.partition("|")
        at.client("iot").detach_policy(policyName=policy, target=principal)


class ThingPrincipalAttachment(Provider):
    """A thing with a certificate; its physical id is made of both."""

    type = "AWS::IoT::ThingPrincipalAttachment"
    handled = frozenset({"Principal", "ThingName"})
    harmless = {"ThingPrincipalType": "no device connects here"}
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Attach the certificate."""
        thing, principal = properties["ThingName"], properties["Principal"]
        at.client("iot").attach_thing_principal(thingName=thing, principal=principal)
        return f"{thing}|{principal}"

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read whether the certificate is attached."""
        thing, _, principal = physical_id.partition("|")
        with lookup(self.type, physical_id):
            found = at.client("iot").list_thing_principals(thingName=thing)["principals"]
        if principal not in found:
            raise GoneError(self.type, physical_id)
        return {"ThingName": thing, "Principal": principal}

    def delete(self, at: Context, physical_id: str) -> None:
        """Detach the certificate."""
        thing, _, principal = physical_id.partition("|")
        at.client("iot").detach_thing_principal(thingName=thing, principal=principal)
