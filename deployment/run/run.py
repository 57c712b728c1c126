"""A run: files that were read and checked, AWS, and what it is given from outside: time, randomness, a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.findings import Problem
from cloudformation.environment.parameter_values import Value, declared_parameters
from cloudformation.environment.price_table import NO_PRICES, PriceTable
from cloudformation.parameters.declarations import MASK, is_no_echo
from deployment.artifacts.freshness import FreshnessCheck
from deployment.aws.clock import Clock, Polling, Waiting
from deployment.aws.session import Client, Session
from deployment.change_set.process import Process
from deployment.diagnosis.evidence import EvidenceCollector
from deployment.errors import NothingSent
from deployment.guards.announced import Announced
from deployment.run.choices import NO_CHOICES, Choices
from deployment.run.telling import Approve, Choice, Choose, Outstanding, Progress, Stands, Tell
from deployment.settings.at_creation import Postponed, sentence
from deployment.stack.invocation import Invocation
from deployment.stack.stack import Stack
from deployment.template.environments import accepted, refused
from deployment.template.template import Documents, Template, template_reading


def last_option(choice: Choice) -> str:
    """What is chosen where nobody can be asked."""
    return choice.options[-1]


def _nowhere(words: Sequence[str]) -> int:
    raise NothingSent(f"there is no terminal that {words[0]} could be given")


@dataclass(frozen=True)
class Known:
    """Who deploys, and every stack that there is in the account and Region by its name, as of one moment.

    A stack that is not among them is asked for all the same: it may have come since.
    """

    caller: str
    stacks: Mapping[str, Stack]

    def settled(self, name: str | None) -> Stack | None:
        """The stack of that name, where it stands and nothing is at work on it: that lasts for a moment."""
        stack = self.stacks.get(name or "")
        return stack if stack and stack.status.updatable else None


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a run is given from outside.

    `invocation` is how deploy.py was called, for remedies that name a command; `process` which process this is, for
    the runs after it; without `polling`, the endpoint decides how often it is asked. `hand_over` gives the terminal to
    another program, and then its exit code.
    """

    clock: Clock
    token: Callable[[], str]
    tell: Tell
    approve: Approve
    invocation: Invocation
    choose: Choose = last_option
    choices: Choices = NO_CHOICES
    process: Process | None = None
    polling: Polling | None = None
    hand_over: Callable[[Sequence[str]], int] = _nowhere
    known: Known | None = None
    """What was asked a moment ago for all stacks that are acted on together."""

    def say(self, text: str) -> None:
        """Tells one sentence about what is being done."""
        self.tell(Progress(text))


