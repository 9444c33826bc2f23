"""AWS::CloudFront."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError
from moto.cloudfront.models import cloudfront_backends

from dryrun.cloud.cloudformation.providers.base import (
    CERTIFICATE,
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    changed,
    tag_changes,
    tag_list,
)
from dryrun.cloud.cloudformation.providers.declared import Declared, is_absent, to_api

_UNKEPT = (
    "AnycastIpListId",
    "CNAMEs",
    "ConnectionMode",
    "ContinuousDeploymentPolicyId",
    "CustomOrigin",
    "S3Origin",
    "Staging",
    "TenantConfig",
    "ViewerMtlsConfig",
)


class Distribution(Provider):
    """A distribution; its physical id is its id."""

    type = "AWS::CloudFront::Distribution"
    handled = frozenset({"DistributionConfig", "Tags"})
    lenient: ClassVar[Mapping[str, str]] = {"DistributionConfig": CERTIFICATE}
    seconds = Seconds(create=240, update=240, delete=300)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a distribution."""
        client = at.client("cloudfront")
        config = _config(client, properties["DistributionConfig"], at.name(64))
        made = client.create_distribution_with_tags(
            DistributionConfigWithTags={
                "DistributionConfig": config,
                "Tags": {"Items": tag_list(properties.get("Tags"))},
            }
        )
        distribution_id = str(made["Distribution"]["Id"])
        _complete(at, distribution_id, config)
        return distribution_id

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a distribution."""
        client = at.client("cloudfront")
        found = _get(self, client.get_distribution, physical_id)["Distribution"]
        tags = client.list_tags_for_resource(Resource=found["ARN"])
        known = at.known.get("DistributionConfig") or {}
        return {
            "Id": physical_id,
            "DomainName": found["DomainName"],
            "DistributionConfig": as_known(found["DistributionConfig"], known),
            "Tags": tag_list(tags["Tags"].get("Items")),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the configuration anew, and the tags."""
        client = at.client("cloudfront")
        found = client.get_distribution(Id=physical_id)
        if changed(old, new, "DistributionConfig"):
            reference = found["Distribution"]["DistributionConfig"]["CallerReference"]
            config = _config(client, new["DistributionConfig"], reference)
            client.update_distribution(
                Id=physical_id, IfMatch=found["ETag"], DistributionConfig=config
            )
            _complete(at, physical_id, config)
        arn = found["Distribution"]["ARN"]
        tags, gone = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            client.tag_resource(Resource=arn, Tags={"Items": tag_list(tags)})
        if gone:
            client.untag_resource(Resource=arn, TagKeys={"Items": gone})

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a distribution; CloudFormation disables it first by itself."""
        client = at.client("cloudfront")
        etag = _get(self, client.get_distribution, physical_id)["ETag"]
        client.delete_distribution(Id=physical_id, IfMatch=etag)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse what moto does not keep of a configuration."""
        for name in _UNKEPT:
            if name in properties["DistributionConfig"]:
                return f"the property DistributionConfig.{name}"
        return None


