"""The local CloudFormation as a whole: calls, simulated time and the stored state."""

import random
import threading
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from cloudformation.refusals import CloudFormationError
from rehearsal.api import OPERATIONS, changes_state
from rehearsal.api.unsimulated import refuse_unsimulated, unsimulated
from rehearsal.control.answers import shaped
from rehearsal.control.internal_errors import Report, fail_stranded, on_stderr
from rehearsal.control.keeping import Keeper, named_by, not_kept
from rehearsal.control.made_up_notes import MADE_UP_HEADER, made_up_in
from rehearsal.control.stack_contents import contents
from rehearsal.control.steps import hanging_since, resume, take
from rehearsal.loopback.wire import Call
from rehearsal.scenario.faults import Scenario
from rehearsal.state.clock import Clock, Due
from rehearsal.state.forgetting import forget_deleted
from rehearsal.state.services import Contents, Key, Services
from rehearsal.state.stacks import State
from rehearsal.state.store import Store
from rehearsal.state.world import World

# A reader waits this long, in real seconds, for work that goes on without pause. Most of it is done by then; the
# SDKs' waiters would sleep 30 s for what is over a few milliseconds after they first ask.
READ_WAIT_SECONDS = 0.1
# Real seconds: with a pace, the state is saved when nothing happens for that long, not after every step.
SAVE_DELAY_SECONDS = 0.05
# What takes hours, or hangs, is over at once without a pace, and nobody could see it wait. While somebody looks (real
# seconds), time goes on from look to look by no more than so many simulated ones; each look is waited for so long.
LEAP_SECONDS = 600.0
WATCHED_SECONDS = 10.0
LOOK_SECONDS = 2.0
LONGEST_HANG_SECONDS = 100 * 3600.0
# Deleted stacks are counted, and the oldest of very many forgotten, once in so many calls.
FORGETTING_CALLS = 50


