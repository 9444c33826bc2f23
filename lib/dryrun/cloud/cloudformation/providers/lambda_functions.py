"""AWS::Lambda: functions, their versions and aliases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    Properties,
    Provider,
    ResourceError,
    Seconds,
    changed,
    pick,
    tag_changes,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.found import lookup, without
from dryrun.cloud.cloudformation.providers.lambda_code import code

_PLAIN = (
    "DeadLetterConfig",
    "Description",
    "EphemeralStorage",
    "FileSystemConfigs",
    "Handler",
    "ImageConfig",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "SnapStart",
    "Timeout",
    "TracingConfig",
    "VpcConfig",
)
"""What the API calls as the schema does; the environment and the key come with it."""

_DEFAULTS: dict[str, Any] = {
    "DeadLetterConfig": {"TargetArn": ""},
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "FileSystemConfigs": [],
    "ImageConfig": {},
    "KMSKeyArn": "",
    "Layers": [],
    "LoggingConfig": {},
    "MemorySize": 128,
    "SnapStart": {"ApplyOn": "None"},
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
}
"""What a property goes back to; "CreateFunction", AWS Lambda API Reference."""

_RUNTIMES = "the runtimes here are of one version and never updated"


class Function(Provider):
    """A function; its physical id is its name."""

    type = "AWS::Lambda::Function"
    handled = frozenset(
        {
            *_PLAIN,
            "Architectures",
            "Code",
            "CodeSigningConfigArn",
            "Environment",
            "FunctionName",
            "KmsKeyArn",
            "PackageType",
            "ReservedConcurrentExecutions",
            "Tags",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "RecursiveLoop": "calls that go round in circles are not looked for here",
        "RuntimeManagementConfig": _RUNTIMES,
    }
    # Many published templates are older than the runtimes they name; nothing but this is wrong
    # with them, and a function with a runtime that is not here says so when it is invoked.
    lenient: ClassVar[Mapping[str, str]] = {
        "Runtime": "AWS no longer creates functions with a runtime it has retired, such as "
        "python3.7 or nodejs14.x"
    }
    name_property = "FunctionName"
    seconds = Seconds(create=8, update=8, delete=4)

    def create(self, at: Context, properties: Properties) -> str:
        """Create a function."""
        functions = at.client("lambda")
        name = str(properties.get("FunctionName") or at.name(64))
        parameters = _configuration(properties)
        image = "ImageUri" in properties["Code"]
        parameters["PackageType"] = properties.get("PackageType", "Image" if image else "Zip")
        functions.create_function(
            FunctionName=name,
            Code=code(properties),
            Tags=tag_map(properties.get("Tags")),
            **parameters,
            **pick(properties, "Architectures", "CodeSigningConfigArn"),
        )
        if "ReservedConcurrentExecutions" in properties:
            functions.put_function_concurrency(
                FunctionName=name, **pick(properties, "ReservedConcurrentExecutions")
            )
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a function; nobody can read its code."""
        functions = at.client("lambda")
        with lookup(self.type, physical_id):
            answer = functions.get_function(FunctionName=physical_id)
        found, logging = answer["Configuration"], at.known.get("LoggingConfig")
        shown = {
            **pick(found, "Architectures", "DeadLetterConfig", "Description", "EphemeralStorage"),
            **pick(found, "FileSystemConfigs", "FunctionName", "Handler"),
            **pick(found, "MemorySize", "PackageType", "Role", "Runtime", "Timeout"),
            **pick(found, "TracingConfig", Arn="FunctionArn", KmsKeyArn="KMSKeyArn"),
            "Environment": without(pick(found.get("Environment", {}), "Variables"), {}),
            "ImageConfig": _proper_image(found.get("ImageConfigResponse", {})),
            "LoggingConfig": pick(found["LoggingConfig"], *(logging or found["LoggingConfig"])),
            "Layers": [layer["Arn"] for layer in found.get("Layers") or ()],
            "SnapStart": pick(found.get("SnapStart", {}), "ApplyOn"),
            "SnapStartResponse": found.get("SnapStart", {}),
            "Tags": tag_list(answer.get("Tags")),
            "VpcConfig": _proper_network(found.get("VpcConfig") or {}, at.known.get("VpcConfig")),
        }
        signing = functions.get_function_code_signing_config(FunctionName=physical_id)
        shown.update(pick(signing, "CodeSigningConfigArn"))
        reserved = functions.get_function_concurrency(FunctionName=physical_id)
        shown.update(pick(reserved, "ReservedConcurrentExecutions"))
        return without(shown, {}, "")

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change code, configuration, concurrency and tags."""
        functions = at.client("lambda")
        if changed(old, new, "CodeSigningConfigArn"):
            self._sign(functions, physical_id, new)
        if changed(old, new, "Code", "Architectures") or (
            "ZipFile" in new["Code"] and changed(old, new, "Runtime")
        ):
            functions.update_function_code(
                FunctionName=physical_id,
                Architectures=new.get("Architectures", ["x86_64"]),
                **code(new),
            )
        before, after = _configuration(old), _configuration(new)
        wanted = {name: value for name, value in after.items() if before.get(name) != value}
        gone = [name for name in before if name not in after]
        wanted.update({name: _DEFAULTS[name] for name in gone if name in _DEFAULTS})
        if "LoggingConfig" in wanted:
            usual = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{physical_id}"}
            wanted["LoggingConfig"] = {**usual, **wanted["LoggingConfig"]}
        if wanted:
            functions.update_function_configuration(FunctionName=physical_id, **wanted)
        if changed(old, new, "ReservedConcurrentExecutions"):
            self._reserve(functions, physical_id, new)
        arn = at.arn("lambda", f"function:{physical_id}")
        tags, untagged = tag_changes(old.get("Tags"), new.get("Tags"))
        if tags:
            functions.tag_resource(Resource=arn, Tags=tags)
        if untagged:
            functions.untag_resource(Resource=arn, TagKeys=untagged)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a function with its versions."""
        at.client("lambda").delete_function(FunctionName=physical_id)

    def _sign(self, functions: Any, name: str, new: Properties) -> None:
        if "CodeSigningConfigArn" in new:
            functions.put_function_code_signing_config(
                FunctionName=name, **pick(new, "CodeSigningConfigArn")
            )
        else:
            functions.delete_function_code_signing_config(FunctionName=name)

    def _reserve(self, functions: Any, name: str, new: Properties) -> None:
        if "ReservedConcurrentExecutions" in new:
            functions.put_function_concurrency(
                FunctionName=name, **pick(new, "ReservedConcurrentExecutions")
            )
        else:
            functions.delete_function_concurrency(FunctionName=name)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse what the code may have besides."""
        inner = properties.get("Code", {})
        return "the property Code.SourceKMSKeyArn" if "SourceKMSKeyArn" in inner else None


class Version(Provider):
    """A published version of a function; its physical id is its ARN."""

    type = "AWS::Lambda::Version"
    handled = frozenset(
        {"CodeSha256", "Description", "FunctionName", "ProvisionedConcurrencyConfig"}
    )
    harmless: ClassVar[Mapping[str, str]] = {"RuntimePolicy": _RUNTIMES}
    seconds = Seconds(create=5, update=3, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Publish a version; there must be something new to publish."""
        functions = at.client("lambda")
        name = properties["FunctionName"]
        present = functions.get_function_configuration(FunctionName=name)["CodeSha256"]
        wanted = properties.get("CodeSha256", present)
        if wanted != present:
            # From memory; "PublishVersion", AWS Lambda API Reference, names only the error.
            raise ResourceError(
                f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST "
                f"({present}). Please try again with the CodeSHA256 in $LATEST."
            )
        known = functions.list_versions_by_function(FunctionName=_bare(name))["Versions"]
        made = functions.publish_version(FunctionName=name, **pick(properties, "Description"))
        if made["Version"] in [version["Version"] for version in known]:
            raise ResourceError(
                f"A version for this Lambda function exists ( {made['Version']} ). "
                "Modify the function to create a new version.",
                "AlreadyExists",
            )
        arn = str(made["FunctionArn"])
        provide(at, arn, properties)
        return arn

    def stabilized(self, at: Context, physical_id: str) -> bool:
        """Wait for the concurrency that is provided."""
        return is_provided(at, physical_id)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read a version."""
        name, _, version = physical_id.partition(":function:")[2].partition(":")
        with lookup(self.type, physical_id):
            found = at.client("lambda").get_function_configuration(
                FunctionName=name, Qualifier=version
            )
        return {
            **without(pick(found, "CodeSha256", "Description"), ""),
            "FunctionArn": physical_id,
            "FunctionName": at.known.get("FunctionName", name),
            "Version": version,
            **provided(at, physical_id),
        }

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change nothing: whatever a version has replaces it."""

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete a version."""
        name, _, version = physical_id.partition(":function:")[2].partition(":")
        at.client("lambda").delete_function(FunctionName=name, Qualifier=version)


class Alias(Provider):
    """A name for a version; its physical id is its ARN."""

    type = "AWS::Lambda::Alias"
    handled = frozenset(
        {
            "Description",
            "FunctionName",
            "FunctionVersion",
            "Name",
            "ProvisionedConcurrencyConfig",
            "RoutingConfig",
        }
    )
    name_property = "Name"
    seconds = Seconds(create=3, update=3, delete=2)

    def create(self, at: Context, properties: Properties) -> str:
        """Create an alias."""
        made = at.client("lambda").create_alias(
            **pick(properties, "Description", "FunctionName", "FunctionVersion", "Name"),
            RoutingConfig=_weights(properties),
        )
        arn = str(made["AliasArn"])
        provide(at, arn, properties)
        return arn

    def stabilized(self, at: Context, physical_id: str) -> bool:
        """Wait for the concurrency that is provided."""
        return is_provided(at, physical_id)

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read an alias."""
        name, _, alias = physical_id.partition(":function:")[2].partition(":")
        with lookup(self.type, physical_id):
            found = at.client("lambda").get_alias(FunctionName=name, Name=alias)
        weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        shown = {
            **pick(found, "AliasArn", "Description", "FunctionVersion", "Name"),
            "FunctionName": at.known.get("FunctionName", name),
        }
        if weights:
            rows = [{"FunctionVersion": v, "FunctionWeight": w} for v, w in weights.items()]
            shown["RoutingConfig"] = {"AdditionalVersionWeights": rows}
        return without({**shown, **provided(at, physical_id)}, "")

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Let the alias stand for other versions."""
        at.client("lambda").update_alias(
            **pick(new, "FunctionName", "FunctionVersion", "Name"),
            Description=new.get("Description", ""),
            RoutingConfig=_weights(new),
        )
        if changed(old, new, "ProvisionedConcurrencyConfig"):
            provide(at, physical_id, new)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete an alias; that its function is gone already does no harm."""
        name, _, alias = physical_id.partition(":function:")[2].partition(":")
        try:
            at.client("lambda").delete_alias(FunctionName=name, Name=alias)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise


