"""A CloudFormation to play with in tests: no wire, no thread, no waiting; what is around it, a test puts there."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from rehearsal.control.cloud import Cloud, open_cloud
from rehearsal.loopback.wire import Call
from rehearsal.scenario.faults import Scenario
from rehearsal.state.s3_object import read_url
from tests.rehearsal.played_services import PlayedServices

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"


class Play:
    """One account's CloudFormation, called as the wire calls it."""

    def __init__(
        self,
        scenario: Scenario | None = None,
        state: Path | None = None,
        seed: int = 1,
        account: str = ACCOUNT,
        region: str = REGION,
    ) -> None:
        self.account, self.region = account, region
        self.services = PlayedServices()
        ticks = itertools.count(1_700_000_000)
        self.cloud: Cloud = open_cloud(
            state,
            account,
            self.services,
            scenario=scenario,
            real=lambda: float(next(ticks)) / 1000 + 1_699_000_000,
            seed=seed,
        )

    def __call__(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self.at(self.account, self.region, operation, **parameters)

    def at(self, account: str, region: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """A call of somebody in another account, or for another region."""
        return self.cloud.handle(Call(operation, parameters, region, account, "request"))

    def settle(self) -> None:
        """Let everything that is under way come to its end."""
        self.cloud.run_until_idle()

    def put(self, name: str, template: str | dict[str, Any]) -> str:
        """Store a template; its URL comes back."""
        url = f"https://templates.s3.{self.region}.amazonaws.com/{name}"
        body = template if isinstance(template, str) else json.dumps(template)
        self.services.objects[read_url(url)] = body.encode()
        return url

    def change_set(self, template: str | dict[str, Any], name: str = "review", stack: str = "demo", **more: Any) -> str:
        """Make a change set and have it planned; its ARN comes back."""
        kind = "CREATE" if self.cloud.world.find(stack, self.region) is None else "UPDATE"
        body = template if isinstance(template, str) else json.dumps(template)
        request = {"ChangeSetType": kind, "TemplateBody": body} | more
        answer = self("CreateChangeSet", StackName=stack, ChangeSetName=name, **request)
        self.settle()
        return str(answer["Id"])

    def described(self, change_set: str, values: bool = True) -> dict[str, Any]:
        return self("DescribeChangeSet", ChangeSetName=change_set, IncludePropertyValues=values)

    def changes(self, change_set: str, values: bool = True) -> dict[str, dict[str, Any]]:
        """The rows of a change set by logical id."""
        rows = self.described(change_set, values)["Changes"]
        return {row["ResourceChange"]["LogicalResourceId"]: row["ResourceChange"] for row in rows}

    def deploy(self, template: str | dict[str, Any], stack: str = "demo", **more: Any) -> dict[str, Any]:
        """Bring a stack to a template through a change set; the stack comes back as DescribeStacks shows it."""
        executed = self.change_set(template, stack=stack, **more)
        self("ExecuteChangeSet", ChangeSetName=executed)
        self.settle()
        return self.stack(stack)

    def stack(self, name: str = "demo") -> dict[str, Any]:
        found: dict[str, Any] = self("DescribeStacks", StackName=name)["Stacks"][0]
        return found

    def events(self, name: str = "demo") -> list[tuple[str, str]]:
        """Logical id and status of every event, oldest first."""
        rows = self("DescribeStackEvents", StackName=name)["StackEvents"]
        return [(row["LogicalResourceId"], row["ResourceStatus"]) for row in reversed(rows)]

    def reasons(self, name: str = "demo") -> list[tuple[str, str, str]]:
        """Logical id, status and reason of every event that has one, oldest first."""
        rows = self("DescribeStackEvents", StackName=name)["StackEvents"]
        return [
            (row["LogicalResourceId"], row["ResourceStatus"], row["ResourceStatusReason"])
            for row in reversed(rows)
            if "ResourceStatusReason" in row
        ]
