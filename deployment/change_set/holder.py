"""Which stack has a resource of a name that is taken: asked of CloudFormation, and never guessed.

DescribeStackResources answers by a physical id, which for what has a name of its own is that name. That it finds none
proves nothing but that: of some types the physical id is an ARN, and of what no stack made it knows nothing.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deployment.aws.calls import call
from deployment.aws.clock import Waiting
from deployment.aws.pages import members
from deployment.aws.session import Client
from deployment.errors import DeploymentError, NotFound
from deployment.stack.layers import layers


@dataclass(frozen=True)
class Holder:
    """The resource that has the name, in which stack; `root` is the stack at the top, whose environment `of` may be.

    `own` is the path of it where it is in the stack that is deployed.
    """

    logical_id: str
    stack: str
    root: str
    of: str | None = None
    own: str | None = None

    def __str__(self) -> str:
        if self.own:
            return f"{self.own} of this same stack {self.root}"
        nested = f", which is part of {self.root}" if self.root != self.stack else ""
        environment = f" (environment {self.of})" if self.of else ""
        return f"{self.logical_id} of stack {self.stack}{nested}{environment}"


@dataclass(frozen=True)
class Asking:
    """Who asks: the stack that is deployed, by its ARN or its name, and the environments of other stacks."""

    cloudformation: Client
    waiting: Waiting
    stack: str
    environments: Mapping[str, str]

    def holder(self, physical_id: str, kind: str | None = None) -> Holder | str:
        """What has that name; where it is not known, why. `kind` is the resource's type, where it is known."""
        try:
            own = self._called(physical_id)
            row = next((row for row in own if kind in (None, row.get("ResourceType"))), None)
            if row is None:
                return "CloudFormation knows no stack that has it"
            return self._holder(str(row["LogicalResourceId"]), str(row["StackId"]))
        except DeploymentError as error:
            return f"its owner could not be found: {error.happened}"

    def _called(self, physical_id: str) -> list[Mapping[str, Any]]:
        """The resources with that physical id, in the one stack that CloudFormation names."""
        rows = beside(self.cloudformation, physical_id)
        own = [row for row in rows if row.get("PhysicalResourceId") == physical_id]
        if own or len(rows) < _MOST:
            return own
        arn = str(rows[0]["StackId"])
        listed = members(self.cloudformation.list_stack_resources, "StackResourceSummaries", StackName=arn)
        return [{"StackId": arn, **row} for row in listed if row.get("PhysicalResourceId") == physical_id]

    def _holder(self, logical_id: str, arn: str) -> Holder:
        root = root_of(self.cloudformation, arn)
        own = self._path(logical_id, arn, root) if self.stack in (root, _name(root)) else None
        return Holder(logical_id, _name(arn), _name(root), self.environments.get(_name(root)), own)

    def _path(self, logical_id: str, arn: str, root: str) -> str | None:
        if arn == root:
            return logical_id
        below = layers(self.cloudformation, root, self.waiting)
        return next((str(layer.path / logical_id) for layer in below if layer.stack and layer.stack.arn == arn), None)


def beside(cloudformation: Client, physical_id: str) -> Sequence[Mapping[str, Any]]:
    """The resources of the stack that has a resource, the first hundred: the one itself may be missing among them.

    There are none where no stack has it.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
    """
    try:
        return call(cloudformation.describe_stack_resources, PhysicalResourceId=physical_id).get("StackResources") or ()
    except NotFound:
        return ()


def root_of(cloudformation: Client, arn: str) -> str:
    """The ARN of the stack at the top of a nested one; of any other its own."""
    described = call(cloudformation.describe_stacks, StackName=arn).get("Stacks") or [{}]
    return str(described[0].get("RootId") or arn)


def taken_line(name: str, holder: Holder | str) -> str:
    """One line about a name: who has it, or that this is not known."""
    return f"{name}: taken by {holder}" if isinstance(holder, Holder) else f"{name}: its owner is unknown: {holder}"


def taken_remedy(holder: Holder | str) -> str:
    """What can be done about it."""
    if not isinstance(holder, Holder):
        return _UNKNOWN
    if holder.own:
        return (
            "a resource that only moves to another logical id or nested stack conflicts with itself: leave it there, "
            "give it "
            "another name, or remove the old one with a deployment of its own"
        )
    return f"choose another name here, or in {holder.stack}"


_MOST = 100  # resources in an answer of DescribeStackResources
_UNKNOWN = "choose another name, or find the resource that has it: import it, or delete it if nobody needs it"


def _name(arn: str) -> str:
    return arn.split("/")[1] if arn.startswith("arn:") else arn
