"""The roles of a pipeline: who may take them, what they may do, and that the account's owner can make them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from awacs import cloudformation, ecs
from awacs.aws import Allow, Statement

from cloudformation.environment.environment_file import environment_files
from cloudformation.limits import (
    INLINE_POLICIES_CHARACTERS,
    MANAGED_POLICY_CHARACTERS,
    TEMPLATE_BYTES_IN_REQUEST,
    TRUST_POLICY_CHARACTERS,
)
from templates.parts.content import plain
from templates.parts.policies import document as policy_document
from templates.parts.wiring import WiringError
from templates.pipelines.ci_role import LONGEST_DEPLOYMENT, Deployer, logical_ids, template
from tests.deployment.rehearsed import PROJECT, rehearsal
from tests.deployment.runner import WORKFLOW
from tests.own_system import OWN
from tests.rehearsal.boto import client
from tests.templates.resolved import RENDERED, document
from tests.templates.test_iam_statements import formats, statements

ENVIRONMENTS = [file.stem for file in environment_files(PROJECT / "params")]
IDS = logical_ids(ENVIRONMENTS)
ISSUER = "token.actions.githubusercontent.com"
ACCOUNT, REPOSITORY = OWN[ENVIRONMENTS[0]].account, "shop/web"


def resources() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = document("ci-role")["Resources"]
    return found


def properties(logical_id: str) -> dict[str, Any]:
    found: dict[str, Any] = resources()[logical_id]["Properties"]
    return found


def characters(policy: Any) -> int:
    return len(json.dumps(policy, separators=(",", ":")))


def deployer(name: str, account: str = ACCOUNT, *more: Any) -> Deployer:
    actions = [cloudformation.CreateChangeSet, cloudformation.ExecuteChangeSet, *more]
    statement = Statement(Effect=Allow, Action=actions, Resource=[f"arn:aws:cloudformation:*:*:stack/{name}/*"])
    return Deployer(name, account, [plain(policy_document(statement))])


# --- As it is rendered


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_role_has_the_policy_of_whoever_deploys_its_environment_and_no_other(name: str) -> None:
    written = json.loads((RENDERED / f"policies/{name}-deployer.json").read_text(encoding="utf-8"))
    policy = properties(f"{IDS[name]}Deployer")["PolicyDocument"]
    assert policy == written
    assert characters(policy) <= MANAGED_POLICY_CHARACTERS
    for kind in ("Plan", "Deploy"):
        role = properties(f"{IDS[name]}{kind}Role")
        assert role["ManagedPolicyArns"] == [{"Ref": f"{IDS[name]}Deployer"}]
    assert "Policies" not in properties(f"{IDS[name]}DeployRole")


@pytest.mark.parametrize("name", ENVIRONMENTS)
@pytest.mark.parametrize(("kind", "suffix"), [("Plan", "-plan"), ("Deploy", "")])
def test_a_role_is_taken_by_one_environment_of_one_repository(name: str, kind: str, suffix: str) -> None:
    trust = properties(f"{IDS[name]}{kind}Role")["AssumeRolePolicyDocument"]
    [statement] = trust["Statement"]
    assert statement["Action"] == ["sts:AssumeRoleWithWebIdentity"]
    assert set(statement["Principal"]) == {"Federated"}
    subject = f"repo:${{Repository}}:environment:${{{IDS[name]}Environment}}{suffix}"
    assert statement["Condition"] == {
        "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": {"Fn::Sub": subject}}
    }
    assert characters(trust) <= TRUST_POLICY_CHARACTERS


@pytest.mark.parametrize("name", ["Repository", *(f"{one}Environment" for one in IDS.values())])
def test_what_goes_into_a_subject_holds_no_wildcard(name: str) -> None:
    pattern = document("ci-role")["Parameters"][name]["AllowedPattern"]
    text = REPOSITORY if name == "Repository" else "prod"
    assert re.fullmatch(pattern, text)
    assert not [sign for sign in "*?:/ $" if re.fullmatch(pattern, text + sign)]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_plan_is_denied_what_executes_and_keeps_what_it_needs(name: str) -> None:
    [inline] = properties(f"{IDS[name]}PlanRole")["Policies"]
    assert characters(inline) <= INLINE_POLICIES_CHARACTERS
    [denied] = inline["PolicyDocument"]["Statement"]
    assert (denied["Effect"], denied["Resource"]) == ("Deny", ["*"])
    executing = {"ExecuteChangeSet", "DeleteStack", "SetStackPolicy", "UpdateTerminationProtection", "RollbackStack"}
    assert {f"cloudformation:{action}" for action in executing} <= set(denied["Action"])
    allowed = {
        action for row in properties(f"{IDS[name]}Deployer")["PolicyDocument"]["Statement"] for action in row["Action"]
    }
    assert set(denied["Action"]) < allowed, "what is not allowed need not be denied"
    left = allowed - set(denied["Action"])
    verbs = ("Describe", "BatchDescribe", "Get", "List", "Simulate")
    changing = {action for action in left if not action.partition(":")[2].startswith(verbs)}
    planning = {"cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet", "s3:PutObject"}
    assert changing - {"iam:PassRole"} == planning
    assert ("iam:PassRole" in changing) == bool(OWN[name].role or OWN[name].services)


def test_every_statement_names_what_it_is_on_or_takes_no_resource() -> None:
    """As in tests/templates/test_iam_statements.py; what denies is on everything."""
    found = [row for resource in resources().values() for row in statements(resource) if "Resource" in row]
    assert len(found) > len(ENVIRONMENTS) * 2
    wide = [
        action for row in found if row["Resource"] == ["*"] and row["Effect"] == "Allow" for action in row["Action"]
    ]
    assert not [action for action in wide if formats(action)]


def test_the_template_is_sent_as_it_is() -> None:
    assert (RENDERED / "ci-role.yaml").stat().st_size <= TEMPLATE_BYTES_IN_REQUEST


def test_the_workflow_asks_for_as_long_a_session_as_the_role_gives() -> None:
    steps = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["deploy"]["steps"]
    [asked] = [step["with"] for step in steps if "configure-aws-credentials" in step.get("uses", "")]
    assert (
        asked["role-duration-seconds"]
        == LONGEST_DEPLOYMENT
        == properties(f"{IDS[ENVIRONMENTS[0]]}DeployRole")["MaxSessionDuration"]
    )
    assert asked["role-to-assume"] == "${{ vars.AWS_ROLE_ARN }}"


# --- As it would be for others


def test_an_environment_of_another_account_has_its_roles_there_alone() -> None:
    made = template([deployer("dev"), deployer("prod", "210987654321")]).to_dict()
    assert made["Conditions"]["InAccount210987654321"] == {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "210987654321"]}
    for section in ("Resources", "Outputs"):
        of_prod = {name: body["Condition"] for name, body in made[section].items() if name.startswith("Prod")}
        assert set(of_prod.values()) == {"InAccount210987654321"}


def test_what_deployers_may_do_one_day_is_denied_to_plans_until_somebody_says_otherwise() -> None:
    made = template([deployer("dev", ACCOUNT, ecs.RunTask, ecs.DescribeTasks)]).to_dict()
    [inline] = made["Resources"]["DevPlanRole"]["Properties"]["Policies"]
    assert inline["PolicyDocument"]["Statement"][0]["Action"] == ["cloudformation:ExecuteChangeSet", "ecs:RunTask"]


def test_names_that_no_logical_id_can_have_get_one_each() -> None:
    made = template([deployer("eu-prod"), deployer("euProd"), deployer("EuProd")]).to_dict()
    roles = [name for name, body in made["Resources"].items() if body["Type"] == "AWS::IAM::Role"]
    assert [name for name in roles if name.endswith("DeployRole")] == [
        "EuProdDeployRole",
        "EuProd1DeployRole",
        "EuProd2DeployRole",
    ]


def test_an_environment_is_not_called_as_the_plans_of_another_are() -> None:
    """Jobs that plan `dev` run in GitHub's environment `dev-plan`, which nobody approves."""
    with pytest.raises(WiringError, match=r"params/dev-plan\.yaml: .*could take the role that deploys dev-plan"):
        template([deployer("dev"), deployer("dev-plan")])
    assert template([deployer("plan"), deployer("dev-planned")])


