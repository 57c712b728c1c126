"""Hooks: code of the account's own that looks at a resource before it is made; a scenario plays those that refuse.

What their events carry was recorded (localstack/localstack, test_extensions_hooks) and is shown in the hooks
workshop of AWS; the reason of the resource that fails stands in the hooks user guide.
"""

from __future__ import annotations

from rehearsal.scenario.faults import Hook
from rehearsal.state.events import hook_event
from rehearsal.state.stacks import Stack, StackResource
from rehearsal.state.world import World


def refused_by_hook(world: World, stack: Stack, resource: StackResource) -> str | None:
    """The reason with which a hook keeps the resource from being made; in WARN mode it only says what it thinks."""
    hook = world.scenario.refusing_hook(world.path(stack, resource.logical_id), world.state.account, stack.region)
    if hook is None:
        return None
    invocation = world.uuid()
    _write_event(world, stack, resource, hook, invocation, "HOOK_IN_PROGRESS", "Invoking hook")
    ignored = ". Failure was ignored under WARN mode." if hook.mode == "WARN" else ""
    message = f"Hook failed with message: {hook.message}{ignored}"
    _write_event(world, stack, resource, hook, invocation, "HOOK_COMPLETE_FAILED", message)
    return None if ignored else f"The following hook(s) failed: [{hook.type}]"


def _write_event(
    world: World, stack: Stack, resource: StackResource, hook: Hook, invocation: str, status: str, reason: str
) -> None:
    members = {
        "HookType": hook.type,
        "HookStatus": status,
        "HookStatusReason": reason,
        "HookInvocationPoint": "PRE_PROVISION",
        "HookInvocationId": invocation,
        "HookFailureMode": hook.mode,
    }
    hook_event(stack, resource, world.clock.now(), members)
