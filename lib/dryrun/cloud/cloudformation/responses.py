"""The operations of CloudFormation; see the modules for what each group does."""

from __future__ import annotations

from dryrun.cloud.cloudformation.description_responses import DescriptionResponses
from dryrun.cloud.cloudformation.drift_responses import DriftResponses


class CloudFormationResponse(DescriptionResponses, DriftResponses):
    """Answer CloudFormation calls from our own engine.

    Follows the "AWS CloudFormation API Reference".
    """
