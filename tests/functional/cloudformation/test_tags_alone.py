"""An update that changes nothing but the tags of a stack none of whose resources has tags."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from stacks import create, template, update


def test_tags_alone_are_an_update() -> None:
    body = template(Handle={"Type": "AWS::CloudFormation::WaitConditionHandle"})
    create("untagged", body)
    tags = [{"Key": "team", "Value": "blue"}]
    found = update("untagged", Tags=tags)
    assert (found["StackStatus"], found["Tags"]) == ("UPDATE_COMPLETE", tags)
    with pytest.raises(ClientError, match="No updates are to be performed"):
        update("untagged", Tags=tags)
