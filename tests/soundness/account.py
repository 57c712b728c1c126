"""The account that random systems are deployed into: one rehearsal in this process for all of them.

A custom resource's function answers with what its resource was given, so that its attributes move when it is updated:
that is each function's free choice on AWS, whatever the attribute is called.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from deployment.aws.clock import Clock, Polling
from deployment.aws.session import Endpoint, Session
from deployment.run.run import Run
from deployment.run.telling import Approve, Tell
from deployment.stack.invocation import Invocation
from deployment.template.environments import read_environment
from deployment.template.template import read_template
from rehearsal.execution.tasks import identities
from rehearsal.resources.identifiers import Identity, new_resource, updated
from tests.deployment.checked import checked_values
from tests.deployment.local_cloud import LocalCloud
from tests.soundness.system import ROOT_FILE, System, written
from tests.soundness.systems import FOREIGN_BUCKET, texts

ACCOUNT, REGION = "111122223333", "eu-west-1"
BUCKET = f"cfn-artifacts-{ACCOUNT}-{REGION}"
_FILE = re.compile(r"(TemplateURL: )(\w+\.yaml)")
_ANSWERS = {"Id": "id", "Arn": "arn", "Name": "name", "Answer": "answer"}


class Account:
    """One account, its clients, and runs in it. `others` are clients of somebody else than the deployer."""

    def __init__(self) -> None:
        self._cloud = LocalCloud(ACCOUNT)
        self._session = self._attached()
        others = self._attached()
        self.cloudformation, self.s3 = others.client("cloudformation"), others.client("s3")
        self.ssm = others.client("ssm")
        self.s3.create_bucket(Bucket=FOREIGN_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})

    def _attached(self) -> Session:
        return self._cloud.attach(Session(REGION, Endpoint("http://127.0.0.1:1", "test", "test")))

    def provide(self, system: System, instead_of: System | None = None) -> None:
        """What exists beside the templates: parameters in SSM, objects in a bucket of somebody else."""
        for name, value in system.stored.items():
            if instead_of is None or instead_of.stored.get(name) != value:
                self.ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)
        for key, document in system.foreign.items():
            if instead_of is None or instead_of.foreign.get(key) != document:
                self.s3.put_object(Bucket=FOREIGN_BUCKET, Key=key, Body=written(document).encode())

    def truth(self, system: System) -> str:
        """The URL of a system's root, with all that it nests, where no deployer has put it."""
        place = f"https://{FOREIGN_BUCKET}.s3.{REGION}.amazonaws.com/{system.prefix}"
        for name, text in texts(system).items():
            body = _FILE.sub(rf"\1{place}/\2", text)
            self.s3.put_object(Bucket=FOREIGN_BUCKET, Key=f"{system.prefix}/{name}", Body=body.encode())
        return f"{place}/{ROOT_FILE}"

    def run(self, folder: Path, tell: Tell, approve: Approve, token: Callable[[], str]) -> Run:
        """A run of the deployer over the files in a folder, as deploy.py makes one."""
        environment = read_environment(folder / "params", "dev")
        root = read_template(folder / "rendered/root.yaml")
        return Run(
            environment=environment,
            root=root,
            values=checked_values(root, environment),
            session=self._session,
            clock=Clock(time.monotonic, lambda _: None),
            polling=Polling(0.0, 0.0),
            token=token,
            tell=tell,
            approve=approve,
            invocation=Invocation(("--env", "dev")),
        )


def write(system: System, folder: Path) -> None:
    """Writes a system's files, in place of those that are there."""
    for name in ("params", "rendered"):
        (folder / name).mkdir(exist_ok=True)
    for file in (folder / "rendered").iterdir():
        file.unlink()
    for name, text in texts(system).items():
        (folder / "rendered" / name).write_text(text)
    (folder / "params/dev.yaml").write_text(system.environment(ACCOUNT))


@contextlib.contextmanager
def functions_answering() -> Iterator[None]:
    """Lets the functions behind custom resources answer for as long as the block lasts."""

    def made(kind: Any, words: Any, revision: int = 1) -> Identity:
        return _answered(kind, words.properties, new_resource(kind, words, revision))

    def changed(identity: Identity, kind: Any, properties: Any) -> Identity:
        return _answered(kind, properties, updated(identity, kind, properties))

    with mock.patch.multiple(identities, new_resource=made, updated=changed):
        yield


def _answered(kind: Any, properties: Any, identity: Identity) -> Identity:
    if not kind.name.startswith("Custom::"):
        return identity
    return replace(
        identity, attributes={name: f"{word}-{properties.get('Release')}" for name, word in _ANSWERS.items()}
    )
