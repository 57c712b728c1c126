"""What the stack is now, its layers, its outputs, and what the next deploy would send differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cloudformation.statuses import StackStatus
from deployment.artifacts.packaging import package
from deployment.commands.follow import follow_last
from deployment.run.identity import caller_of
from deployment.run.outcome import Absent, Difference, LayerStatus, Outcome, Shown
from deployment.run.prepare import storage_of
from deployment.run.run import Run
from deployment.stack.nested_stacks import live_resources
from deployment.stack.stack import Stack, describe_stack, original_template
from deployment.template.resource_path import ROOT
from deployment.template.template import STACK_TYPE


def status(run: Run) -> Outcome:
    """Reads only; where the run is to follow, the last operation is followed to its end instead."""
    if run.choices.follow:
        return follow_last(run)
    caller_of(run)
    cloudformation = run.cloudformation
    stack = describe_stack(cloudformation, run.environment.stack)
    if stack is None:
        return Absent(run.environment.stack)
    if stack.status is StackStatus.REVIEW_IN_PROGRESS:  # it has no template and no resources to ask for
        return Shown(stack, (), (), template_differs=True)
    layers = tuple(
        LayerStatus(ROOT / resource.logical_id, resource.status.value, resource.reason)
        for resource in live_resources(cloudformation, stack.arn, run.waiting)
        if resource.type == STACK_TYPE
    )
    differs = original_template(cloudformation, stack.arn) != package(run.root, storage_of(run)).text
    return Shown(stack, layers, tuple(_differences(run, stack)), differs)


def _differences(run: Run, stack: Stack) -> Iterator[Difference]:
    secret = {name for name, value in run.values.items() if value.declared.secret}
    deployed = {name: text for name, text in stack.parameters.items() if name not in secret}
    yield from _between(deployed, {name: text for name, text in run.parameters.items() if name not in secret}, "")
    yield from _between(stack.tags, run.environment.tags, "tag ")


def _between(deployed: Mapping[str, str], file: Mapping[str, str], prefix: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*file, *deployed]):
        if deployed.get(name) != file.get(name):
            yield Difference(f"{prefix}{name}", deployed.get(name), file.get(name))
