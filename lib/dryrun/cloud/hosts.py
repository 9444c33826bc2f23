"""Which hosts belong to AWS: the one list behind the egress guard."""

from __future__ import annotations

import ipaddress

# Whole registered domains. Customer names under elasticbeanstalk.com or amazoncognito.com are here
# because a name a lab invents may be somebody's real application.
AWS_DOMAINS = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonaws-us-gov.com",
    "aws",  # the top-level domain: api.aws, on.aws, ecr.aws
    "aws.dev",
    "aws.amazon.com",
    "amazonaws.cn",
    "amazonaws-cn.com",
    "aws.amazon.eu",
    "awsapps.com",
    "awsapps.cn",
    "amazoncognito.com",
    "elasticbeanstalk.com",
    "awsglobalaccelerator.com",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "adc-e.uk",
    "hci.ic.gov",
)
# Instance metadata, container credentials, pod identity, time and DNS of a real machine in AWS.
AWS_ADDRESSES = ("169.254.0.0/16", "fd00:ec2::/32")


def is_aws_host(host: str) -> bool:
    """Tell whether a host name or address (no port; brackets allowed) belongs to AWS."""
    name = host.strip().strip("[]").rstrip(".").lower()
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return any(name == domain or name.endswith(f".{domain}") for domain in AWS_DOMAINS)
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in ipaddress.ip_network(network) for network in AWS_ADDRESSES)


def refusal(host: str) -> str:
    """Return the one sentence that answers a request for an AWS host."""
    return (
        f"Dry Run lets no lab process reach AWS ({host}); leave the endpoint to the lab "
        "environment, which points every AWS tool at the lab cloud."
    )
