"""Where Amazon API Gateway is found."""

from moto.apigateway.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
