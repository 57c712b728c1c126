"""The files of an environment and of all its services: read together, and refused together with all that is wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.findings import Problem
from cloudformation.environment.price_table import PriceTable
from deployment.artifacts.freshness import FreshnessCheck
from deployment.aws.session import Session
from deployment.commands.tasks.before import with_job
from deployment.errors import FileProblems
from deployment.report.record import Record
from deployment.run.run import Context, Run, begin
from deployment.template.environments import same_service, service_reading, with_services_beside


@dataclass(frozen=True)
class Files:
    """What a project's files contain of an environment; `tree` has the rendered templates, `others` its other
    environments.

    `read` fills in the values that come from elsewhere; `complete` is whether values are sent.
    """

    reading: Reading
    tree: Path
    others: tuple[Environment, ...]
    prices: PriceTable
    complete: bool
    read: Callable[[Environment], Environment]
    connect: Callable[[str], Session]
    freshness: FreshnessCheck | None = None

    @property
    def services(self) -> tuple[str, ...]:
        """The names of the environment's services, as its file has them."""
        return tuple(self.reading.environment.services)

    def runs(
        self, platform: tuple[Context, Record], services: Mapping[str, tuple[Context, Record]]
    ) -> tuple[Run, dict[str, Run]]:
        """The run of the platform and that of each service; raises FileProblems with what is wrong with any."""
        problems: list[Problem] = []
        runs = dict(self._runs(platform, services, problems))
        if None in runs and self.complete:
            problems += with_services_beside(
                self.reading, runs[None].environment, self.tree, fresh=self._fresh
            ).problems
        if problems:
            raise FileProblems(
                f"{self.reading.environment.place} with its services",
                list(dict.fromkeys(problems)),
                "fix what these lines name, then try again",
            )
        return runs.pop(None), {name: run for name, run in runs.items() if name is not None}

    @property
    def _fresh(self) -> bool:
        """Whether render.py has checked all of it: not what comes from the process's environment."""
        settings = (
            one for service in self.reading.environment.services.values() for one in service.parameters.values()
        )
        return self.freshness is not None and not any(setting.source for setting in settings)

    def _runs(
        self,
        platform: tuple[Context, Record],
        services: Mapping[str, tuple[Context, Record]],
        problems: list[Problem],
    ) -> Iterator[tuple[str | None, Run]]:
        everything: list[tuple[str | None, tuple[Context, Record]]] = [(None, platform), *services.items()]
        for name, (context, record) in everything:
            try:
                yield name, self._run(name, context, record)
            except FileProblems as error:
                problems += error.problems

    def _run(self, name: str | None, context: Context, record: Record) -> Run:
        reading = service_reading(self.reading, name, self.tree) if name else self.reading
        environment = self.read(reading.environment)
        record.concerns(environment)
        run = begin(
            self.tree,
            environment,
            context,
            self.connect,
            freshness=None if name else self.freshness,
            template_read=record.sends,
            reading=reading,
            others=same_service(self.others, name) if name else self.others,
            complete=self.complete,
            prices=self.prices,
        )
        return with_job(run, self.reading, self.tree, self.others) if name and self.complete else run
