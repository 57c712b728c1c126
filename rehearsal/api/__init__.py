"""The operations of CloudFormation that the rehearsal answers, by their names in the API.

An operation that is not here is answered with an error that names it, never with a made-up success.
"""

from collections.abc import Callable
from typing import Any

from rehearsal.api import change_set_calls as change_sets
from rehearsal.api import change_set_listings, listings, operation_events, protection
from rehearsal.api import drift_calls as drift
from rehearsal.api import refactor_calls as refactors
from rehearsal.api import registry_calls as registry
from rehearsal.api import rollback_calls as rollbacks
from rehearsal.api import stack_calls as stacks
from rehearsal.api import template_calls as templates
from rehearsal.api.stack_set_actions import instance_calls as stack_instances
from rehearsal.api.stack_set_actions import operation_calls as stack_set_operations
from rehearsal.api.stack_set_actions import stack_set_calls as stack_sets
from rehearsal.state.world import World

Answer = Callable[[World, str, dict[str, Any]], dict[str, Any]]


OPERATIONS: dict[str, Answer] = {
    "CreateChangeSet": change_sets.create_change_set,
    "DescribeChangeSet": change_set_listings.describe_change_set,
    "ExecuteChangeSet": change_sets.execute_change_set,
    "DeleteChangeSet": change_sets.delete_change_set,
    "ListChangeSets": change_set_listings.list_change_sets,
    "CreateStack": stacks.create_stack,
    "UpdateStack": stacks.update_stack,
    "DeleteStack": stacks.delete_stack,
    "CancelUpdateStack": rollbacks.cancel_update_stack,
    "ContinueUpdateRollback": rollbacks.continue_update_rollback,
    "RollbackStack": rollbacks.rollback_stack,
    "DescribeStacks": listings.describe_stacks,
    "ListStacks": listings.list_stacks,
    "DescribeEvents": operation_events.describe_events,
    "DescribeStackEvents": listings.describe_stack_events,
    "DescribeStackResource": listings.describe_stack_resource,
    "DescribeStackResources": listings.describe_stack_resources,
    "ListStackResources": listings.list_stack_resources,
    "DetectStackDrift": drift.detect_stack_drift,
    "DetectStackResourceDrift": drift.detect_stack_resource_drift,
    "DescribeStackDriftDetectionStatus": drift.describe_stack_drift_detection_status,
    "DescribeStackResourceDrifts": drift.describe_stack_resource_drifts,
    "ListExports": listings.list_exports,
    "ListImports": listings.list_imports,
    "GetTemplate": templates.get_template,
    "GetTemplateSummary": templates.get_template_summary,
    "ValidateTemplate": templates.validate,
    "UpdateTerminationProtection": protection.update_termination_protection,
    "SetStackPolicy": protection.set_stack_policy,
    "GetStackPolicy": protection.get_stack_policy,
    "DetectStackSetDrift": stack_set_operations.detect_stack_set_drift,
    "ListStackInstanceResourceDrifts": stack_set_operations.list_stack_instance_resource_drifts,
    "CreateStackRefactor": refactors.create_stack_refactor,
    "DescribeStackRefactor": refactors.describe_stack_refactor,
    "ListStackRefactorActions": refactors.list_stack_refactor_actions,
    "ExecuteStackRefactor": refactors.execute_stack_refactor,
    "ListStackRefactors": refactors.list_stack_refactors,
    "DescribeType": registry.describe_type,
    "ListTypes": registry.list_types,
    "DescribeAccountLimits": registry.describe_account_limits,
    "ListHookResults": registry.list_hook_results,
    "CreateStackSet": stack_sets.create_stack_set,
    "DescribeStackSet": stack_sets.describe_stack_set,
    "ListStackSets": stack_sets.list_stack_sets,
    "UpdateStackSet": stack_sets.update_stack_set,
    "DeleteStackSet": stack_sets.delete_stack_set,
    "CreateStackInstances": stack_instances.create_stack_instances,
    "UpdateStackInstances": stack_instances.update_stack_instances,
    "DeleteStackInstances": stack_instances.delete_stack_instances,
    "ListStackInstances": stack_instances.list_stack_instances,
    "DescribeStackInstance": stack_instances.describe_stack_instance,
    "DescribeStackSetOperation": stack_set_operations.describe_stack_set_operation,
    "ListStackSetOperations": stack_set_operations.list_stack_set_operations,
    "ListStackSetOperationResults": stack_set_operations.list_stack_set_operation_results,
    "StopStackSetOperation": stack_set_operations.stop_stack_set_operation,
}


def changes_state(operation: str) -> bool:
    """Whether an operation may change the state, as its name says."""
    return not operation.startswith(("Describe", "Get", "List", "Validate"))