# --- Made in an account


@pytest.mark.parametrize("provider", ["", f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"])
def test_the_owner_of_the_account_makes_them_with_one_stack(provider: str) -> None:
    with rehearsal("--account", ACCOUNT) as url:
        cfn = client("cloudformation", url)
        cfn.create_stack(
            StackName="ci-role",
            TemplateBody=(RENDERED / "ci-role.yaml").read_text(encoding="utf-8"),
            Parameters=[
                {"ParameterKey": "Repository", "ParameterValue": REPOSITORY},
                {"ParameterKey": "OidcProviderArn", "ParameterValue": provider},
            ],
            Capabilities=["CAPABILITY_IAM"],
        )
        cfn.get_waiter("stack_create_complete").wait(StackName="ci-role", WaiterConfig={"Delay": 0})
        [stack] = cfn.describe_stacks(StackName="ci-role")["Stacks"]
        made = {row["LogicalResourceId"] for row in cfn.describe_stack_resources(StackName="ci-role")["StackResources"]}
        cfn.close()
    assert ("OidcProvider" in made) == (provider == "")
    in_account = [name for name in ENVIRONMENTS if OWN[name].account == ACCOUNT]
    outputs = {row["OutputKey"]: row["OutputValue"] for row in stack["Outputs"]}
    assert set(outputs) == {f"{IDS[name]}{kind}RoleArn" for name in in_account for kind in ("Plan", "Deploy")}
    assert all(arn.startswith(f"arn:aws:iam::{ACCOUNT}:role/") for arn in outputs.values())
