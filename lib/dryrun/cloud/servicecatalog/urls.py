"""Where Service Catalog is found."""

from moto.servicecatalog.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
