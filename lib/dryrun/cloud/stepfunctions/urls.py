"""The addresses of Step Functions, which are moto's."""

from moto.stepfunctions.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
