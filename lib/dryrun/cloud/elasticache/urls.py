"""Where Amazon ElastiCache is found."""

from moto.elasticache.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
