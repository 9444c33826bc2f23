"""CloudFormation templates: read, checked, taken apart and evaluated; no state, no calls."""

from dryrun.cloud.cloudformation.template.conditions import evaluate_conditions
from dryrun.cloud.cloudformation.template.dynamic import check_secure
from dryrun.cloud.cloudformation.template.errors import TemplateError
from dryrun.cloud.cloudformation.template.evaluation import evaluate
from dryrun.cloud.cloudformation.template.exports import check_export_name
from dryrun.cloud.cloudformation.template.lookup import AwsLookup
from dryrun.cloud.cloudformation.template.model import Output, Parameter, Resource, Template
from dryrun.cloud.cloudformation.template.parameters import (
    Lookup,
    ParameterValue,
    check_existence,
    parameter_values,
)
from dryrun.cloud.cloudformation.template.parsing import parse
from dryrun.cloud.cloudformation.template.pseudo import PSEUDO, partition_of, pseudo
from dryrun.cloud.cloudformation.template.reading import read
from dryrun.cloud.cloudformation.template.references import (
    Reference,
    dependencies,
    is_made,
    parameter_references,
    references,
    taken_references,
)
from dryrun.cloud.cloudformation.template.rules import Account, check_rules
from dryrun.cloud.cloudformation.template.scope import Scope, StackOutputs
from dryrun.cloud.cloudformation.template.unknown import (
    NO_VALUE,
    UNKNOWN,
    NoValue,
    Unknown,
    holds_unknown,
)

__all__ = [
    "NO_VALUE",
    "PSEUDO",
    "UNKNOWN",
    "Account",
    "AwsLookup",
    "Lookup",
    "NoValue",
    "Output",
    "Parameter",
    "ParameterValue",
    "Reference",
    "Resource",
    "Scope",
    "StackOutputs",
    "Template",
    "TemplateError",
    "Unknown",
    "check_existence",
    "check_export_name",
    "check_rules",
    "check_secure",
    "dependencies",
    "evaluate",
    "evaluate_conditions",
    "holds_unknown",
    "is_made",
    "parameter_references",
    "parameter_values",
    "parse",
    "partition_of",
    "pseudo",
    "read",
    "references",
    "taken_references",
]