class Cloud:
    """CloudFormation of the account of the rehearsal, and of every other that a call or a stack set names.

    Calls are answered under one lock; a thread lets simulated time pass while operations are under way:
    immediately if `pace` is 0, else that many simulated seconds per real second.
    """

    def __init__(self, world: World, store: Store | None, pace: float = 0.0, report: Report = on_stderr) -> None:
        self.world = world
        self.account = world.state.account
        self._report = report
        self._keeper = Keeper(store, report)
        self._calls = 0
        self._version = 0
        self._pace = pace
        self._changed = threading.Condition()
        self._stopping = False
        self._looks = 0
        self._looked_at = -WATCHED_SECONDS
        self._thread = threading.Thread(target=self._let_time_pass, name="virtual-time", daemon=True)
        self._passed_at = 0.0
        world.services.look_into(self.made_by_stacks)
        world.services.keep_time(self.now, self.pass_to)

    def start(self) -> None:
        """Let time pass from now on."""
        self._thread.start()

    def handle(self, call: Call) -> dict[str, Any]:
        """The answer to one call, in the shape of the operation's output.

        Errors: CloudFormationError, for operations that are not simulated too.
        """
        answer_to, changes = OPERATIONS.get(call.operation), changes_state(call.operation)
        if answer_to is None:
            raise unsimulated(call.operation)
        with self._changed:
            if not changes and not self._pace and self._thread.is_alive():
                self._changed.wait_for(self._rests, READ_WAIT_SECONDS)
            refuse_unsimulated(call.operation, call.parameters)
            world = self.world.of(call.account)
            if changes:
                self._keeper.refuse_while_full()
                self.world.touched.update(named_by(world, call))
            try:
                answer = shaped(world, call, lambda request: answer_to(world, call.region, request))
            except CloudFormationError:
                raise
            except Exception:  # the call fails alone; what it had begun does not stay under way for ever
                self._keeper.dirty = True
                fail_stranded(world, self._report)
                self._changed.notify_all()
                raise
            if changes:
                self._version += 1
                self.world.touched.update(named_by(world, call))
                self._keep_call()
                self._changed.notify_all()
            elif not self._pace:
                self._note_look()
        return answer

    def notes(self, call: Call, answer: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """The header that says what of an answer has a form that is made up; none where nothing has."""
        with self._changed:
            text = made_up_in(self.world.of(call.account), call, answer)
        return ((MADE_UP_HEADER, text),) if text else ()

    def _keep_call(self) -> None:
        """The changes of a call are saved before it is answered; if that is not possible, the call has changed nothing.

        Errors: CloudFormationError.
        """
        self._keeper.dirty = True
        self._calls += 1
        if self._calls % FORGETTING_CALLS == 0:
            for account in self.world.accounts():
                forget_deleted(account)
        try:
            if self._thread.is_alive():
                self._keeper.keep_call(self.world)
            else:
                self._keeper.save_or_raise(self.world)
        except OSError as error:
            assert self._keeper.store is not None
            before = self.world
            kept = self._keeper.store.load(self.account)
            self.world = World(kept, before.clock, before.services, before.scenario, before.random)
            resume(self.world)
            self._changed.notify_all()
            raise not_kept(error) from None

    def made_by_stacks(self, types: Collection[str], known: Collection[Key], since: int) -> Contents | None:
        """The resources of those types in the stacks of the rehearsal's own account; None: as at that version."""
        with self._changed:
            return None if since == self._version else contents(self.world, types, known, self._version)

    def now(self) -> float:
        """The simulated time, in seconds since the epoch."""
        return self.world.clock.reading()

    def pass_to(self, moment: float) -> None:
        """Let time go on towards a moment: all the way without a pace, else as far as that goes since the last time."""
        with self._changed:
            real, now = time.monotonic(), self.world.clock.reading()
            gone = min(real - self._passed_at, LOOK_SECONDS) * self._pace
            self.world.clock.leap_to(min(moment, now + gone) if self._pace else moment)
            self._passed_at, self._keeper.dirty = real, True
            self._changed.notify_all()

    def api_fault(self, operation: str) -> str | None:
        """The fault that the scenario has for this call, if any."""
        with self._changed:
            return self.world.scenario.api_fault(operation)

    def run_until_idle(self) -> None:
        """Take every step that is due in simulated time, without waiting."""
        with self._changed:
            while self.world.agenda.next() is not None:
                self._take_step()
            self._keeper.save(self.world)

    def close(self) -> None:
        """Let running operations finish in simulated time, save, and stop."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()
        self.run_until_idle()
        for world in self.world.accounts():
            stacks = list(world.state.stacks.values())
            self.world.scenario.know(world.path(stack, name) for stack in stacks for name in stack.resources)
        if self._keeper.store is not None:
            self._keeper.store.close()

    def _rests(self) -> bool:
        """Whether nothing happens soon."""
        due = self.world.agenda.next()
        return self._stopping or due is None or self._is_far(due)

    def _is_far(self, due: Due) -> bool:
        watched = time.monotonic() - self._looked_at < WATCHED_SECONDS
        return watched and due.moment - self.world.clock.reading() > LEAP_SECONDS

    def _note_look(self) -> None:
        """Somebody has looked: time goes on, towards a step that is hours away, or for what hangs and has none."""
        self._looks, self._looked_at = self._looks + 1, time.monotonic()
        self._changed.notify_all()
        due = self.world.agenda.next()
        if self._thread.is_alive() and (self._hangs() if due is None else self._is_far(due)):
            self._leap()

    def _hangs(self) -> bool:
        begun = [since for world in self.world.accounts() for since in hanging_since(world)]
        return bool(begun) and self.world.clock.reading() - min(begun) < LONGEST_HANG_SECONDS

    def _leap(self) -> None:
        self.world.clock.leap_to(self.world.clock.reading() + LEAP_SECONDS)

    def _wait_for_a_look(self, due: Due) -> None:
        """Waits until somebody looks, who lets time go on; nobody does for long: then it goes on without."""
        seen = self._looks
        looked = self._changed.wait_for(
            lambda: self._stopping or self._looks != seen or self.world.agenda.next() is not due, LOOK_SECONDS
        )
        if not looked:
            self._leap()

    def _take_step(self) -> None:
        due = self.world.agenda.take()
        self.world.clock.leap_to(due.moment)
        self._version += 1
        take(self.world, due, self._report)
        self._keeper.dirty = True

    def _let_time_pass(self) -> None:
        while True:
            with self._changed:
                if self._stopping:
                    return
                due = self.world.agenda.next()
                if due is None:
                    rest = self._keeper.rest()
                    if rest is None and not self._keeper.save(self.world):
                        rest = self._keeper.rest()
                    self._changed.notify_all()
                    self._changed.wait(rest)
                    continue
                if not self._pace and self._is_far(due):
                    self._wait_for_a_look(due)
                    continue
                wait = (due.moment - self.world.clock.now()) / self._pace if self._pace else 0.0
                if wait > 0:
                    if wait >= SAVE_DELAY_SECONDS and self._keeper.rest() is None:
                        self._keeper.save(self.world)
                    self._changed.wait(wait)
                    if self._stopping or self.world.agenda.next() is not due:
                        continue
                self._take_step()
            if not self._pace:
                time.sleep(0)  # let a reader see the state between two steps


def open_cloud(
    state: Path | None,
    account: str,
    services: Services,
    *,
    pace: float = 0.0,
    scenario: Scenario | None = None,
    real: Callable[[], float] = time.time,
    seed: int | None = None,
) -> Cloud:
    """The CloudFormation of an account; its state is stored in a folder, or in memory only. Errors: StoreError

    when the folder is in use by another process or has the state of another account.
    """
    store = Store(state) if state is not None else None
    kept = store.load(account) if store is not None else State(account)
    world = World(
        state=kept,
        clock=Clock(real, kept.clock_offset),
        services=services,
        scenario=scenario or Scenario(),
        random=random.Random(seed),
    )
    resume(world)
    return Cloud(world, store, pace)
