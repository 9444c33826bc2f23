"""CFN-EXPORT-INUSE: an import that changes its name only is an update, and frees the old one."""

from __future__ import annotations

from in_process import client

EXPORTS = """
Resources:
  Bell: {Type: AWS::SNS::Topic}
Outputs:
  Old: {Value: !Ref Bell, Export: {Name: renamed-old}}
  New: {Value: !Ref Bell, Export: {Name: renamed-new}}
"""
IMPORTS = """
Resources:
  Kept: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !ImportValue renamed-old}}
"""


def test_the_old_name_is_free_once_nobody_imports_it() -> None:
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="renamed-exports", TemplateBody=EXPORTS)
    cloudformation.create_stack(StackName="renamed-imports", TemplateBody=IMPORTS)
    try:
        changed = IMPORTS.replace("renamed-old", "renamed-new")
        cloudformation.update_stack(StackName="renamed-imports", TemplateBody=changed)
        found = cloudformation.list_imports(ExportName="renamed-new")["Imports"]
        assert found == ["renamed-imports"]
        alone = "\n".join(line for line in EXPORTS.splitlines() if "  Old:" not in line)
        cloudformation.update_stack(StackName="renamed-exports", TemplateBody=alone)
        assert [one["Name"] for one in cloudformation.list_exports()["Exports"]] == ["renamed-new"]
    finally:
        for name in ("renamed-imports", "renamed-exports"):
            cloudformation.delete_stack(StackName=name)
