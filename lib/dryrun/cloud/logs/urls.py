"""Where CloudWatch Logs is found."""

from moto.logs.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
