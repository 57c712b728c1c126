"""One run up to the point where something would be sent: account, hosted zone, the existing stack, what is to be sent.

Everything here only reads. The account is checked before anything else is asked; the rest is asked at once.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Problem
from deployment.artifacts.bucket import stored_versions
from deployment.artifacts.packaging import Package, Storage, package
from deployment.artifacts.stamped_root import as_standing
from deployment.artifacts.stored import Listing, expected, verified
from deployment.aws.session import Session
from deployment.errors import DeploymentError, FileProblems
from deployment.run.hosted_zone import refuse_wrong_zone, zone_values
from deployment.run.identity import caller_of
from deployment.run.run import Run
from deployment.settings.stated import carried
from deployment.stack.last_operation import await_idle, current_stack, refuse_busy
from deployment.stack.stack import Stack, original_template, refuse_contradicted, stack_policy
from deployment.stack.states import refuse_stuck, refuse_without_platform
from deployment.stack.stored_values import StoredVersions, moved, refuse_moved, stored_versions_of
from deployment.template.stored_names import stored_names
from deployment.template.unpinned import unpinned
from deployment.template.values import Values


@dataclass(frozen=True)
class Prepared:
    """The existing stack, and what would be sent.

    `listing` is None where the bucket does not exist yet; `package` is what would be sent according to that listing: it
    is verified, and made final, once it is to be sent.
    """

    storage: Storage
    package: Package
    listing: Listing | None
    stack: Stack | None
    text: str | None
    caller: str = ""
    """The ARN of the caller."""
    policy: str | None = None
    """The stack's policy, where the environment file states one to compare it with."""
    stored: StoredVersions = field(default_factory=dict)
    """The versions of what templates read from Systems Manager, before the change set was made."""

    @property
    def existing(self) -> Stack | None:
        """The stack, where there is more than a name under review."""
        return self.stack if self.stack and self.stack.exists else None


def prepare(run: Run) -> Prepared:
    """Reads all that a deployment depends on; raises a DeploymentError where it cannot continue."""
    environment, session = run.environment, run.session
    caller = caller_of(run)
    cloudformation, s3 = session.cloudformation, session.s3
    if run.choices.wait:
        await_idle(cloudformation, environment.stack, run.waiting, run.say)
    storage = storage_of(run)
    with ThreadPoolExecutor(5) as pool:
        platform = pool.submit(_refuse_without_platform, run)
        policy = pool.submit(standing_policy, run)
        listing = pool.submit(stored_versions, s3, storage)
        text = pool.submit(original_template, cloudformation, environment.stack)
        stack = known_stack(run) or current_stack(cloudformation, environment.stack, run.waiting, run.invocation)
        if stack is not None:
            refuse_busy(cloudformation, stack, run.invocation)
        refuse_stuck(stack, run.invocation)
        platform.result()
        _refuse_unkept(run, stack)
        # A stack that was deployed with this zone and these names has shown that they fit.
        if stack is None or not zone_values(run.values).items() <= stack.parameters.items():
            refuse_wrong_zone(session.route53, run.values, environment)
        if stack is not None:
            run.found(stack, text.result())
        else:
            refuse_contradicted(environment.stack, text.result())
        stored = listing.result()
        packed = expected_package(run, storage, stored)
        return Prepared(storage, packed, stored, stack, text.result(), caller, policy.result())


def known_stack(run: Run) -> Stack | None:
    """The run's stack, where it was read a moment ago together with others."""
    return run.known.settled(run.environment.stack) if run.known and not run.choices.wait else None


def _refuse_without_platform(run: Run) -> None:
    if run.known is None or run.known.settled(run.environment.platform) is None:
        refuse_without_platform(run.cloudformation, run.environment, run.invocation)


def expected_package(run: Run, storage: Storage, listing: Listing | None) -> Package:
    """What would be sent, according to a listing of the bucket."""
    return package(run.root, storage, lambda artifact: expected(listing or {}, artifact))


