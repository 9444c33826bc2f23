"""AWS::EC2::Instance: a new script reaches the machine that is there."""

from __future__ import annotations

import base64
from typing import Any

from test_provider_ec2_instances import AMI, EC2, Trial


def packed(script: str) -> str:
    return base64.b64encode(script.encode()).decode()


def test_user_data_is_changed_in_place() -> None:
    properties: dict[str, Any] = {"ImageId": AMI, "UserData": packed("#!/bin/bash\ntrue\n")}
    with Trial(EC2 + "Instance", properties) as instance:
        before = instance.physical_id
        changed = packed("#!/bin/bash\nfalse\n")
        assert instance.update({**properties, "UserData": changed})["UserData"] == changed
        assert instance.physical_id == before
