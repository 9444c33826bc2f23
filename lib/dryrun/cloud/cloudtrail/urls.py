"""The addresses of CloudTrail: moto's own; moto looks for them beside a backend's models."""

from moto.cloudtrail.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
