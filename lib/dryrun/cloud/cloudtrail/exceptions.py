"""Errors of CloudTrail; moto has some more.

The words are AWS's where a comment does not say otherwise.
"""

from __future__ import annotations

from moto.core.exceptions import JsonRESTError


class CloudTrailError(JsonRESTError):
    """The base of the errors here."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__(type(self).__name__, message)


class NotSimulated(CloudTrailError):
    """Say that something is real AWS but no part of the simulation."""

    code = 501

    def __init__(self, what: str) -> None:
        super().__init__(f"Dry Run does not simulate {what}; real AWS would carry it out.")


# What LookupEvents says is nowhere published; these follow the model's descriptions.
class InvalidLookupAttributesException(CloudTrailError):
    """Refuse the attribute to look events up by."""


class InvalidCloudWatchLogsLogGroupArnException(CloudTrailError):
    """Refuse a log group that is not there."""


class InvalidCloudWatchLogsRoleArnException(CloudTrailError):
    """Refuse a role that CloudTrail cannot take on."""


class InvalidTimeRangeException(CloudTrailError):
    """Refuse a start that comes after the end."""


class InvalidMaxResultsException(CloudTrailError):
    """Refuse the size of a page."""


class InvalidNextTokenException(CloudTrailError):
    """Refuse a token that was not given out for this request."""


class InvalidEventCategoryException(CloudTrailError):
    """Refuse a category of events there is not."""


class InvalidEventSelectorsException(CloudTrailError):
    """Refuse selectors that contradict each other."""


class InsufficientS3BucketPolicyException(CloudTrailError):
    """Refuse a bucket into which CloudTrail may not write."""

    def __init__(self, bucket: str) -> None:
        super().__init__(f"Incorrect S3 bucket policy is detected for bucket: {bucket}")


class TrailAlreadyExistsException(CloudTrailError):
    """Refuse a second trail of one name."""

    def __init__(self, name: str, account: str) -> None:
        super().__init__(f"Trail {name} already exists for customer: {account}")


class MaximumNumberOfTrailsExceededException(CloudTrailError):
    """Refuse a trail beyond those a region may have."""

    def __init__(self, account: str, most: int, region: str) -> None:
        super().__init__(f"User: {account} already has {most} trails in {region}.")
