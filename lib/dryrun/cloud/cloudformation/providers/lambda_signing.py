"""AWS::Lambda::CodeSigningConfig."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Provider,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.found import lookup

_SET = ("AllowedPublishers", "CodeSigningPolicies", "Description")
_WARN = {"UntrustedArtifactOnDeployment": "Warn"}


class CodeSigningConfig(Provider):
    """Who must have signed the code of functions; its physical id is its ARN."""

    type = "AWS::Lambda::CodeSigningConfig"
    handled = frozenset({*_SET, "Tags"})
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Create the configuration."""
        tags = tag_map(properties.get("Tags"))
        made = at.client("lambda").create_code_signing_config(
            **pick(properties, *_SET), **({"Tags": tags} if tags else {})
        )
        return str(made["CodeSigningConfig"]["CodeSigningConfigArn"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the configuration."""
        functions = at.client("lambda")
        with lookup(self.type, physical_id):
            answer = functions.get_code_signing_config(CodeSigningConfigArn=physical_id)
        found = answer["CodeSigningConfig"]
        tags = functions.list_tags(Resource=physical_id)["Tags"]
        named = ("CodeSigningConfigArn", "CodeSigningConfigId")
        return {**pick(found, *named, *_SET), "Tags": tag_list(tags)}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs."""
        functions = at.client("lambda")
        if changed(old, new, *_SET):
            usual = {"CodeSigningPolicies": _WARN, "Description": ""}
            wanted = {**usual, **pick(new, *_SET)}
            functions.update_code_signing_config(CodeSigningConfigArn=physical_id, **wanted)
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            functions.tag_resource(Resource=physical_id, Tags=tags)
        if untagged:
            functions.untag_resource(Resource=physical_id, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the configuration."""
        at.client("lambda").delete_code_signing_config(CodeSigningConfigArn=physical_id)
