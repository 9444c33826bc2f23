"""The security group that EKS makes for a cluster, and tags of what a cluster has: moto knows none.

Follows "View Amazon EKS security group requirements for clusters", Amazon EKS User Guide.
"""

from __future__ import annotations

import contextlib
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends
from moto.eks.responses import EKSResponse as MotoResponse
from moto.moto_api._internal import mock_random

_DESCRIPTION = (
    "EKS created security group applied to ENI that is attached to EKS Control Plane master "
    "nodes, as well as any managed workloads."
)


class EksResponse(MotoResponse):
    """Answer the operations of EKS."""

    def create_cluster(self) -> ActionResult:
        """Create a cluster, with a security group in its network."""
        answer = super().create_cluster()
        cluster: Any = answer.result["cluster"]
        config, ec2 = cluster.resources_vpc_config, self._ec2()
        subnets = config.get("subnetIds") or []
        # moto takes subnets that are not there; no group can be made for those.
        with contextlib.suppress(EC2ClientError):
            network = ec2.get_subnet(subnets[0]).vpc_id if subnets else None
            if network is not None:
                config["vpcId"] = network
                config["clusterSecurityGroupId"] = self._group(cluster.name, network)
        return answer

    def delete_cluster(self) -> ActionResult:
        """Delete a cluster, and its security group unless something else uses that."""
        answer = super().delete_cluster()
        cluster: Any = answer.result["cluster"]
        group = cluster.resources_vpc_config.get("clusterSecurityGroupId")
        if group:
            with contextlib.suppress(EC2ClientError):
                self._ec2().delete_security_group(group_id=group)
        return answer

    def tag_resource(self) -> ActionResult:
        """Tag a cluster, a group of nodes or a Fargate profile."""
        found = self._tagged()
        if found is None:
            return super().tag_resource()
        found.tags = {**(found.tags or {}), **self._get_param("tags")}
        return EmptyResult()

    def untag_resource(self) -> ActionResult:
        """Take tags from a cluster, a group of nodes or a Fargate profile."""
        found = self._tagged()
        if found is None:
            return super().untag_resource()
        gone = self.querystring.get("tagKeys", [])
        found.tags = {key: value for key, value in (found.tags or {}).items() if key not in gone}
        return EmptyResult()

    def list_tags_for_resource(self) -> ActionResult:
        """Return the tags of a cluster, a group of nodes or a Fargate profile."""
        found = self._tagged()
        if found is None:
            return super().list_tags_for_resource()
        return ActionResult({"tags": found.tags or {}})

    def _tagged(self) -> Any:
        """Return what has the ARN in the request's path, or None."""
        arn = self._extract_arn_from_path()
        for cluster in self.eks_backend.clusters.values():
            parts = (*cluster.nodegroups.values(), *cluster.fargate_profiles.values())
            for one in (cluster, *parts):
                if arn == getattr(one, "arn", None) or arn == getattr(
                    one, "fargate_profile_arn", None
                ):
                    return one
        return None

    def _ec2(self) -> Any:
        return ec2_backends[self.current_account][self.region]

    def _group(self, name: str, network: str) -> str:
        ec2 = self._ec2()
        full = f"eks-cluster-sg-{name}-{mock_random.randint(10**8, 10**9)}"
        tags = {"Name": full, f"kubernetes.io/cluster/{name}": "owned"}
        made = ec2.create_security_group(full, _DESCRIPTION, vpc_id=network, tags=tags)
        ec2.authorize_security_group_ingress(
            made.id, "-1", None, None, [], source_groups=[{"GroupId": made.id}], vpc_id=network
        )
        return str(made.id)
