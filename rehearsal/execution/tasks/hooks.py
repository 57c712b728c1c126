"""Hooks: code of the account that checks a resource before it is created; a scenario can add hooks that refuse. The

contents of their events were recorded (localstack/localstack, test_extensions_hooks) and is shown in the hooks
workshop of AWS; the reason of the resource that fails is in the hooks user guide.
"""

from rehearsal.execution.tasks.turns import Turn
from rehearsal.state.events import hook_event

REFUSED = "It was asked to refuse"


def refused_by_hook(turn: Turn) -> str | None:
    """The reason with which a hook keeps the resource from being made; in WARN mode it only says what it thinks."""
    world, stack = turn.world, turn.stack
    hook = world.scenario.refusing_hook(world.path(stack, turn.key), world.state.account, stack.region)
    if hook is None:
        return None
    invocation = {
        "HookType": hook.hook or "",
        "HookInvocationPoint": "PRE_PROVISION",
        "HookInvocationId": world.uuid(),
        "HookFailureMode": hook.mode,
    }
    ignored = ". Failure was ignored under WARN mode." if hook.mode == "WARN" else ""
    message = f"Hook failed with message: {hook.reason or REFUSED}{ignored}"
    for status, reason in (("HOOK_IN_PROGRESS", "Invoking hook"), ("HOOK_COMPLETE_FAILED", message)):
        members = invocation | {"HookStatus": status, "HookStatusReason": reason}
        hook_event(world, stack, turn.resource, members)
    return None if ignored else f"The following hook(s) failed: [{hook.hook}]"
