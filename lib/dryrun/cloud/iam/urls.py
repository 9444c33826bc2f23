"""The addresses of IAM: moto's own; moto looks for them beside a backend's models."""

from moto.iam.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
