"""What EventBridge hears of images; "Amazon ECR events and EventBridge", Amazon ECR User Guide."""

from __future__ import annotations

from typing import Any

from moto.ecr.models import ECRBackend

from dryrun.cloud.events import bus

_put = ECRBackend.put_image
_delete = ECRBackend.batch_delete_image


def put_image(self: ECRBackend, repository_name: str, *given: Any, **more: Any) -> Any:
    """Push an image, and tell of it."""
    image = _put(self, repository_name, *given, **more)
    _tell(self, repository_name, "PUSH", image.image_digest, image.image_tag)
    return image


def batch_delete_image(self: ECRBackend, repository_name: str, *given: Any, **more: Any) -> Any:
    """Delete images, and tell of each."""
    answer = _delete(self, repository_name, *given, **more)
    for one in answer.get("imageIds", ()):
        _tell(self, repository_name, "DELETE", one.get("imageDigest"), one.get("imageTag"))
    return answer


def _tell(backend: ECRBackend, repository: str, action: str, digest: Any, tag: Any) -> None:
    detail = {
        "action-type": action,
        "result": "SUCCESS",
        "repository-name": repository,
        "image-digest": str(digest or ""),
        "image-tag": str(tag or ""),
    }
    account, region = backend.account_id, backend.region_name
    bus.put_event(account, region, "aws.ecr", "ECR Image Action", detail)


def install() -> None:
    """Put these in the place of moto's."""
    ECRBackend.put_image = put_image
    ECRBackend.batch_delete_image = batch_delete_image
