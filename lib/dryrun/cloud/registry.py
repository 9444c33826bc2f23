"""Which services are Dry Run's own; the one place where moto is changed."""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Service:
    """A service of ours, replacing or extending moto's of the same package name.

    `responses` is "module:class"; the class extends moto's or stands in its place, and
    answers on every path moto's class answers on, and on `paths`, regular expressions of more.
    """

    moto_package: str
    boto_name: str
    responses: str
    paths: tuple[str, ...] = ()

    def response_class(self) -> Any:
        """Import and return the class that answers."""
        module, name = self.responses.split(":")
        return getattr(importlib.import_module(module), name)


SERVICES: tuple[Service, ...] = (
    Service(
        "appsync",
        "appsync",
        "dryrun.cloud.appsync.responses:AppSyncResponse",
        (
            "/v1/apis/(?P<api_id>[^/]+)/datasources$",
            "/v1/apis/(?P<api_id>[^/]+)/datasources/(?P<name>[^/]+)$",
            "/v1/apis/(?P<api_id>[^/]+)/functions$",
            "/v1/apis/(?P<api_id>[^/]+)/functions/(?P<function_id>[^/]+)$",
            "/v1/apis/(?P<api_id>[^/]+)/functions/(?P<function_id>[^/]+)/resolvers$",
        ),
    ),
    Service(
        "apigateway",
        "apigateway",
        "dryrun.cloud.apigateway.responses:ApiGatewayResponse",
        (
            "/clientcertificates$",
            "/clientcertificates/(?P<clientcertificate_id>[^/]+)$",
        ),
    ),
    Service(
        "apigatewayv2",
        "apigatewayv2",
        "dryrun.cloud.apigatewayv2.responses:ApiGatewayV2Response",
        (
            "/v2/apis/(?P<api_id>[^/]+)/deployments$",
            "/v2/apis/(?P<api_id>[^/]+)/deployments/(?P<deployment_id>[^/]+)$",
        ),
    ),
    Service(
        "appconfig",
        "appconfig",
        "dryrun.cloud.appconfig.responses:AppConfigResponse",
        (
            "/applications/(?P<app_id>[^/]+)/environments$",
            "/applications/(?P<app_id>[^/]+)/environments/(?P<environment_id>[^/]+)$",
            "/applications/(?P<app_id>[^/]+)/environments/(?P<environment_id>[^/]+)/deployments$",
            "/applications/(?P<app_id>[^/]+)/environments/(?P<environment_id>[^/]+)/deployments/"
            "(?P<number>[^/]+)$",
            "/deploymentstrategies$",
            "/deploymentstrategies/(?P<strategy_id>[^/]+)$",
            # The API spells it so where one is deleted.
            "/deployementstrategies/(?P<strategy_id>[^/]+)$",
            "/tags/(?P<arn_part_1>[^/]+)/(?P<app_id>[^/]+)/environment/(?P<environment_id>.+)$",
        ),
    ),
    Service("autoscaling", "autoscaling", "dryrun.cloud.autoscaling.responses:AutoScalingResponse"),
    Service(
        "awslambda",
        "lambda",
        "dryrun.cloud.awslambda.responses:LambdaResponse",
        (
            "/(?P<api_version>[^/]+)/functions/(?P<function_name>[^/]+)/provisioned-concurrency/?$",
            "/2016-08-19/account-settings/?$",
            "/2020-04-22/code-signing-configs/?$",
            "/2020-04-22/code-signing-configs/(?P<arn>[^/]+)/?$",
            "/2020-04-22/code-signing-configs/(?P<arn>[^/]+)/functions/?$",
            "/(?P<api_version>[^/]+)/functions/(?P<function_name>[^/]+)/urls/?$",
        ),
    ),
    Service(
        "backup",
        "backup",
        "dryrun.cloud.backup.responses:BackupResponse",
        (
            "/backup/plans/(?P<plan_id>[^/]+)/selections/?$",
            "/backup/plans/(?P<plan_id>[^/]+)/selections/(?P<selection_id>[^/]+)$",
        ),
    ),
    Service(
        "cloudformation",
        "cloudformation",
        "dryrun.cloud.cloudformation.responses:CloudFormationResponse",
    ),
    Service(
        "cloudfront",
        "cloudfront",
        "dryrun.cloud.cloudfront.responses:CloudFrontResponse",
        (
            "/2020-05-31/origin-access-identity/cloudfront$",
            "/2020-05-31/origin-access-identity/cloudfront/(?P<oai_id>[^/]+)$",
            "/2020-05-31/origin-access-identity/cloudfront/(?P<oai_id>[^/]+)/config$",
            *(
                f"/2020-05-31/{kind}-policy{rest}$"
                for kind in ("cache", "origin-request", "response-headers")
                for rest in ("", "/(?P<policy_id>[^/]+)", "/(?P<policy_id>[^/]+)/config")
            ),
        ),
    ),
    Service("cloudtrail", "cloudtrail", "dryrun.cloud.cloudtrail.responses:CloudTrailResponse"),
    Service("cloudwatch", "cloudwatch", "dryrun.cloud.cloudwatch.responses:CloudWatchResponse"),
    Service("codebuild", "codebuild", "dryrun.cloud.codebuild.responses:CodeBuildResponse"),
    Service("codedeploy", "codedeploy", "dryrun.cloud.codedeploy.responses:CodeDeployResponse"),
    Service(
        "cognitoidentity",
        "cognito-identity",
        "dryrun.cloud.cognitoidentity.responses:CognitoIdentityResponse",
    ),
    Service("dynamodb", "dynamodb", "dryrun.cloud.dynamodb.responses:DynamoResponse"),
    Service("ec2", "ec2", "dryrun.cloud.ec2.responses:Ec2Response"),
    Service("efs", "efs", "dryrun.cloud.efs.responses:EfsResponse"),
    Service("eks", "eks", "dryrun.cloud.eks.responses:EksResponse"),
    Service(
        "elasticache",
        "elasticache",
        "dryrun.cloud.elasticache.responses:ElastiCacheResponse",
    ),
    Service("es", "es", "dryrun.cloud.opensearch.responses:OpenSearchResponse"),
    Service("es", "opensearch", "dryrun.cloud.opensearch.responses:OpenSearchResponse"),
    Service("events", "events", "dryrun.cloud.events.responses:EventsResponse"),
    Service("iam", "iam", "dryrun.cloud.iam.responses:IamResponse"),
    Service("logs", "logs", "dryrun.cloud.logs.responses:LogsResponse"),
    Service("macie2", "macie2", "dryrun.cloud.macie2.responses:MacieResponse"),
    Service(
        "networkmanager",
        "networkmanager",
        "dryrun.cloud.networkmanager.responses:NetworkManagerResponse",
        (
            "/global-networks/(?P<networkid>[^/.]+)/transit-gateway-registrations$",
            "/global-networks/(?P<networkid>[^/.]+)/transit-gateway-registrations/(?P<arn>.+)$",
        ),
    ),
    Service("pipes", "pipes", "dryrun.cloud.pipes.responses:PipesResponse"),
    Service(
        "ram",
        "ram",
        "dryrun.cloud.ram.responses:RamResponse",
        (
            "/associateresourcesharepermission/?$",
            "/disassociateresourcesharepermission/?$",
            "/listresourcesharepermissions/?$",
            "/tagresource/?$",
            "/untagresource/?$",
        ),
    ),
    Service(
        "resourcegroups",
        "resource-groups",
        "dryrun.cloud.resourcegroups.responses:ResourceGroupsResponse",
    ),
    Service("route53", "route53", "dryrun.cloud.route53.responses:Route53Response"),
    Service("scheduler", "scheduler", "dryrun.cloud.scheduler.responses:SchedulerResponse"),
    Service("schemas", "schemas", "dryrun.cloud.schemas.responses:SchemasResponse"),
    Service(
        "servicecatalog",
        "servicecatalog",
        "dryrun.cloud.servicecatalog.responses:ServiceCatalogResponse",
    ),
    Service(
        "secretsmanager",
        "secretsmanager",
        "dryrun.cloud.secretsmanager.responses:SecretsManagerResponse",
    ),
    Service("sns", "sns", "dryrun.cloud.sns.responses:SnsResponse"),
    Service("sqs", "sqs", "dryrun.cloud.sqs.responses:SqsResponse"),
    Service("ssm", "ssm", "dryrun.cloud.ssm.responses:SsmResponse"),
    Service(
        "stepfunctions",
        "stepfunctions",
        "dryrun.cloud.stepfunctions.responses:StepFunctionResponse",
    ),
    Service("sts", "sts", "dryrun.cloud.sts.responses:StsResponse"),
)
"""All services of ours."""

