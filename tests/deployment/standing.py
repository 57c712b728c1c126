"""One rehearsal for many commands: each would start its own, and most of its time would go into starting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rehearsal.control.child import RehearsalProcess
from rehearsal.control.cloud import Cloud
from tests.deployment.asked import REGION, asked, stacks
from tests.deployment.project import ACCOUNT
from tests.deployment.this_process import RehearsalHere

__all__ = ["PROJECT", "REGION", "Standing", "standing"]
PROJECT = Path(__file__).resolve().parents[2]


class Standing(RehearsalProcess):
    """A rehearsal that a command borrows: it is there before, and stays when the command is done."""

    def __init__(self, url: str, cloud: Cloud) -> None:
        self._url = url
        self.cloud = cloud

    def __call__(self, project: Path, arguments: Sequence[str]) -> RehearsalProcess:
        del project
        assert not {"--fail", "--scenario"} & set(arguments), "what goes wrong is said to a rehearsal when it starts"
        return self

    def __enter__(self) -> RehearsalProcess:
        return self

    def url(self) -> str:
        return self._url

    def stop(self) -> None:
        """Anyone who started it stops it."""

    def empty(self) -> None:
        """Takes every stack away."""
        while standing := stacks(self.cloud):
            for stack in standing:
                # One that is being deleted may be gone before it is asked about.
                if "ParentId" not in stack and stack["StackStatus"] != "DELETE_IN_PROGRESS":
                    name = stack["StackName"]
                    asked(self.cloud, "UpdateTerminationProtection", StackName=name, EnableTerminationProtection=False)
                    # What is protected, or holds something, is left behind.
                    forced = {"DeletionMode": "FORCE_DELETE_STACK"} if stack["StackStatus"] == "DELETE_FAILED" else {}
                    asked(self.cloud, "DeleteStack", StackName=name, **forced)


@contextmanager
def standing() -> Iterator[Standing]:
    """A rehearsal in memory, for the account and the zone of the small project."""
    with RehearsalHere(PROJECT, ["--account", ACCOUNT, "--zone", "Z0123456789=example.com"]) as here:
        yield Standing(here.url(), here.cloud)
