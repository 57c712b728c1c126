"""The account of the tests: what stood is put back, and which faults are one to the SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deployment.aws.request_budget import RequestBudget
from deployment.aws.session import Endpoint, Session
from deployment.commands import delete, deploy
from tests.deployment.fake_client import FakeTime
from tests.deployment.local_cloud import LocalCloud
from tests.deployment.project import ACCOUNT, write_project
from tests.deployment.troubled import Stage

_CALLS: dict[str, Callable[[Session], Any]] = {
    "DescribeStacks": lambda session: session.cloudformation.describe_stacks()["Stacks"],
    "DeleteStack": lambda session: session.cloudformation.delete_stack(StackName="nowhere")["ResponseMetadata"].keys(),
    "ListBuckets": lambda session: session.s3.list_buckets()["Buckets"],
    "GetHostedZone": lambda session: session.route53.get_hosted_zone(Id="Z0123456789")["HostedZone"],
    "GetCallerIdentity": lambda session: session.client("sts").get_caller_identity()["Account"],
}


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


@pytest.fixture
def cloud() -> LocalCloud:
    return LocalCloud(ACCOUNT)


@pytest.fixture
def session(cloud: LocalCloud) -> Iterator[Session]:
    budget = RequestBudget(FakeTime().clock)
    with closing(cloud.attach(Session("eu-west-1", Endpoint("http://127.0.0.1:9", "x", "x"), budget))) as made:
        yield made


def test_what_stood_stands_again_and_is_gone_on_from(tmp_path: Path) -> None:
    stage = Stage(write_project(tmp_path))
    with closing(stage.session):
        empty = stage.keep()
        assert stage.play(deploy.deploy).ended_well
        created, standing = stage.keep(), stage.standing()
        assert [place for place, *_ in standing] == ["App", "Network", "shop-dev"]
        assert stage.play(delete.delete).ended_well
        stage.put_back(created)
        assert (stage.standing(), stage.status()) == (standing, "CREATE_COMPLETE")
        assert stage.play(deploy.deploy, "Hours=5").ended_well
        assert stage.status() == "UPDATE_COMPLETE"
        stage.put_back(created)
        assert stage.standing() == standing, "what is kept is not changed by what is played on it"
        stage.put_back(empty)
        assert (stage.standing(), stage.status()) == ([], None)
        assert stage.play(deploy.deploy).ended_well
        assert stage.standing() == standing


@pytest.mark.parametrize("operation", _CALLS)
def test_a_request_that_is_not_carried_out_is_sent_once_more_whatever_kept_it(
    cloud: LocalCloud, session: Session, operation: str
) -> None:
    """Throttled, failed, reset, timed out: what takes the faults in turn says no less than each of them everywhere."""
    honest = _CALLS[operation](session)
    for fault in ("throttle", "error", "reset", "timeout"):
        sent: list[str] = []

        def trouble(name: str, sent: list[str] = sent, fault: str = fault) -> str | None:
            sent.append(name)
            return fault if len(sent) == 1 else None

        cloud.trouble = trouble
        assert _CALLS[operation](session) == honest, fault
        assert sent == [operation] * 2, fault
