"""Where AWS Backup is found."""

from moto.backup.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
