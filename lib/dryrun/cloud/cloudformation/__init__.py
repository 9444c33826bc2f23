"""CloudFormation: templates, stacks, change sets, drift; our own engine in place of moto's."""
