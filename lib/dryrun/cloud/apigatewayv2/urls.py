"""Where Amazon API Gateway V2 is found."""

from moto.apigatewayv2.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
