"""The policy for deploying: exact to what deployment/ calls, as it is written and as it is played."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import pytest

from cloudformation.environment.delivery.change_set_names import change_set_name
from cloudformation.environment.environment_file import Environment
from cloudformation.limits import MANAGED_POLICY_CHARACTERS
from deployment.aws.session import Endpoint, Session
from deployment.commands.delete import delete
from deployment.commands.deploy import deploy, plan
from deployment.commands.drift.drift import drift
from deployment.commands.recover import recover
from deployment.commands.releases import releases
from deployment.commands.status import status
from deployment.errors import OperationFailed
from deployment.run.choices import Choices
from templates.parts.policy_parts import parts, size
from templates.rendering.deployer_policy import TaskNames, bucket_policy, policy
from tests.deployment.iam import action
from tests.deployment.operations import DEPLOYMENT, called_operations
from tests.deployment.project import ACCOUNT, ENVIRONMENT, write_project
from tests.deployment.rehearsed import PROJECT, Player, rehearsal
from tests.own_system import DEV, OWN, PROD

# What an operation asks for beside its own action -> the operation, and the argument that brings it about.
IMPLIED = {
    "s3:PutBucketOwnershipControls": ("CreateBucket", "ObjectOwnership"),
    "s3:GetObjectVersion": ("HeadObject", "VersionId"),
    "iam:PassRole": ("CreateChangeSet", "RoleARN"),
    # user guide, "Detect unmanaged configuration changes to stacks and resources with drift detection"
    "cloudformation:BatchDescribeTypeConfigurations": ("DetectStackDrift", "StackName"),
    "cloudformation:DetectStackResourceDrift": ("DetectStackDrift", "StackName"),
}
# What is called only where a person interrupts, or somebody else has left a stack without its rollback; or where there
# is something that the small project has not.
SELDOM = {
    # with --all: the small project has no services
    "cloudformation:ListStacks",
    # about an export that changes: the small project has none
    "ssm:GetParameters",
    "cloudformation:ListImports",
    "cloudformation:CancelUpdateStack",
    "cloudformation:RollbackStack",
    # about a name that something has already
    "cloudformation:DescribeStackResources",
    # about a service or a certificate that takes long or fails: there is none in the small project
    "acm:DescribeCertificate",
    "ecs:DescribeServices",
    "ecs:DescribeTaskDefinition",
    "ecs:DescribeTasks",
    "ecs:ListTasks",
    "logs:GetLogEvents",
    "route53:ListResourceRecordSets",
    # about requests: the small project has no load balancer
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
}
# What only tasks of services bring about: there is none in the small project. TagResource is what RunTask's
# propagateTags asks for, and ExecuteCommand what the AWS CLI calls, which exec starts.
OF_TASKS = {"ecs:RunTask", "ecs:StopTask", "ecs:TagResource", "ecs:ExecuteCommand", "logs:FilterLogEvents"}
NOT_CALLED_HERE = {"ecs:TagResource", "ecs:ExecuteCommand"}
LOOKED_UP = {
    "ec2:DescribeAvailabilityZones": "AWS::EC2::AvailabilityZone::Name",
    "route53:ListHostedZones": "AWS::Route53::HostedZone::Id",
}


def environment(name: str = "dev", **changed: Any) -> Environment:
    return {"prod": PROD}.get(name, DEV)._replace(**{"name": name, **changed})


SERVICE_ROLE = "arn:aws:iam::123456789012:role/cloudformation"


TASKS = TaskNames("shop", ("shop",))


def document(one: Environment, *others: Environment, tasks: TaskNames | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(policy(one, others, (), tasks).to_json())["Statement"]
    return found


def statements() -> list[dict[str, Any]]:
    """Of an environment with a role of its own and with services, and for creating the bucket."""
    making: list[dict[str, Any]] = json.loads(bucket_policy([environment()]).to_json())["Statement"]
    return [*document(environment(role=SERVICE_ROLE), tasks=TASKS), *making]


def allowed() -> list[str]:
    return [name for statement in statements() for name in statement["Action"]]


@cache
def authorization_reference() -> dict[str, Any]:
    """The service authorization reference, as cfn-lint ships it: service -> actions with their resource types."""
    file = resources.files("cfnlint.data.AdditionalSpecs").joinpath("Policies.json")
    reference: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return reference


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], set[str]]:
    """(service, operation) -> arguments, of a life from first deployment to deletion, with an update that fails."""
    calls: dict[tuple[str, str], set[str]] = {}

    def record(model: Any, params: dict[str, Any], **_: Any) -> None:
        if model.name == "AssumeRole":  # the test's own
            return
        key = (model.service_model.service_name, model.name)
        calls.setdefault(key, set()).update(params)

    folder = write_project(tmp_path_factory.mktemp("project"))
    faults = ("--fail", "App/Role=The role is not wanted")
    with rehearsal("--account", ACCOUNT, "--zone", "Z0123456789=example.com") as url:
        for act in _life(folder, url, record):
            act()
    with (
        rehearsal("--account", ACCOUNT, "--zone", "Z0123456789=example.com", *faults) as url,
        closing(recording(folder, url, record)) as player,
        closing(assumed(url, player)) as session,
    ):
        listen(session, record)
        run = replace(player.run(), session=session, choices=Choices(preflight=True))
        with pytest.raises(OperationFailed):
            deploy(run)
    play_recovery(folder, record)
    return calls


def play_recovery(folder: Path, record: Callable[..., None]) -> None:
    """An update that fails, and its rollback too, led out."""
    scenario = folder / "scenario.yaml"
    failing = [{"path": "App/Role", "on": each, "reason": "no", "times": 2} for each in ("update", "rollback")]
    scenario.write_text(json.dumps({"resources": failing}))
    given = ("--account", ACCOUNT, "--zone", "Z0123456789=example.com", "--scenario", str(scenario))
    with rehearsal(*given) as url, closing(recording(folder, url, record)) as player:
        deploy(player.run())
        with pytest.raises(OperationFailed):
            deploy(player.run("Hours=3"))
        recover(player.run())


def _life(folder: Path, url: str, record: Callable[..., None]) -> Iterator[Callable[[], object]]:
    params = folder / "params/dev.yaml"
    with closing(recording(folder, url, record)) as player:
        yield lambda: plan(player.run())
        yield lambda: deploy(player.run())
        yield lambda: status(player.run())
        yield lambda: drift(player.run())
        yield lambda: releases(player.run())
        yield lambda: deploy(player.run("DesiredCount=3"))
        params.write_text(ENVIRONMENT.replace("termination_protection: false", "termination_protection: true"))
        yield lambda: deploy(player.run())
        params.write_text(f"{ENVIRONMENT}role: arn:aws:iam::{ACCOUNT}:role/cloudformation\n")
        yield lambda: deploy(player.run("DesiredCount=4"))
        policy = '{Statement: {Effect: Allow, Action: "Update:*", Principal: "*", Resource: "*"}}'
        params.write_text(f"{ENVIRONMENT}stack_policy: {policy}\n")
        yield lambda: deploy(player.run("DesiredCount=4"))
        params.write_text(ENVIRONMENT)
        yield lambda: delete(player.run())


def recording(folder: Path, url: str, record: Callable[..., None]) -> Player:
    """A player whose every client records what it sends."""
    player = Player(folder, url)
    listen(player.run().session, record)
    return player


def assumed(url: str, player: Player) -> Session:
    """The session of somebody who has taken a role, as most who deploy have."""
    role = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/deployer", "RoleSessionName": "me"}
    taken = player.client("sts").assume_role(**role)["Credentials"]
    return Session("eu-west-1", Endpoint(url, taken["AccessKeyId"], taken["SecretAccessKey"]))


def listen(session: Session, record: Callable[..., None]) -> None:
    for service in sorted({service for service, _ in called_operations()}):
        # One attempt: IAM's simulation is not played, and nobody waits for it.
        session.client(service, attempts=1).meta.events.register("provide-client-params.*", record)


def test_it_allows_what_the_sources_call_and_nothing_else() -> None:
    called = {action(*each) for each in called_operations()}
    assert called  # the reader found something
    assert set(allowed()) - IMPLIED.keys() - LOOKED_UP.keys() - NOT_CALLED_HERE == called


def test_nothing_is_allowed_twice() -> None:
    # Roles are passed to CloudFormation, and to the tasks that are run: a statement each.
    granted = [(name, str(one.get("Condition"))) for one in statements() for name in one["Action"]]
    assert len(granted) == len(set(granted))
    assert len(allowed()) == len(set(allowed())) + 1


@pytest.mark.slow
def test_whatever_a_whole_life_sends_is_allowed_and_what_that_implies(
    recorded: dict[tuple[str, str], set[str]],
) -> None:
    sent = {action(*each) for each in recorded}
    assert sent <= set(allowed())
    assert set(allowed()) - sent - IMPLIED.keys() - LOOKED_UP.keys() == SELDOM | OF_TASKS
    for name, (operation, argument) in IMPLIED.items():
        assert name in allowed()
        assert argument in {each for (_, known), given in recorded.items() if known == operation for each in given}


@pytest.mark.parametrize("name", LOOKED_UP)
def test_what_cloudformation_looks_up_is_allowed_where_a_parameter_is_of_such_a_type(name: str) -> None:
    """Of another tree, whose parameters are not known here, it is all that there is."""
    assert name in allowed()
    root = (PROJECT / "rendered/root.yaml").read_text(encoding="utf-8")
    for environment_name in OWN:
        actions = {action for each in written(environment_name) for action in each["Action"]}
        assert (name in actions) == (f"Type: {LOOKED_UP[name]}\n" in root)
    none = json.loads(policy(environment(), types=()).to_json())["Statement"]
    assert name not in {action for each in none for action in each["Action"]}


@pytest.mark.parametrize("name", allowed())
def test_iam_and_awacs_know_the_action(name: str) -> None:
    service, _, operation = name.partition(":")
    assert operation.lower() in authorization_reference()[service]["Actions"]
    assert hasattr(import_module(f"awacs.{service}"), operation)


@pytest.mark.parametrize("statement", statements(), ids=lambda each: each["Sid"])
def test_the_guide_lists_every_statement_with_its_actions(statement: dict[str, Any]) -> None:
    text = (PROJECT / "docs/permissions.md").read_text(encoding="utf-8")
    items = re.findall(r"^- (\*\*\w+\*\*.*?)(?=\n- |\n\n)", text, re.MULTILINE | re.DOTALL)
    [told] = [item for item in items if f"**{statement['Sid']}**" in item]
    assert not [name for name in statement["Action"] if name.partition(":")[2] not in told]


@pytest.mark.parametrize("statement", statements(), ids=lambda each: each["Sid"])
def test_a_star_stands_only_where_the_action_takes_no_resource(statement: dict[str, Any]) -> None:
    for name in statement["Action"]:
        service, _, operation = name.partition(":")
        kinds = authorization_reference()[service]["Actions"][operation.lower()].get("Resources", ())
        assert (statement["Resource"] == ["*"]) == (not kinds), name


def may(document: list[dict[str, Any]], action: str, arn: str) -> bool:
    """Whether IAM would allow an action on a resource: what is denied is denied, whatever is allowed."""
    effects = {
        statement["Effect"]
        for statement in document
        if any(fnmatchcase(action, name) for name in statement["Action"])
        and any(fnmatchcase(arn, pattern) for pattern in statement["Resource"])
    }
    return effects == {"Allow"}


def arns(one: Environment) -> dict[str, str]:
    """What is an environment's: action -> an ARN that it is asked about."""
    at = f"arn:aws:cloudformation:{one.region}:{one.account}"
    change_set = f"{change_set_name('deploy-', one.stack, '0-1')}-Network-ABC"
    return {
        "cloudformation:ExecuteChangeSet": f"{at}:stack/{one.stack}/id",
        "cloudformation:DeleteStack": f"{at}:stack/{one.stack}-Network-1ABC/id",
        "cloudformation:DescribeEvents": f"{at}:changeSet/{change_set}/id",
        "s3:PutObject": f"arn:aws:s3:::{one.bucket}/{one.stack}/root-0.yaml",
        "s3:GetObject": f"arn:aws:s3:::{one.bucket}/_releases/{one.stack}/20261130T120000Z-0.json",
        "s3:ListBucket": f"arn:aws:s3:::{one.bucket}",
    }


