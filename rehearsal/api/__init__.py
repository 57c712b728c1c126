"""The operations of CloudFormation that the rehearsal answers, by their names in the API.

An operation that is not here is answered with an error that names it, never with a made-up success.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rehearsal.api import change_set_calls as change_sets
from rehearsal.api import change_set_listings, listings, operation_events, protection, refusals
from rehearsal.api import drift_calls as drift
from rehearsal.api import rollback_calls as rollbacks
from rehearsal.api import stack_calls as stacks
from rehearsal.api import template_calls as templates
from rehearsal.api.stack_set_actions import drift_of_stack_sets as stack_set_drift
from rehearsal.api.stack_set_actions import instance_calls as stack_instances
from rehearsal.api.stack_set_actions import operation_calls as stack_set_operations
from rehearsal.api.stack_set_actions import stack_set_calls as stack_sets
from rehearsal.state.world import World

Answer = Callable[[World, str, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class ApiOperation:
    """One operation: how it answers, and whether it may change the state."""

    answer: Answer
    changes: bool = False


OPERATIONS: dict[str, ApiOperation] = {
    "CreateChangeSet": ApiOperation(change_sets.create_change_set, changes=True),
    "DescribeChangeSet": ApiOperation(change_set_listings.describe_change_set),
    "ExecuteChangeSet": ApiOperation(change_sets.execute_change_set, changes=True),
    "DeleteChangeSet": ApiOperation(change_sets.delete_change_set, changes=True),
    "ListChangeSets": ApiOperation(change_set_listings.list_change_sets),
    "CreateStack": ApiOperation(stacks.create_stack, changes=True),
    "UpdateStack": ApiOperation(stacks.update_stack, changes=True),
    "DeleteStack": ApiOperation(stacks.delete_stack, changes=True),
    "CancelUpdateStack": ApiOperation(rollbacks.cancel_update_stack, changes=True),
    "ContinueUpdateRollback": ApiOperation(rollbacks.continue_update_rollback, changes=True),
    "RollbackStack": ApiOperation(rollbacks.rollback_stack, changes=True),
    "DescribeStacks": ApiOperation(listings.describe_stacks),
    "ListStacks": ApiOperation(listings.list_stacks),
    "DescribeEvents": ApiOperation(operation_events.describe_events),
    "DescribeStackEvents": ApiOperation(listings.describe_stack_events),
    "DescribeStackResource": ApiOperation(listings.describe_stack_resource),
    "DescribeStackResources": ApiOperation(listings.describe_stack_resources),
    "ListStackResources": ApiOperation(listings.list_stack_resources),
    "DetectStackDrift": ApiOperation(drift.detect_stack_drift, changes=True),
    "DetectStackResourceDrift": ApiOperation(drift.detect_stack_resource_drift, changes=True),
    "DescribeStackDriftDetectionStatus": ApiOperation(drift.describe_stack_drift_detection_status),
    "DescribeStackResourceDrifts": ApiOperation(drift.describe_stack_resource_drifts),
    "ListExports": ApiOperation(listings.list_exports),
    "ListImports": ApiOperation(listings.list_imports),
    "GetTemplate": ApiOperation(templates.get_template),
    "GetTemplateSummary": ApiOperation(templates.get_template_summary),
    "ValidateTemplate": ApiOperation(templates.validate),
    "UpdateTerminationProtection": ApiOperation(protection.update_termination_protection, changes=True),
    "SetStackPolicy": ApiOperation(protection.set_stack_policy, changes=True),
    "GetStackPolicy": ApiOperation(protection.get_stack_policy),
    "DetectStackSetDrift": ApiOperation(stack_set_drift.detect_stack_set_drift, changes=True),
    "ListStackInstanceResourceDrifts": ApiOperation(stack_set_drift.list_stack_instance_resource_drifts),
    "CreateStackSet": ApiOperation(stack_sets.create_stack_set, changes=True),
    "DescribeStackSet": ApiOperation(stack_sets.describe_stack_set),
    "ListStackSets": ApiOperation(stack_sets.list_stack_sets),
    "UpdateStackSet": ApiOperation(stack_sets.update_stack_set, changes=True),
    "DeleteStackSet": ApiOperation(stack_sets.delete_stack_set, changes=True),
    "CreateStackInstances": ApiOperation(stack_instances.create_stack_instances, changes=True),
    "UpdateStackInstances": ApiOperation(stack_instances.update_stack_instances, changes=True),
    "DeleteStackInstances": ApiOperation(stack_instances.delete_stack_instances, changes=True),
    "ListStackInstances": ApiOperation(stack_instances.list_stack_instances),
    "DescribeStackInstance": ApiOperation(stack_instances.describe_stack_instance),
    "DescribeStackSetOperation": ApiOperation(stack_set_operations.describe_stack_set_operation),
    "ListStackSetOperations": ApiOperation(stack_set_operations.list_stack_set_operations),
    "ListStackSetOperationResults": ApiOperation(stack_set_operations.list_stack_set_operation_results),
    "StopStackSetOperation": ApiOperation(stack_set_operations.stop_stack_set_operation, changes=True),
    **{name: ApiOperation(refusals.Refusal(name)) for name in refusals.REASONS},
}
