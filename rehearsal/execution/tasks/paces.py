"""How long a resource takes in its operation: EXPRESS does not wait until it is ready, only until it is configured.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-express-mode.html
"""

from rehearsal.resources.durations import Action, configured_seconds, duration_seconds
from rehearsal.state.stacks import STACK_TYPE, Operation, StackResource

# The reason on every resource that ends so, deletions too (aws/aws-cdk-cli#1689).
EXPRESSED = "Resource operation completed using Express Mode. It may continue becoming available in the background."
# An API call takes about so long; plausible, not measured.
_CONFIGURED = 5.0


def is_expressed(operation: Operation, resource: StackResource) -> bool:
    """Whether a resource ends before it is ready: a custom one answers for itself, a nested stack is its resources."""
    custom = resource.type.startswith("Custom::") or resource.type == "AWS::CloudFormation::CustomResource"
    return operation.express and not custom and resource.type != STACK_TYPE


def seconds_of(operation: Operation, resource: StackResource, action: Action) -> float:
    """Simulated seconds from the resource's first event of the action to its last one."""
    whole = duration_seconds(resource.type, action)
    return min(whole, _CONFIGURED) if is_expressed(operation, resource) else whole


def configured_of(operation: Operation, resource: StackResource, action: Action) -> float | None:
    """Simulated seconds until it only stabilises; None if no event reports it."""
    return None if is_expressed(operation, resource) else configured_seconds(resource.type, action)
