"""Whether a request was signed with the secret of the key it names, and when.

The signatures are made again with botocore's signers, from the request as it was sent. Followed:
"Signature Version 4 signing process for AWS API requests", "Troubleshoot Signature Version 4
signing for AWS API requests" (AWS IAM User Guide), and "Authenticating Requests (AWS Signature
Version 4)" (Amazon S3 API Reference).
"""

from __future__ import annotations

from dryrun.cloud.signatures.claims import Claim, Malformed, Scheme, read_claim
from dryrun.cloud.signatures.faults import Fault, FaultKind
from dryrun.cloud.signatures.genuine import find_fault
from dryrun.cloud.signatures.sent import Sent
from dryrun.cloud.signatures.times import LabTimes, Moment

__all__ = [
    "Claim",
    "Fault",
    "FaultKind",
    "LabTimes",
    "Malformed",
    "Moment",
    "Scheme",
    "Sent",
    "find_fault",
    "read_claim",
]
