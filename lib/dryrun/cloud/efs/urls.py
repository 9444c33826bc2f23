"""Where Amazon EFS is found."""

from moto.efs.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
