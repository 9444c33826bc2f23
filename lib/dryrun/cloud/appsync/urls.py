"""Where AWS AppSync is found."""

from moto.appsync.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
