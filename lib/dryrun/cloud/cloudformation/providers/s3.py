"""AWS::S3."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers import s3_state
from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.s3_configuration import ASPECTS, agrees
from dryrun.cloud.cloudformation.providers.s3_rules import inventory_from_api, inventory_to_api

_ACLS = {
    "Private": "private",
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
    "AuthenticatedRead": "authenticated-read",
    "LogDeliveryWrite": "log-delivery-write",
    "BucketOwnerRead": "bucket-owner-read",
    "BucketOwnerFullControl": "bucket-owner-full-control",
    "AwsExecRead": "aws-exec-read",
}
_PUBLIC = ("PublicRead", "PublicReadWrite", "AuthenticatedRead")
_DASHED_WEBSITES = (
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "eu-west-1",
    "sa-east-1",
    "us-gov-west-1",
)
"""Where a website's address has a dash before the region; "Amazon S3 endpoints and quotas"."""

_UNSEEN = "it is a setting of reports that S3 would make only after days, and no call shows it here"


class Bucket(Provider):
    """A bucket; its physical id is its name."""

    type = "AWS::S3::Bucket"
    handled = frozenset(
        {
            "AccessControl",
            "BucketName",
            "BucketNamePrefix",
            "BucketNamespace",
            "InventoryConfigurations",
            "ObjectLockEnabled",
            "Tags",
            *(aspect.name for aspect in ASPECTS),
        }
    )
    harmless: ClassVar = {
        "AnalyticsConfigurations": _UNSEEN,
        "IntelligentTieringConfigurations": _UNSEEN,
        "MetricsConfigurations": _UNSEEN,
    }
    name_property = "BucketName"
    seconds = Seconds(create=22, update=20, delete=3)

    def refuse(self, properties: Properties) -> str | None:
        """Name what S3 here would forget."""
        log = properties.get("LoggingConfiguration", {}).get("TargetObjectKeyFormat", {})
        if "PartitionedPrefix" in log:
            return "the property LoggingConfiguration.TargetObjectKeyFormat.PartitionedPrefix"
        for inventory in properties.get("InventoryConfigurations", ()):
            if inventory.get("IncludedObjectVersions") != "All":
                return "the value Current of InventoryConfigurations.IncludedObjectVersions"
        return None

    def create(self, at: Context, properties: Properties) -> str:
        """Create a bucket, and take it away again when it cannot be configured as asked."""
        name = _name(at, properties)
        if s3_state.taken(name):
            raise ResourceError(f"{name} already exists", "AlreadyExists")
        _refuse_grants(properties)
        at.client("s3").create_bucket(Bucket=name, **_creation(at, properties))
        s3_state.set_defaults(at, name)
        try:
            self._apply(at, name, {}, properties)
        except Exception:
            at.client("s3").delete_bucket(Bucket=name)
            raise
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a bucket: what the stack configured of it, or all when nothing is known of it."""
        s3 = at.client("s3")
        try:
            where = s3.get_bucket_location(Bucket=physical_id)["LocationConstraint"] or "us-east-1"
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        found: Properties = {"BucketName": physical_id, **_addresses(at, physical_id, where)}
        for aspect in ASPECTS:
            if not at.known or aspect.name in at.known:
                found[aspect.name] = aspect.read(at, physical_id)
        found["InventoryConfigurations"] = _inventories(at, physical_id)
        found["Tags"] = tag_list(_tags(at, physical_id))
        locked = s3_state.bucket(at, physical_id).object_lock_enabled
        found["ObjectLockEnabled"] = locked if locked or "ObjectLockEnabled" in at.known else None
        # What only CloudFormation knows, for no call of S3 tells it.
        for name in ("AccessControl", "BucketNamePrefix", "BucketNamespace"):
            found[name] = at.known.get(name)
        return {name: value for name, value in found.items() if value not in (None, [], {})}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs, and put back the defaults of what is no longer named."""
        _refuse_grants(new)
        self._apply(at, physical_id, old, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a bucket; S3 refuses when there is something in it."""
        at.client("s3").delete_bucket(Bucket=physical_id)

    def _apply(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        for aspect in ASPECTS:
            wanted = new.get(aspect.name)
            if aspect.name == "LoggingConfiguration" and wanted is not None:
                wanted = {"DestinationBucketName": name, **wanted}
            if wanted == old.get(aspect.name):
                continue
            if wanted is None:
                aspect.remove(at, name)
            else:
                aspect.apply(at, name, wanted)
            if aspect.name == "OwnershipControls":
                self._apply_grants(at, name, old, new)
        if "OwnershipControls" not in new or old.get("OwnershipControls"):
            self._apply_grants(at, name, old, new)
        self._apply_inventories(at, name, old, new)
        if old.get("Tags") != new.get("Tags"):
            _put_tags(at, name, tag_map(old.get("Tags")), tag_map(new.get("Tags")))

    def _apply_grants(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        wanted = new.get("AccessControl", "Private")
        if wanted != old.get("AccessControl", "Private"):
            at.client("s3").put_bucket_acl(Bucket=name, ACL=_ACLS[wanted])

    def _apply_inventories(self, at: Context, name: str, old: Properties, new: Properties) -> None:
        wanted = {one["Id"]: one for one in new.get("InventoryConfigurations", ())}
        before = {one["Id"]: one for one in old.get("InventoryConfigurations", ())}
        if any(one not in wanted for one in before):
            raise NotSimulatedError(
                "Dry Run does not simulate taking InventoryConfigurations away from "
                "AWS::S3::Bucket; real AWS would carry it out."
            )
        for key, one in wanted.items():
            if before.get(key) != one:
                at.client("s3").put_bucket_inventory_configuration(
                    Bucket=name, Id=key, InventoryConfiguration=inventory_to_api(one)
                )


def _name(at: Context, properties: Properties) -> str:
    if given := properties.get("BucketName"):
        return str(given)
    if properties.get("BucketNamespace") == "account-regional":
        ending = f"-{at.account}-{at.region}-an"
        prefix = properties.get("BucketNamePrefix") or at.name(63 - len(ending), lower=True)
        return f"{prefix}{ending}"
    return at.name(63, lower=True)


def _creation(at: Context, properties: Properties) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if at.region != "us-east-1":
        made["CreateBucketConfiguration"] = {"LocationConstraint": at.region}
    if properties.get("ObjectLockEnabled"):
        made["ObjectLockEnabledForBucket"] = True
    if "BucketNamespace" in properties:
        made["BucketNamespace"] = properties["BucketNamespace"]
    return made


def _refuse_grants(properties: Properties) -> None:
    """Refuse what buckets have refused since April 2023.

    "Blocking public access to your Amazon S3 storage" and "Controlling ownership of objects and
    disabling ACLs for your bucket", Amazon S3 User Guide.
    """
    wanted = properties.get("AccessControl", "Private")
    if wanted in ("Private", "BucketOwnerFullControl"):
        return
    rules = properties.get("OwnershipControls", {}).get("Rules") or [{}]
    if rules[0].get("ObjectOwnership", "BucketOwnerEnforced") == "BucketOwnerEnforced":
        raise _acl_error(
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        )
    block = properties.get("PublicAccessBlockConfiguration", {"BlockPublicAcls": True})
    if wanted in _PUBLIC and block.get("BlockPublicAcls"):
        raise _acl_error("Bucket cannot have public ACLs set with BlockPublicAccess enabled")


def _acl_error(message: str) -> ResourceError:
    return ResourceError(f"{message} (Service: S3, Status Code: 400)", "InvalidRequest")


def _addresses(at: Context, name: str, region: str) -> Properties:
    suffix = "amazonaws.com.cn" if at.partition == "aws-cn" else "amazonaws.com"
    between = "-" if region in _DASHED_WEBSITES else "."
    return {
        "Arn": f"arn:{at.partition}:s3:::{name}",
        "DomainName": f"{name}.s3.{suffix}",
        "DualStackDomainName": f"{name}.s3.dualstack.{region}.{suffix}",
        "RegionalDomainName": f"{name}.s3.{region}.{suffix}",
        "WebsiteURL": f"http://{name}.s3-website{between}{region}.{suffix}",
    }


def _inventories(at: Context, name: str) -> list[Any]:
    known = at.known.get("InventoryConfigurations") if at.known else ()
    if known is None:
        return []
    s3, found = at.client("s3"), []
    listed = s3_state.bucket(at, name).inventory_configs
    for key in listed:
        answer = s3.get_bucket_inventory_configuration(Bucket=name, Id=key)
        actual = answer["InventoryConfiguration"]
        same = [one for one in known if agrees(inventory_to_api(one), actual)]
        found.append(same[0] if same else inventory_from_api(actual))
    return found


def _tags(at: Context, name: str) -> list[dict[str, str]]:
    try:
        found: list[dict[str, str]] = at.client("s3").get_bucket_tagging(Bucket=name)["TagSet"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchTagSet":
            raise
        return []
    return found


def _put_tags(at: Context, name: str, before: dict[str, str], after: dict[str, str]) -> None:
    """Put the tags; those of the stack are put where S3 lets only AWS put them."""
    own, earlier = _own(after), _own(before)
    if own and own != earlier:
        at.client("s3").put_bucket_tagging(Bucket=name, Tagging={"TagSet": tag_list(own)})
    elif earlier and not own:
        at.client("s3").delete_bucket_tagging(Bucket=name)
    s3_state.set_tags(at, name, {key: after[key] for key in after if key not in own})


def _own(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


class BucketPolicy(Provider):
    """The policy of a bucket; its physical id is the bucket's name."""

    type = "AWS::S3::BucketPolicy"
    handled = frozenset({"Bucket", "PolicyDocument"})
    seconds = Seconds(create=2, update=2, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Put a policy where there is none."""
        bucket = str(properties["Bucket"])
        if _policy(at, bucket) is not None:
            raise ResourceError(
                f"The bucket policy already exists on bucket {bucket}.", "AlreadyExists"
            )
        _put_policy(at, bucket, properties)
        return bucket

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a policy."""
        found = _policy(at, physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        return {"Bucket": physical_id, "PolicyDocument": found}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new policy in the old one's place."""
        _put_policy(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a policy."""
        at.client("s3").delete_bucket_policy(Bucket=physical_id)


def _policy(at: Context, bucket: str) -> Any:
    try:
        return json.loads(at.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchBucketPolicy", "NoSuchBucket"):
            return None
        raise


def _put_policy(at: Context, bucket: str, properties: Properties) -> None:
    document = properties["PolicyDocument"]
    text = document if isinstance(document, str) else json.dumps(document)
    at.client("s3").put_bucket_policy(Bucket=bucket, Policy=text)


class AccessPoint(Provider):
    """An access point; its physical id is its name."""

    type = "AWS::S3::AccessPoint"
    handled = frozenset(
        {"Bucket", "Name", "Policy", "PublicAccessBlockConfiguration", "Tags", "VpcConfiguration"}
    )
    harmless: ClassVar = {"BucketAccountId": "it repeats whose bucket it is"}
    name_property = "Name"

    def create(self, at: Context, properties: Properties) -> str:
        """Create an access point."""
        name = properties.get("Name") or at.name(50, lower=True)
        control = at.client("s3control")
        _find_bucket(properties["Bucket"])
        if _access_point(at, name) is not None:
            raise ResourceError(f"{name} already exists", "AlreadyExists")
        wanted = {
            key: properties[key]
            for key in ("VpcConfiguration", "PublicAccessBlockConfiguration", "Tags")
            if key in properties
        }
        control.create_access_point(
            AccountId=at.account, Name=name, Bucket=properties["Bucket"], **wanted
        )
        if "Policy" in properties:
            self._put(at, name, properties["Policy"])
        return str(name)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an access point."""
        found = _access_point(at, physical_id)
        if found is None:
            raise GoneError(self.type, physical_id)
        control = at.client("s3control")
        arn = found["AccessPointArn"]
        tags = control.list_tags_for_resource(AccountId=at.account, ResourceArn=arn)["Tags"]
        names = ("Name", "Bucket", "NetworkOrigin", "Alias", "PublicAccessBlockConfiguration")
        made = {key: found[key] for key in names}
        if vpc := found.get("VpcConfiguration"):
            made["VpcConfiguration"] = vpc
        if policy := self._policy(at, physical_id):
            made["Policy"] = policy
        return {**made, "Arn": arn, "Tags": tags}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the policy and the tags."""
        if old.get("PublicAccessBlockConfiguration") != new.get("PublicAccessBlockConfiguration"):
            raise NotSimulatedError(
                "Dry Run does not simulate changes of PublicAccessBlockConfiguration of "
                f"{self.type}; real AWS would carry it out."
            )
        control = at.client("s3control")
        if "Policy" in new:
            self._put(at, physical_id, new["Policy"])
        elif "Policy" in old:
            control.delete_access_point_policy(AccountId=at.account, Name=physical_id)
        if old.get("Tags") != new.get("Tags"):
            arn = self.read(at, physical_id)["Arn"]
            gone = [key for key in tag_map(old.get("Tags")) if key not in tag_map(new.get("Tags"))]
            if gone:
                control.untag_resource(AccountId=at.account, ResourceArn=arn, TagKeys=gone)
            if new.get("Tags"):
                control.tag_resource(AccountId=at.account, ResourceArn=arn, Tags=new["Tags"])

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete an access point."""
        at.client("s3control").delete_access_point(AccountId=at.account, Name=physical_id)

    def _put(self, at: Context, name: str, policy: Any) -> None:
        text = policy if isinstance(policy, str) else json.dumps(policy)
        at.client("s3control").put_access_point_policy(AccountId=at.account, Name=name, Policy=text)

    def _policy(self, at: Context, name: str) -> Any:
        control = at.client("s3control")
        try:
            found = control.get_access_point_policy(AccountId=at.account, Name=name)
        except ClientError:
            return None
        return json.loads(found["Policy"])


def _access_point(at: Context, name: str) -> Any:
    try:
        return at.client("s3control").get_access_point(AccountId=at.account, Name=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchAccessPoint":
            return None
        raise


def _find_bucket(bucket: str) -> None:
    if not s3_state.taken(bucket):
        raise ResourceError("The specified bucket does not exist", "InvalidRequest")
