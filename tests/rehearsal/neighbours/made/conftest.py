"""A CloudFormation with real services beside it, which boto3 asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rehearsal.control.cloud import Cloud, open_cloud
from rehearsal.loopback.server import Server, serve
from rehearsal.loopback.wire import Call
from rehearsal.neighbours.moto_services import Neighbours
from tests.rehearsal.boto import client
from tests.rehearsal.neighbours.account import ACCOUNT, REGION, forget


@dataclass
class Account:
    """Stacks, and a caller of the services in which their resources are."""

    cloud: Cloud
    server: Server
    neighbours: Neighbours

    def __call__(self, operation: str, **parameters: Any) -> dict[str, Any]:
        answer = self.cloud.handle(Call(operation, parameters, REGION, ACCOUNT, "request"))
        self.cloud.run_until_idle()
        return answer

    def create(self, **resources: dict[str, Any]) -> dict[str, str]:
        """A stack of these resources; their physical ids come back."""
        return self._brought("CreateStack", resources)

    def update(self, **resources: dict[str, Any]) -> dict[str, str]:
        return self._brought("UpdateStack", resources)

    def delete(self) -> None:
        self("DeleteStack", StackName="demo")

    def _brought(self, operation: str, resources: dict[str, Any], **more: Any) -> dict[str, str]:
        body, tags = json.dumps({"Resources": resources}), [{"Key": "team", "Value": "ops"}]
        self(operation, StackName="demo", TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"], Tags=tags)
        stack = self("DescribeStacks", StackName="demo")["Stacks"][0]
        assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.reasons()
        rows = self("DescribeStackResources", StackName="demo")["StackResources"]
        return {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in rows}

    def reasons(self) -> list[str]:
        """Why something failed."""
        events = self("DescribeStackEvents", StackName="demo")["StackEvents"]
        return [event["ResourceStatusReason"] for event in events if "ResourceStatusReason" in event]

    def service(self, name: str) -> Any:
        return client(name, self.server.url)


def opened(state: Path) -> Account:
    neighbours = Neighbours(ACCOUNT, state)
    cloud = open_cloud(state, ACCOUNT, neighbours, seed=1)
    return Account(cloud, serve(cloud, neighbours=neighbours.answer, log=pytest.fail), neighbours)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    running = opened(tmp_path)
    yield running
    running.server.close()
    running.cloud.close()
    forget()
