"""Stacks of services that the environment names no more: found by what their own templates say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cloudformation.environment.environment_file import Environment
from deployment.stack.invocation import Invocation
from deployment.stack.stack import stack_from
from deployment.terminal.together.left_behind import importing_stacks, left_behind
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.shapes import stack_body
from tests.own_system import DEV

PROJECT = Path(__file__).resolve().parents[4]
SERVICE = {"Metadata": {"Deployment": {"Service": {"Kind": "worker", "Platform": "PlatformStackName"}}}}
DECLARED = {"Parameters": {"PlatformStackName": {"Type": "String"}}, "Resources": {}}


def platform() -> Environment:
    return DEV._replace(stack="shop-dev", services={})


def body(name: str, value: str = "shop-dev") -> dict[str, Any]:
    arn = f"arn:aws:cloudformation:eu-west-1:111122223333:stack/{name}/1"
    parameters = [{"ParameterKey": "PlatformStackName", "ParameterValue": value}]
    return {**stack_body("CREATE_COMPLETE"), "StackName": name, "StackId": arn, "Parameters": parameters}


def client(**templates: dict[str, Any]) -> FakeClient:
    def template(**asked: str) -> dict[str, Any]:
        return {"TemplateBody": json.dumps(templates[asked["StackName"].split("/")[1].removeprefix("shop-dev-")])}

    return FakeClient("cloudformation", get_template=template)


def test_only_a_stack_whose_template_says_so_and_whose_parameter_names_the_platform_is_left_behind() -> None:
    names = {"mail": "shop-dev", "plain": "shop-dev", "foreign": "another"}
    stacks = {f"shop-dev-{name}": stack_from(body(f"shop-dev-{name}", value)) for name, value in names.items()}
    stacks["elsewhere-mail"] = stack_from(body("elsewhere-mail"))
    asked = client(mail={**SERVICE, **DECLARED}, plain=DECLARED)
    invocation = Invocation(("--env", "dev", "--all"), action="plan")
    [left] = left_behind(asked, platform(), stacks, invocation)
    assert (left.service, left.stack) == ("mail", "shop-dev-mail")
    assert left.command == "python deploy.py delete --env dev --service mail"
    assert len(asked.named("get_template")) == 2  # a stack of another platform, and one called otherwise, are not read


def test_where_stacks_may_not_be_listed_those_are_known_that_import_from_the_platform() -> None:
    def described(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        return {"Stacks": [body(StackName)]}

    exporting = body("shop-dev")["StackId"]
    asked = FakeClient(
        "cloudformation",
        describe_stacks=described,
        list_exports={"Exports": [{"ExportingStackId": exporting, "Name": "shop-dev-VpcId", "Value": "vpc-1"}]},
        list_imports=[
            {"Imports": ["shop-dev-mail", "of-another-team"]},
            refusal("ValidationError", "is not imported by any stack"),
        ],
    )
    assert list(importing_stacks(asked, "shop-dev")) == ["shop-dev-mail"]
    assert asked.named("describe_stacks") == [{"StackName": "shop-dev"}, {"StackName": "shop-dev-mail"}]
