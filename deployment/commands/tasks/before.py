"""The job that belongs before a deployment of a service: it runs after the approval, and its failure stops all.

It runs with what its own stack has. So that this is the rendered state, the stack must be up to date first.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.parameter_values import declared_parameters
from cloudformation.environment.services.attached import NotAServiceError, attachment
from cloudformation.template.tree import Tree
from deployment.artifacts.packaging import package
from deployment.artifacts.stored import Listing, expected
from deployment.commands.tasks.run_once import followed_to_its_end, runnable
from deployment.commands.tasks.task_following import Followed
from deployment.errors import NothingSent, StackBlocked, TaskFailed
from deployment.run.prepare import storage_of
from deployment.run.run import Context, Run, begin
from deployment.run.telling import LogLine
from deployment.stack.stack import Stack, original_template, standing_stack
from deployment.template.environments import same_service, service_reading


def with_job(run: Run, platform: Reading, tree: Path, others: Sequence[Environment] = ()) -> Run:
    """The run with that of the job that belongs before it, if any; `platform` is the file that names both.

    Raises FileProblems, or UnknownService, where the files of the job are not in order.
    """
    name = named_before(run.root)
    if name is None:
        return run
    reading = service_reading(platform, name, tree)
    given = {field: getattr(run, field) for field in Context.__dataclass_fields__}
    context = Context(**given | {"invocation": run.invocation.of_service(name)})
    same = same_service(others, name)
    return run.preceded_by(
        begin(
            tree,
            reading.environment,
            context,
            lambda _: run.session,
            reading=reading,
            others=same,
            complete=False,  # nothing of it is sent: what comes from a variable of this shell need not be given
        )
    )


def named_before(template: Tree) -> str | None:
    """The job that a template names; None where it names none, or is none of a service."""
    try:
        return attachment(template).before
    except NotAServiceError:
        return None


def announced(run: Run, listing: Listing | None) -> tuple[str, ...]:
    """What a review says of the job: that it runs, and why it could not now."""
    if run.before is None or run.announced:
        return ()
    name = run.before.environment.service
    if run.first:
        return (
            f"job {name} runs before the execution, after its own stack is deployed; if it fails, nothing is executed",
        )
    why = _unready(run.before, listing)
    return (f"job {name} runs before the execution; if it fails, nothing is executed{f'; now: {why}' if why else ''}",)


def refuse_unready(run: Run, listing: Listing | None) -> None:
    """Raises StackBlocked where the job's stack does not exist, is in progress, or is not up to date."""
    if run.before is None or run.announced or run.first:
        return
    if why := _unready(run.before, listing):
        job = run.before
        raise StackBlocked(
            f"job {job.environment.service}, which runs before {run.environment.service} is deployed, is not ready",
            findings=[why],
            remedy=f"deploy the job first: {job.invocation.again()}",
        )


def refuse_another(run: Run, template: Tree) -> None:
    """Raises NothingSent where a saved change set names another job than the files do."""
    saved, files = named_before(template), run.before.environment.service if run.before else None
    if saved != files:
        raise NothingSent(
            f"the saved change set names {saved or 'no job'} to run before it, but the files name {files or 'none'}; "
            "nothing was executed",
            remedy=f"execute it from the files that it was planned from, or plan again: {run.invocation.again('plan')}",
        )


def run_before(run: Run) -> None:
    """Runs the job to its end, where there is one; raises TaskFailed where its exit code is not 0."""
    if run.before is None or run.announced:
        return
    job, name = run.before, str(run.before.environment.service)

    def play() -> Followed:
        run.say(f"running job {name} before the execution on stack {run.environment.stack}")
        return followed_to_its_end(job, runnable(job), lambda line: run.tell(LogLine(line, name)))

    try:
        followed: Followed = run.first(play) if run.first else play()
    except TaskFailed as error:
        raise TaskFailed(
            f"job {name} did not run; nothing was executed on stack {run.environment.stack}",
            findings=[error.happened, *error.findings],
            remedy=error.remedy,
        ) from error
    code = followed.task.exit_code
    if followed.was_asked_to_stop:
        # A process that takes SIGTERM for its end may well end with 0.
        raise TaskFailed(
            f"job {name} was asked to stop, and ended with exit code {code}; nothing was executed on stack "
            f"{run.environment.stack}",
            findings=[f"log: {line}" for line in followed.last],
            remedy=f"to start again: {run.invocation.again(run.invocation.action)}",
        )
    if code:
        raise TaskFailed(
            f"job {name} ended with exit code {code}; nothing was executed on stack {run.environment.stack}",
            findings=[f"log: {line}" for line in followed.last],
            remedy=f"fix what its log says, then: {run.invocation.again(run.invocation.action)}",
        )
    run.say(f"job {name} ended with exit code 0")


def _unready(job: Run, listing: Listing | None) -> str | None:
    stack = standing_stack(job.cloudformation, job.environment.stack)
    if stack is None or not stack.exists:
        return f"stack {job.environment.stack} does not exist"
    if not stack.status.updatable:
        return f"stack {stack.name} is in {stack.status.value}"
    differing = [*_differing(job, stack, listing)]
    return f"stack {stack.name} is not up to date: {', '.join(differing)}" if differing else None


def _differing(job: Run, stack: Stack, listing: Listing | None) -> Iterator[str]:
    """The names of what a deployment of the job would send otherwise.

    What is NoEcho nobody can compare, and what comes from elsewhere is not read for a service.
    """
    packed = package(job.root, storage_of(job), lambda artifact: expected(listing or {}, artifact))
    if original_template(job.cloudformation, stack.arn) != packed.text:
        yield "its template"
    secret = {name for name, parameter in declared_parameters(job.root).items() if parameter.secret}
    elsewhere = {name for name, setting in job.environment.parameters.items() if setting.source}
    yield from _between(stack.parameters, job.parameters, secret | job.kept | elsewhere)
    yield from (f"tag {name}" for name in _between(stack.tags, job.environment.tags, set()))


def _between(stands: Mapping[str, str], files: Mapping[str, str], left_out: set[str]) -> Iterator[str]:
    for name in dict.fromkeys([*files, *stands]):
        if name not in left_out and stands.get(name) != files.get(name):
            yield name
