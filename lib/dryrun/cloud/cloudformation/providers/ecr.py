"""AWS::ECR."""

from __future__ import annotations

import json
from typing import Any

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
from dryrun.cloud.cloudformation.providers.declared import from_api, to_api
from dryrun.cloud.cloudformation.providers.found import (
    ignoring_absence,
    lookup,
    text,
)

_QUICK = Seconds(create=3, update=3, delete=3)


class Repository(Provider):
    """A repository of images; its physical id is its name."""

    type = "AWS::ECR::Repository"
    handled = frozenset(
        {
            "EmptyOnDelete",
            "EncryptionConfiguration",
            "ImageScanningConfiguration",
            "ImageTagMutability",
            "LifecyclePolicy",
            "RepositoryName",
            "RepositoryPolicyText",
            "Tags",
        }
    )
    name_property = "RepositoryName"
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Create the repository with its policies."""
        name = str(properties.get("RepositoryName") or at.name(256, lower=True))
        ecr = at.client("ecr")
        kept = ("EncryptionConfiguration", "ImageScanningConfiguration", "ImageTagMutability")
        given = {**pick(properties, *kept, "RepositoryName", "Tags"), "RepositoryName": name}
        model = ecr.meta.service_model.operation_model("CreateRepository")
        ecr.create_repository(**to_api(model.input_shape, given))
        self._govern(ecr, name, {}, properties)
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the repository with its policies."""
        ecr = at.client("ecr")
        named = {"repositoryName": physical_id}
        with lookup(self.type, physical_id):
            found = ecr.describe_repositories(repositoryNames=[physical_id])["repositories"][0]
        shape = ecr.meta.service_model.operation_model("DescribeRepositories").output_shape
        shown = from_api(self.type, shape.members["repositories"].member, found)
        tags = ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]
        shown = {
            **pick(shown, "EncryptionConfiguration", "ImageScanningConfiguration"),
            **pick(shown, "ImageTagMutability", "RepositoryName", "RepositoryUri"),
            **pick(at.known, "EmptyOnDelete"),
            "Arn": found["repositoryArn"],
            "Tags": tag_list(tags),
        }
        with ignoring_absence():
            policy = ecr.get_lifecycle_policy(**named)["lifecyclePolicyText"]
            shown["LifecyclePolicy"] = _lifecycle(policy, at.known.get("LifecyclePolicy") or {})
        with ignoring_absence():
            policy = ecr.get_repository_policy(**named)["policyText"]
            shown["RepositoryPolicyText"] = json.loads(policy)
        return shown

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change policies, scanning, mutability and tags."""
        ecr = at.client("ecr")
        named = {"repositoryName": physical_id}
        if changed(old, new, "ImageTagMutability"):
            ecr.put_image_tag_mutability(
                **named, imageTagMutability=new.get("ImageTagMutability", "MUTABLE")
            )
        if changed(old, new, "ImageScanningConfiguration"):
            scanning = new.get("ImageScanningConfiguration") or {}
            ecr.put_image_scanning_configuration(
                **named,
                imageScanningConfiguration={"scanOnPush": bool(scanning.get("ScanOnPush"))},
            )
        self._govern(ecr, physical_id, old, new)
        arn = at.arn("ecr", f"repository/{physical_id}")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            ecr.tag_resource(resourceArn=arn, tags=tag_list(tags))
        if untagged:
            ecr.untag_resource(resourceArn=arn, tagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the repository; images keep it unless it is to be emptied."""
        at.client("ecr").delete_repository(
            repositoryName=physical_id, force=bool(at.known.get("EmptyOnDelete"))
        )

    def _govern(self, ecr: Any, name: str, old: Properties, new: Properties) -> None:
        named = {"repositoryName": name}
        if changed(old, new, "LifecyclePolicy"):
            policy = (new.get("LifecyclePolicy") or {}).get("LifecyclePolicyText")
            if policy:
                ecr.put_lifecycle_policy(**named, lifecyclePolicyText=policy)
            else:
                with ignoring_absence():
                    ecr.delete_lifecycle_policy(**named)
        if changed(old, new, "RepositoryPolicyText"):
            if new.get("RepositoryPolicyText"):
                ecr.set_repository_policy(**named, policyText=text(new["RepositoryPolicyText"]))
            else:
                with ignoring_absence():
                    ecr.delete_repository_policy(**named)


