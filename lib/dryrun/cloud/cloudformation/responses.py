"""The operations of CloudFormation; see the modules for what each group does."""

from __future__ import annotations

from dryrun.cloud.cloudformation.description_responses import DescriptionResponses


class CloudFormationResponse(DescriptionResponses):
    """Answer CloudFormation calls from our own engine.

    Follows the "AWS CloudFormation API Reference".
    """
