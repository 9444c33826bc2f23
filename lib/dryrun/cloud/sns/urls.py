"""The addresses of SNS, which are moto's."""

from moto.sns.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
