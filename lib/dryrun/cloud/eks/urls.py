"""Where Amazon EKS is found."""

from moto.eks.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
