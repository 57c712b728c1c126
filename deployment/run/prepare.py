"""One run up to the point where something would be sent: whose account, which zone, what stands there, what would go.

Everything here only reads. The account is refused before anything else is asked; the rest is asked at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deployment.artifacts.bucket import present_keys
from deployment.artifacts.packaging import Package, Storage, package
from deployment.run.hosted_zone import refuse_wrong_zone, zone_values
from deployment.run.identity import caller_of
from deployment.run.run import Run
from deployment.settings.stated import carried
from deployment.stack.last_operation import await_idle, current_stack, refuse_busy
from deployment.stack.stack import Stack, original_template, stack_policy
from deployment.stack.states import refuse_stuck


@dataclass(frozen=True)
class Prepared:
    """What stands now, and what would be sent. `present` is None where the bucket does not exist yet."""

    storage: Storage
    package: Package
    present: frozenset[str] | None
    stack: Stack | None
    text: str | None
    caller: str = ""
    """The ARN of whoever deploys."""
    policy: str | None = None
    """The stack's policy, where the environment file states one to compare it with."""

    @property
    def existing(self) -> Stack | None:
        """The stack, where there is more than a name under review."""
        return self.stack if self.stack and self.stack.exists else None


def prepare(run: Run) -> Prepared:
    """Reads all that a deployment depends on; raises a DeploymentError where it could not go on."""
    environment, session = run.environment, run.session
    caller = caller_of(run)
    cloudformation, s3 = session.cloudformation, session.s3
    if run.choices.wait:
        await_idle(cloudformation, environment.stack, run.waiting, run.say)
    storage = storage_of(run)
    with ThreadPoolExecutor(4) as pool:
        policy = pool.submit(standing_policy, run)
        present = pool.submit(present_keys, s3, storage)
        text = pool.submit(original_template, cloudformation, environment.stack)
        stack = current_stack(cloudformation, environment.stack, run.waiting, run.selection)
        if stack is not None:
            refuse_busy(cloudformation, stack, run.selection)
        refuse_stuck(stack, run.selection)
        # A stack that was deployed with this zone and these names has shown that they fit.
        if stack is None or not zone_values(run.values).items() <= stack.parameters.items():
            refuse_wrong_zone(session.route53, run.values, environment)
        packed = package(run.root, storage)
        return Prepared(storage, packed, present.result(), stack, text.result(), caller, policy.result())


def storage_of(run: Run) -> Storage:
    """Where this run's artifacts live: a folder named as the stack, in the environment's bucket."""
    environment = run.environment
    partition, suffix = run.session.partition
    return Storage(environment.bucket, environment.account, environment.region, partition, suffix, environment.stack)


def standing_policy(run: Run) -> str | None:
    """The stack's policy, asked for only where the environment file states one."""
    if run.environment.operation.stack_policy is None:
        return None
    return stack_policy(run.cloudformation, run.environment.stack)


def nothing_to_do(run: Run, prepared: Prepared) -> bool:
    """Whether a change set could say nothing: the same root bytes, parameters, tags and what else goes with one.

    The root names its children by their content, so that its bytes cover them. A parameter that CloudFormation
    resolves from SSM may have moved there without a trace here.
    """
    stack = prepared.existing
    resolved = any(value.declared.is_ssm for value in run.values.values())
    same = stack is not None and stack.status.updatable and not resolved and says_the_same(run, prepared)
    return same and not carried(run.environment, stack)


def says_the_same(run: Run, prepared: Prepared) -> bool:
    """Whether the templates, parameters and tags are the stack's; a NoEcho value is never known to be the same."""
    stack = prepared.existing
    if stack is None or any(value.declared.secret for value in run.values.values()):
        return False
    same_values = stack.parameters == run.parameters and stack.tags == dict(run.environment.tags)
    return same_values and prepared.text == prepared.package.text
