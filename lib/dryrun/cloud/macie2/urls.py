"""Where Amazon Macie is found."""

from moto.macie2.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
