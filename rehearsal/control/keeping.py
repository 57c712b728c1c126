"""When the state is saved: the changes of a call before its answer, everything else when nothing happens."""

import time
from collections.abc import Iterator

from cloudformation.refusals import CloudFormationError
from rehearsal.control.internal_errors import Report
from rehearsal.loopback.wire import Call
from rehearsal.stack_sets.stack_set_operations import arn_of
from rehearsal.state.store import Store
from rehearsal.state.world import World

_SAID_AGAIN_SECONDS = 60.0


def named_by(world: World, call: Call) -> Iterator[str]:
    """The stacks and stack sets that a call may change by itself, as far as they are there."""
    asked = call.parameters
    stack = world.find(asked.get("StackName", ""), call.region)
    if stack is not None:
        yield stack.id
    change_set = asked.get("ChangeSetName", "")
    if change_set.startswith("arn:"):
        yield from (stack.id for stack in world.state.stacks.values() if change_set in stack.change_sets)
    if "StackSet" in call.operation or "StackInstances" in call.operation:
        yield from (arn_of(world, stack_set) for stack_set in world.state.stack_sets.values())


class Keeper:
    """The store of a cloud, or none; what a full disk does not take is tried again."""

    def __init__(self, store: Store | None, report: Report) -> None:
        self.store = store
        self.dirty = False
        self._report = report
        self._full = False
        self._said = -_SAID_AGAIN_SECONDS

    def rest(self) -> float | None:
        """Seconds until what has changed may be saved; None: now, or there is nothing to save."""
        return (self.store.rest() or None) if self.store is not None and self.dirty else None

    def save(self, world: World) -> bool:
        """Keep everything, if anything has changed; whether that was possible."""
        try:
            self.save_or_raise(world)
        except OSError as error:
            self._tell(error)
            return False
        return True

    def save_or_raise(self, world: World) -> None:
        """The same. OSError: it was not."""
        if self.store is not None and self.dirty:
            world.state.clock_offset = world.clock.offset
            self.store.save(world.state)
        world.touched.clear()
        self.dirty = False

    def keep_call(self, world: World) -> None:
        """Keep what changed until now. OSError: it was not possible, and the call must not be answered."""
        if self.store is None:
            world.touched.clear()
            return
        world.state.clock_offset = world.clock.offset
        try:
            if not self.store.file.exists():
                self.save_or_raise(world)
                return
            self.store.append(world.state, world.touched)
        except OSError as error:
            self._full = True
            self._tell(error)
            raise
        world.touched.clear()
        if self.store.is_to_be_folded and not self.store.rest():
            self.save(world)

    def refuse_while_full(self) -> None:
        """Refuse a call whose result cannot be saved, before it changes anything. Errors: CloudFormationError."""
        if self._full and self.store is not None:
            try:
                self.store.probe()
            except OSError as error:
                raise not_kept(error) from None
            self._full = False

    def _tell(self, error: OSError) -> None:
        if time.monotonic() - self._said >= _SAID_AGAIN_SECONDS:
            self._said = time.monotonic()
            self._report(f"rehearsal: the state cannot be saved: {error}; saving is tried again\n")


def not_kept(error: OSError) -> CloudFormationError:
    """The answer to a call that was refused because its result could not be saved."""
    return CloudFormationError("InternalFailure", f"The rehearsal cannot save its state: {error.strerror}", 500)
