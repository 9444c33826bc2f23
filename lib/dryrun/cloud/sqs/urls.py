"""Where Amazon SQS is found."""

from moto.sqs.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
