"""A run: files that were read and checked, AWS, and its inputs from outside: time, randomness, a person."""

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
    raise NothingSent(f"there is no terminal for {words[0]}")


@dataclass(frozen=True)
class Known:
    """The caller, and every stack that exists in the account and Region by its name, at one moment.

    A stack that is not among them is read all the same: it may have been created since.
    """

    caller: str
    stacks: Mapping[str, Stack]

    def settled(self, name: str | None) -> Stack | None:
        """The stack of that name, where it exists and no operation on it is in progress: that lasts for a moment."""
        stack = self.stacks.get(name or "")
        return stack if stack and stack.status.updatable else None


@dataclass(frozen=True, kw_only=True)
class Context:
    """The inputs of a run from outside.

    `invocation` is how deploy.py was called, for remedies that name a command; `process` identifies this process, for
    later runs; without `polling`, the endpoint decides how often it is asked. `hand_over` gives the terminal to
    another program, and returns its exit code.
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
    """What was read a moment ago for all stacks that are acted on together."""

    def say(self, text: str) -> None:
        """Reports in one sentence what is being done."""
        self.tell(Progress(text))


@dataclass(frozen=True, kw_only=True)
class Run(Context):
    """What one run works with.

    `others` are the project's other environments; `evidence` reads more about the first failures while the resources
    still exist.
    """

    environment: Environment
    root: Template
    values: Mapping[str, Value]
    session: Session
    others: tuple[Environment, ...] = ()
    evidence: EvidenceCollector = field(default_factory=EvidenceCollector)
    postponed: tuple[Postponed, ...] = ()
    """What this run, a creation, omits from the values that are asked for."""
    announced: Announced | None = None
    """What this run, the second of a creation, may change: it was approved with the first."""
    prices: PriceTable = NO_PRICES
    """What is paid by the hour, Region by Region, as the project's table has it."""
    before: Run | None = None
    """The run of the job that must run before this execution."""
    first: Callable[[Callable[[], Any]], Any] | None = None
    """Where the same command deploys that job: waits for it, and runs it once for all runs that need it."""

    def preceded_by(self, job: Run) -> Run:
        """The same with a job before it."""
        return replace(self, before=job)

    @property
    def waiting(self) -> Waiting:
        """How to wait for CloudFormation."""
        return Waiting(self.clock, self.polling or self.session.polling)

    @property
    def cloudformation(self) -> Client:
        """The client of CloudFormation in the environment's Region."""
        return self.session.cloudformation

    def found(self, stack: Stack, template: str | None = None, documents: Documents | None = None) -> None:
        """Reports the existing stack where there are secrets: a view that shows part of it must know their places.

        `documents` are all templates of the stack and its nested stacks; without them, the rendered templates are used
        for the nested stacks.
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
        """The parameters that are sent with a value, and those that a creation omits with their final value."""
        return self.parameters | {left.name: left.then for left in self.postponed}

    @property
    def outstanding(self) -> Outstanding | None:
        """What this run's one execution does not apply, and the command that does."""
        again = self.invocation.again()
        return Outstanding(sentence(self.postponed), again) if self.postponed else None

    @property
    def kept(self) -> frozenset[str]:
        """The parameters that keep the value that the stack has."""
        return frozenset(name for name, value in self.values.items() if value.kept)

    @property
    def neighbours(self) -> dict[str, str]:
        """The names of the project's other environments in this account and Region, by those of their stacks."""
        place = self.environment.account, self.environment.region
        return {other.stack: other.name for other in self.others if (other.account, other.region) == place}

    @property
    def pseudo_parameters(self) -> dict[str, str]:
        """What templates may read of the place where they are deployed."""
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
    that the environment was read from, whose problems are reported with all others; `others` are those beside it. A run
    that sends no values need not have them `complete`, and `root` replaces a template that no longer exists.
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
