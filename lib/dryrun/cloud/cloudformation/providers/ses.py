"""AWS::SES."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.found import ignoring_absence, lookup, without
from dryrun.cloud.cloudformation.providers.ses_sets import backend, set_tags

_QUICK = Seconds(create=3, update=3, delete=3)


class Template(Provider):
    """A template of messages; its physical id is its name."""

    type = "AWS::SES::Template"
    handled = frozenset({"Template"})
    harmless: ClassVar[Mapping[str, str]] = {"Tags": "the simulated SES keeps no tags of templates"}
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the template."""
        given = {"TemplateName": at.name(64), **(properties.get("Template") or {})}
        at.client("ses").create_template(Template=given)
        return str(given["TemplateName"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the template."""
        with lookup(self.type, physical_id):
            found = at.client("ses").get_template(TemplateName=physical_id)["Template"]
        parts = pick(found, "HtmlPart", "SubjectPart", "TemplateName", "TextPart")
        return {"Id": physical_id, "Template": without(parts, "")}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the template."""
        given = {**(new.get("Template") or {}), "TemplateName": physical_id}
        at.client("ses").update_template(Template=given)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the template."""
        at.client("ses").delete_template(TemplateName=physical_id)


class EmailIdentity(Provider):
    """An address or domain to send from, not yet verified; its physical id is the identity."""

    type = "AWS::SES::EmailIdentity"
    handled = frozenset({"ConfigurationSetAttributes", "EmailIdentity", "Tags"})
    harmless: ClassVar[Mapping[str, str]] = {
        "DkimAttributes": "messages are not delivered, so nobody checks their signature",
        "FeedbackAttributes": "messages are not delivered, so none comes back",
    }
    name_property = "EmailIdentity"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the identity."""
        sending = properties.get("ConfigurationSetAttributes") or {}
        at.client("sesv2").create_email_identity(
            EmailIdentity=properties["EmailIdentity"],
            Tags=tag_list(properties.get("Tags")),
            **pick(sending, "ConfigurationSetName"),
        )
        return str(properties["EmailIdentity"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the identity."""
        with lookup(self.type, physical_id):
            found = at.client("sesv2").get_email_identity(EmailIdentity=physical_id)
        shown = {"EmailIdentity": physical_id, "Tags": tag_list(found.get("Tags"))}
        if found.get("ConfigurationSetName"):
            kept = pick(found, "ConfigurationSetName")
            return {**shown, "ConfigurationSetAttributes": kept}
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the tags and the usual configuration set, for which moto has no calls."""
        found = backend(at).email_identities[physical_id]
        found.tags = set_tags(at, "email-identity", physical_id, new.get("Tags"))
        sending = new.get("ConfigurationSetAttributes") or {}
        found.configuration_set_name = sending.get("ConfigurationSetName")

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the identity."""
        with ignoring_absence():
            at.client("sesv2").delete_email_identity(EmailIdentity=physical_id)
