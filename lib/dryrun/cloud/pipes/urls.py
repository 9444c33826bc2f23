"""Where EventBridge Pipes are found."""

from moto.pipes.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
