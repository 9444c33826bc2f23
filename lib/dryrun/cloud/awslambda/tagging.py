"""Tags of functions and of event source mappings, with Lambda's limits.

Follows "TagResource" and its kin, AWS Lambda API Reference.
"""

from __future__ import annotations

from typing import Any

from moto.awslambda.responses import LambdaResponse as MotoResponse
from moto.core.responses import TYPE_RESPONSE

from dryrun.cloud import calling
from dryrun.cloud.awslambda.errors import invalid

MOST_TAGS = 50


class Tags(MotoResponse):
    """The operations on tags."""

    def tag_resource(self) -> TYPE_RESPONSE:
        """Give tags to a function or a mapping."""
        arn = _resource()
        tags: dict[str, str] = dict(calling.current_call().parameters["Tags"])
        if not tags:
            raise invalid("An error occurred and the request cannot be processed.")
        if len({**self.backend.list_tags(arn), **tags}) > MOST_TAGS:
            raise invalid("Number of tags exceeds resource tag limit.")
        self.backend.tag_resource(arn, tags)
        return 204, {"status": 204}, ""

    def untag_resource(self) -> TYPE_RESPONSE:
        """Take tags away."""
        self.backend.untag_resource(_resource(), list(self._tag_keys()))
        return 204, {"status": 204}, ""

    def _tag_keys(self) -> Any:
        return calling.current_call().parameters["TagKeys"]


def _resource() -> str:
    """Return the ARN of what is meant, which a version or an alias cannot be."""
    arn = str(calling.current_call().parameters["Resource"])
    if arn.split(":")[5:6] == ["function"] and arn.count(":") > 6:
        raise invalid(
            "Tags on function aliases and versions are not supported. Please specify a function "
            "ARN."
        )
    return arn
