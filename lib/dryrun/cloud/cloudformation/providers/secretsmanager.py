"""AWS::SecretsManager."""

from __future__ import annotations

import json
import string
from typing import Any, ClassVar

from botocore.exceptions import ClientError
from moto.moto_api._internal import mock_random

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    NotSimulatedError,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
)

_PASSWORD = (
    "ExcludeCharacters",
    "ExcludeLowercase",
    "ExcludeNumbers",
    "ExcludePunctuation",
    "ExcludeUppercase",
    "IncludeSpace",
    "PasswordLength",
    "RequireEachIncludedType",
)


class Secret(Provider):
    """A secret; its physical id is its ARN."""

    type = "AWS::SecretsManager::Secret"
    handled = frozenset(
        {
            "Description",
            "GenerateSecretString",
            "KmsKeyId",
            "Name",
            "ReplicaRegions",
            "SecretString",
            "Tags",
        }
    )
    name_property = "Name"
    seconds = Seconds(create=9, update=9, delete=9)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a secret."""
        name = properties.get("Name") or _generated_name(at)
        value = _value(at, properties)
        made = at.client("secretsmanager").create_secret(
            Name=name,
            Tags=properties.get("Tags", []),
            **pick(properties, "Description", "KmsKeyId", AddReplicaRegions="ReplicaRegions"),
            **({} if value is None else {"SecretString": value}),
        )
        return str(made["ARN"])

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a secret; its value is never told."""
        try:
            found = at.client("secretsmanager").describe_secret(SecretId=physical_id)
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        if "DeletedDate" in found:
            raise GoneError(self.type, physical_id)
        shown: Properties = {
            "Id": found["ARN"],
            **pick(found, "Name", "Description", "KmsKeyId"),
            "Tags": found.get("Tags", []),
            **pick(at.known, "SecretString", "GenerateSecretString"),
        }
        regions = [one["Region"] for one in found.get("ReplicationStatus", ())]
        known = {one["Region"]: one for one in at.known.get("ReplicaRegions", ())}
        if regions:
            shown["ReplicaRegions"] = [known.get(one, {"Region": one}) for one in regions]
        return {name: value for name, value in shown.items() if value is not None}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs; a password is drawn anew when it is described otherwise."""
        secrets = at.client("secretsmanager")
        if changed(old, new, "ReplicaRegions"):
            _replicate(at, physical_id, old, new)
        wanted: dict[str, Any] = {}
        if changed(old, new, "SecretString", "GenerateSecretString"):
            value = _value(at, new)
            wanted = {} if value is None else {"SecretString": value}
        # What is no longer described keeps its description.
        if changed(old, new, "Description") and "Description" in new:
            wanted["Description"] = new["Description"]
        if changed(old, new, "KmsKeyId"):
            wanted["KmsKeyId"] = new.get("KmsKeyId", "alias/aws/secretsmanager")
        if wanted:
            secrets.update_secret(SecretId=physical_id, **wanted)
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            secrets.tag_resource(SecretId=physical_id, Tags=tag_list(tags))
        if untagged:
            secrets.untag_resource(SecretId=physical_id, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a secret at once, so that its name is free again."""
        secrets = at.client("secretsmanager")
        found = secrets.describe_secret(SecretId=physical_id)
        if regions := [one["Region"] for one in found.get("ReplicationStatus", ())]:
            secrets.remove_regions_from_replication(
                SecretId=physical_id, RemoveReplicaRegions=regions
            )
        secrets.delete_secret(SecretId=physical_id, ForceDeleteWithoutRecovery=True)


def _generated_name(at: Context) -> str:
    """Return LOGICALID-RANDOM, as CloudFormation names secrets."""
    ending = "".join(mock_random.choices(string.ascii_letters + string.digits, k=12))
    return f"{at.logical_id}-{ending}"


def _value(at: Context, properties: Properties) -> str | None:
    """Return the secret's value as written or generated.

    "AWS::SecretsManager::Secret GenerateSecretString", CloudFormation Template Reference.
    """
    asked = properties.get("GenerateSecretString")
    if asked is None:
        return properties.get("SecretString")
    if "SecretString" in properties:
        raise ResourceError(
            "You can't specify both SecretString and GenerateSecretString for the same secret."
        )
    template, key = asked.get("SecretStringTemplate"), asked.get("GenerateStringKey")
    if (template is None) != (key is None):
        raise ResourceError(
            "You must specify both SecretStringTemplate and GenerateStringKey, or neither."
        )
    secrets = at.client("secretsmanager")
    password = str(secrets.get_random_password(**pick(asked, *_PASSWORD))["RandomPassword"])
    if template is None:
        return password
    try:
        parts = json.loads(template)
    except ValueError as error:
        raise ResourceError("Could not parse SecretStringTemplate JSON.") from error
    if not isinstance(parts, dict):
        raise ResourceError("Could not parse SecretStringTemplate JSON.")
    return json.dumps({**parts, key: password}, separators=(",", ":"))


def _replicate(at: Context, secret: str, old: Properties, new: Properties) -> None:
    before = {one["Region"]: one for one in old.get("ReplicaRegions", ())}
    after = {one["Region"]: one for one in new.get("ReplicaRegions", ())}
    secrets = at.client("secretsmanager")
    if gone := [region for region in before if region not in after]:
        secrets.remove_regions_from_replication(SecretId=secret, RemoveReplicaRegions=gone)
    if made := [one for region, one in after.items() if region not in before]:
        secrets.replicate_secret_to_regions(SecretId=secret, AddReplicaRegions=made)


