"""A boto3 client that looks over HTTP into two accounts, one of which a stack set deploys to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.control.cloud import open_cloud
from rehearsal.loopback.http_message import Response
from rehearsal.loopback.server import serve
from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.services import Services
from tests.rehearsal.boto import client
from tests.rehearsal.play import ACCOUNT, REGION
from tests.rehearsal.samples import template, topic

ELSEWHERE = "210987654321"


@pytest.fixture
def url() -> Iterator[str]:
    scenario = Scenario((ResourceFault("T", reason="no capacity", account=ELSEWHERE, region="eu-west-1"),))
    cloud: Any = open_cloud(None, ACCOUNT, Services(), scenario=scenario)
    cloud.start()
    server = serve(cloud, neighbours=lambda request: Response(404, (), b""), log=pytest.fail)
    yield server.url
    server.close()
    cloud.close()


def ended(cloudformation: Any, operation: str) -> dict[str, Any]:
    """The operation, once it is over; each look lets some of the work be done."""
    for _ in range(100):
        shown = cloudformation.describe_stack_set_operation(StackSetName="fleet", OperationId=operation)
        found: dict[str, Any] = shown["StackSetOperation"]
        if found["Status"] not in ("RUNNING", "QUEUED"):
            return found
    pytest.fail("the operation does not end")


def test_a_client_sees_in_each_account_what_a_stack_set_made_there(url: str) -> None:
    here = client("cloudformation", url)
    there = client("cloudformation", url, access_key=ELSEWHERE)
    body = json.dumps(template(outputs={"Account": {"Ref": "AWS::AccountId"}}, T=topic()))
    here.create_stack_set(StackSetName="fleet", TemplateBody=body)
    operation = here.create_stack_instances(
        StackSetName="fleet",
        Accounts=[ACCOUNT, ELSEWHERE],
        Regions=[REGION, "eu-west-1"],
        OperationPreferences={"RegionOrder": [REGION, "eu-west-1"], "FailureToleranceCount": 1},
    )["OperationId"]
    assert ended(here, operation)["StatusDetails"] == {"FailedStackInstancesCount": 1}
    instances = {
        (row["Account"], row["Region"]): row for row in here.list_stack_instances(StackSetName="fleet")["Summaries"]
    }
    assert {key: row["Status"] for key, row in instances.items()} == {
        (ACCOUNT, REGION): "CURRENT",
        (ELSEWHERE, REGION): "CURRENT",
        (ACCOUNT, "eu-west-1"): "CURRENT",
        (ELSEWHERE, "eu-west-1"): "OUTDATED",
    }
    for looking, account in ((here, ACCOUNT), (there, ELSEWHERE)):
        [stack] = looking.describe_stacks()["Stacks"]
        assert stack["StackId"] == instances[account, REGION]["StackId"]
        assert stack["Outputs"][0]["OutputValue"] == account
    with pytest.raises(ClientError, match="does not exist"):
        here.describe_stacks(StackName=instances[ELSEWHERE, REGION]["StackId"])
    failed = client("cloudformation", url, region="eu-west-1", access_key=ELSEWHERE)
    assert failed.describe_stacks()["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    assert client("cloudformation", url, access_key="999999999999").describe_stacks()["Stacks"] == []
    with pytest.raises(ClientError, match="StackSetNotFoundException"):
        there.describe_stack_set(StackSetName="fleet")
