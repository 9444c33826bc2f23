"""Dry Run: hands-on AWS labs with no AWS account."""

__version__ = "0.1.0"
