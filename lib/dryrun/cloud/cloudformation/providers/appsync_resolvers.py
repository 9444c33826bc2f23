"""AWS::AppSync: data sources, functions of pipelines, and resolvers."""

from __future__ import annotations

from typing import Any, ClassVar

from dryrun.cloud.cloudformation.providers.base import Context, Properties, Seconds
from dryrun.cloud.cloudformation.providers.declared import Declared

_QUICK = Seconds(create=5, update=5, delete=5)
_TEXTS = {
    "CodeS3Location": "Code",
    "RequestMappingTemplateS3Location": "RequestMappingTemplate",
    "ResponseMappingTemplateS3Location": "ResponseMappingTemplate",
}


class _Attached(Declared):
    """Something of an API; its physical id is its ARN."""

    service = "appsync"
    seconds = _QUICK
    whole = True
    parents = {"apiId": "ApiId"}
    places: ClassVar[dict[str, int]] = {}
    """Parameters of the calls that name it, and the part of the ARN where each is."""

    def prepared(self, at: Context, properties: Properties) -> Properties:
        """Return the properties with the texts that lie in S3 read from there."""
        for place, name in _TEXTS.items():
            uri = properties.pop(place, None)
            if uri:
                bucket, _, key = str(uri).removeprefix("s3://").partition("/")
                found = at.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
                properties[name] = found.decode()
        return properties

    def _keys(self, at: Context, name: str, physical_id: str, key: str = "") -> dict[str, Any]:
        parts = physical_id.rpartition(":")[2].split("/")
        return {"apiId": parts[1], **{api: parts[place] for api, place in self.places.items()}}

    def finished(self, at: Context, physical_id: str, shown: Properties) -> Properties:
        """Return what is there, with where its texts came from."""
        for place, name in _TEXTS.items():
            if place in at.known:
                shown[place] = at.known[place]
                if name not in at.known:
                    shown.pop(name, None)
        for name in ("MaxBatchSize", "MetricsConfig", "FunctionVersion", "Kind"):
            if name not in at.known and self.type != "AWS::AppSync::DataSource":
                shown.pop(name, None)
        return {**shown, "ApiId": physical_id.rpartition(":")[2].split("/")[1]}


class DataSource(_Attached):
    """A data source."""

    type = "AWS::AppSync::DataSource"
    handled = frozenset(
        {
            "ApiId",
            "Description",
            "DynamoDBConfig",
            "ElasticsearchConfig",
            "EventBridgeConfig",
            "HttpConfig",
            "LambdaConfig",
            "MetricsConfig",
            "Name",
            "OpenSearchServiceConfig",
            "RelationalDatabaseConfig",
            "ServiceRoleArn",
            "Type",
        }
    )
    name_property = "Name"
    places: ClassVar[dict[str, int]] = {"name": 3}
    creates, reads = "create_data_source", "get_data_source"
    updates, deletes = "update_data_source", "delete_data_source"
    key, made, item = "name", "dataSource.dataSourceArn", "dataSource"


class FunctionConfiguration(_Attached):
    """A function of pipelines."""

    type = "AWS::AppSync::FunctionConfiguration"
    handled = frozenset(
        {
            "ApiId",
            "Code",
            "CodeS3Location",
            "DataSourceName",
            "Description",
            "FunctionVersion",
            "MaxBatchSize",
            "Name",
            "RequestMappingTemplate",
            "RequestMappingTemplateS3Location",
            "ResponseMappingTemplate",
            "ResponseMappingTemplateS3Location",
            "Runtime",
            "SyncConfig",
        }
    )
    places: ClassVar[dict[str, int]] = {"functionId": 3}
    creates, reads = "create_function", "get_function"
    updates, deletes = "update_function", "delete_function"
    key, made, item = "functionId", "functionConfiguration.functionArn", "functionConfiguration"


class Resolver(_Attached):
    """The resolver of a field."""

    type = "AWS::AppSync::Resolver"
    handled = frozenset(
        {
            "ApiId",
            "CachingConfig",
            "Code",
            "CodeS3Location",
            "DataSourceName",
            "FieldName",
            "Kind",
            "MaxBatchSize",
            "MetricsConfig",
            "PipelineConfig",
            "RequestMappingTemplate",
            "RequestMappingTemplateS3Location",
            "ResponseMappingTemplate",
            "ResponseMappingTemplateS3Location",
            "Runtime",
            "SyncConfig",
            "TypeName",
        }
    )
    places: ClassVar[dict[str, int]] = {"typeName": 3, "fieldName": 5}
    creates, reads = "create_resolver", "get_resolver"
    updates, deletes = "update_resolver", "delete_resolver"
    key, made, item = "fieldName", "resolver.resolverArn", "resolver"
