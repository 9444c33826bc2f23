"""The addresses of EventBridge: moto's own; moto looks for them beside a backend's models."""

from moto.events.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