class RegistryPolicy(Provider):
    """The policy of the account's registry; its physical id is the account."""

    type = "AWS::ECR::RegistryPolicy"
    handled = frozenset({"PolicyText"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Write the policy."""
        with ignoring_absence():
            at.client("ecr").get_registry_policy()
            raise ResourceError(
                f"Registry Policy already exists in registry {at.account}.", "AlreadyExists"
            )
        self._put(at, properties)
        return at.account

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy."""
        with lookup(self.type, physical_id):
            found = at.client("ecr").get_registry_policy()
        return {"PolicyText": json.loads(found["policyText"]), "RegistryId": physical_id}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Write the policy anew."""
        self._put(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the policy."""
        at.client("ecr").delete_registry_policy()

    def _put(self, at: Context, properties: Properties) -> None:
        at.client("ecr").put_registry_policy(policyText=text(properties["PolicyText"]))


class ReplicationConfiguration(Provider):
    """Where the account's images are copied to; its physical id is the account."""

    type = "AWS::ECR::ReplicationConfiguration"
    handled = frozenset({"ReplicationConfiguration"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Set it."""
        self._put(at, properties)
        return at.account

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read it."""
        ecr = at.client("ecr")
        found = ecr.describe_registry()["replicationConfiguration"]
        if not found.get("rules"):
            raise GoneError(self.type, physical_id)
        shape = ecr.meta.service_model.operation_model("DescribeRegistry").output_shape
        member = shape.members["replicationConfiguration"]
        return {
            "RegistryId": physical_id,
            "ReplicationConfiguration": from_api(self.type, member, found),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set it anew."""
        self._put(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Copy nothing any more."""
        at.client("ecr").put_replication_configuration(replicationConfiguration={"rules": []})

    def _put(self, at: Context, properties: Properties) -> None:
        ecr = at.client("ecr")
        model = ecr.meta.service_model.operation_model("PutReplicationConfiguration")
        ecr.put_replication_configuration(**to_api(model.input_shape, properties))


class RegistryScanningConfiguration(Provider):
    """Which repositories' images are scanned, and when; its physical id is the account."""

    type = "AWS::ECR::RegistryScanningConfiguration"
    handled = frozenset({"Rules", "ScanType"})
    seconds = _QUICK

    def create(self, at: Context, properties: Properties) -> str:
        """Set it."""
        ecr = at.client("ecr")
        model = ecr.meta.service_model.operation_model("PutRegistryScanningConfiguration")
        ecr.put_registry_scanning_configuration(**to_api(model.input_shape, properties))
        return at.account

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read it; what every account has by itself is nobody's."""
        ecr = at.client("ecr")
        found = ecr.get_registry_scanning_configuration()["scanningConfiguration"]
        if found == _BY_ITSELF:
            raise GoneError(self.type, physical_id)
        model = ecr.meta.service_model.operation_model("GetRegistryScanningConfiguration")
        shape = model.output_shape.members["scanningConfiguration"]
        return {"RegistryId": physical_id, **from_api(self.type, shape, found)}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Set it anew."""
        self.create(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Set what every account has by itself."""
        at.client("ecr").put_registry_scanning_configuration(**_BY_ITSELF)


_BY_ITSELF: dict[str, Any] = {"scanType": "BASIC", "rules": []}


def _lifecycle(policy: str, known: Properties) -> Properties:
    """Return the lifecycle policy, as the template has it where that means the same."""
    given = known.get("LifecyclePolicyText", "")
    same = bool(given) and json.loads(given) == json.loads(policy)
    return {**known, "LifecyclePolicyText": given if same else policy}
