"""Where Amazon Cognito identity pools is found."""

from moto.cognitoidentity.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
