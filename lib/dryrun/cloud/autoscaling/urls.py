"""Where Auto Scaling is found."""

from moto.autoscaling.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
