"""AWS::ApiGatewayV2::Deployment."""

from __future__ import annotations

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared


class Deployment(Declared):
    """A deployment of an API; its physical id is its id."""

    type = "AWS::ApiGatewayV2::Deployment"
    handled = frozenset({"ApiId", "Description", "StageName"})
    service = "apigatewayv2"
    seconds = Seconds(create=3, update=3, delete=3)
    written = frozenset({"StageName"})
    parents = {"ApiId": "ApiId"}
    creates, reads = "create_deployment", "get_deployment"
    updates, deletes = "update_deployment", "delete_deployment"
    key, made = "DeploymentId", "DeploymentId"
    defaults = {"Description": ""}

    def change(
        self, at: Context, physical_id: str, old: Properties, new: Properties, names: list[str]
    ) -> list[str]:
        """Let the stage that is named now show the deployment."""
        if "StageName" in names and new.get("StageName"):
            at.client(self.service).update_stage(
                ApiId=new["ApiId"], StageName=new["StageName"], DeploymentId=physical_id
            )
        return [name for name in names if name != "StageName"]

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what the template has of a deployment."""
        kept = ("ApiId", "DeploymentId", "Description", "StageName")
        return {name: value for name, value in shown.items() if name in kept and value != ""}