def all_environments() -> list[Environment]:
    named = [environment(name) for name in ("dev", "prod")]
    long = "a-name-that-is-longer-than-change-sets-have-room-for"
    # Names that are nobody's: a project of this one's forms may have any.
    of = [environment(name=stack, stack=stack) for stack in ("q7", "q7-prod", "q7-prod-eu", long, f"{long}-2")]
    return [*named, *of]


@pytest.mark.parametrize("own", all_environments(), ids=lambda one: str(one.stack))
def test_whoever_deploys_an_environment_may_do_so_with_it_alone(own: Environment) -> None:
    others = [other for other in all_environments() if other.stack != own.stack]
    written = document(own, *others)
    for name, arn in arns(own).items():
        assert may(written, name, arn), arn
    for other in others:
        for name, arn in arns(other).items():
            assert not may(written, name, arn) or name == "s3:ListBucket", arn


def test_a_deployer_passes_the_environment_s_role_and_no_other() -> None:
    own = document(environment(role=SERVICE_ROLE))
    [passing] = [statement for statement in own if "iam:PassRole" in statement["Action"]]
    assert passing["Resource"] == [SERVICE_ROLE]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    assert not [statement for statement in document(environment()) if "iam:PassRole" in statement["Action"]]


def test_tasks_are_run_in_the_environment_s_cluster_alone_with_its_own_roles() -> None:
    by_sid = {one["Sid"]: one for one in document(environment(stack="shop-dev"), tasks=TASKS)}
    place = f"{DEV.region}:{DEV.account}"
    here = f"arn:*:ecs:{place}"
    assert by_sid["Runs"]["Resource"] == [f"{here}:task-definition/shop-*"]
    assert by_sid["Runs"]["Condition"] == {"ArnLike": {"ecs:cluster": f"{here}:cluster/shop"}}
    assert by_sid["RolesOfRuns"]["Resource"] == [f"arn:*:iam::{DEV.account}:role/shop-dev-*"]
    assert by_sid["RolesOfRuns"]["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert by_sid["TagsOfRuns"]["Condition"] == {"StringEquals": {"ecs:CreateAction": "RunTask"}}
    assert by_sid["StopsOfRuns"]["Resource"] == by_sid["TagsOfRuns"]["Resource"] == [f"{here}:task/shop/*"]
    assert by_sid["Shells"]["Resource"] == [f"{here}:cluster/shop", f"{here}:task/shop/*"]
    assert by_sid["LogsOfServices"]["Resource"] == [f"arn:*:logs:{place}:log-group:shop-dev-*"]


def test_without_services_nothing_is_run_and_without_their_names_nothing_looked_into() -> None:
    sids = {one["Sid"] for one in document(environment(), tasks=TaskNames("shop"))}
    assert sids & {"Runs", "TagsOfRuns", "StopsOfRuns", "RolesOfRuns", "LogsOfServices", "Shells"} == {
        "LogsOfServices",
        "Shells",
    }
    assert not {one["Sid"] for one in document(environment())} & {"LogsOfServices", "Shells", "Runs"}


def test_no_deployer_may_change_the_bucket_that_all_share() -> None:
    for name in ("dev", "prod"):
        actions = {action for statement in document(environment(name)) for action in statement["Action"]}
        assert {action for action in actions if action.startswith("s3:")} == {
            "s3:ListBucket",
            "s3:ListBucketVersions",
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:PutObject",
        }
    [making] = json.loads(bucket_policy([environment(), environment("prod"), environment(bucket="b")]).to_json())[
        "Statement"
    ]
    assert making["Resource"] == ["arn:*:s3:::b", f"arn:*:s3:::{environment().bucket}"]


def test_every_policy_fits_into_a_managed_one_or_with_long_names_into_two() -> None:
    """IAM and AWS STS quotas: 6,144 characters, white space aside."""
    tasks = TaskNames("a-cluster-with-a-name-of-32-signs", ("an-application-of-thirty-two-cha",))
    for own in all_environments():
        if len(own.stack) <= 40:
            assert len(parts(policy(own, all_environments(), (), TASKS), own.name)) == 1
        longer = parts(policy(own, all_environments(), (), tasks), own.name)
        assert len(longer) <= 2
        assert all(size(part) <= MANAGED_POLICY_CHARACTERS for part in longer)


# What calls the method that it is given.
CALLERS = {"deployment.aws.calls": {"call"}, "deployment.aws.pages": {"pages", "members"}}


def test_every_call_names_its_method_where_it_is_called() -> None:
    """Or the sources could not be read: `call(client.method, ...)`, or a name given to `client.method` in that file."""
    unread = {
        str(file.relative_to(DEPLOYMENT)): methods
        for file in sorted(DEPLOYMENT.rglob("*.py"))
        if (methods := _unread(ast.parse(file.read_text(encoding="utf-8"))))
    }
    assert unread == {"aws/pages.py": ["method"]}, "only what hands its own method on may name none"


def _unread(tree: ast.Module) -> list[str]:
    nodes = list(ast.walk(tree))
    aliases = {
        ast.unparse(target)
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute)
        for target in node.targets
    }
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom))
    callers = {each.name for node in imports for each in node.names if each.name in CALLERS.get(str(node.module), ())}
    calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) in callers]
    methods = [node.args[0] for node in calls]
    return [
        ast.unparse(each)
        for each in methods
        if not isinstance(each, ast.Attribute) and ast.unparse(each) not in aliases
    ]


