"""The addresses of Lambda: moto's own; moto looks for them beside a backend's models."""

from moto.awslambda.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
