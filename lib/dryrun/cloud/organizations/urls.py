"""The addresses of Organizations: moto's own; moto looks for them beside a backend's models."""

from moto.organizations.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
