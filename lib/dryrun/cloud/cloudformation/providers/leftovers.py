"""What services here keep of something that is deleted, and AWS does not."""

from __future__ import annotations

from moto import backends

from dryrun.cloud.cloudformation.providers.base import Context


def forget_tags(at: Context, service: str, arn: str) -> None:
    """Forget the tags of what was deleted, lest its namesake has them."""
    backend = backends.get_backend(service)[at.account][at.region]
    backend.tagger.delete_all_tags_for_resource(arn)
