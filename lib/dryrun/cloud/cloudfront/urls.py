"""Where CloudFront is found."""

from moto.cloudfront.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
