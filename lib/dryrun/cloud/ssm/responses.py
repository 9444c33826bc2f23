"""The operations of Systems Manager."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ssm.responses import SimpleSystemManagerResponse

from dryrun.cloud.ssm import models
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
        return ActionResult({"Parameters": [one.describe_response_object(False) for one in own]})

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
