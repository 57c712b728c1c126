"""`run`: a task of a service is run once, with its own command or another, and its exit code is the command's own."""

from collections.abc import Callable, Sequence

from deployment.commands.tasks.task import Task
from deployment.commands.tasks.task_following import Followed, follow_task
from deployment.commands.tasks.task_place import DEFINITION, TaskPlace, place_of
from deployment.commands.tasks.task_start import start_task
from deployment.errors import NothingSent, TaskFailed
from deployment.run.identity import caller_of
from deployment.run.outcome import Ran
from deployment.run.run import Run
from deployment.run.telling import LogLine
from deployment.stack.last_operation import refuse_busy


def run_once(run: Run) -> Ran:
    """Runs a task to its end; raises TaskFailed where its container never ran."""
    caller_of(run)
    place = runnable(run)
    task = followed_to_its_end(run, place, lambda line: run.tell(LogLine(line)), run.choices.command).task
    assert task.exit_code is not None
    look = run.invocation.of_task("logs", place.name)
    return Ran(place.stack.name, place.name, task.arn, task.exit_code, task.seconds, look)


def runnable(run: Run) -> TaskPlace:
    """Where a task of the run's service would run; raises StackBlocked where it cannot, at the moment or ever."""
    place = place_of(run)
    refuse_busy(run.cloudformation, place.stack, run.invocation)
    if DEFINITION not in place.stack.values:
        raise _nothing_to_run(run, place)
    return place


def _nothing_to_run(run: Run, place: TaskPlace) -> NothingSent:
    """The platform's own service is there to be reached: a caller who deploys a platform alone may start no task of it.

    Somebody who asks for it wants a command in its image: a job of that image runs it, and `exec` in a task that runs.
    """
    services, new = list(run.environment.services), "render.py --new-service NAME --kind job"
    if place.stack.name != place.platform.name:
        return NothingSent(
            f"stack {place.stack.name} has nothing to run: it has no {DEFINITION}",
            remedy=f"deploy a template that has this output; to create a job: {new}",
        )
    look = run.invocation.of_task("exec", place.name, words=run.choices.command)
    instead = run.invocation.of_task("run", services[0], words=run.choices.command) if services else None
    known = f"; of its services {', '.join(services)} one is run, for example: {instead}" if instead else ""
    return NothingSent(
        f"{place.name} cannot be run: the platform {place.stack.name} exports no task definition of its own service",
        remedy=f"create a job with the same image ({new}), or open a running task: {look}{known}",
    )


def followed_to_its_end(
    run: Run, place: TaskPlace, line: Callable[[str], None], command: Sequence[str] = ()
) -> Followed:
    """A task that was started and has stopped, with an exit code of its container; raises TaskFailed without."""
    task = start_task(run, place, command)
    run.say(f"task {task.id} of {place.name} in cluster {place.cluster}, with {place.definition.rpartition('/')[2]}")
    followed = follow_task(run, place, task, line)
    if followed.task.exit_code is None:
        raise _never_ran(run, place, followed.task)
    return followed


def _never_ran(run: Run, place: TaskPlace, task: Task) -> TaskFailed:
    reason = task.stopped_reason or task.stop_code or "no reason was given"
    return TaskFailed(
        f"container {place.container} of task {task.id} never ran: {reason}",
        findings=task.container_reasons,
        remedy="fix what keeps the task from starting (image, secrets, role, route to the registry), then: "
        + run.invocation.again(run.invocation.action),
    )