class ResourcePolicy(Provider):
    """The policy of a secret; its physical id is the secret's ARN."""

    type = "AWS::SecretsManager::ResourcePolicy"
    handled = frozenset({"ResourcePolicy", "SecretId"})
    harmless: ClassVar = {"BlockPublicPolicy": "it only refuses policies that are too broad"}
    seconds = Seconds(create=3, update=3, delete=3)

    def create(self, at: Context, properties: Properties) -> str:
        """Put the policy."""
        return self._put(at, properties)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the policy."""
        secrets = at.client("secretsmanager")
        try:
            found = secrets.get_resource_policy(SecretId=physical_id).get("ResourcePolicy")
        except ClientError as error:
            raise GoneError(self.type, physical_id) from error
        if not found:
            raise GoneError(self.type, physical_id)
        secret = at.known.get("SecretId", physical_id)
        return {"Id": physical_id, "SecretId": secret, "ResourcePolicy": json.loads(found)}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Put the new policy in the old one's place."""
        self._put(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the policy away."""
        at.client("secretsmanager").delete_resource_policy(SecretId=physical_id)

    def _put(self, at: Context, properties: Properties) -> str:
        policy = properties["ResourcePolicy"]
        made = at.client("secretsmanager").put_resource_policy(
            SecretId=properties["SecretId"],
            ResourcePolicy=policy if isinstance(policy, str) else json.dumps(policy),
        )
        return str(made["ARN"])


class SecretTargetAttachment(Provider):
    """How a database is reached, written into its secret; the physical id is the secret's ARN.

    "JSON structure of AWS Secrets Manager database credential secrets", Secrets Manager User
    Guide, says what is written.
    """

    type = "AWS::SecretsManager::SecretTargetAttachment"
    handled = frozenset({"SecretId", "TargetId", "TargetType"})
    seconds = Seconds(create=5, update=5, delete=5)

    def create(self, at: Context, properties: Properties) -> str:
        """Write the database's address into the secret."""
        value = _parts(at, properties["SecretId"])
        if not isinstance(value, dict):
            raise ResourceError("The secret value is not a JSON object.")
        value |= _connection(at, properties["TargetType"], properties["TargetId"])
        return _write(at, properties["SecretId"], value)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read what the secret says of its database."""
        value = _parts(at, physical_id)
        if not isinstance(value, dict) or "host" not in value:
            raise GoneError(self.type, physical_id)
        return {"Id": physical_id, **pick(at.known, "SecretId", "TargetId", "TargetType")}

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Write another database's address into the secret."""
        self.delete(at, physical_id)
        self.create(at, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Take the address out of the secret again."""
        value = _parts(at, physical_id)
        if isinstance(value, dict):
            kept = {key: one for key, one in value.items() if key not in _WRITTEN}
            _write(at, physical_id, kept)


_WRITTEN = ("engine", "host", "port", "dbname", "dbInstanceIdentifier", "dbClusterIdentifier")


def _parts(at: Context, secret: str) -> Any:
    try:
        found = at.client("secretsmanager").get_secret_value(SecretId=secret)
        return json.loads(found.get("SecretString", ""))
    except (ClientError, ValueError):
        return None


def _write(at: Context, secret: str, value: dict[str, Any]) -> str:
    text = json.dumps(value, separators=(",", ":"))
    made = at.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=text)
    return str(made["ARN"])


def _connection(at: Context, kind: str, target: str) -> dict[str, Any]:
    """Return what a database's secret says of it."""
    name = target.rpartition(":")[2] if target.startswith("arn:") else target
    if kind == "AWS::RDS::DBInstance":
        one = at.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        endpoint = one.get("Endpoint", {})
        return _without_none(
            engine=_engine(one["Engine"]),
            host=endpoint.get("Address"),
            port=endpoint.get("Port"),
            dbname=one.get("DBName"),
            dbInstanceIdentifier=one["DBInstanceIdentifier"],
        )
    if kind in ("AWS::RDS::DBCluster", "AWS::DocDB::DBCluster"):
        one = at.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
        return _without_none(
            engine="mongo" if kind.startswith("AWS::DocDB") else _engine(one["Engine"]),
            host=one.get("Endpoint"),
            port=one.get("Port"),
            dbname=one.get("DatabaseName"),
            dbClusterIdentifier=one["DBClusterIdentifier"],
        )
    if kind == "AWS::Redshift::Cluster":
        one = at.client("redshift").describe_clusters(ClusterIdentifier=name)["Clusters"][0]
        return _without_none(
            engine="redshift",
            host=one["Endpoint"]["Address"],
            port=one["Endpoint"]["Port"],
            dbname=one.get("DBName"),
            dbClusterIdentifier=one["ClusterIdentifier"],
        )
    raise NotSimulatedError(
        f"Dry Run does not simulate the TargetType {kind} of "
        "AWS::SecretsManager::SecretTargetAttachment; real AWS would carry it out."
    )


def _engine(engine: str) -> str:
    """Return a database's engine as secrets call it."""
    for word in ("mysql", "postgres", "oracle", "sqlserver"):
        if word in engine:
            return word
    return "mysql" if engine == "aurora" else engine


def _without_none(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
