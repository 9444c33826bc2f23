"""Where Amazon DynamoDB is found."""

from moto.dynamodb.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