def _refuse_unkept(run: Run, stack: Stack | None) -> None:
    """A value can be kept only where the stack has one."""
    has = stack.parameters if stack and stack.exists else {}
    name = run.environment.stack
    why = f"stack {name} has no such parameter yet" if has else f"stack {name} does not exist yet"
    problems = [
        Problem(run.values[key].place or run.environment.place, f"{key}: there is no value to keep: {why}")
        for key in sorted(run.kept - has.keys())
    ]
    if problems:
        first = sorted(run.kept - has.keys())[0]
        remedy = f"give it a value for this run: --set-from-env {first}=VARIABLE, or --set-from-stdin {first}"
        raise FileProblems(str(run.environment.place), problems, remedy)


def storage_of(run: Run) -> Storage:
    """Where this run's artifacts are."""
    return storage_in(run.session, run.environment)


def storage_in(session: Session, environment: Environment) -> Storage:
    """Where an environment's artifacts are: a folder named as the stack, in the environment's bucket."""
    partition, suffix = session.partition
    names = environment.bucket, environment.account, environment.region
    place = *names, partition, suffix, environment.folder
    return Storage(*place, by_path=session.is_elsewhere, stack=environment.stack)


def standing_policy(run: Run) -> str | None:
    """The stack's policy, read only where the environment file states one."""
    if run.environment.operation.stack_policy is None:
        return None
    return stack_policy(run.cloudformation, run.environment.stack)


def nothing_to_do(run: Run, prepared: Prepared) -> bool:
    """Whether a change set would be empty: the same root bytes, parameters, tags and settings.

    The root names its children by their content and version, so that its bytes cover them; the stamp of a release is
    no difference. Values that are stored elsewhere may have changed without a trace here.
    """
    stack, packed = prepared.existing, as_standing(prepared.package, run.root, prepared.text)
    covered = not packed.missing and next(uncompared(run, packed), None) is None
    same = stack is not None and stack.status.updatable and covered and says_the_same(run, prepared)
    settled = same and not carried(run.environment, stack)
    return settled and verified(run.session.s3, prepared.storage, prepared.listing or {}, packed)


def uncompared(run: Run, packed: Package) -> Iterator[str]:
    """Each input that only a change set compares with what the stack has now, as one line."""
    yield from unpinned(run.root.documents, run.parameters)
    if not packed.missing and not packed.pinned:
        yield "the bucket of the templates has no versioning"
    yield from (f"{name} is NoEcho" for name, value in run.values.items() if value.declared.secret)


def says_the_same(run: Run, prepared: Prepared) -> bool:
    """Whether the templates, parameters and tags are the stack's.

    A NoEcho value that is given is never known to be the same; one that is kept is.
    """
    stack = prepared.existing
    if stack is None or any(value.declared.secret and not value.kept for value in run.values.values()):
        return False
    known = {name: text for name, text in stack.parameters.items() if name not in run.kept}
    same_values = known == run.parameters and stack.tags == dict(run.environment.tags)
    return (
        same_values
        and run.kept <= stack.parameters.keys()
        and prepared.text == as_standing(prepared.package, run.root, prepared.text).text
    )


def values_read_elsewhere(run: Run, values: Values) -> StoredVersions:
    """The versions of what dynamic references of these templates read; nothing is asked where there are none."""
    names = stored_names(values)
    return stored_versions_of(run.session.client("ssm"), names) if names else {}


def refuse_other_values(run: Run, before: StoredVersions) -> None:
    """Raises Overtaken where a dynamic reference would read another value now."""
    if before:
        refuse_moved(run.session.client("ssm"), before, run.invocation)


def tell_other_values(run: Run, before: StoredVersions) -> None:
    """Warns where a dynamic reference changed its value during the execution: which one was read is unknown."""
    if not before:
        return
    try:
        findings = moved(run.session.client("ssm"), before)
    except DeploymentError as error:
        findings = [error.happened]
    if findings:
        run.say(
            "warning: dynamic references may have read other values than were reviewed, because these changed "
            "meanwhile: "
            f"{'; '.join(findings)}; see what a deployment would change now: {run.invocation.again('plan')}"
        )
