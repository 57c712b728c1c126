"""Stacks beside the platform are judged as the platform is: services, and the roles that the owner makes once."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from cloudformation.template.tree import PlainTree
from cloudformation.text import read
from render import main as render
from templates.security.beside import Beside, beside_table
from templates.security.page import BEGIN, END, SERVICES, _cell
from tests.deployment.shop import API_VALUES, MODULES, VALUES, write_shop
from tests.own_system import DEV, OWN, PROJECT
from tests.templates.role_policies import POLICIES

Templates = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Those of a web, a worker and a job."""
    folder = write_shop(tmp_path_factory.mktemp("shop"))
    return {name: read((folder / f"rendered/services/{name}.yaml").read_text()) for name in MODULES}


def table(templates: Templates, **values: str) -> str:
    stacks = [Beside(name, PlainTree(content), DEV, values) for name, content in templates.items()]
    return beside_table(SERVICES, [DEV.name], stacks, _cell)


def cells(said: str) -> dict[str, str]:
    """What is said of the environment, by control."""
    return {row[1]: row[2] for row in re.finditer(r"^\| (\w+\.\d+)[^|]* \| [^|]* \| (.*?) \| [^|]* \|$", said, re.M)}


def test_a_service_is_judged_by_its_own_task_definition_and_service(templates: Templates) -> None:
    said = cells(table({"api": templates["api"]}, TaskSubnetTier="public"))
    assert said["ECS.2"] == "**fail**: `TaskSubnetTier: private`"
    assert said["ECS.3"] == said["ECS.4"] == said["ECS.9"] == "pass"
    assert said["ECS.5"] == "**fail**: `ReadonlyRootFilesystem: true`"
    assert said["ECS.20"] == "**fail**: `ContainerUser: 101`"
    assert said["ELB.22"] == "accepted"
    assert said["CloudFormation.3"] == "**fail**: `termination_protection: true`"
    assert "EC2.6" not in said, "it has no VPC"
    strict = {"TaskSubnetTier": "private", "ReadonlyRootFilesystem": "true", "ContainerUser": "101"}
    said = cells(table({"api": templates["api"]}, **strict))
    assert {said[control] for control in ("ECS.2", "ECS.5", "ECS.20", "ECS.21")} == {"pass"}


def test_stacks_of_which_different_things_are_to_be_said_are_named(templates: Templates) -> None:
    privileged = deepcopy(templates["mail-sender"])
    privileged["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]["Privileged"] = True
    said = cells(table({**templates, "mail-sender": privileged}))
    assert said["ECS.4"] == "pass (api, migrate); **fail** (mail-sender)"
    assert said["ECS.3"] == "pass"
    assert "api" in said["ECS.2"] or said["ECS.2"].startswith("**fail**"), "a job has no service of ECS"


def test_a_setting_that_a_service_does_not_take_is_not_named(templates: Templates) -> None:
    without = deepcopy(templates["api"])
    del without["Parameters"]["ContainerUser"]
    for container in without["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"]:
        container.pop("User", None)
    assert cells(table({"api": without}))["ECS.20"] == "**fail**"


def roles_said(template: dict[str, Any]) -> dict[str, str]:
    beside = [Beside("service role", PlainTree(template), DEV, {}, is_deployed=False)]
    return cells(beside_table(SERVICES, [DEV.name], beside, _cell))


def test_the_roles_are_judged_by_their_policies_and_not_as_stacks_of_the_environment() -> None:
    role = read((POLICIES / f"{next(iter(OWN))}-service-role.yaml").read_text())
    said = roles_said(role)
    assert said == {"IAM.1": "pass", "IAM.21": "pass", "KMS.1": "pass", "KMS.2": "pass"}
    [policy, *_] = [one for one in role["Resources"].values() if one["Type"] == "AWS::IAM::ManagedPolicy"]
    policy["Properties"]["PolicyDocument"]["Statement"].append(
        {"Effect": "Allow", "Action": ["kms:*"], "Resource": ["*"]}
    )
    said = roles_said(role)
    assert (said["KMS.1"], said["IAM.21"], said["KMS.2"]) == ("**fail**", "**fail**", "pass")


def test_without_any_such_stack_there_is_no_table() -> None:
    assert beside_table(SERVICES, [DEV.name], [], _cell) == ""


def test_the_page_of_a_project_with_services_tells_them_beside_the_roles(tmp_path: Path) -> None:
    folder = write_shop(tmp_path, rendered=False)
    (folder / "docs").mkdir()
    (folder / "docs/security.md").write_text(f"{BEGIN}\n{END}\n")
    assert render([], folder) == 0
    page = (folder / "docs/security.md").read_text()
    said = cells(page.partition("### Beside the platform")[2])
    assert said["ECS.4"] == "pass"
    assert said["IAM.1"] == "pass"
    assert said["CloudWatch.16"].startswith("**fail**")
    assert render(["--check"], folder) == 0
    values = {**VALUES, "api": f"{API_VALUES}    LogRetentionDays: 365\n"}
    write_shop(folder, MODULES, values, rendered=False)
    assert render(["--check"], folder) == 1, "a value of a service changes what the page says"


def test_the_page_of_this_project_judges_the_roles() -> None:
    page = (PROJECT / "docs/security.md").read_text(encoding="utf-8")
    assert cells(page.partition("### Beside the platform")[2])["IAM.21"] == " | ".join(["pass"] * len(OWN))
