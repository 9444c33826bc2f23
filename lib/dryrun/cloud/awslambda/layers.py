"""Versions of layers, and who may use them.

Follows "GetLayerVersion", "AddLayerVersionPermission" and their kin, AWS Lambda API Reference.
"""

from __future__ import annotations

import json
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.awslambda.responses import LambdaResponse as MotoResponse
from moto.core.responses import TYPE_RESPONSE
from moto.moto_api._internal import mock_random

from dryrun.cloud import calling
from dryrun.cloud.awslambda.errors import conflict, invalid, not_found, stale
from dryrun.cloud.awslambda.validation import ForeignLayer

STATEMENT = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")
"""What a statement consists of, in AWS's order."""


class Layers(MotoResponse):
    """The operations on one version of a layer."""

    def get_layer_version(self) -> str:
        """Return a version of a layer."""
        found = self._found_version()
        if found is None:
            raise not_found()
        return json.dumps(found.get_layer_version())

    def get_layer_version_by_arn(self) -> str:
        """Return a version of a layer, which its ARN names."""
        arn = str(calling.current_call().parameters["Arn"])
        region, account = arn.split(":")[3:5]
        if account not in lambda_backends:
            raise ForeignLayer(arn)
        found = lambda_backends[account][region].layers_versions_by_arn(arn)
        if found is None:
            raise not_found()
        return json.dumps(found.get_layer_version())

    def delete_layer_version(self) -> TYPE_RESPONSE:
        """Delete a version of a layer; one that is not there is gone, too."""
        if self._found_version() is not None:
            self.backend.delete_layer_version(_name(), str(_number()))
        return 204, {"status": 204}, ""

    def add_layer_version_permission(self) -> TYPE_RESPONSE:
        """Let others use a version of a layer."""
        policy, sid = self._existing_version().policy, self._asked("StatementId")
        if any(one["Sid"] == sid for one in policy.statements):
            raise conflict(
                f"The statement id ({sid}) provided already exists. Please provide a new "
                "statement id, or remove the existing statement."
            )
        self._check_revision(policy)
        body = {name: value for name, value in self.json_body.items() if name != "RevisionId"}
        statement, revision = policy.add_statement(json.dumps(body))
        made = {name: statement[name] for name in STATEMENT if name in statement}
        policy.statements[-1] = made
        told = {"Statement": json.dumps(made, separators=(",", ":")), "RevisionId": revision}
        return 201, {"status": 201}, json.dumps(told)

    def get_layer_version_policy(self) -> str:
        """Return who may use a version of a layer."""
        policy = self._existing_version().policy
        if not policy.statements:
            raise not_found("No policy is associated with the given resource.")
        told = policy.get_policy()
        text = json.dumps(told["Policy"], separators=(",", ":"))
        return json.dumps({**told, "Policy": text})

    def remove_layer_version_permission(self) -> TYPE_RESPONSE:
        """Let others use a version of a layer no more."""
        policy, sid = self._existing_version().policy, self._asked("StatementId")
        if not any(one["Sid"] == sid for one in policy.statements):
            raise not_found(f"Statement {sid} is not found in resource policy.")
        self._check_revision(policy)
        policy.del_statement(sid)
        policy.revision = str(mock_random.uuid4())
        return 204, {"status": 204}, ""

    def _check_revision(self, policy: Any) -> None:
        given = self._asked("RevisionId")
        if given and given != policy.revision:
            raise stale("GetLayerPolicy")

    def _existing_version(self) -> Any:
        found = self._found_version()
        if found is None:
            head = f"arn:aws:lambda:{self.backend.region_name}:{self.backend.account_id}"
            raise not_found(f"Layer version {head}:layer:{_name()}:{_number()} does not exist.")
        return found

    def _found_version(self) -> Any:
        """Return the version of the layer that is meant, or nothing."""
        if _number() < 1:
            raise invalid("Layer Version Cannot be less than 1")
        versions = self.backend.list_layer_versions(_name())
        return next((one for one in versions if one.version == _number()), None)

    def _asked(self, name: str) -> str:
        return str(calling.current_call().parameters.get(name) or "")


def _name() -> str:
    return str(calling.current_call().parameters["LayerName"]).rpartition(":layer:")[2]


def _number() -> int:
    return int(calling.current_call().parameters["VersionNumber"])
