"""Where AWS CodeDeploy is found."""

from moto.codedeploy.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