@dataclass(frozen=True, kw_only=True)
class Run(Context):
    """What one run works with.

    `others` are the project's other environments; `evidence` asks about the first failures while they can still be
    asked about.
    """

    environment: Environment
    root: Template
    values: Mapping[str, Value]
    session: Session
    others: tuple[Environment, ...] = ()
    evidence: EvidenceCollector = field(default_factory=EvidenceCollector)
    postponed: tuple[Postponed, ...] = ()
    """What this run, a creation, leaves out of the values that are asked for."""
    announced: Announced | None = None
    """What this run, the second of a creation, may change: it was approved with the first."""
    prices: PriceTable = NO_PRICES
    """What is paid by the hour, Region by Region, as the project's table has it."""
    before: Run | None = None
    """The run of the job that belongs before what this one executes."""
    first: Callable[[Callable[[], Any]], Any] | None = None
    """Where the same command deploys that job: waits for it, and plays it once for all runs that it belongs before."""

    def preceded_by(self, job: Run) -> Run:
        """The same with a job before it."""
        return replace(self, before=job)

    @property
    def waiting(self) -> Waiting:
        """How to wait for what CloudFormation does."""
        return Waiting(self.clock, self.polling or self.session.polling)

    @property
    def cloudformation(self) -> Client:
        """The client of CloudFormation in the environment's Region."""
        return self.session.cloudformation

    def found(self, stack: Stack, template: str | None = None, documents: Documents | None = None) -> None:
        """Tells what stands, where there are secrets: whoever shows something of it must know their places.

        `documents` are all templates that the stack and its layers have; without them, those of the layers are taken
        for what the files say.
        """
        sent = any(parameter.secret for parameter in declared_parameters(self.root).values())
        sections = (document.get("Parameters") or {} for document in (documents or {}).values())
        if (
            sent
            or MASK in stack.parameters.values()
            or any(is_no_echo(body) for section in sections for body in section.values())
        ):
            self.tell(Stands(stack, template, documents or {}))

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that are sent with a value."""
        return {name: value.text for name, value in self.values.items() if not value.kept}

    @property
    def wanted(self) -> dict[str, str]:
        """The parameters that are sent with a value, and those that a creation leaves out as they will be."""
        return self.parameters | {left.name: left.then for left in self.postponed}

    @property
    def outstanding(self) -> Outstanding | None:
        """What does not come of this run by one execution, and the command that brings it."""
        again = self.invocation.again()
        return Outstanding(sentence(self.postponed), again) if self.postponed else None

    @property
    def kept(self) -> frozenset[str]:
        """The parameters that go on with the value that the stack has."""
        return frozenset(name for name, value in self.values.items() if value.kept)

    @property
    def neighbours(self) -> dict[str, str]:
        """The names of the project's other environments in this account and Region, by those of their stacks."""
        place = self.environment.account, self.environment.region
        return {other.stack: other.name for other in self.others if (other.account, other.region) == place}

    @property
    def pseudo_parameters(self) -> dict[str, str]:
        """What templates may read of where they are deployed."""
        partition, suffix = self.session.partition
        account, region = self.environment.account, self.environment.region
        return {
            "AWS::AccountId": account,
            "AWS::Partition": partition,
            "AWS::Region": region,
            "AWS::URLSuffix": suffix,
        }


def no_echo_parameters(root: Template) -> frozenset[str]:
    """The parameters of a root whose values are shown nowhere."""
    return frozenset(name for name, parameter in declared_parameters(root).items() if parameter.secret)


def begin(
    folder: Path,
    environment: Environment,
    context: Context,
    connect: Callable[[str], Session],
    *,
    freshness: FreshnessCheck | None = None,
    template_read: Callable[[Template], None] = lambda _: None,
    reading: Reading | None = None,
    others: Sequence[Environment] = (),
    complete: bool = True,
    prices: PriceTable = NO_PRICES,
    root: Template | None = None,
) -> Run:
    """The run over the rendered tree in `folder`; raises NothingSent where the files are not in order.

    `connect` makes the session of a Region; it is asked only once the files are in order.
    `template_read` is given the templates before anything can be said of the values for them. `reading` is the file
    that the environment was read from, whose problems are told with all others; `others` are those beside it. A run
    that sends no values need not have them `complete`, and `root` stands in for a template that is there no more.
    """
    problems = reading.problems if reading else ()
    unread = reading.unread if reading else frozenset()
    try:
        wrong: Sequence[Problem] = ()
        if root is None:
            root, wrong = template_reading(folder / environment.root, f"{folder.name}/{environment.root}")
        if root is None:
            raise refused(environment, problems, wrong)
        template_read(root)
        values, warnings = accepted(
            root, Reading(environment, problems, unread), others, complete=complete, wrong=wrong
        )
    except NothingSent:
        if freshness:
            freshness.result()  # a stale tree explains the rest
        raise
    for warning in warnings:
        context.say(f"warning: {warning}")
    session = connect(environment.region)
    if freshness:
        freshness.result()
    given = vars(context) | {"invocation": context.invocation.knowing(no_echo_parameters(root))}
    about = Run(**given, environment=environment, root=root, values=values, session=session, prices=prices)
    return replace(about, others=tuple(others))
