"""Where AWS Network Manager is found."""

from moto.networkmanager.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
