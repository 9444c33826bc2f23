"""Where AWS CodeBuild is found."""

from moto.codebuild.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
