"""What a fresh account lacks: asked before a stack is created, reported as a warning, never in the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from deployment.aws.clock import Waiting
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.lifecycle import await_change_set
from deployment.run.choices import Choices
from deployment.run.preflight.account_preflight import Account, Quota, look, tell_account
from deployment.run.run import Run
from deployment.run.telling import Progress, Told
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.project import APP, write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import START, change_set, row, set_arn

_ECS = "  Cluster:\n    Type: AWS::ECS::Cluster\n  Service:\n    Type: AWS::ECS::Service\n"
_ROLE = {
    "Role": {"Path": "/", "RoleName": "r", "RoleId": "A" * 16, "Arn": "arn:aws:iam::1:role/r", "CreateDate": START}
}
_ABSENT = refusal("NoSuchEntity", "The role with name AWSServiceRoleForECS cannot be found.", 404)
_DENIED = refusal("AccessDenied", "User: x is not authorized to perform: iam:GetRole", 403)


def a_run(tmp_path: Path, told: list[Told], *, app: str = APP + _ECS, preflight: bool = False, **clients: Any) -> Run:
    """A run over a project with a cluster and a service; of the other services, those that are given."""
    run = fake_run(write_project(tmp_path, app=app), FakeClient("cloudformation"), told=told)
    given = {
        "iam": FakeClient("iam", get_role=_ROLE),
        "service-quotas": FakeClient("service-quotas", get_service_quota=quota),
        "ec2": FakeClient("ec2", describe_vpcs={"Vpcs": [{"VpcId": f"vpc-{number}"} for number in range(5)]}),
        **{name.replace("_", "-"): client for name, client in clients.items()},
    }
    session = cast(Any, run.session)
    session.client = lambda service, **_: given[service]
    return replace(run, choices=Choices(preflight=preflight))


def quota(**asked: Any) -> dict[str, Any]:
    return {"Quota": {"Value": {"vpc": 5.0, "fargate": 0.0}[asked["ServiceCode"]]}}


def said(told: list[Told]) -> list[str]:
    return [each.text for each in told if isinstance(each, Progress)]


def tree(*rows: dict[str, Any]) -> ChangeSet:
    client = FakeClient("cloudformation", describe_change_set=change_set("root", *rows))
    return await_change_set(client, set_arn("root"), Waiting(FakeTime().clock, POLLING))


def test_a_missing_role_and_quotas_that_are_used_up_are_warnings(tmp_path: Path) -> None:
    told: list[Told] = []
    run = a_run(tmp_path, told, iam=FakeClient("iam", get_role=_ABSENT))
    account = look(run)
    assert account == Account(True, Quota("VPCs per Region", 5.0, 5), Quota("Fargate On-Demand vCPU", 0.0, None))
    tell_account(run, account, tree(row("Vpc", kind="AWS::EC2::VPC", action="Add")))
    role, vpcs, fargate = said(told)
    assert "does not have the role AWSServiceRoleForECS yet" in role
    assert role.endswith("aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com")
    assert vpcs.startswith("warning: 5 of 5 VPCs of this Region are in use, and 1 more would be created")
    assert fargate.startswith("warning: the account may run 0 Fargate vCPU in this Region")


def test_what_is_in_order_or_not_needed_says_nothing(tmp_path: Path) -> None:
    told: list[Told] = []
    run = a_run(tmp_path, told)
    tell_account(run, Account(vpcs=Quota("VPCs per Region", 5.0, 5), fargate=Quota("x", 6.0, None)), tree(row("A")))
    assert said(told) == []


def test_a_preflight_tells_what_was_found_and_what_could_not_be_asked(tmp_path: Path) -> None:
    told: list[Told] = []
    denied = FakeClient("service-quotas", get_service_quota=_DENIED)
    run = a_run(tmp_path, told, preflight=True, iam=FakeClient("iam", get_role=_DENIED), service_quotas=denied)
    account = look(run)
    assert not account.role_missing
    tell_account(run, replace(account, fargate=Quota("Fargate On-Demand vCPU", 6.0, None)), tree(row("A")))
    assert [line.split(": AWS refused")[0] for line in said(told)] == [
        "preflight: quota of Fargate On-Demand vCPU: 6",
        "preflight: not read: role AWSServiceRoleForECS",
        "preflight: not read: quota of VPCs per Region",
        "preflight: not read: quota of Fargate vCPU",
    ]


def test_templates_without_ecs_or_a_vpc_ask_nothing(tmp_path: Path) -> None:
    run = a_run(tmp_path, [], app=APP, iam=FakeClient("iam"))
    (run.root.path.parent / "network.yaml").write_text("Resources: {T: {Type: AWS::SNS::Topic}}")
    assert look(run).fargate is None


@pytest.mark.parametrize("preflight", [True, False])
def test_a_rehearsal_reads_quotas_only_where_that_is_asked_for(tmp_path: Path, preflight: bool) -> None:
    run = a_run(tmp_path, [])
    run = replace(run, choices=Choices(preflight=preflight, rehearsed=True))
    assert (look(run).vpcs is not None) == preflight
