"""Access points whose ids are as long as AWS's, which the schemas of other services demand."""

from __future__ import annotations

import json
from typing import Any

from moto.efs.responses import EFSResponse as MotoResponse
from moto.moto_api._internal import mock_random

_DIGITS = 17


class EfsResponse(MotoResponse):
    """Answer the operations of EFS."""

    def create_access_point(self) -> Any:
        """Create an access point, and give it an id of 17 digits in the place of 8."""
        body, headers = super().create_access_point()
        points, tagging = self.efs_backend.access_points, self.efs_backend.tagging_service
        former = str(json.loads(body)["AccessPointId"])
        point = points.pop(former)
        tags = tagging.list_tags_for_resource(former)["Tags"]
        tagging.delete_all_tags_for_resource(former)
        made = former + mock_random.get_random_hex(_DIGITS - len(former.partition("-")[2]))
        point.access_point_id = made
        point.access_point_arn = point.access_point_arn.replace(former, made)
        points[made] = point
        tagging.tag_resource(made, tags)
        return json.dumps(point.info_json()), headers
