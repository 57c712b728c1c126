"""Following a task until it has stopped: its lines are shown as they come, and a person who interrupts is asked."""

from collections.abc import Callable
from dataclasses import dataclass

from deployment.aws.calls import call
from deployment.aws.clock import Interrupted
from deployment.aws.retries import UNANSWERED_SECONDS
from deployment.commands.tasks.task import Task, described
from deployment.commands.tasks.task_log import TaskLog
from deployment.commands.tasks.task_place import TaskPlace
from deployment.errors import AwsRefusal, CredentialsExpired, DeploymentError, NoCredentials, Unreachable, WatchLost
from deployment.run.run import Run
from deployment.run.telling import Choice, Settled
from deployment.stack.following import SURVIVED

STOP, LEAVE, GO_ON = "stop it", "leave it", "go on"


@dataclass(frozen=True)
class Followed:
    """A task that has stopped, the last lines of its log, and whether a person asked for its stop meanwhile."""

    task: Task
    last: tuple[str, ...]
    was_asked_to_stop: bool = False


def follow_task(run: Run, place: TaskPlace, task: Task, line: Callable[[str], None]) -> Followed:
    """Shows each line of the task's log until it has stopped; raises WatchLost where that cannot be observed.

    KeyboardInterrupt: a person would rather not wait; the task continues.
    """
    following = _Following(run, place, task, line)
    try:
        with run.session.following():
            stopped = following.to_the_end()
    except (AwsRefusal, Unreachable, NoCredentials) as error:
        raise WatchLost(
            f"task {task.id} of {place.name} continues, but it can no longer be watched",
            findings=[error.happened, *error.findings],
            remedy=f"see what it writes: {run.invocation.of_task('logs', place.name, '--follow')}",
        ) from error
    run.tell(Settled())
    return Followed(stopped, tuple(following.log.last), following.was_asked_to_stop)


class _Following:
    """The state of one task over time: when it was last seen, and what was said of it."""

    def __init__(self, run: Run, place: TaskPlace, task: Task, line: Callable[[str], None]) -> None:
        self._run, self._place, self._task, self._line = run, place, task, line
        self._ecs = run.session.client("ecs")
        self.log = TaskLog(run.session.client("logs"), place.log_group, place.stream(task.arn), run.say)
        self._told_expired = False
        self.was_asked_to_stop = False

    def to_the_end(self) -> Task:
        clock, polling = self._run.waiting.clock, self._run.waiting.polling
        wait, answered = polling.first, clock.monotonic()
        while True:
            try:
                moved = self._look()
            except SURVIVED as error:
                if clock.monotonic() - answered > UNANSWERED_SECONDS:
                    raise
                self._missed(error)
                wait = polling.after(wait)
            else:
                if self._task.has_stopped:
                    self._read_the_rest()
                    return self._task
                answered = clock.monotonic()
                wait = polling.first if moved else polling.after(wait)
            self._rest(wait)

    def _look(self) -> bool:
        """Whether anything has moved: its state, or its log."""
        before = self._task.status
        self._task = described(self._ecs, self._place.cluster, self._task.arn, self._place.container)
        if self._task.status != before:
            self._run.say(f"task {self._task.id} is {self._task.status}")
        lines = self.log.read()
        for line in lines:
            self._line(line)
        return bool(lines) or self._task.status != before

    def _read_the_rest(self) -> None:
        """What was written last may be there a moment later than the end of the task."""
        self._run.waiting.clock.sleep(self._run.waiting.polling.first)
        try:
            for line in self.log.read():
                self._line(line)
        except DeploymentError as error:
            self._run.say(f"the end of its log cannot be read: {error.happened}")

    def _missed(self, error: DeploymentError) -> None:
        if isinstance(error, CredentialsExpired) and not self._told_expired:
            self._told_expired = True
            self._run.say("the credentials have expired; sign in again in another terminal, and this run continues")

    def _rest(self, seconds: float) -> None:
        try:
            self._run.waiting.clock.sleep(seconds)
        except Interrupted:
            self._ask()

    def _ask(self) -> None:
        chosen = self._run.choose(
            Choice(f"Task {self._task.id} of {self._place.name} is running.", (STOP, LEAVE, GO_ON))
        )
        if chosen == LEAVE:
            raise KeyboardInterrupt
        if chosen == STOP:
            self.was_asked_to_stop = True
            try:
                reason = "stopped by the person who had started it with deploy.py"
                call(self._ecs.stop_task, cluster=self._place.cluster, task=self._task.arn, reason=reason)
            except (AwsRefusal, Unreachable) as error:
                self._run.say(f"the task could not be stopped: {error.happened}")
            else:
                self._run.say("stopping the task: SIGTERM, then SIGKILL after its stop timeout")
