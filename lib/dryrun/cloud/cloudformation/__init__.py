"""CloudFormation: templates, stacks, change sets, drift; our own engine in place of moto's."""

SIGNALS = "/cloudformation-waitcondition-"
"""How the path begins at which signals for wait conditions are left; AWS has a host of the name."""