WITHDRAWN: dict[str, frozenset[str]] = {
    # moto gives credentials to any assertion and checks none.
    "sts": frozenset({"AssumeRoleWithSAML"}),
    # AWS has deprecated it.
    "lambda": frozenset({"InvokeAsync", "InvokeWithResponseStream"}),
    # moto runs jobs in Docker, which a lab does not have.
    "batch": frozenset({"SubmitJob"}),
    # moto knows these by the host name, which is always localhost here.
    "kinesis-video-archived-media": frozenset(
        {"GetClip", "GetDASHStreamingSessionURL", "GetHLSStreamingSessionURL"}
    ),
    # moto's address for it has an unescaped dollar sign and never matches.
    "greengrass": frozenset({"ResetDeployments"}),
    # moto answers with an empty union, which no client can read.
    "timestream-influxdb": frozenset({"CreateDbParameterGroup"}),
}
"""Operations moto answers in a way that would mislead; they answer NotSimulated instead."""


REPLACEMENTS: tuple[str, ...] = (
    "dryrun.cloud.journal.chance",
    "dryrun.cloud.keys",
    "dryrun.cloud.iam.models",
    "dryrun.cloud.moto_folder",
    "dryrun.cloud.request_ids",
    "dryrun.cloud.schemas.moto_package",
    "dryrun.cloud.shortcut",
    "dryrun.cloud.straight",
)
"""Modules whose `install()` puts a backend or a function of ours in moto's place."""


