"""AWS::CodeBuild."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from moto.codebuild.models import codebuild_backends

from dryrun.cloud.cloudformation.providers.base import (
    Context,
    GoneError,
    Properties,
    Provider,
    Seconds,
    pick,
    tag_list,
    tag_map,
)
from dryrun.cloud.cloudformation.providers.codebuild_sources import (
    asked_of_hook,
    hooked,
    refused_of_hook,
    told_of_hook,
)
from dryrun.cloud.cloudformation.providers.declared import from_api, to_api
from dryrun.cloud.cloudformation.providers.found import without

_CONTAINERS = {"linuxContainer": "LINUX_CONTAINER", "windowsContainer": "WINDOWS_CONTAINER"}


class Project(Provider):
    """A build project; its physical id is its name."""

    type = "AWS::CodeBuild::Project"
    handled = frozenset(
        {
            "Artifacts",
            "Cache",
            "Description",
            "Environment",
            "FileSystemLocations",
            "LogsConfig",
            "Name",
            "QueuedTimeoutInMinutes",
            "SecondaryArtifacts",
            "SecondarySourceVersions",
            "SecondarySources",
            "ServiceRole",
            "Source",
            "SourceVersion",
            "Tags",
            "TimeoutInMinutes",
            "Triggers",
            "VpcConfig",
        }
    )
    harmless: ClassVar[Mapping[str, str]] = {
        "AutoRetryLimit": "no build fails by itself here",
        "BadgeEnabled": "a badge is a picture that nobody can fetch here",
        "ConcurrentBuildLimit": "builds here do not overlap",
        "EncryptionKey": "how artifacts are encrypted cannot be seen",
    }
    name_property = "Name"
    seconds = Seconds(create=5, update=5, delete=3)

    def refuse(self, properties: Properties) -> str | None:
        """Refuse what no webhook here could have."""
        return refused_of_hook(properties.get("Triggers") or {})

    def create(self, at: Context, properties: Properties) -> str:
        """Create the project."""
        name = str(properties.get("Name") or at.name(128))
        builds = at.client("codebuild")
        model = builds.meta.service_model.operation_model("CreateProject")
        kept = pick(properties, *sorted(self.handled - {"Tags", "Triggers"}))
        # "CreateProject", CodeBuild API Reference, has these as the defaults.
        given = {"QueuedTimeoutInMinutes": 480, "TimeoutInMinutes": 60, **kept, "Name": name}
        tags = [{"key": k, "value": v} for k, v in tag_map(properties.get("Tags")).items()]
        request = to_api(model.input_shape, given)
        # CodeBuild takes the spelling of its first documentation, "linuxContainer", as well.
        kind = request["environment"]["type"]
        request["environment"]["type"] = _CONTAINERS.get(kind, kind)
        request["serviceRole"] = _role(at, request["serviceRole"])
        placed = [part for part in ("source", "artifacts") if _placeless(request[part])]
        # Moto wants a location even of what has none.
        for part in placed:
            request[part] = {**request[part], "location": "none"}
        builds.create_project(**request, tags=tags)
        kept = codebuild_backends[at.account][at.region].codebuild_projects[name]
        for part in placed:
            del kept.project_metadata[part]["location"]
        if hooked(properties):
            try:
                builds.create_webhook(projectName=name, **asked_of_hook(properties["Triggers"]))
            except Exception:
                builds.delete_project(name=name)
                raise
        return name

    def read(self, at: Context, physical_id: str) -> Properties:
        """Read the project."""
        builds = at.client("codebuild")
        projects = builds.batch_get_projects(names=[physical_id])["projects"]
        if not projects:
            raise GoneError(self.type, physical_id)
        shape = builds.meta.service_model.operation_model("BatchGetProjects").output_shape
        shown = from_api(self.type, shape.members["projects"].member, projects[0])
        asked = str((at.known.get("Environment") or {}).get("Type"))
        if _CONTAINERS.get(asked, "") == shown["Environment"]["Type"]:
            shown["Environment"]["Type"] = asked
        role = str(at.known.get("ServiceRole") or "")
        if _role(at, role) == shown["ServiceRole"]:
            shown["ServiceRole"] = role
        tags = {tag["key"]: tag["value"] for tag in projects[0].get("tags") or ()}
        if "Triggers" in at.known:
            shown["Triggers"] = told_of_hook(at.known["Triggers"], projects[0].get("webhook"))
        return without(
            {
                **pick(shown, *sorted(self.handled), "Arn"),
                "Id": physical_id,
                "Tags": tag_list(tags),
            }
        )

    def update(self, at: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the project, for which moto has no call: made anew, it keeps its builds."""
        backend: Any = codebuild_backends[at.account][at.region]
        history = backend.build_history[physical_id]
        created = backend.codebuild_projects[physical_id].project_metadata["created"]
        former = backend.codebuild_projects.pop(physical_id)
        try:
            plain = {name: value for name, value in new.items() if name != "Triggers"}
            self.create(at, {**plain, "Name": physical_id})
            self._rehook(at, physical_id, old, new, former.project_metadata.get("webhook"))
        except Exception:
            backend.codebuild_projects[physical_id] = former
            raise
        backend.build_history[physical_id] = history
        backend.codebuild_projects[physical_id].project_metadata["created"] = created

    def _rehook(
        self, at: Context, name: str, old: Properties, new: Properties, former: Any
    ) -> None:
        """Keep the webhook of the project, change it, make one or take it away."""
        builds = at.client("codebuild")
        made = codebuild_backends[at.account][at.region].codebuild_projects[name]
        if former:
            made.project_metadata["webhook"] = former
        if hooked(new):
            call = builds.update_webhook if former else builds.create_webhook
            call(projectName=name, **asked_of_hook(new["Triggers"]))
        elif former and hooked(old):
            builds.delete_webhook(projectName=name)

    def delete(self, at: Context, physical_id: str) -> None:
        """Delete the project."""
        at.client("codebuild").delete_project(name=physical_id)


def _role(at: Context, given: str) -> str:
    """Return a role's ARN; a project may name its role, which then is one without a path."""
    return given if ":" in given else at.arn("iam", f"role/{given}", region=False)


def _placeless(part: dict[str, Any]) -> bool:
    return part["type"] in ("CODEPIPELINE", "NO_SOURCE") and "location" not in part
