"""The credentials of sources, and the webhooks of projects, of which moto has none.

Follows "ImportSourceCredentials" and "CreateWebhook" and their kin, AWS CodeBuild API Reference.
Nothing calls a webhook here: no host of sources can reach a lab.
"""

from __future__ import annotations

import time
from typing import Any

from moto.codebuild.exceptions import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from moto.codebuild.responses import CodeBuildResponse as MotoResponse
from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random

from dryrun.cloud.shelves import Thing, shelf

_HOSTS = ("BITBUCKET", "GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED")
_ASKED = ("branchFilter", "filterGroups", "buildType", "manualCreation", "scopeConfiguration")


class WebhookResponse(MotoResponse):
    """Answer the operations of credentials and webhooks."""

    def import_source_credentials(self) -> ActionResult:
        """Keep how CodeBuild signs in to a host of sources; one for each kind of host."""
        server = str(self._get_param("serverType"))
        if server in self._credentials() and self._get_param("shouldOverwrite") is False:
            raise ResourceAlreadyExistsException(
                f"Access token with server type {server} already exists. "
                "Delete its source credential and try again."
            )
        arn = (
            f"arn:{self.partition}:codebuild:{self.region}:{self.current_account}"
            f":token/{server.lower()}"
        )
        made = {"arn": arn, "serverType": server, "authType": self._get_param("authType")}
        self._credentials()[server] = made
        return ActionResult({"arn": arn})

    def list_source_credentials(self) -> ActionResult:
        """Return the credentials, without their secrets."""
        return ActionResult({"sourceCredentialsInfos": list(self._credentials().values())})

    def delete_source_credentials(self) -> ActionResult:
        """Forget a credential."""
        arn = self._get_param("arn")
        for server, one in list(self._credentials().items()):
            if one["arn"] == arn:
                del self._credentials()[server]
                return ActionResult({"arn": arn})
        raise ResourceNotFoundException(f"Could not find access token with arn {arn}")

    def create_webhook(self) -> ActionResult:
        """Ask a host of sources to tell of changes."""
        project = self._project()
        server = str(project["source"]["type"])
        if server not in _HOSTS:
            raise InvalidInputException(f"Webhook is not supported for source type {server}")
        if "webhook" in project:
            raise ResourceAlreadyExistsException(
                f"Webhook already exists for project {project['name']}"
            )
        # From memory, as stacks show it.
        if server not in self._credentials() and "auth" not in project["source"]:
            raise ResourceNotFoundException(
                f"Could not find access token for server type {server.lower()}"
            )
        secret = mock_random.get_random_hex(32)
        location = str(project["source"]["location"]).removesuffix(".git")
        project["webhook"] = {
            "url": f"{location}/settings/hooks/{mock_random.randint(10**8, 10**9)}",
            "payloadUrl": f"https://codebuild.{self.region}.amazonaws.com/webhooks?t={secret}",
            "status": "ACTIVE",
            **self._asked(),
        }
        return ActionResult({"webhook": {**project["webhook"], "secret": secret}})

    def update_webhook(self) -> ActionResult:
        """Change of what a webhook tells."""
        project = self._project()
        if "webhook" not in project:
            raise ResourceNotFoundException(f"Webhook not found for project {project['name']}")
        left = {name: value for name, value in project["webhook"].items() if name not in _ASKED}
        project["webhook"] = {**left, **self._asked()}
        if self._get_param("rotateSecret"):
            project["webhook"]["lastModifiedSecret"] = time.time()
        return ActionResult({"webhook": project["webhook"]})

    def delete_webhook(self) -> ActionResult:
        """Ask for nothing any more."""
        project = self._project()
        if project.pop("webhook", None) is None:
            raise ResourceNotFoundException(f"Webhook not found for project {project['name']}")
        return ActionResult({})

    def _credentials(self) -> dict[str, Thing]:
        return shelf(self.codebuild_backend, "source_credentials")

    def _project(self) -> dict[str, Any]:
        name = self._get_param("projectName")
        found = self.codebuild_backend.codebuild_projects.get(name)
        if found is None:
            raise ResourceNotFoundException(f"Project cannot be found: {name}")
        project: dict[str, Any] = found.project_metadata
        return project

    def _asked(self) -> dict[str, Any]:
        given = {name: self._get_param(name) for name in _ASKED}
        return {name: value for name, value in given.items() if value is not None}
