"""What CloudFormation and the services beside it answer of what a tool says it has done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "eu-west-1"
NUMBER = "123456789012"
KEYS = {"aws_access_key_id": "sample", "aws_secret_access_key": "sample"}
_BEGUN = "User Initiated"


class DifferenceError(Exception):
    """A tool's step did not come to what it should; the text says what was found."""


@dataclass(frozen=True)
class Account:
    """One rehearsal, asked through a client that no tool has."""

    endpoint: str

    def client(self, service: str) -> Any:
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        return boto3.client(service, region_name=REGION, endpoint_url=self.endpoint, config=config, **KEYS)

    @cached_property
    def cloudformation(self) -> Any:
        return self.client("cloudformation")

    def stack(self, name: str) -> Mapping[str, Any] | None:
        """A stack as DescribeStacks reports it; None where there is none of that name."""
        try:
            stack: Mapping[str, Any] = self.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            return None
        return stack

    def outputs(self, name: str) -> dict[str, str]:
        stack = self.stack(name) or {}
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}

    def events(self, name: str) -> list[Mapping[str, Any]]:
        """All events of a stack, the oldest first."""
        pages = self.cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def last_operation(self, name: str) -> dict[str, str]:
        """The last status that the stack's last operation gave to each resource that it touched."""
        statuses: dict[str, str] = {}
        for event in self.events(name):
            own = event["PhysicalResourceId"] == event["StackId"]
            if own and event.get("ResourceStatusReason") == _BEGUN:
                statuses.clear()
            elif not own:
                statuses[event["LogicalResourceId"]] = event["ResourceStatus"]
        return statuses

    def drifted(self, name: str) -> dict[str, dict[str, str]]:
        """Of each resource that drifted, the paths that differ and what exists there."""
        drifts = self.cloudformation.describe_stack_resource_drifts(StackName=name)["StackResourceDrifts"]
        return {
            drift["LogicalResourceId"]: {
                difference["PropertyPath"]: difference["ActualValue"] for difference in drift["PropertyDifferences"]
            }
            for drift in drifts
            if drift["StackResourceDriftStatus"] != "IN_SYNC"
        }

    def deleted(self) -> set[str]:
        """The names of the stacks that stand no more."""
        pages = self.cloudformation.get_paginator("list_stacks").paginate(StackStatusFilter=["DELETE_COMPLETE"])
        return {stack["StackName"] for page in pages for stack in page["StackSummaries"]}

    def buckets(self) -> set[str]:
        return {bucket["Name"] for bucket in self.client("s3").list_buckets()["Buckets"]}

    def make_bucket(self, name: str) -> None:
        """What somebody made by hand."""
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})

    def keys(self, bucket: str) -> list[str]:
        """The objects of a bucket."""
        listed = self.client("s3").list_objects_v2(Bucket=bucket)
        return [stored["Key"] for stored in listed.get("Contents", ())]