def provide(at: Context, arn: str, properties: Properties) -> None:
    """Provide the concurrency a version or alias asks for, or none."""
    wanted = properties.get("ProvisionedConcurrencyConfig")
    name, _, qualifier = arn.partition(":function:")[2].partition(":")
    functions = at.client("lambda")
    if wanted:
        functions.put_provisioned_concurrency_config(
            FunctionName=name, Qualifier=qualifier, **wanted
        )
    elif at.known.get("ProvisionedConcurrencyConfig"):
        functions.delete_provisioned_concurrency_config(FunctionName=name, Qualifier=qualifier)


def _provision(at: Context, arn: str) -> dict[str, Any] | None:
    name, _, qualifier = arn.partition(":function:")[2].partition(":")
    try:
        found: dict[str, Any] = at.client("lambda").get_provisioned_concurrency_config(
            FunctionName=name, Qualifier=qualifier
        )
    except ClientError as error:
        if "NotFound" in error.response["Error"]["Code"]:
            return None
        raise
    return found


def provided(at: Context, arn: str) -> Properties:
    """Return the concurrency that is provided, as the schema has it."""
    found = _provision(at, arn)
    if found is None:
        return {}
    count = found["RequestedProvisionedConcurrentExecutions"]
    return {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": count}}


def is_provided(at: Context, arn: str) -> bool:
    """Tell whether all the concurrency that was asked for is there."""
    found = _provision(at, arn)
    return found is None or found["Status"] == "READY"


def _configuration(properties: Properties) -> dict[str, Any]:
    found = pick(properties, *_PLAIN, "Environment", KMSKeyArn="KmsKeyArn")
    if "FileSystemConfigs" in found:
        found["FileSystemConfigs"] = [
            pick(one, "Arn", "LocalMountPath") for one in found["FileSystemConfigs"]
        ]
    return found


def _weights(properties: Properties) -> dict[str, Any]:
    rows = (properties.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or ()
    return {
        "AdditionalVersionWeights": {row["FunctionVersion"]: row["FunctionWeight"] for row in rows}
    }


def _proper_image(response: Properties) -> Properties:
    return without(response.get("ImageConfig", {}), [], "")


def _proper_network(network: Properties, known: Properties | None) -> Properties:
    if not network.get("SubnetIds"):
        return {}
    shown = pick(network, "Ipv6AllowedForDualStack", "SecurityGroupIds", "SubnetIds")
    if "Ipv6AllowedForDualStack" not in (known or shown):
        del shown["Ipv6AllowedForDualStack"]
    return shown


def _bare(function: str) -> str:
    return function.rpartition(":function:")[2].partition(":")[0]
