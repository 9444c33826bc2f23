"""What all operations have in common."""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import BaseResponse

from dryrun.cloud import calling, inside
from dryrun.cloud.cloudformation import macro_calls, requests
from dryrun.cloud.cloudformation.models import (
    CloudFormationBackend,
    Deployment,
    Stack,
    cloudformation_backends,
)
from dryrun.cloud.cloudformation.template import Template, partition_of
from dryrun.cloud.errors import NOT_SIMULATED_STATUS

_EMPTY = Template({}, None, None, {}, {}, {}, {}, (), {}, {})

# A name in a JSON template may hold what no XML can; "Characters" of XML 1.0.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ResponseBase(BaseResponse):
    """Answer in the name of the account and region that was called."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    def call_action(self) -> Any:
        """Answer a call; what it asks of other services is asked as its caller."""
        caller, host = calling.current_caller(), calling.current_call().request.host
        with inside.found_at(host), inside.calling_as(caller, requests.via(caller)):
            status, headers, body = macro_calls.answered(super().call_action)
        if status == 400 and "<Code>NotSimulated</Code>" in str(body):
            status = NOT_SIMULATED_STATUS
            headers["status"] = str(status)
        return status, headers, _ILLEGAL.sub("\ufffd", body) if isinstance(body, str) else body

    @property
    def backend(self) -> CloudFormationBackend:
        """The stacks of the account and region."""
        found: CloudFormationBackend = cloudformation_backends[self.current_account][self.region]
        return found

    def blank(self, name: str) -> Stack:
        """Return a stack that is nothing yet, and not kept."""
        nothing = Deployment("", {}, _EMPTY, {}, {}, {}, (), ())
        return Stack(name, self.region, self.current_account, partition_of(self.region)[0], nothing)
