"""The operations of Systems Manager."""

from __future__ import annotations

from typing import Any, cast

from moto.core.responses import ActionResult
from moto.ssm.exceptions import ParameterNotFound
from moto.ssm.responses import SimpleSystemManagerResponse
from moto.ssm.utils import parameter_arn

from dryrun.cloud.ssm import (
    associations,
    models,
    notices,
    parameter_answers,
    parameter_names,
)
from dryrun.cloud.ssm.public_parameters import is_public

models.install()


class SsmResponse(SimpleSystemManagerResponse):
    """Answer Systems Manager calls; lists are whole here, the cloud cuts them into pages.

    moto goes through all parameters again for each ten of them, and counts wrongly when some are
    deleted on the way.
    """

    def describe_parameters(self) -> ActionResult:
        """Return what is known of the account's parameters that fit the filters."""
        found = self.ssm_backend.describe_parameters(
            self._get_param("Filters"), self._get_param("ParameterFilters")
        )
        own = [one for one in found if not is_public(one.name)]
        told = [
            one.describe_response_object(False)
            | {"ARN": parameter_arn(one.account_id, self.region, one.name)}
            for one in own
        ]
        return ActionResult({"Parameters": told})

    def get_parameter(self) -> ActionResult:
        """Return a parameter under the name it was asked for by."""
        name = self._get_param("Name")
        parameter_names.check(name)
        answer = super().get_parameter()
        parameter_names.as_asked(cast(dict[str, Any], answer.result)["Parameter"], name)
        return answer

    def get_parameters(self) -> ActionResult:
        """Return the parameters that are there, and the names of those that are not."""
        asked, found = self._get_param("Names"), []
        # Ten at most, and none where a secret is referred to that is not there: moto's to say.
        self.ssm_backend.get_parameters([name for name in asked if not _is_secret(name)])
        for name in dict.fromkeys(asked):
            if (one := self._parameter(name)) is not None:
                told = one.response_object(self._get_param("WithDecryption"), self.region)
                parameter_names.as_asked(told, name)
                found.append((name, told))
        known = dict(found)
        return ActionResult(
            {
                "Parameters": [told for _, told in found],
                "InvalidParameters": [name for name in asked if name not in known],
            }
        )

    def get_parameters_by_path(self) -> ActionResult:
        """Return all parameters under a path."""
        backend, filters = self.ssm_backend, self._get_param("ParameterFilters")
        backend._validate_parameter_filters(filters, by_path=True)
        path = self._get_param("Path").rstrip("/") + "/"
        names = backend._parameters.get_keys_beginning_with(
            path, self._get_param("Recursive", False)
        )
        found = [backend.get_parameter(name) for name in names]
        decrypt = self._get_param("WithDecryption")
        return ActionResult(
            {
                "Parameters": [
                    one.response_object(decrypt, self.region)
                    for one in found
                    if one is not None and backend._match_filters(one, filters)
                ]
            }
        )

    def put_parameter(self) -> ActionResult:
        """Create or change a parameter, and tell of it."""
        name, backend = self._get_param("Name"), self.ssm_backend
        parameter_names.check_new(name)
        known = backend.get_parameter(name)
        self._check_value(known)
        with parameter_names.nothing_left(backend, name):
            answer = super().put_parameter()
        made = backend.get_parameter(name)
        parameter_answers.note_author(made)
        notices.tell(backend, made, "Update" if known is not None else "Create")
        return answer

    def delete_parameter(self) -> ActionResult:
        """Delete a parameter, and tell of it."""
        found = self.ssm_backend.get_parameter(self._get_param("Name"))
        answer = super().delete_parameter()
        if found is not None:
            notices.tell(self.ssm_backend, found, "Delete")
        return answer

    def delete_parameters(self) -> ActionResult:
        """Delete parameters, and tell of each."""
        found = [self.ssm_backend.get_parameter(name) for name in self._get_param("Names")]
        answer = super().delete_parameters()
        for one in found:
            if one is not None:
                notices.tell(self.ssm_backend, one, "Delete")
        return answer

    def label_parameter_version(self) -> ActionResult:
        """Label a version of a parameter, and tell of it."""
        with parameter_names.nothing_left(self.ssm_backend, self._get_param("Name")):
            answer = super().label_parameter_version()
        found = self.ssm_backend.get_parameter(self._get_param("Name"))
        for label in self._get_param("Labels"):
            notices.tell(self.ssm_backend, found, "LabelParameterVersion", label=label)
        return answer

    def unlabel_parameter_version(self) -> ActionResult:
        """Take labels from a version of a parameter."""
        with parameter_names.nothing_left(self.ssm_backend, self._get_param("Name")):
            return super().unlabel_parameter_version()

    def create_association(self) -> ActionResult:
        """Create an association."""
        asked = {name: self._get_param(name) for name in associations.MEMBERS}
        made = associations.create(self.ssm_backend, asked)
        return ActionResult({"AssociationDescription": made})

    def update_association(self) -> ActionResult:
        """Make a new version of an association."""
        names = ("AssociationId", *associations.MEMBERS)
        asked = {name: self._get_param(name) for name in names}
        found = associations.update(self.ssm_backend, asked)
        return ActionResult({"AssociationDescription": found})

    def describe_association(self) -> ActionResult:
        """Return an association."""
        found = associations.find(self.ssm_backend, self._association())
        return ActionResult({"AssociationDescription": found})

    def delete_association(self) -> ActionResult:
        """Delete an association."""
        associations.delete(self.ssm_backend, self._association())
        return ActionResult({})

    def list_associations(self) -> ActionResult:
        """Return all associations."""
        return ActionResult({"Associations": associations.summaries(self.ssm_backend)})

    def _check_value(self, known: Any) -> None:
        asked = {name: self._get_param(name) for name in ("AllowedPattern", "Tier", "Type")}
        parameter_answers.check_value(
            self._get_param("Value") or "",
            asked["Type"] or getattr(known, "parameter_type", ""),
            asked["AllowedPattern"] or getattr(known, "allowed_pattern", None),
            asked["Tier"] or getattr(known, "tier", None),
        )

    def _parameter(self, name: str) -> Any:
        try:
            return self.ssm_backend.get_parameters([name]).get(name)
        except ParameterNotFound:
            return None

    def _association(self) -> dict[str, str]:
        names = ("AssociationId", "InstanceId", "Name")
        return {name: self._get_param(name) for name in names}


def _is_secret(name: str) -> bool:
    return name.startswith(parameter_names.SECRETS)
