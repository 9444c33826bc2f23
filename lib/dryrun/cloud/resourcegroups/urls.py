"""Where Resource Groups is found."""

from moto.resourcegroups.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
