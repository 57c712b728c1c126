"""The policies of a project: whatever it has, each is one that IAM takes, or rendering stops before AWS would."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cloudformation.limits import MANAGED_POLICIES_OF_ROLE, MANAGED_POLICY_CHARACTERS
from cloudformation.text import read
from tests.deployment.shop import JOB, MODULES, VALUES, write_shop
from tests.own_system import OWN, PROJECT

HUNDRED = [f"job-{number}" for number in range(97)]


def hundred() -> tuple[dict[str, str], dict[str, str]]:
    """A hundred services of all kinds, each of an application of its own."""
    own = {name: f"    AppName: application-{name}\n" for name in (*HUNDRED, *MODULES)}
    values = {name: VALUES.get(name, VALUES["migrate"]) + own[name] for name in own}
    return {**dict.fromkeys(HUNDRED, JOB), **MODULES}, values


def documents(folder: Path) -> list[dict[str, Any]]:
    """Every policy document of a rendered tree that becomes a managed policy."""
    templates = [folder / "rendered/ci-role.yaml", *(folder / "rendered/policies").glob("*.yaml")]
    resources = [body for file in templates for body in read(file.read_text())["Resources"].values()]
    managed = [body["Properties"] for body in resources if body["Type"] == "AWS::IAM::ManagedPolicy"]
    files = [json.loads(file.read_text()) for file in (folder / "rendered/policies").glob("*.json")]
    return [*(properties["PolicyDocument"] for properties in managed), *files]


def statements(folder: Path, pattern: str) -> list[dict[str, Any]]:
    files = sorted((folder / "rendered/policies").glob(pattern))
    return [row for file in files for row in json.loads(file.read_text())["Statement"]]


def test_a_hundred_services_of_a_hundred_applications_are_rendered_in_policies_that_iam_takes(tmp_path: Path) -> None:
    folder = write_shop(tmp_path, *hundred())
    sizes = [len(json.dumps(document, separators=(",", ":"))) for document in documents(folder)]
    assert len(sizes) > 6
    assert max(sizes) <= MANAGED_POLICY_CHARACTERS
    runs = [arn for row in statements(folder, "dev-deployer*.json") if row["Sid"] == "Runs" for arn in row["Resource"]]
    assert len(runs) == len(set(runs)) == 100
    roles = {
        name: body["Properties"]
        for name, body in read((folder / "rendered/ci-role.yaml").read_text())["Resources"].items()
        if body["Type"] == "AWS::IAM::Role"
    }
    for role in roles.values():
        assert [arn["Ref"] for arn in role["ManagedPolicyArns"]] == ["DevDeployer", "DevDeployer2", "DevDeployer3"]
    [denied] = roles["DevPlanRole"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert "ecs:RunTask" in denied["Action"], "in whatever part it stands"


def test_a_part_that_is_needed_no_more_is_removed(tmp_path: Path) -> None:
    folder = write_shop(tmp_path, *hundred())
    assert (folder / "rendered/policies/dev-deployer-2.json").exists()
    write_shop(tmp_path)
    assert [file.name for file in sorted((folder / "rendered/policies").iterdir())] == [
        "artifacts-bucket.json",
        "dev-deployer.json",
        "dev-service-role.yaml",
    ]


def test_a_role_that_no_role_of_iam_could_have_stops_rendering(tmp_path: Path) -> None:
    """As with a layer of more roles than a policy of half a role can name."""
    program = (
        "import render\n"
        "from templates.layers import LAYERS, ecs\n"
        "from templates.parts.policies import trusted_by\n"
        "from troposphere.iam import Role\n"
        "def with_roles():\n"
        "    made = ecs.template()\n"
        "    for number in range(300):\n"
        "        name = f'{\"r\" * 60}{number}'\n"
        "        trust = trusted_by('ecs-tasks')\n"
        "        made.add_resource(Role(f'Role{number}', RoleName=name, AssumeRolePolicyDocument=trust))\n"
        "    return made\n"
        "LAYERS['ecs'] = with_roles\n"
        f"raise SystemExit(render.main(['--out', {str(tmp_path / 'out')!r}]))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 2, ran.stderr
    assert f"the policy of {next(iter(OWN))}'s service role needs" in ran.stderr
    assert f"and the maximum is 5: a role can have {MANAGED_POLICIES_OF_ROLE}" in ran.stderr
    assert ran.stderr.endswith("render.py: nothing was written\n")
    assert not (tmp_path / "out").exists()
