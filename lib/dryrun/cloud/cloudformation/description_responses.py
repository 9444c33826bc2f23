"""The operations that tell of stacks."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult

from dryrun.cloud.cloudformation import inputs, shapes
from dryrun.cloud.cloudformation.change_set_responses import ChangeSetResponses
from dryrun.cloud.cloudformation.exceptions import ValidationError
from dryrun.cloud.cloudformation.models import Stack, StackResource
from dryrun.cloud.cloudformation.requests import asked
from dryrun.cloud.cloudformation.summary import (
    check_types,
    template_summary,
    validate_template,
)
from dryrun.cloud.cloudformation.template import TemplateError, parse, read


class DescriptionResponses(ChangeSetResponses):
    """Describe and list stacks, their resources, events, templates and exports.

    Lists are whole here; the cloud cuts them into pages.
    """

    def describe_stacks(self) -> ActionResult:
        """Return one stack, or all that were not deleted."""
        name = asked().get("StackName")
        if name:
            found = [self.backend.find(name)]
        else:
            found = [one for one in self.newest_first() if not one.gone]
        return ActionResult({"Stacks": [shapes.stack(one) for one in found]})

    def list_stacks(self) -> ActionResult:
        """Return a summary of every stack, also of those deleted."""
        wanted = asked().get("StackStatusFilter")
        found = [one for one in self.newest_first() if not wanted or one.status in wanted]
        return ActionResult({"StackSummaries": [shapes.summary(one) for one in found]})

    def describe_stack_events(self) -> ActionResult:
        """Return what happened to a stack, newest first."""
        stack = self.event_stack(asked().get("StackName"))
        told = [shapes.event(stack, one) for one in reversed(stack.events)]
        return ActionResult({"StackEvents": told})

    def describe_events(self) -> ActionResult:
        """Return what happened in operations, newest first."""
        given = asked()
        stacks = list(self.backend.stacks.values())
        if given.get("StackName"):
            stacks = [self.event_stack(given["StackName"])]
        elif not given.get("OperationId") and not given.get("ChangeSetName"):
            raise ValidationError("StackName, ChangeSetName or OperationId is required")
        told = [
            (one.timestamp, shapes.operation_event(stack, one))
            for stack in stacks
            for one in reversed(stack.events)
            if not given.get("OperationId") or one.operation_id == given["OperationId"]
        ]
        if (given.get("Filters") or {}).get("FailedEvents"):
            told = [one for one in told if one[1]["EventType"].endswith("ERROR")]
        return ActionResult({"OperationEvents": [shape for _, shape in told]})

    def describe_stack_resources(self) -> ActionResult:
        """Return the resources of a stack, or of the stack a physical resource belongs to."""
        given = asked()
        name, physical = given.get("StackName"), given.get("PhysicalResourceId")
        if name and physical:
            raise ValidationError("StackName and PhysicalResourceId cannot be specified together")
        if not name and not physical:
            raise ValidationError("Either StackName or PhysicalResourceId must be specified")
        stack = self.backend.find(name) if name else self._owner(str(physical))
        logical = given.get("LogicalResourceId")
        found = [
            shapes.resource(stack, one)
            for one in by_logical_id(stack)
            if not logical or one.logical_id == logical
        ]
        return ActionResult({"StackResources": found})

    def describe_stack_resource(self) -> ActionResult:
        """Return one resource of a stack."""
        given = asked()
        stack = self.backend.look(given["StackName"])
        if stack is None:
            raise ValidationError(f"Stack '{given['StackName']}' does not exist")
        found = stack.resources.get(given["LogicalResourceId"])
        if found is None:
            raise ValidationError(
                f"Resource {given['LogicalResourceId']} does not exist for stack "
                f"{given['StackName']}"
            )
        return ActionResult({"StackResourceDetail": shapes.resource_detail(stack, found)})

    def list_stack_resources(self) -> ActionResult:
        """Return a summary of every resource of a stack."""
        stack = self.backend.find(asked()["StackName"])
        found = [shapes.resource_summary(stack, one) for one in by_logical_id(stack)]
        return ActionResult({"StackResourceSummaries": found})

    def get_template(self) -> ActionResult:
        """Return the template of a stack or change set, as sent or as processed."""
        given = asked()
        deployment, transformed = self._deployment(given)
        if given.get("TemplateStage", "Original") == "Processed" and transformed:
            body: Any = json.dumps(deployment.document)
        else:
            body = deployment.body
        stages = ["Original", "Processed"]
        return ActionResult({"TemplateBody": body, "StagesAvailable": stages})

    def _deployment(self, given: Any) -> tuple[Any, bool]:
        name = given.get("ChangeSetName")
        if not given.get("StackName") and not (name or "").startswith("arn:"):
            raise ValidationError("StackName is a required parameter.")
        if name:
            found = self.find_change_set(name, given.get("StackName"))
            deployment = found.deployment
        else:
            stack = self.backend.find(given.get("StackName"))
            deployment = stack.deployment
        return deployment, deployment.document.get("Transform") is None and (
            "Transform" in deployment.body
        )

    def validate_template(self) -> ActionResult:
        """Return what a template declares; raises ValidationError."""
        return ActionResult(validate_template(self._checked(asked())))

    def get_template_summary(self) -> ActionResult:
        """Return what a template, or a stack's template, holds."""
        given = asked()
        if not given.get("StackName"):
            options = given.get("TemplateSummaryConfig") or {}
            lenient = bool(options.get("TreatUnrecognizedResourceTypesAsWarnings"))
            document = self._checked(given, lenient=lenient)
            return ActionResult(template_summary(document, unrecognized_as_warning=lenient))
        stack = self.backend.find(given["StackName"])
        if stack.status == "REVIEW_IN_PROGRESS":
            raise ValidationError(
                "GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks."
            )
        return ActionResult(template_summary(read(stack.deployment.body)))

    def _checked(self, given: Any, *, lenient: bool = False) -> dict[str, Any]:
        """Return the template of a request, its shape being right; raises ValidationError."""
        document = inputs.source(given, self.region).document
        try:
            parse(document)
            if not lenient:
                check_types(document)
        except TemplateError as error:
            raise ValidationError(str(error)) from None
        return document

    def list_exports(self) -> ActionResult:
        """Return every export of the region."""
        return ActionResult(
            {
                "Exports": [
                    {"ExportingStackId": one.stack_id, "Name": one.name, "Value": one.value}
                    for one in self.backend.exports()
                ]
            }
        )

    def list_imports(self) -> ActionResult:
        """Return the stacks that import a value."""
        name = asked()["ExportName"]
        users = self.backend.importers(name)
        if not users:
            raise ValidationError(f"Export '{name}' is not imported by any stack.")
        return ActionResult({"Imports": [one.name for one in users]})

    def describe_account_limits(self) -> ActionResult:
        """Return the quotas; "Understand CloudFormation quotas"."""
        limits = {"StackLimit": 2000, "StackOutputsLimit": 200, "ConcurrentResourcesLimit": 2500}
        return ActionResult({"AccountLimits": [{"Name": n, "Value": v} for n, v in limits.items()]})

    def newest_first(self) -> list[Stack]:
        """Return every stack, the newest first."""
        return sorted(self.backend.stacks.values(), key=lambda one: one.created, reverse=True)

    def event_stack(self, name: str | None) -> Stack:
        """Return the stack whose events are asked for; raises ValidationError."""
        if name is None:
            raise ValidationError(
                "1 validation error detected: Value null at 'stackName' failed to satisfy "
                "constraint: Member must not be null"
            )
        found = self.backend.look(name or "")
        if found is None:
            raise ValidationError(f"Stack [{name}] does not exist")
        return found

    def _owner(self, physical_id: str) -> Stack:
        for stack in self.newest_first():
            if not stack.gone and any(
                one.physical_id == physical_id for one in stack.resources.values()
            ):
                return stack
        raise ValidationError(f"Stack for {physical_id} does not exist")


def by_logical_id(stack: Stack) -> list[StackResource]:
    """Return the resources of a stack in the order AWS lists them."""
    return sorted(stack.resources.values(), key=lambda one: one.logical_id)
