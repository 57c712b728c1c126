"""A change set judged with the templates on both sides of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deployment.change_set.lifecycle import await_change_set
from deployment.review.comparison import Proposal, reviewed
from deployment.review.review import Review
from tests.deployment.facts import stack
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import NETWORK, ROOT, write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import STACK_TYPE, START, change_set, detail, nested_row, row, set_arn, stack_arn

_UNKNOWN = refusal("ValidationError", f"Stack with id {stack_arn('shop-dev-Network')} does not exist")


def _judged(project: Path, *templates: Any) -> tuple[Review, FakeClient]:
    root = change_set("root", nested_row("Network", detail("TemplateURL")))
    network = change_set("Network", row("Vpc", detail("CidrBlock", before="a", after="b"), kind="AWS::EC2::VPC"))
    bodies = {body["ChangeSetId"]: body for body in (root, network)}
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **asked: bodies[asked["ChangeSetName"]],
        get_template=list(templates),
    )
    run = fake_run(project, client)
    proposal = Proposal(
        tree=await_change_set(client, set_arn("root"), run.waiting),
        stack=stack(),
        old=ROOT,
        new=ROOT.replace("network.yaml", "other.yaml"),
        parameters={},
        tags={},
        pseudo={},
        read=lambda path, _: NETWORK.replace("10.0", "10.1") if path == ("Network",) else None,
    )
    return reviewed(client, run.waiting, proposal), client


def test_the_old_template_of_a_layer_that_is_not_known_for_a_moment_is_asked_for_again(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    direct, _ = _judged(project, {"TemplateBody": NETWORK})
    later, client = _judged(project, _UNKNOWN, _UNKNOWN, {"TemplateBody": NETWORK})
    assert later == direct
    assert len(client.named("get_template")) == 3


def test_below_a_layer_that_changes_what_one_version_of_an_object_says_is_not_asked_for(tmp_path: Path) -> None:
    data = "https://artifacts.s3.eu-west-1.amazonaws.com/data.yaml?versionId=1"
    nesting = "Resources:\n  {}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: '{}'}}}}\n"
    texts = {"app": nesting.format("Data", data), data: "Resources: {Topic: {Type: AWS::SNS::Topic}}"}
    listed = row("App", kind=STACK_TYPE, PhysicalResourceId=stack_arn("app"))
    below = {
        "LogicalResourceId": "Data",
        "PhysicalResourceId": stack_arn("data"),
        "ResourceType": STACK_TYPE,
        "ResourceStatus": "CREATE_COMPLETE",
        "LastUpdatedTimestamp": START,
    }
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **_: change_set("root", listed),
        get_template={"TemplateBody": f"Description: before\n{texts['app']}"},
        list_stack_resources={"StackResourceSummaries": [below]},
    )
    waiting = fake_run(write_project(tmp_path), client).waiting
    proposal = Proposal(
        tree=await_change_set(client, set_arn("root"), waiting),
        stack=stack(),
        old=nesting.format("App", "older"),
        new=nesting.format("App", "app"),
        parameters={},
        tags={},
        pseudo={},
        read=lambda _, url: texts.get(url),
    )
    assert reviewed(client, waiting, proposal).rewritten == ((), ("App",))
    assert [asked["StackName"] for asked in client.named("get_template")] == [stack_arn("app")]
