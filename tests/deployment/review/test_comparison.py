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
from tests.deployment.shapes import change_set, detail, nested_row, row, set_arn, stack_arn

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
