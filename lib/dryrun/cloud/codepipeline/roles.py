"""Which roles CodePipeline may have: moto reads only the plainest of trust policies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from moto.codepipeline.models import CodePipelineBackend
from moto.iam.models import iam_backends

from dryrun.cloud.delivery import Sender, principals

_SERVICE = "codepipeline.amazonaws.com"


@dataclass
class _Trust:
    """A trust policy in the form moto reads."""

    assume_role_policy_document: str


@dataclass
class _Roles:
    """The roles of an account, as moto's pipelines ask for them."""

    pipelines: CodePipelineBackend

    def get_role_by_arn(self, arn: str) -> _Trust:
        """Return what a role's policy comes to: whether the service may have the role."""
        backend = self.pipelines
        role = iam_backends[backend.account_id][backend.partition].get_role_by_arn(arn)
        place = f"arn:{backend.partition}:codepipeline:{backend.region_name}:{backend.account_id}:*"
        sender = Sender(_SERVICE, place, backend.account_id, backend.region_name)
        service = _SERVICE if principals.trusts(role, sender) else ""
        return _Trust(json.dumps({"Statement": [{"Principal": {"Service": service}}]}))


def install() -> None:
    """Put this in the place of moto's."""
    replaced: Any = CodePipelineBackend
    replaced.iam_backend = property(_Roles)
