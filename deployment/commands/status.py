"""What the stack is now, its nested stacks, its outputs, and what the next deploy would send and set differently."""

from collections.abc import Iterator, Mapping

from cloudformation.environment.parameter_values import declared_parameters
from cloudformation.statuses import StackStatus
from deployment.artifacts.bucket import stored_versions
from deployment.artifacts.stamped_root import as_standing
from deployment.artifacts.stored import verified
from deployment.change_set.leftovers import counts
from deployment.run.abandoned_change_sets import abandoned, shown
from deployment.run.execution import failure
from deployment.run.identity import caller_of
from deployment.run.outcome import Absent, Deleted, Difference, Followed, LayerStatus, Outcome, Shown
from deployment.run.prepare import expected_package, known_stack, standing_policy, storage_of, uncompared
from deployment.run.run import Run
from deployment.run.watching import watch
from deployment.settings.at_creation import OUTSTANDING, outstanding
from deployment.settings.setting_change import SettingChange
from deployment.settings.stated import beside, carried
from deployment.stack.events import Operation, layer_durations, span_seconds
from deployment.stack.last_operation import last_operation
from deployment.stack.layers import Layer, layers
from deployment.stack.stack import Stack, original_template, standing_stack
from deployment.stack.states import next_step


def status(run: Run) -> Outcome:
    """Reads only; where the run is to follow, the last operation is followed to its end instead."""
    if run.choices.follow:
        return _follow_last(run)
    caller_of(run)
    cloudformation = run.cloudformation
    stack = known_stack(run) or standing_stack(cloudformation, run.environment.stack)
    if stack is None:
        return Absent(run.environment.stack)
    if stack.status is StackStatus.REVIEW_IN_PROGRESS:  # it has no template and no resources to ask for
        return Shown(stack, (), (), template_differs=True, way_out=next_step(stack.status, run.invocation))
    below = layers(cloudformation, stack.arn, run.waiting)
    left = counts(cloudformation, {layer.path: layer.listed.physical_id for layer in below if layer.listed.nested})
    shown_layers = tuple(_layer_status(layer, left.get(layer.path, 0)) for layer in below)
    text = original_template(cloudformation, stack.arn)
    run.found(stack, text)
    storage = storage_of(run)
    listing = stored_versions(run.session.s3, storage) or {}
    packed = as_standing(expected_package(run, storage, listing), run.root, text)
    differs = not (text == packed.text and verified(run.session.s3, storage, listing, packed))
    settings = (*shown(abandoned(run, stack.arn)), *_settings(run, stack))
    way_out = next_step(stack.status, run.invocation)
    differences = tuple(_differences(run, stack))
    return Shown(stack, shown_layers, differences, differs, tuple(uncompared(run, packed)), settings, way_out)


def _layer_status(layer: Layer, change_sets: int) -> LayerStatus:
    """What the nested stack says of itself; where there is none, what its parent lists."""
    status, reason = layer.listed.status.value, layer.listed.reason
    if layer.stack is not None:
        status, reason = layer.stack.status.value, layer.stack.reason
    return LayerStatus(layer.path, status, reason, change_sets, layer.stuck)


def _settings(run: Run, stack: Stack) -> tuple[SettingChange, ...]:
    left = outstanding(run.root, run.parameters, stack.parameters) if stack.status.updatable else ()
    settings = (*beside(run.environment, stack, standing_policy(run)), *carried(run.environment, stack))
    return (*settings, *(parameter.setting(OUTSTANDING) for parameter in left))


def _differences(run: Run, stack: Stack) -> Iterator[Difference]:
    declared = declared_parameters(run.root)
    unknown = {name for name, parameter in declared.items() if parameter.secret or name not in run.values}
    deployed = {name: text for name, text in stack.parameters.items() if name not in unknown}
    yield from _between(deployed, {name: text for name, text in run.parameters.items() if name not in unknown}, "")
    yield from _between(stack.tags, run.environment.tags, "tag ")


def _between(deployed: Mapping[str, str], file: Mapping[str, str], prefix: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*file, *deployed]):
        if deployed.get(name) != file.get(name):
            yield Difference(f"{prefix}{name}", deployed.get(name), file.get(name))


def _follow_last(run: Run) -> Outcome:
    """Follows the last operation on the stack to its end, also where that is reached already.

    Raises OperationFailed where it failed. Nothing is set: what differs is reported, and is the next deployment's.
    """
    caller_of(run)
    stack = standing_stack(run.cloudformation, run.environment.stack)
    if stack is None:
        return Absent(run.environment.stack)
    run.found(stack)
    operation = last_operation(run.cloudformation, stack.arn)
    if operation is None:  # a stack under review: nothing was ever begun
        return Shown(stack, (), (), template_differs=True, way_out=next_step(stack.status, run.invocation))
    began = Operation(stack.arn, operation.token or "", operation.since, also=operation.further)
    root, events = watch(run, began, reads=True)
    if root.status is StackStatus.DELETE_COMPLETE:
        return Deleted(root.name, root.arn, span_seconds(events))
    if not root.status.succeeded:
        raise failure(run, root, events)
    return Followed(root, span_seconds(events), layer_durations(events), _settings(run, root))