def _get(provider: Provider, call: Any, resource_id: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = call(Id=resource_id)
    except ClientError as error:
        if is_absent(error):
            raise GoneError(provider.type, resource_id) from error
        raise
    return found


def _config(client: Any, config: Properties, reference: str) -> dict[str, Any]:
    """Return the configuration as the API has it."""
    shape = client.meta.service_model.operation_model("CreateDistribution").input_shape
    given = {"Comment": "", **config, "CallerReference": reference}
    if "IPV6Enabled" in given:
        given["IsIPV6Enabled"] = given.pop("IPV6Enabled")
    if "Logging" in given:
        given["Logging"] = {"IncludeCookies": False, "Prefix": "", **given["Logging"]}
        given["Logging"]["Enabled"] = True
    made: dict[str, Any] = counted(shape.members["DistributionConfig"], given)
    return made


def counted(shape: Any, value: Any) -> Any:
    """Return a part of a configuration with lists counted, as CloudFront's API wants them."""
    if shape.type_name != "structure":
        inner = shape.member if shape.type_name == "list" else None
        return [counted(inner, one) for one in value] if inner else to_api(shape, value)
    members = {name.lower(): name for name in shape.members}
    if isinstance(value, list):
        listed = {"Quantity": len(value), "Items": counted(shape.members["Items"], value)}
        return {**listed, "Enabled": bool(value)} if "Enabled" in shape.members else listed
    if isinstance(value, Mapping):
        value = _beside(dict(value), shape)
        pairs = ((members.get(key.lower()), inner) for key, inner in value.items())
        return {name: counted(shape.members[name], inner) for name, inner in pairs if name}
    return value


def _beside(value: dict[str, Any], shape: Any) -> dict[str, Any]:
    """Return a structure with what the API has inside a list that the schema has beside it."""
    if "Quantity" in shape.members and isinstance(value.get("Items"), list):
        value["Quantity"] = len(value["Items"])
    if "QueryString" in value and "Cookies" in shape.members:
        value.setdefault("Cookies", {"Forward": "none"})
    if "Locations" in value or ("RestrictionType" in value and "Items" in shape.members):
        places = value.pop("Locations", [])
        value.update({"Quantity": len(places), "Items": places})
    if "AllowedMethods" in shape.members and isinstance(value.get("CachedMethods"), list):
        cached = value.pop("CachedMethods")
        allowed = value.get("AllowedMethods") or ["GET", "HEAD"]
        value["AllowedMethods"] = {
            "Quantity": len(allowed),
            "Items": allowed,
            "CachedMethods": {"Quantity": len(cached), "Items": cached},
        }
    if "WhitelistedNames" in shape.members and "Forward" in value and "WhitelistedNames" in value:
        names = value["WhitelistedNames"]
        value["WhitelistedNames"] = {"Quantity": len(names), "Items": names}
    if "OriginCustomHeaders" in value:
        value["CustomHeaders"] = value.pop("OriginCustomHeaders")
    if "OriginProtocolPolicy" in value:
        # "CustomOriginConfig", CloudFormation Template Reference, has these as defaults.
        value = {"HTTPPort": 80, "HTTPSPort": 443, **value}
    if "S3OriginConfig" in value:
        value["S3OriginConfig"] = {"OriginAccessIdentity": "", **value["S3OriginConfig"]}
    return value


def _complete(at: Context, distribution_id: str, config: dict[str, Any]) -> None:
    """Give moto's distribution the functions and access controls that it leaves out."""
    partition = cloudfront_backends[at.account][at.partition]
    kept = partition.distributions[distribution_id].distribution_config
    for origin, given in zip(kept.Origins["Items"], config["Origins"]["Items"], strict=True):
        origin.origin_access_control_id = given.get("OriginAccessControlId", "")
    behaviors = [(kept.DefaultCacheBehavior, config["DefaultCacheBehavior"])]
    more = (config.get("CacheBehaviors") or {}).get("Items") or []
    behaviors += list(zip(kept.CacheBehaviors.get("Items") or [], more, strict=True))
    for behavior, given in behaviors:
        behavior.function_associations = given.get("FunctionAssociations") or {"Quantity": 0}
        behavior.lambda_function_associations = given.get("LambdaFunctionAssociations") or {
            "Quantity": 0
        }


def as_known(found: Any, known: Any) -> Any:
    """Return what the stack set of a configuration, as it is now, in the schema's shape."""
    if isinstance(known, list) and isinstance(found, Mapping):
        found = found.get("Items") or []
    if isinstance(known, list) and isinstance(found, list):
        if len(known) == len(found):
            return [as_known(one, other) for one, other in zip(found, known, strict=True)]
        return found
    if isinstance(known, Mapping) and isinstance(found, Mapping):
        return dict(_members(found, known))
    number = isinstance(known, int) and not isinstance(known, bool)
    return int(found) if number and isinstance(found, str) and found.isdigit() else found


_OTHERWISE = {
    "ipv6enabled": "isipv6enabled",
    "locations": "items",
    "origincustomheaders": "customheaders",
}


def _members(found: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    lowered = {name.lower(): value for name, value in found.items()}
    for name, value in known.items():
        key = name.lower()
        there = lowered.get(key, lowered.get(_OTHERWISE.get(key, "")))
        if key == "cachedmethods":
            there = (lowered.get("allowedmethods") or {}).get("CachedMethods")
        if there is not None:
            yield name, as_known(there, value)
        elif key == "s3originconfig" and not any(value.values()):
            # moto leaves out an origin's configuration that says nothing.
            yield name, value


class Configured(Declared):
    """A type that is one configuration; its physical id is its id."""

    service = "cloudfront"
    seconds = Seconds(create=5, update=5, delete=5)
    key = "Id"
    config: ClassVar[str] = ""

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the caller's reference where the API wants one."""
        config = dict(properties[self.config])
        members = self._operation(at, self.creates).input_shape.members[self.config].members
        if "CallerReference" in members:
            config.setdefault("CallerReference", at.name(64))
        return {**properties, self.config: config}

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the resource in the version it has."""
        etag = _get(self, getattr(at.client(self.service), self.reads), physical_id)["ETag"]
        self.call(at, self.deletes, {"Id": physical_id, "IfMatch": etag})


class OriginAccessControl(Configured):
    """An origin access control."""

    type = "AWS::CloudFront::OriginAccessControl"
    handled = frozenset({"OriginAccessControlConfig"})
    creates, reads = "create_origin_access_control", "get_origin_access_control"
    updates, deletes = "update_origin_access_control", "delete_origin_access_control"
    made, item, config = (
        "OriginAccessControl.Id",
        "OriginAccessControl",
        "OriginAccessControlConfig",
    )

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the configuration anew, in the version it has."""
        if names:
            found = at.client("cloudfront").get_origin_access_control(Id=physical_id)
            at.client("cloudfront").update_origin_access_control(
                Id=physical_id,
                IfMatch=found["ETag"],
                OriginAccessControlConfig=new["OriginAccessControlConfig"],
            )
        return []


class OriginAccessIdentity(Configured):
    """An origin access identity, as which distributions used to read buckets."""

    type = "AWS::CloudFront::CloudFrontOriginAccessIdentity"
    handled = frozenset({"CloudFrontOriginAccessIdentityConfig"})
    creates = "create_cloud_front_origin_access_identity"
    reads = "get_cloud_front_origin_access_identity"
    updates = "update_cloud_front_origin_access_identity"
    deletes = "delete_cloud_front_origin_access_identity"
    made, item, config = (
        "CloudFrontOriginAccessIdentity.Id",
        "CloudFrontOriginAccessIdentity",
        "CloudFrontOriginAccessIdentityConfig",
    )
    answered = {"Id": "Id", "S3CanonicalUserId": "S3CanonicalUserId"}

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with a reference, by which the API tells identities apart."""
        reference = f"{at.stack_id}/{at.logical_id}"
        config = {**properties[self.config], "CallerReference": reference}
        return {**properties, self.config: config}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the identity as the template has it."""
        shown[self.config] = {"Comment": shown[self.config].get("Comment", "")}
        return shown

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the configuration anew, in the version it has."""
        if names:
            client = at.client("cloudfront")
            found = client.get_cloud_front_origin_access_identity(Id=physical_id)
            client.update_cloud_front_origin_access_identity(
                Id=physical_id, IfMatch=found["ETag"], **{self.config: new[self.config]}
            )
        return []


class PublicKey(Configured):
    """A public key."""

    type = "AWS::CloudFront::PublicKey"
    handled = frozenset({"PublicKeyConfig"})
    creates, reads, deletes = "create_public_key", "get_public_key", "delete_public_key"
    made, item, config = "PublicKey.Id", "PublicKey", "PublicKeyConfig"

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return the key without the line end moto puts behind it."""
        found = shown[self.config]
        given = (at.known.get(self.config) or {}).get("EncodedKey", "")
        if found["EncodedKey"].strip() == given.strip():
            found["EncodedKey"] = given
        return shown


class Function(Declared):
    """A function; its physical id is its ARN."""

    type = "AWS::CloudFront::Function"
    handled = frozenset({"FunctionCode", "FunctionConfig", "Name", "Tags"})
    harmless = {"AutoPublish": "no viewer's request reaches a function here"}
    service = "cloudfront"
    name_property = "Name"
    seconds = Seconds(create=10, update=10, delete=10)
    written = frozenset({"FunctionCode"})
    creates, reads, deletes = "create_function", "describe_function", "delete_function"
    key, item = "Name", "FunctionSummary"
    made = "FunctionSummary.FunctionMetadata.FunctionARN"
    answered = {
        "FunctionARN": "FunctionMetadata.FunctionARN",
        "FunctionMetadata.FunctionARN": "FunctionMetadata.FunctionARN",
        "Stage": "FunctionMetadata.Stage",
    }

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Send the code as bytes, and no tags: moto takes them in no shape the API has."""
        given = {key: value for key, value in properties.items() if key != "Tags"}
        made = super().request(at, name, given, tags=tags)
        made["FunctionCode"] = str(made["FunctionCode"]).encode()
        if properties.get("Tags"):
            made["Tags"] = {"Items": tag_list(properties["Tags"])}
        return made

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Put the function anew under its name, as moto has no UpdateFunction."""
        if names:
            self.delete(at, physical_id)
            self.create(at, new)
        return []

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the function in the version it has."""
        name = physical_id.rpartition("/")[2]
        etag = self.call(at, self.reads, {"Name": name})["ETag"]
        self.call(at, self.deletes, {"Name": name, "IfMatch": etag})

    def tags(self, at: Context, physical_id: str, item: Any, shown: Any) -> Any:
        """Return the function's tags."""
        found = at.client("cloudfront").list_tags_for_resource(Resource=physical_id)
        return tag_list(found["Tags"].get("Items"))

    def _retag(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        tags, gone = tag_changes(old.get("Tags"), new.get("Tags"))
        client = at.client("cloudfront")
        if tags:
            client.tag_resource(Resource=physical_id, Tags={"Items": tag_list(tags)})
        if gone:
            client.untag_resource(Resource=physical_id, TagKeys={"Items": gone})

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        return {"Name": physical_id.rpartition("/")[2]}


class KeyValueStore(Declared):
    """A key value store; its physical id is its name."""

    type = "AWS::CloudFront::KeyValueStore"
    handled = frozenset({"Comment", "Name"})
    service = "cloudfront"
    name_property = "Name"
    seconds = Seconds(create=30, update=10, delete=10)
    creates, reads = "create_key_value_store", "describe_key_value_store"
    updates, deletes = "update_key_value_store", "delete_key_value_store"
    key, item = "Name", "KeyValueStore"
    answered = {"Arn": "ARN"}
    defaults = {"Comment": ""}

    def request(
        self, at: Context, name: str, properties: Properties, *, tags: bool = True
    ) -> dict[str, Any]:
        """Name the version that is changed."""
        made = super().request(at, name, properties, tags=tags)
        if name == self.updates:
            found = self.call(at, self.reads, {"Name": at.known["Name"]})
            made["IfMatch"] = found["ETag"]
        return made

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the store in the version it has."""
        etag = self.call(at, self.reads, {"Name": physical_id})["ETag"]
        self.call(at, self.deletes, {"Name": physical_id, "IfMatch": etag})
