"""AWS's words for functions of the wrong shape.

Most are quoted in issues of cfn-lint, the SAM translator or the serverless framework. Written after
the manner of the others, because nobody quotes AWS's: the ends of those for Fn::Split and Fn::Not,
and those for Fn::ImportValue of a list, Fn::Length, Fn::GetStackOutput and (in `cidr`) Fn::Cidr.
"""

from __future__ import annotations

from dryrun.cloud.cloudformation.template.errors import TemplateError
from dryrun.cloud.cloudformation.template.functions import SUPPORTED

REF = "All References must be of type string"
GET_ATT = (
    "every Fn::GetAtt object requires two non-empty parameters, "
    "the resource name and the resource attribute"
)
GET_ATT_ONE = (
    "if specifying one argument to Fn::GetAtt, that argument must be a non-empty string "
    "in format <LogicalId>.<Attribute>"
)
JOIN = (
    "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of "
    "strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) "
    "to be joined."
)
SPLIT = (
    "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to "
    "be split or a function that returns a string to be split."
)
SELECT_INDEX = "Fn::Select requires a list argument with a valid index value as its first element"
SELECT = "Fn::Select requires a list argument with two elements: an integer index and a list"
FIND_IN_MAP = (
    "every Fn::FindInMap object requires three parameters, "
    "the map name, map key and the attribute for return value"
)
BASE64 = "every Fn::Base64 object must have a String-typed value."
GET_AZS = "every Fn::GetAZs object must have a String-typed value."
IMPORT_VALUE_NAMES = (
    "the attribute in Fn::ImportValue must not depend on any resources, imported values, "
    "or Fn::GetAZs"
)
IMPORT_VALUE = (
    "the attribute in Fn::ImportValue must be a string or a function that returns a string"
)
IF_CONDITION = "Fn::If requires a list argument with the first element being a condition"
IF_THREE = "Fn::If requires a list argument with three elements"
EQUALS = "every Fn::Equals object requires a list of 2 string parameters."
AND_OR = "every {} object requires a list of at least 2 and at most 10 boolean parameters."
NOT = "every Fn::Not object requires one boolean parameter."
SUB = (
    "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string "
    "as first argument, and an optional second argument to specify a mapping of values to "
    "replace in the string"
)
SUB_NAMES = (
    "variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, "
    "periods, and colons"
)
SUB_KEYS = (
    "every key of the context object of every Fn::Sub object must contain only alphanumeric "
    "characters and underscores"
)
SUB_VALUE = (
    "every value of the context object of every Fn::Sub object must be a string or a function "
    "that returns a string"
)
SUB_STRING = "every variable in an Fn::Sub object must reference a string"
STACK_OUTPUT = (
    "every Fn::GetStackOutput object requires a StackName and an OutputName, "
    "and takes a Region and a RoleArn"
)
LENGTH = "Fn::Length requires a list or a function that returns a list"


def unsupported(name: str) -> TemplateError:
    """Return the error of a function that AWS does not know."""
    supported = ", ".join(SUPPORTED)
    return TemplateError(
        f"Template Error: Encountered unsupported function: {name} "
        f"Supported functions are: [{supported}]"
    )
