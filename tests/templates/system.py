"""The rendered system on a rehearsal in this process: deployed through nested change sets, planned, and listed."""

import json
from collections.abc import Mapping
from typing import Any

from rehearsal.state.stacks import Stack
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.templates.resolved import REQUIRED, document

STACK = "system"


class System:
    """One stack of the system; a value that is not given is root's default."""

    def __init__(self, account: str = ACCOUNT, region: str = REGION) -> None:
        self.play = Play(account=account, region=region)
        self.root = json.loads(json.dumps(document("root")))
        for body in self.root["Resources"].values():
            file = body["Properties"]["TemplateURL"]
            body["Properties"]["TemplateURL"] = self.play.put(file, document(file.removesuffix(".yaml")))
        self._sets = 0

    def deploy(self, **values: str) -> str:
        """Bring the stack to the values; its status comes back."""
        self._sets += 1
        set_name = f"s{self._sets}"
        made = self.play.change_set(self.root, set_name, STACK, **self._request(values))
        described = self.play.described(made)
        assert described["Status"] == "CREATE_COMPLETE", described.get("StatusReason")
        self.play("ExecuteChangeSet", ChangeSetName=made)
        self.play.settle()
        return str(self.play.stack(STACK)["StackStatus"])

    def plan(self, **values: str) -> dict[str, dict[str, Any]]:
        """The rows of the change sets of all layers, by `Layer/LogicalId`; nothing is left behind."""
        self._sets += 1
        made = self.play.change_set(self.root, f"s{self._sets}", STACK, **self._request(values))
        rows: dict[str, dict[str, Any]] = {}
        for layer, row in self.play.changes(made).items():
            nested = row.get("ChangeSetId")
            if nested:
                rows |= {f"{layer}/{name}": change for name, change in self.play.changes(nested).items()}
        self.play("DeleteChangeSet", ChangeSetName=made)
        self.play.settle()
        return rows

    def standing(self, name: str) -> Stack:
        """A stack as the rehearsal keeps it, by name or ARN."""
        stack = self.play.cloud.world.find(name, REGION)
        assert stack is not None
        return stack

    def resources(self) -> dict[str, set[str]]:
        """The logical ids that stand, by nested stack."""
        return {
            row["LogicalResourceId"]: self._in(row["PhysicalResourceId"])
            for row in self.play("DescribeStackResources", StackName=STACK)["StackResources"]
            if not row["ResourceStatus"].startswith("DELETE")
        }

    def outputs(self) -> dict[str, dict[str, str]]:
        """What the layers that stand output, by nested stack."""
        rows = self.play("DescribeStackResources", StackName=STACK)["StackResources"]
        stacks = {row["LogicalResourceId"]: self.play.stack(row["PhysicalResourceId"]) for row in rows}
        return {
            name: {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
            for name, stack in stacks.items()
        }

    def _in(self, stack: str) -> set[str]:
        rows = self.play("DescribeStackResources", StackName=stack)["StackResources"]
        return {row["LogicalResourceId"] for row in rows if not row["ResourceStatus"].startswith("DELETE")}

    def _request(self, values: Mapping[str, str]) -> dict[str, Any]:
        given = {**REQUIRED, **values}
        return {
            "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
            "Capabilities": ["CAPABILITY_IAM"],
            "IncludeNestedStacks": True,
        }
