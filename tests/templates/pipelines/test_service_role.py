"""CloudFormation's role as a stack: it can be made and sent, and no update of it takes away what is given again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from awacs.aws import Action, Allow, PolicyDocument, Statement

from cloudformation.environment.environment_file import Environment
from cloudformation.limits import (
    MANAGED_POLICIES_OF_ROLE,
    MANAGED_POLICY_CHARACTERS,
    TEMPLATE_BYTES_IN_REQUEST,
    TRUST_POLICY_CHARACTERS,
)
from templates.parts.policies import document
from templates.parts.policy_parts import parts
from templates.pipelines.service_role import template
from templates.rendering.yaml_writer import write
from tests.own_system import DEV, OWN, PROD
from tests.rehearsal.play import Play
from tests.templates.role_policies import POLICIES, managed_policies

STACK = "cloudformation-dev"


def policy(names: Sequence[str]) -> PolicyDocument:
    actions = [Action(*name.split(":")) for name in sorted(names)]
    return document(Statement(Sid="Handlers", Effect=Allow, Action=actions, Resource=["*"]))


def actions(*services: str, of_each: int = 60) -> list[str]:
    """Long names: a hundred and some fill a policy."""
    return [f"{service}:{'Do' * 20}{number}" for service in services for number in range(of_each)]


def made(names: Sequence[str], environment: Environment = DEV) -> dict[str, Any]:
    content: dict[str, Any] = template(environment, parts(policy(names), "it")).to_dict()
    return content


class RoleStack:
    """The stack on a rehearsal, and what the role may do at each of its events."""

    def __init__(self) -> None:
        self.play, self._seen = Play(), 0
        self._templates: dict[str, set[str]] = {}

    def bring(self, content: dict[str, Any], **values: str) -> str:
        """Create or update it; its status comes back."""
        operation = "UpdateStack" if self._templates else "CreateStack"
        for name, body in content["Resources"].items():
            if body["Type"] == "AWS::IAM::ManagedPolicy":
                self._templates.setdefault(name, set()).update(allowed(body))
        self.play(
            operation,
            StackName=STACK,
            TemplateBody=json.dumps(content),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
        )
        self.play.settle()
        return str(self.play.stack(STACK)["StackStatus"])

    def moments(self) -> Iterator[set[str]]:
        """What is allowed after each event since the last time: by what has been made, and not begun to go."""
        events = self.play("DescribeStackEvents", StackName=STACK)["StackEvents"][::-1]
        standing: set[str] = set()
        for number, event in enumerate(events):
            name, status = event["LogicalResourceId"], event["ResourceStatus"]
            if name in self._templates:
                assert "UPDATE" not in status, "a policy that is changed in place loses what moves to another"
                if status == "CREATE_COMPLETE":
                    standing.add(name)
                elif status == "DELETE_IN_PROGRESS":
                    standing.discard(name)
            if number >= self._seen:
                yield set().union(*(self._templates[name] for name in standing))
        self._seen = len(events)


def allowed(body: dict[str, Any]) -> set[str]:
    return {action for row in body["Properties"]["PolicyDocument"]["Statement"] for action in row["Action"]}


# --- As it is rendered


@pytest.mark.parametrize("name", OWN)
def test_every_policy_that_is_rendered_is_one_that_iam_takes(name: str) -> None:
    file = POLICIES / f"{name}-service-role.yaml"
    documents = managed_policies(file).values()
    assert 0 < len(documents) <= MANAGED_POLICIES_OF_ROLE // 2
    for written in documents:
        assert len(json.dumps(written, separators=(",", ":"))) <= MANAGED_POLICY_CHARACTERS
    assert file.stat().st_size <= TEMPLATE_BYTES_IN_REQUEST


def test_the_largest_that_is_rendered_is_sent_as_it_is() -> None:
    # As long as IAM's are on the average, and as many as five policies hold.
    names = [f"s{number % 40}:{'DescribeSomeThingOf'}{number}" for number in range(830)]
    content = made(names)
    assert len(managed(content)) == MANAGED_POLICIES_OF_ROLE // 2
    assert len(write(content, "x").encode()) <= TEMPLATE_BYTES_IN_REQUEST


def managed(content: dict[str, Any]) -> list[str]:
    return [name for name, body in content["Resources"].items() if body["Type"] == "AWS::IAM::ManagedPolicy"]


def test_cloudformation_alone_takes_the_role() -> None:
    trust = made(["s3:Get"])["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]
    assert trust["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": ["sts:AssumeRole"]}
    ]
    assert len(json.dumps(trust)) <= TRUST_POLICY_CHARACTERS


@pytest.mark.parametrize(
    ("role", "path", "name"),
    [
        (None, "/", f"cloudformation-{DEV.stack}"),
        ("arn:aws:iam::123456789012:role/deployment", "/", "deployment"),
        ("arn:aws-cn:iam::123456789012:role/team/web/cfn", "/team/web/", "cfn"),
    ],
)
def test_the_role_is_called_as_the_environment_names_it(role: str | None, path: str, name: str) -> None:
    properties = made(["s3:Get"], DEV._replace(role=role))["Resources"]["Role"]["Properties"]
    assert (properties["Path"], properties["RoleName"]) == (path, name)


def test_a_name_that_is_made_is_as_long_as_iam_takes_and_not_one_of_the_roles_that_it_may_change() -> None:
    environment = DEV._replace(role=None, stack="s" * 100)
    name = made(["s3:Get"], environment)["Resources"]["Role"]["Properties"]["RoleName"]
    assert len(name) == 64
    assert not name.startswith(environment.stack[:24])


# --- Made in an account


def test_the_role_of_prod_is_made_with_the_arn_that_its_file_names() -> None:
    stack = RoleStack()
    assert stack.bring(made(["s3:Get"], PROD)) == "CREATE_COMPLETE"
    [output] = stack.play.stack(STACK)["Outputs"]
    assert output["OutputValue"].partition(":role/")[2] == str(PROD.role).partition(":role/")[2]


def test_a_role_that_stands_gets_the_policies_and_is_not_the_stack_s() -> None:
    stack = RoleStack()
    names = actions("ec2", "s3", "rds")
    assert stack.bring(made(names), ExistingRoleName="by-hand") == "CREATE_COMPLETE"
    # What a role made by hand has inline is there when the stack is: then the inline policy may go.
    assert list(stack.moments())[-1] == set(names)
    rows = stack.play("DescribeStackResources", StackName=STACK)["StackResources"]
    assert {row["ResourceType"] for row in rows} == {"AWS::IAM::ManagedPolicy"}
    [standing] = stack.play.cloud.world.state.stacks.values()
    assert [list(one.properties["Roles"]) for one in standing.resources.values()] == [["by-hand"]] * len(rows)
    [output] = stack.play.stack(STACK)["Outputs"]
    assert output["OutputValue"].endswith(":role/by-hand")


BEFORE = actions("ec2", "ecs", "s3", "wafv2")


@pytest.mark.parametrize(
    "after",
    [
        pytest.param([*BEFORE, "acm:Request"], id="a-little-more"),
        pytest.param([*actions("acm", "dynamodb"), *BEFORE], id="more-before-what-was-first"),
        pytest.param([*BEFORE, *actions("rds", of_each=100)], id="more-in-the-middle"),
        pytest.param(actions("s3", "wafv2"), id="less"),
        pytest.param(actions("wafv2", "ec2", "rds"), id="some-of-both"),
        pytest.param(BEFORE[60:] + BEFORE[:30], id="some-of-a-service"),
    ],
)
def test_no_update_takes_away_for_a_moment_what_it_gives_again(after: list[str]) -> None:
    stack = RoleStack()
    assert stack.bring(made(BEFORE)) == "CREATE_COMPLETE"
    assert list(stack.moments())[-1] == set(BEFORE)
    assert stack.bring(made(after)) == "UPDATE_COMPLETE"
    moments = list(stack.moments())
    assert all(moment >= set(BEFORE) & set(after) for moment in moments)
    assert moments[-1] == set(after)
    assert stack.bring(made(BEFORE)) == "UPDATE_COMPLETE"
    moments = list(stack.moments())
    assert all(moment >= set(BEFORE) & set(after) for moment in moments)
    assert moments[-1] == set(BEFORE)


def test_a_policy_that_says_what_it_said_stays() -> None:
    """Another one beside it is no reason to make it anew."""
    before, after = made(BEFORE), made([*BEFORE, *actions("xray")])
    assert len(set(managed(before)) & set(managed(after))) == len(managed(before)) == 2
