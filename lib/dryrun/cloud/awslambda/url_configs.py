"""URLs of functions and of their aliases; moto gives them to functions only.

Follows "CreateFunctionUrlConfig", AWS Lambda API Reference: a qualifier is an alias's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.awslambda.exceptions import GenericResourcNotFound, UnknownFunctionException
from moto.awslambda.models import FunctionUrlConfig as MotoFunctionUrlConfig
from moto.awslambda.models import LambdaBackend as MotoLambdaBackend

from dryrun.cloud import calling
from dryrun.cloud.awslambda.errors import conflict


class FunctionUrlConfig(MotoFunctionUrlConfig):
    """A URL of a function or of an alias."""

    def __init__(self, function: Any, config: dict[str, Any], alias: Any = None) -> None:
        super().__init__(function, config)
        self.alias = alias
        self.url += "/"
        self._lower()
        self.config.setdefault("InvokeMode", "BUFFERED")

    @property
    def arn(self) -> str:
        """What the URL calls."""
        return str(self.function.function_arn if self.alias is None else self.alias.arn)

    def to_dict(self) -> dict[str, Any]:
        """Return what AWS tells of a URL."""
        told: dict[str, Any] = super().to_dict()
        return told | {"FunctionArn": self.arn}

    def update(self, new_config: dict[str, Any]) -> None:
        """Change what is named; an empty Cors takes it away."""
        self.config.update(new_config)
        self.config["Cors"] = self.config.get("Cors") or None
        self._lower()
        super().update({})
        self.last_modified += ".000+0000"

    def _lower(self) -> None:
        """Write the names of headers that a page may send as AWS does."""
        cors = self.config.get("Cors") or {}
        if "AllowHeaders" in cors:
            names = [str(name).lower() for name in cors["AllowHeaders"]]
            self.config["Cors"] = {**cors, "AllowHeaders": names}


class UrlConfigs(MotoLambdaBackend):
    """The URLs of one region's functions."""

    def create_function_url_config(self, name_or_arn: str, config: dict[str, Any]) -> Any:
        """Give a function or an alias a URL."""
        function, alias = self._called(name_or_arn)
        owner = function if alias is None else alias
        if owner.url_config is not None:
            raise conflict(
                "Failed to create function url config for [functionArn = "
                f"{owner.url_config.arn}]. Error message:  FunctionUrlConfig exists for this "
                "Lambda function"
            )
        owner.url_config = FunctionUrlConfig(function, config, alias)
        return owner.url_config

    def get_function_url_config(self, name_or_arn: str) -> Any:
        """Return a URL."""
        function, alias = self._called(name_or_arn)
        found = (function if alias is None else alias).url_config
        if found is None:
            raise GenericResourcNotFound
        return found

    def update_function_url_config(self, name_or_arn: str, config: dict[str, Any]) -> Any:
        """Change a URL."""
        found = self.get_function_url_config(name_or_arn)
        found.update(config)
        return found

    def delete_function_url_config(self, name_or_arn: str) -> None:
        """Take a URL away."""
        found = self.get_function_url_config(name_or_arn)
        (found.function if found.alias is None else found.alias).url_config = None

    def url_configs_of(self, function: Any) -> list[FunctionUrlConfig]:
        """Return the URLs of a function and of its aliases."""
        owners = [function, *self.list_aliases(function.function_name)]
        return [one.url_config for one in owners if one.url_config is not None]

    def url_configs(self) -> Iterator[FunctionUrlConfig]:
        """Return every URL."""
        for function in self.list_functions():
            yield from self.url_configs_of(function)

    def _called(self, name_or_arn: str) -> tuple[Any, Any]:
        """Return the function, and the alias of it that is meant."""
        head, mark, rest = name_or_arn.rpartition(":function:")
        name, _, qualifier = rest.partition(":")
        function = self.get_function(f"{head}{mark}{name}")
        given = calling.current_call().parameters.get("Qualifier")
        qualifier = qualifier or str(given or "")
        if not qualifier:
            return function, None
        for alias in self.list_aliases(function.function_name):
            if alias.name == qualifier:
                return function, alias
        raise UnknownFunctionException(f"{function.function_arn}:{qualifier}")
