"""`route`: which service gets a request, with the rule that decides and why those before it do not; or all requests of
the environment's `routes:`, compared with the existing listeners.

Nothing is sent to the load balancer itself: whether a name leads to it, its certificate is for that name, and a target
is healthy, is not asked.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial

from cloudformation.environment.keys.routing.answers import Answer, steps
from cloudformation.environment.keys.routing.listeners import FORWARD, Listener
from cloudformation.environment.keys.service_settings import service_stack
from deployment.aws.calls import at_once
from deployment.change_set.holder import beside, root_of
from deployment.commands.routing.standing_listeners import balancer_of, listeners_of
from deployment.errors import NothingSent, StackBlocked
from deployment.run.identity import caller_of
from deployment.run.outcome import Routed
from deployment.run.run import Run
from deployment.stack.stack import Stack, standing_stack

_OWN = "ServiceName"
"""The parameter of the platform with the name of its own service, by which `routes:` speak of it."""


def route(run: Run) -> Routed:
    """Asks and reports; raises NothingSent where there is nothing to ask about, StackBlocked without a stack."""
    asked, routes = run.choices.request, run.environment.routes
    if asked is None and not routes:
        raise NothingSent(
            f"{run.environment.place} has no routes:, and no URL is given",
            remedy="give a URL, or write the expected answers into the file (docs/services.md): "
            + run.invocation.again("route", "https://HOST/PATH"),
        )
    caller_of(run)
    stack = standing_stack(run.cloudformation, run.environment.stack)
    if stack is None or not stack.exists:
        raise StackBlocked(
            f"stack {run.environment.stack} does not exist, so that nothing answers",
            remedy=f"deploy it first: {run.invocation.again()}",
        )
    if stack.status.in_progress:
        run.say(f"{stack.name} is {stack.status.value}: this result may change in a moment")
    balancer = balancer_of(run, stack)
    listeners = listeners_of(run, balancer)
    named = _owners(run, stack, listeners)
    if asked is not None:
        answers = [Answer(asked.url, asked.method, steps(listeners, asked, named))]
    else:
        answers = [
            Answer(one.url, "GET", steps(listeners, one.request, named), one.service, one.place.file, one.place.line)
            for one in routes
        ]
    return Routed(stack.name, balancer.name, tuple(answers), held=asked is None)


def _owners(run: Run, stack: Stack, listeners: Sequence[Listener]) -> Callable[[str], str]:
    """What names the service of each target group that a rule leads to: one call for each, a few at a time."""
    arns = {
        target.arn: target.arn
        for listener in listeners
        for rule in listener.rules
        if rule.action.type == FORWARD
        for target in rule.action.targets
    }
    services = {service_stack(stack.name, name): name for name in run.environment.services}
    own = stack.parameters.get(_OWN) or stack.name

    root = cache(partial(root_of, run.cloudformation))

    def owner(arn: str) -> str:
        resources = beside(run.cloudformation, arn)
        if not resources:
            return f"target group {arn.split('/')[-2]}, which no stack has"
        name = root(str(resources[0]["StackId"])).split("/")[1]
        return own if name == stack.name else services.get(name, f"stack {name}")

    known = at_once(owner, arns)
    return known.__getitem__
