"""Services side by side, a thread each: what they ask is answered in one place, and so are interrupts.

Only the main thread receives a signal. It passes on what the person chose: each service gets that out of its next
sleep, as it would get the interrupt itself.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Condition, Semaphore, Thread

from deployment.aws.clock import Interrupted
from deployment.commands.tasks.task_following import STOP
from deployment.errors import DeploymentError
from deployment.report.record import Record
from deployment.run.telling import Choice, Deletion, Question, Reviewed, Settled, Started, TaskStarted, Told
from deployment.run.watching import CANCEL
from deployment.terminal.ending import Ending

AT_ONCE = 16
"""So many are prepared, or in progress, at a time. A service that waits for an answer does not count."""
_ROUND_SECONDS = 0.2


@dataclass(eq=False)
class Asked:
    """A question that waits for its answer."""

    seat: "Seat"
    question: Question
    answer: Future[bool] = field(default_factory=Future)

    @property
    def together(self) -> bool:
        """Whether it is about a review, which is answered together with those of others."""
        return not self.seat.judged and bool(self.seat.reviewed or self.seat.deletion)


@dataclass(eq=False)
class Seat:
    """One service in the crew: what it reported so far, and how it gets answers."""

    name: str
    crew: "Crew"
    show: Callable[["Seat", Told], None]
    record: Record = field(default_factory=Record)
    reviewed: Reviewed | None = None
    deletion: Deletion | None = None
    begun: Started | TaskStarted | None = None
    at_work: bool = False
    judged: bool = False
    """Whether it was answered what was asked of all."""
    approved: frozenset[str] = frozenset()
    """The guarded changes that were approved together with those of others."""
    chosen: str | None = None
    ending: Ending | None = None
    _orders: SimpleQueue[BaseException] = field(default_factory=SimpleQueue)

    def tell(self, told: Told) -> None:
        """Keeps and shows one thing that happens."""
        with self.crew.changed:
            kept = self.record.keep(told)
            if isinstance(kept, Reviewed):
                self.reviewed = kept
            elif isinstance(kept, Deletion):
                self.deletion = kept
            elif isinstance(kept, Started | TaskStarted):
                self.begun, self.at_work = kept, True
            elif isinstance(kept, Settled):
                self.at_work = False
            self.show(self, kept)

    def approve(self, question: Question) -> bool:
        """The answer of the person; meanwhile another service may continue."""
        if self.judged and question.insists and question.typed in self.approved:
            return True
        asked = Asked(self, question)
        with self.crew.aside():
            self.crew.asks(asked)
            return asked.answer.result()

    def choose(self, choice: Choice) -> str:
        """What a person chose for all, where this stack has that choice; else to continue. A task is stopped."""
        chosen = STOP if self.chosen == CANCEL and STOP in choice.options else self.chosen
        return chosen if chosen in choice.options else choice.options[-1]

    def sleep(self, seconds: float) -> None:
        """Lets seconds pass; raises what was ordered meanwhile."""
        try:
            order = self._orders.get(timeout=max(seconds, 0.001))
        except Empty:
            return
        if not isinstance(order, Interrupted) or self.at_work:
            raise order
        if self.chosen == CANCEL and not isinstance(self.begun, Started):
            raise KeyboardInterrupt  # nothing was executed yet, and nothing more is to be

    def order(self, order: BaseException) -> None:
        """To be raised out of the next sleep; one whose operation has ended is not interrupted."""
        self._orders.put(order)


class Crew:
    """Seats whose work proceeds side by side."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.seats: dict[str, Seat] = {}
        self.asked: list[Asked] = []
        self._places = Semaphore(AT_ONCE)
        self._stopped = False

    def seat(self, name: str, show: Callable[[Seat, Told], None]) -> Seat:
        """A further seat."""
        self.seats[name] = seat = Seat(name, self, show)
        return seat

    def begin(self, work: Mapping[str, Callable[[], Ending]], ended: Callable[[Seat], None]) -> None:
        """Starts what is to be done in each seat; `ended` is called for each, in its own thread."""

        def act(seat: Seat) -> None:
            with self._places:
                ending = KeyboardInterrupt() if self._stopped else _ending(work[seat.name])
            with self.changed:
                seat.ending, seat.at_work = ending, seat.at_work and _goes_on(ending)
                ended(seat)
                self.changed.notify_all()

        for seat in self.seats.values():
            Thread(target=act, args=(seat,), daemon=True, name=seat.name).start()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While a seat waits for a person, another one may start."""
        self._places.release()
        try:
            yield
        finally:
            self._places.acquire()

    def asks(self, asked: Asked) -> None:
        """Submits a question."""
        with self.changed:
            if self._stopped:
                asked.answer.set_exception(KeyboardInterrupt())
            self.asked.append(asked)
            self.changed.notify_all()

    @property
    def unfinished(self) -> list[Seat]:
        """Those that have not ended."""
        return [seat for seat in self.seats.values() if seat.ending is None]

    @property
    def at_work(self) -> str:
        """What is in progress: stacks, and jobs."""
        begun = [seat.begun for seat in self.unfinished if seat.at_work]
        jobs = sum(isinstance(one, TaskStarted) for one in begun)
        stacks = len(begun) - jobs
        told = [f"Operations in progress: {stacks} stack{'s' if stacks != 1 else ''}"]
        running = [f"{jobs} job{'s run' if jobs != 1 else ' runs'}"] if jobs else []
        return f"{', and '.join([*(told if stacks or not jobs else []), *running])}."

    def rest(self) -> None:
        """Waits until something has changed, for a moment at most."""
        with self.changed:
            if self.unfinished and not self.due():
                self.changed.wait(_ROUND_SECONDS)

    def due(self) -> list[Asked]:
        """What is to be answered now.

        A review or a deletion waits for those of all others, so that they are seen together.
        """
        first = [asked for asked in self.asked if asked.together]
        waiting = {asked.seat.name for asked in first}
        if all(seat.judged or seat.name in waiting for seat in self.unfinished):
            return list(self.asked)
        return [asked for asked in self.asked if asked not in first]

    def answered(self, asked: Asked, *, approved: bool) -> None:
        """Gives an answer."""
        with self.changed:
            self.asked.remove(asked)
        asked.answer.set_result(approved)

    def order(self, chosen: str) -> None:
        """What a person who interrupted wants, for all that are in progress."""
        for seat in self.unfinished:
            seat.chosen = chosen
            seat.order(Interrupted())

    def stop(self) -> None:
        """Ends all: operations continue without this process, and what was created is deleted."""
        with self.changed:
            self._stopped = True
            for seat in self.unfinished:
                seat.order(KeyboardInterrupt())
            for asked in self.asked:
                with suppress(Exception):  # it has its answer already
                    asked.answer.set_exception(KeyboardInterrupt())
            self.asked.clear()


def _ending(act: Callable[[], Ending]) -> Ending:
    try:
        return act()
    except (DeploymentError, KeyboardInterrupt) as error:
        return error


def _goes_on(ending: Ending) -> bool:
    return isinstance(ending, BaseException)
