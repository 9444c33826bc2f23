"""AWS::CertificateManager."""

from __future__ import annotations

from typing import Any

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds, changed
from dryrun.cloud.cloudformation.providers.declared import Declared, Tagging

_CT = "CertificateTransparencyLoggingPreference"


class Certificate(Declared):
    """A certificate; its physical id is its ARN."""

    type = "AWS::CertificateManager::Certificate"
    handled = frozenset(
        {
            "CertificateAuthorityArn",
            _CT,
            "DomainName",
            "DomainValidationOptions",
            "SubjectAlternativeNames",
            "Tags",
            "ValidationMethod",
        }
    )
    harmless = {
        "CertificateExport": "no certificate leaves this account",
        "KeyAlgorithm": "no connection is made with a certificate here",
    }
    service = "acm"
    written = frozenset({"DomainValidationOptions", "ValidationMethod"})
    seconds = Seconds(create=120, update=5, delete=5)
    creates, reads, deletes = "request_certificate", "describe_certificate", "delete_certificate"
    key, made, item = "CertificateArn", "CertificateArn", "Certificate"
    answered = {_CT: f"Options.{_CT}"}
    tagging = Tagging(
        "CertificateArn",
        key="CertificateArn",
        add="add_tags_to_certificate",
        remove="remove_tags_from_certificate",
        listed="list_tags_for_certificate",
        keys="Tags",
        plain=True,
    )

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with options as the API has them."""
        if _CT in properties:
            properties["Options"] = {_CT: properties.pop(_CT)}
        return properties

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Leave out the hosted zones, which are CloudFormation's and not ACM's."""
        options = properties.get("DomainValidationOptions") or ()
        kept = [one for one in options if "ValidationDomain" in one]
        given = {k: v for k, v in properties.items() if k != "DomainValidationOptions"}
        if kept:
            given["DomainValidationOptions"] = kept
        return super().request(at, name, given, tags=tags)

    def after_create(self, at: Context, physical_id: str, properties: Properties) -> None:
        """Prove the domains in the hosted zones that are named, as CloudFormation does."""
        options = properties.get("DomainValidationOptions") or ()
        zones = {one["DomainName"]: one.get("HostedZoneId") for one in options}
        if properties.get("ValidationMethod") != "DNS" or not any(zones.values()):
            return
        found = self.call(at, self.reads, {self.key: physical_id})["Certificate"]
        for proof in found["DomainValidationOptions"]:
            zone = zones.get(proof["DomainName"])
            if zone and "ResourceRecord" in proof:
                self._prove(at, zone, proof["ResourceRecord"])

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Set the options."""
        if changed(old, new, "Options"):
            self._accepts(at, ["Options"])
        return []

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the other names without the first, unless the template names it among them."""
        names = shown.get("SubjectAlternativeNames") or []
        given = at.known.get("SubjectAlternativeNames") or []
        own = shown["DomainName"]
        shown["SubjectAlternativeNames"] = [one for one in names if one != own or own in given]
        return shown

    def _prove(self, at: Context, zone: str, record: dict[str, str]) -> None:
        at.client("route53").change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch={
                "Changes": [
                    {
                        "Action": "UPSERT",
                        "ResourceRecordSet": {
                            "Name": record["Name"],
                            "Type": record["Type"],
                            "TTL": 300,
                            "ResourceRecords": [{"Value": record["Value"]}],
                        },
                    }
                ]
            },
        )