@pytest.mark.parametrize(
    ("zones", "named"), [(["Z2", "Z1"], ["Z1", "Z2"]), ([], ["*"]), (["Z1", None], ["*"]), (["", "Z1"], ["Z1"])]
)
def test_the_hosted_zones_are_named_and_every_one_stands_where_one_is_not_known(
    zones: list[str | None], named: list[str]
) -> None:
    found = {
        each["Sid"]: each["Resource"] for each in json.loads(policy(environment(), (), zones).to_json())["Statement"]
    }
    wanted = [f"arn:*:route53:::hostedzone/{zone}" for zone in named]
    assert found["HostedZone"] == found["ValidationRecords"] == wanted


def test_an_environment_without_a_zone_asks_about_none() -> None:
    sids = {each["Sid"] for each in json.loads(policy(environment(), (), [""]).to_json())["Statement"]}
    assert not sids & {"HostedZone", "ValidationRecords"}


def written(name: str) -> list[dict[str, Any]]:
    """The statements that are rendered for an environment."""
    text = (PROJECT / f"rendered/policies/{name}-deployer.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["Statement"]
    return found


def test_what_is_rendered_names_the_zone_of_its_environment_file() -> None:
    for name, own in OWN.items():
        zone = own.parameters["HostedZoneId"].text
        [asked] = [each for each in written(name) if each["Sid"] == "HostedZone"]
        assert asked["Resource"] == [f"arn:*:route53:::hostedzone/{zone}"]
