"""A run over the small project against fake clients."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from deployment.aws.server_clock import ServerClock
from deployment.aws.session import Session
from deployment.run.run import Run
from deployment.run.telling import Question, Told
from deployment.stack.invocation import Invocation
from deployment.template.environments import read_environment
from deployment.template.template import read_template
from tests.deployment.checked import checked_values
from tests.deployment.fake_bucket import FakeBucket
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime
from tests.deployment.project import ACCOUNT

_ZONE = {"Id": "/hostedzone/Z0123456789", "Name": "example.com.", "CallerReference": "x"}


def fake_run(
    project: Path,
    cloudformation: FakeClient,
    *assignments: str,
    told: list[Told] | None = None,
    approve: Callable[[Question], bool] = lambda _: True,
    bucket: FakeBucket | None = None,
) -> Run:
    """The identity, zone and bucket are in order."""
    environment = read_environment(project / "params", "dev").overriding(assignments)
    root = read_template(project / "rendered/root.yaml")
    clients: dict[str, Any] = {
        "sts": FakeClient("sts", get_caller_identity={"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/x"}),
        "s3": (bucket or FakeBucket()).client(),
        "route53": FakeClient("route53", get_hosted_zone={"HostedZone": _ZONE}),
        "cloudformation": cloudformation,
    }
    session = SimpleNamespace(
        **clients,
        client=lambda service, **_: clients[service],
        configured_region=None,
        server_clock=ServerClock(),
        following=nullcontext,
        partition=("aws", "amazonaws.com"),
        is_elsewhere=False,
    )
    tokens = iter(f"token-{number}" for number in range(100))
    return Run(
        environment=environment,
        root=root,
        values=checked_values(root, environment),
        session=cast(Session, session),
        clock=FakeTime().clock,
        polling=POLLING,
        token=lambda: next(tokens),
        tell=(told if told is not None else list[Told]()).append,
        approve=approve,
        invocation=Invocation(("--env", "dev")),
    )
