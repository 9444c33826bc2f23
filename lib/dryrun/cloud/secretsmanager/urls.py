"""Where AWS Secrets Manager is found."""

from moto.secretsmanager.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
