"""AWS::Serverless-2016-10-31, by AWS's own translator.

It runs without network and without the learner's configuration: the region, the partition and the
managed policies are given to it.
"""

from __future__ import annotations

import copy
import functools
import json
import logging
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from dryrun.cloud.cloudformation.template.errors import TemplateError
from dryrun.cloud.cloudformation.transforms.values import TransformError

NAME = "AWS::Serverless-2016-10-31"

_APPLICATION = "AWS::Serverless::Application"


def expand(
    document: Mapping[str, Any], parameters: Mapping[str, Any], region: str, partition: str
) -> dict[str, Any]:
    """Return a template in which every resource of AWS::Serverless became what it stands for."""
    _refuse_repository(document)
    # Importing the translator takes half a second, which only templates that need it should cost.
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415

    try:
        return _translated(copy.deepcopy(dict(document)), dict(parameters), region, partition)
    except InvalidDocumentException as error:
        causes = " ".join(cause.message for cause in error.causes)
        raise TransformError(NAME, f"{error.message} {causes}") from error
    except TemplateError:
        raise
    except Exception as error:
        # What the translator stumbles over, it stumbles over on AWS too; this is what AWS says.
        raise TemplateError(f"Received malformed response from transform {NAME}") from error


def _translated(
    document: dict[str, Any], parameters: dict[str, Any], region: str, partition: str
) -> dict[str, Any]:
    from samtranslator.parser.parser import Parser  # noqa: PLC0415
    from samtranslator.translator.arn_generator import ArnGenerator  # noqa: PLC0415
    from samtranslator.translator.translator import Translator  # noqa: PLC0415
    from samtranslator.utils import py27hash_fix  # noqa: PLC0415

    # It warns of feature toggles that only its service has.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    # Names with a hash in them must come out as on AWS, whose service began on Python 2.7.
    py27hash_fix.to_py27_compatible_template(document, parameters)
    session: Any = SimpleNamespace(region_name=region)
    translator = Translator(None, Parser(), boto_session=session)
    ArnGenerator.BOTO_SESSION_REGION_NAME = region
    try:
        translated = translator.translate(
            document,
            parameter_values=parameters,
            get_managed_policy_map=functools.partial(managed_policies, partition),
        )
    finally:
        # Metrics that nobody published are complained of on standard error.
        translator.metrics.publish()
    plain: dict[str, Any] = py27hash_fix.undo_mark_unicode_str_in_template(translated)
    return plain


@functools.cache
def managed_policies(partition: str) -> dict[str, str]:
    """Return the ARNs of AWS's managed policies by name."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: PLC0415

    policies: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return {
        name: f"arn:{partition}:iam::aws:policy{policy['Path']}{name}"
        for name, policy in policies.items()
    }


def _refuse_repository(document: Mapping[str, Any]) -> None:
    """Refuse applications of the Serverless Application Repository, which is not simulated."""
    resources = document.get("Resources")
    for resource in resources.values() if isinstance(resources, Mapping) else ():
        if not isinstance(resource, Mapping) or resource.get("Type") != _APPLICATION:
            continue
        properties = resource.get("Properties")
        location = properties.get("Location") if isinstance(properties, Mapping) else None
        if isinstance(location, Mapping) and "ApplicationId" in location:
            raise TemplateError(
                "Dry Run does not simulate applications of the AWS Serverless Application "
                "Repository; real AWS would carry it out."
            )