LATE_REPLACEMENTS: dict[str, tuple[str, ...]] = {
    "apigateway": (
        "dryrun.cloud.apigateway.apis",
        "dryrun.cloud.apigateway.integrations",
        "dryrun.cloud.apigateway.settings",
    ),
    "autoscaling": ("dryrun.cloud.ec2.groups",),
    "awslambda": ("dryrun.cloud.awslambda.models",),
    "cloudtrail": ("dryrun.cloud.cloudtrail.models",),
    "codepipeline": ("dryrun.cloud.codepipeline.roles",),
    "dynamodb": ("dryrun.cloud.dynamodb.descriptions", "dryrun.cloud.dynamodb.outlets"),
    "ecr": ("dryrun.cloud.ecr.notices",),
    "ec2": (
        "dryrun.cloud.ec2.descriptions",
        "dryrun.cloud.ec2.launches",
        "dryrun.cloud.ec2.notices",
        "dryrun.cloud.instance_groups",
        "dryrun.cloud.snapshot_owners",
        "dryrun.cloud.ssm.images",
    ),
    "elbv2": ("dryrun.cloud.elbv2.conditions",),
    "es": ("dryrun.cloud.opensearch.domains",),
    "events": ("dryrun.cloud.events.models",),
    "firehose": ("dryrun.cloud.firehose.outlets", "dryrun.cloud.firehose.descriptions"),
    "iam": ("dryrun.cloud.iam.wording",),
    "kinesis": ("dryrun.cloud.kinesis.streams",),
    "kms": ("dryrun.cloud.kms.metadata",),
    "logs": ("dryrun.cloud.logs.arriving",),
    "organizations": ("dryrun.cloud.organizations.models",),
    "rds": ("dryrun.cloud.rds.engines",),
    "s3": (
        "dryrun.cloud.s3.acceleration",
        "dryrun.cloud.s3.access_logs",
        "dryrun.cloud.s3.lifecycles",
        "dryrun.cloud.s3.locks",
        "dryrun.cloud.s3.notifications",
        "dryrun.cloud.s3.policies",
    ),
    "sns": ("dryrun.cloud.sns.models",),
    "ssoadmin": ("dryrun.cloud.ssoadmin.names",),
    "sqs": ("dryrun.cloud.polling", "dryrun.cloud.sqs.sending"),
    "stepfunctions": ("dryrun.cloud.stepfunctions.models",),
}
"""Such modules for packages of moto that are loaded when they are first called."""


COMPANIONS = {
    "apigateway": ("apigatewayv2",),
    "servicecatalog": ("servicecatalogappregistry",),
}
"""Packages whose addresses another one takes over when it is loaded."""


def install() -> None:
    """Put our replacements into moto, before any request is served."""
    for module in REPLACEMENTS:
        importlib.import_module(module).install()


@functools.cache
def prepare(moto_package: str) -> None:
    """Put our service in the place of moto's package, before its addresses are first read.

    This loads the package, which for some takes a second; hence one at a time.
    """
    theirs: set[str] = set()
    for companion in COMPANIONS.get(moto_package, ()):
        prepare(companion)
        theirs.update(importlib.import_module(f"moto.{companion}.urls").url_paths)
    for module in LATE_REPLACEMENTS.get(moto_package, ()):
        importlib.import_module(module).install()
    for service in SERVICES:
        if service.moto_package == moto_package:
            urls = importlib.import_module(f"moto.{moto_package}.urls")
            dispatch = service.response_class().dispatch
            for path in (*urls.url_paths, *(f"{{0}}{path}" for path in service.paths)):
                if path not in theirs:
                    urls.url_paths[path] = dispatch
