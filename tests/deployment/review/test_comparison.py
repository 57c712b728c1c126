"""A change set judged with the templates on both sides of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deployment.change_set.lifecycle import await_change_set
from deployment.review.comparison import Proposal, reviewed
from deployment.review.review import Review
from tests.deployment.facts import stack
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import NETWORK, ROOT, write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import (
    STACK_TYPE,
    START,
    change_set,
    detail,
    nested_row,
    placeholder,
    row,
    set_arn,
    stack_arn,
    stacks,
)

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


_NESTING = "Resources:\n  {}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: '{}'}}}}\n"


def _proposed(client: FakeClient, project: Path, old: str, new: str, texts: Mapping[str, str], **more: Any) -> Review:
    """The review of the client's root change set; `texts` are the templates by their URLs."""
    waiting = fake_run(write_project(project), client).waiting
    given = {"parameters": {}, "tags": {}, "pseudo": {}, "read": lambda _, url: texts.get(url), **more}
    tree = await_change_set(client, set_arn("root"), waiting)
    return reviewed(client, waiting, Proposal(tree=tree, stack=stack(), old=old, new=new, **given))


def _below(*names: str) -> dict[str, Any]:
    """A ListStackResources answer: nested stacks that stand."""
    rows = [
        {
            "LogicalResourceId": name,
            "PhysicalResourceId": stack_arn(name.lower()),
            "ResourceType": STACK_TYPE,
            "ResourceStatus": "CREATE_COMPLETE",
            "LastUpdatedTimestamp": START,
        }
        for name in names
    ]
    return {"StackResourceSummaries": rows}


def test_below_a_layer_that_changes_what_one_version_of_an_object_says_is_not_asked_for(tmp_path: Path) -> None:
    data = "https://artifacts.s3.eu-west-1.amazonaws.com/data.yaml?versionId=1"
    texts = {"app": _NESTING.format("Data", data), data: "Resources: {Topic: {Type: AWS::SNS::Topic}}"}
    listed = row("App", kind=STACK_TYPE, PhysicalResourceId=stack_arn("app"))
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **_: change_set("root", listed),
        get_template={"TemplateBody": f"Description: before\n{texts['app']}"},
        list_stack_resources=_below("Data"),
    )
    review = _proposed(client, tmp_path, _NESTING.format("App", "older"), _NESTING.format("App", "app"), texts)
    assert review.rewritten == ((), ("App",))
    assert [asked["StackName"] for asked in client.named("get_template")] == [stack_arn("app")]


@pytest.mark.parametrize(
    ("unevaluated", "nested", "reasons"),
    [
        ((), True, ("App: it is listed without a change set of its own",)),
        ((), False, ()),
        (("a function cannot be evaluated",), True, ("a function cannot be evaluated",)),
    ],
)
def test_a_layer_without_a_change_set_is_the_reason_for_comparing_and_not_each_below_it(
    tmp_path: Path, unevaluated: tuple[str, ...], nested: bool, reasons: tuple[str, ...]
) -> None:
    texts = {"app": _NESTING.format("Data", "data"), "data": "Resources: {Topic: {Type: AWS::SNS::Topic}}"}
    listed = row("App", kind=STACK_TYPE, PhysicalResourceId=stack_arn("app"))
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **_: change_set("root", listed, IncludeNestedStacks=nested),
        get_template=lambda StackName, **_: {"TemplateBody": texts[StackName.split("/")[1]]},  # noqa: N803
        list_stack_resources=_below("Data"),
    )
    root = _NESTING.format("App", "app")
    review = _proposed(client, tmp_path, root, root, texts, unevaluated=unevaluated)
    assert review.local is not None
    assert review.local.reasons == reasons


@pytest.mark.parametrize(("status", "before"), [("CREATE_COMPLETE", "vpc-1"), ("DELETE_COMPLETE", "one")])
def test_what_a_layer_exports_now_is_read_of_a_stack_that_exists(tmp_path: Path, status: str, before: str) -> None:
    """CloudFormation describes a stack by its ARN although it is deleted."""
    app = "Parameters: {Fed: {Type: String}}\nOutputs: {Id: {Value: %s, Export: {Name: id}}}\nResources: {}"
    listed = nested_row("App", detail("Parameters"))
    sets = {
        set_arn("root"): change_set("root", listed),
        set_arn("App"): change_set("App", parameters={"Fed": placeholder("Other", "Name")}, StackId=stack_arn("app")),
    }
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda ChangeSetName, **_: sets[ChangeSetName],  # noqa: N803
        get_template={"TemplateBody": app % "one"},
        describe_stacks=stacks(status, Outputs=[{"OutputKey": "Id", "OutputValue": "vpc-1"}]),
        list_imports={"Imports": ["api"]},
    )
    old, new = (_NESTING.format("App", url) for url in ("older", "app"))
    [change] = _proposed(client, tmp_path, old, new, {"app": app % "two"}).outputs
    assert (str(change.path), change.before, change.after, change.importers) == ("App/Id", before, "two", ("api",))
