"""Where Amazon Route 53 is found."""

from moto.route53.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
