"""Projects with more than one source, and with more than one place for artifacts.

Follows "CreateProject", AWS CodeBuild API Reference; moto forgets these parts.
"""

from __future__ import annotations

import copy

from moto.codebuild.exceptions import InvalidInputException
from moto.core.responses import ActionResult

from dryrun.cloud.codebuild.webhooks import WebhookResponse

_PARTS = ("secondarySources", "secondaryArtifacts")
_KEPT = (*_PARTS, "secondarySourceVersions", "fileSystemLocations")


class CodeBuildResponse(WebhookResponse):
    """Answer CodeBuild's operations."""

    def create_project(self) -> ActionResult:
        """Create a project, with all its sources and artifacts."""
        for name in _PARTS:
            parts = self._get_param(name) or []
            names = [
                part.get("sourceIdentifier") or part.get("artifactIdentifier") for part in parts
            ]
            if None in names or len(set(names)) < len(names):
                raise InvalidInputException(f"Invalid input: {name} need identifiers of their own")
        answer = super().create_project()
        kept = self.codebuild_backend.codebuild_projects[self._get_param("name")]
        for name in _KEPT:
            value = self._get_param(name)
            if value:
                kept.project_metadata[name] = copy.deepcopy(value)
        return answer
