"""Everything an operation may touch, in one value: the stacks, time, chance, and the services around."""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from cloudformation.environment.keys.partitions import partition_of
from cloudformation.refusals import CloudFormationError, ValidationError
from cloudformation.scalars import text_of
from rehearsal.resources.resource_types import ResourceType, ResourceTypes
from rehearsal.scenario.faults import Hang, Scenario
from rehearsal.state.clock import Agenda, Clock
from rehearsal.state.services import Services
from rehearsal.state.stacks import Output, Stack, StackResource, State

# Stacks of one region ("CloudFormation quotas" in the user guide), nested ones and those in review too.
MAXIMUM_STACKS = 2000
# How long a deleted stack can be looked up (ListStacks in the API reference).
REMEMBERED_SECONDS = 90 * 24 * 3600.0


@dataclass
class World:
    """One account: its state, and what all accounts share: the clock, chance, the services around CloudFormation.

    The world of another account is made when somebody names it; its state is stored in that of the first one.
    """

    state: State
    clock: Clock
    services: Services
    scenario: Scenario = field(default_factory=Scenario)
    random: random.Random = field(default_factory=random.Random)
    agenda: Agenda = field(default_factory=Agenda)
    _types: dict[str, ResourceTypes] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    """What was made up for custom resources since the process began: it stands in no resource's attributes."""
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _claims: dict[str, tuple[str, str]] | None = None
    _accounts: dict[str, World] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._accounts.setdefault(self.state.account, self)

    @property
    def touched(self) -> set[str]:
        """What may have changed since it was last saved, in all accounts."""
        return self.agenda.touched

    def of(self, account: str) -> World:
        """The world of an account; there is nothing in one that nobody has named yet."""
        if account not in self._accounts:
            state = self._first.accounts.setdefault(account, State(account))
            replace(self, state=state, _names={}, _claims=None)
        return self._accounts[account]

    def owner(self, arn: str) -> World:
        """The world of the account that an ARN names; this one where the ARN names none that is known."""
        return self._accounts.get("".join(arn.split(":")[4:5]), self)

    def accounts(self) -> list[World]:
        """The world of every account that somebody has named, that of the rehearsal first."""
        return [self.of(account) for account in (self._first.account, *self._first.accounts)]

    @property
    def _first(self) -> State:
        return next(iter(self._accounts.values())).state

    def types(self, region: str) -> ResourceTypes:
        """The resource types of a region."""
        if region not in self._types:
            self._types[region] = ResourceTypes(region)
        return self._types[region]

    def kind(self, region: str, type_name: str) -> ResourceType:
        """The type of a resource that was accepted with its template."""
        kind = self.types(region).get(type_name)
        assert kind is not None
        return kind

    def claims(self, read: Callable[[World], Iterable[tuple[str, tuple[str, str]]]]) -> dict[str, tuple[str, str]]:
        """Which stack and logical id has which physical name; read from the state once, then updated by the reader."""
        if self._claims is None:
            self._claims = dict(read(self))
        return self._claims

    def token(self, count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
        """That many random characters of the alphabet."""
        return "".join(self.random.choices(alphabet, k=count))

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def partition(self, region: str) -> str:
        """`aws`, `aws-cn`, `aws-us-gov` or another."""
        return partition_of(region).name

    def url_suffix(self, region: str) -> str:
        return partition_of(region).dns_suffix

    def arn(self, region: str, resource: str) -> str:
        """The ARN of a CloudFormation resource such as `stack/NAME/ID`."""
        return f"arn:{self.partition(region)}:cloudformation:{region}:{self.state.account}:{resource}"

    def new_stack(self, region: str, name: str, status: str) -> Stack:
        """A stack with an ARN of its own, which `add` takes in."""
        identifier = self.arn(region, f"stack/{name}/{self.uuid()}")
        return Stack(id=identifier, name=name, region=region, created=self.clock.now(), status=status)

    def add(self, stack: Stack) -> Stack:
        """Take a new stack in. LimitExceededException: its region has as many as it may (amplify-cli#2467)."""
        known = stack.id in self.state.stacks
        if not known and sum(1 for _ in self.living(stack.region)) >= MAXIMUM_STACKS:
            raise CloudFormationError("LimitExceededException", "Limit for stack has been exceeded")
        self.touched.add(stack.id)
        self.state.stacks[stack.id] = stack
        self._names[stack.region, stack.name] = stack.id
        return stack

    def find(self, name_or_arn: str, region: str) -> Stack | None:
        """A stack by ARN (deleted ones too, for 90 days) or by name (living ones only)."""
        if name_or_arn.startswith("arn:"):
            named = self.state.stacks.get(name_or_arn)
            return named if named and self.remembers(named) else None
        if not self._names and self.state.stacks:
            self._names = {(stack.region, stack.name): stack.id for stack in self.state.stacks.values()}
        stack = self.state.stacks.get(self._names.get((region, name_or_arn), ""))
        return stack if stack and not stack.gone else None

    def drop_names(self, stacks: set[str]) -> None:
        """Forget by which names these stacks, which are no more, and their resources were known."""
        self._names = {key: stack for key, stack in self._names.items() if stack not in stacks}
        left = {key: held for key, held in (self._claims or {}).items() if held[0] in self.state.stacks}
        self._claims = None if self._claims is None else left

    def remembers(self, stack: Stack) -> bool:
        """Whether a stack can still be looked up."""
        if stack.forgotten:
            return False
        return not stack.gone or self.clock.now() - (stack.deleted or 0.0) <= REMEMBERED_SECONDS

    def living(self, region: str) -> Iterator[Stack]:
        """Every stack of a region that is not deleted."""
        return (stack for stack in self.state.stacks.values() if stack.region == region and not stack.gone)

    def standing(self, region: str) -> Iterator[tuple[Stack, StackResource]]:
        """Every resource that exists in a stack of a region, with that stack."""
        for stack in self.living(region):
            yield from ((stack, resource) for resource in stack.resources.values() if resource.exists)

    def stored(self, name: str, region: str) -> str | None:
        """The value of a Systems Manager parameter, by name, ARN or `name:version`: a stack made it, or somebody else.

        The services around are those of the first account and know its stacks; what stacks of another account store
        is read from these. Errors: ValidationError for a version of one of theirs.
        """
        if self.state is self._first:
            return self.services.parameter(name, region)
        wanted, _, version = name.rpartition(":parameter")[2].partition(":")
        for resource in (*(resource for _, resource in self.standing(region)), *self._replaced(region)):
            if resource.type == "AWS::SSM::Parameter" and wanted in (resource.physical_id, f"/{resource.physical_id}"):
                if version:
                    raise ValidationError(f"Versions of what a stack stores are not simulated by the rehearsal: {name}")
                return text_of(resource.properties.get("Value", ""))
        return self.services.parameter(name, region)

    def _replaced(self, region: str) -> Iterator[StackResource]:
        """What operations that go on have replaced in a region: it is there until they clean up."""
        for operation in (stack.operation for stack in self.living(region)):
            if operation is not None:
                yield from (*operation.originals.values(), *operation.superseded)

    def children(self, stack: Stack) -> Iterator[tuple[StackResource, Stack]]:
        """The nested stacks of a stack, directly below it, with their resources in the parent."""
        for resource in stack.resources.values():
            child = self.state.stacks.get(resource.physical_id)
            if child is not None and not child.gone:
                yield resource, child

    def path(self, stack: Stack, logical_id: str = "") -> str:
        """Logical ids from the root stack down: `Ecs/Service`."""
        steps = [logical_id] if logical_id else []
        current: Stack | None = stack
        while current is not None and current.parent_logical_id:
            steps.insert(0, current.parent_logical_id)
            current = self.state.stacks.get(current.parent or "")
        return "/".join(steps)

    def strike(self, stack: Stack, logical_id: str, action: str) -> str | Hang | None:
        """The fault that meets an action on a resource now: the reason it fails with, a hang, or nothing."""
        return self.scenario.strike(self.path(stack, logical_id), action, self.state.account, stack.region)

    def said(self, stack: Stack, logical_id: str) -> dict[str, object]:
        """What the scenario says that attributes of a resource are."""
        return self.scenario.said(self.path(stack, logical_id), self.state.account, stack.region)

    def exports(self, region: str) -> dict[str, tuple[Stack, Output]]:
        """Every export of a region by name."""
        return {
            output.export: (stack, output)
            for stack in self.living(region)
            for output in stack.outputs.values()
            if output.export
        }
