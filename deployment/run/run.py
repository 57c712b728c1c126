"""A run put together: files read and checked, then clients made, with time, randomness and a person given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deployment.artifacts.freshness import FreshnessCheck
from deployment.aws.clock import Waiting
from deployment.aws.request_budget import RequestBudget
from deployment.aws.session import Endpoint, Session
from deployment.environment.check import checked_values
from deployment.environment.environment_file import Environment
from deployment.errors import NothingSent
from deployment.run.choices import NO_CHOICES, Choices
from deployment.run.prepare import Run, last_option
from deployment.run.process import Process
from deployment.run.telling import Approve, Choose, Tell
from deployment.template.template import Template, read_template


@dataclass(frozen=True)
class Seams:
    """What a run is given from outside; `endpoint` is asked only once the files are in order."""

    endpoint: Callable[[], Endpoint | None]
    waiting: Waiting
    token: Callable[[], str]
    tell: Tell
    approve: Approve
    selection: str
    preflight: bool = False
    choices: Choices = NO_CHOICES
    process: Process | None = None
    choose: Choose = last_option
    budget: RequestBudget | None = None


def begin(
    folder: Path,
    environment: Environment,
    seams: Seams,
    *,
    freshness: FreshnessCheck | None = None,
    carries: Callable[[Template], None] = lambda _: None,
) -> Run:
    """The run over the rendered tree in `folder`; raises NothingSent where the files are not in order."""
    try:
        root = read_template(folder / "root.yaml", f"{folder.name}/root.yaml")
        carries(root)
        values = checked_values(root, environment)
    except NothingSent:
        if freshness:
            freshness.result()  # a stale tree explains the rest
        raise
    session = Session(environment.region, seams.endpoint(), seams.budget)
    if freshness:
        freshness.result()
    return Run(
        environment=environment,
        root=root,
        values=values,
        session=session,
        waiting=seams.waiting,
        token=seams.token,
        tell=seams.tell,
        approve=seams.approve,
        selection=seams.selection,
        preflight=seams.preflight,
        choices=seams.choices,
        process=seams.process,
        choose=seams.choose,
    )
