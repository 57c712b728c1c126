"""Templates as they will be deployed: nothing is left to work out but references within the layer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cloudformation.environment.environment_file import environment_files
from cloudformation.references import functions, references
from templates.pipelines.ci_role import logical_ids
from tests.own_system import DEV, PROD, values
from tests.scanners.databases import databases
from tests.scanners.resolved import (
    PROJECT,
    ResolvedLayer,
    UnresolvedError,
    own_environments,
    resolved,
    resolved_layers,
    resolved_roles,
    sent,
)
from tests.templates.resolved import tree

ENVIRONMENTS = {environment.name: environment for environment in own_environments()}


@pytest.fixture(scope="module")
def layers() -> dict[tuple[str, str], ResolvedLayer]:
    return {(layer.environment, layer.layer): layer for layer in resolved_layers()}


@pytest.fixture(scope="module")
def prod() -> dict[str, ResolvedLayer]:
    """An environment of production."""
    return {layer.layer: layer for layer in resolved(PROD, values("prod"))}


def scalars(node: Any) -> Iterator[Any]:
    members = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, (dict, list)):
        for member in members:
            yield from scalars(member)
    else:
        yield node


def test_every_environment_file_of_the_project_s_own_tree_is_worked_out(
    layers: dict[tuple[str, str], ResolvedLayer],
) -> None:
    assert set(ENVIRONMENTS) == {file.stem for file in environment_files(PROJECT / "params")}
    assert {environment for environment, _ in layers} == set(ENVIRONMENTS)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_resources_are_those_that_another_reading_of_the_templates_finds(
    name: str, layers: dict[tuple[str, str], ResolvedLayer]
) -> None:
    found = {
        layer: set(one.template["Resources"]) for (environment, layer), one in layers.items() if environment == name
    }
    wanted = {layer: set(one.resources) for layer, one in tree(**sent(PROJECT, ENVIRONMENTS[name])).items()}
    assert found == wanted


def test_nothing_but_references_within_the_layer_is_left(layers: dict[tuple[str, str], ResolvedLayer]) -> None:
    for one in layers.values():
        assert not {"Parameters", "Conditions", "Mappings", "Rules"} & set(one.template)
        left = {name for name, _ in functions(one.template["Resources"])}
        assert left <= {"Ref", "Fn::GetAtt", "Fn::Join"}, one.file
        assert {reference.name for reference in references(one.template["Resources"])} <= set(one.template["Resources"])
        assert not [text for text in scalars(one.template) if isinstance(text, str) and "${" in text]
        assert None not in list(scalars(one.template))


def test_values_of_parameters_have_the_type_that_the_schema_wants(
    prod: dict[str, ResolvedLayer],
) -> None:
    ecs = prod["ecs"].template["Resources"]
    container = ecs["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]
    assert container["ReadonlyRootFilesystem"] is False
    assert container["PortMappings"][0]["ContainerPort"] == 80
    target = ecs["CpuPolicy"]["Properties"]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
    assert (target, type(target)) == (60, int)
    assert ecs["TaskDefinition"]["Properties"]["Cpu"] == "512"  # a text, says the schema


def test_what_another_layer_outputs_is_a_value_of_its_kind(prod: dict[str, ResolvedLayer]) -> None:
    alb = prod["alb"].template["Resources"]
    [certificate] = alb["HttpsListener"]["Properties"]["Certificates"]
    assert certificate["CertificateArn"].startswith(f"arn:aws:acm:{PROD.region}:{PROD.account}:certificate/")
    assert [subnet[:7] for subnet in alb["LoadBalancer"]["Properties"]["Subnets"]] == ["subnet-", "subnet-"]


def test_what_is_put_together_is_joined(prod: dict[str, ResolvedLayer]) -> None:
    policy = prod["alb"].template["Resources"]["AccessLogsBucketPolicy"]["Properties"]["PolicyDocument"]
    refused = policy["Statement"][1]["Resource"]
    bucket = {"Fn::GetAtt": ["AccessLogsBucket", "Arn"]}
    assert refused == [bucket, {"Fn::Join": ["", [bucket, "/*"]]}]


def test_a_value_that_only_the_stack_has_is_said_with_its_place(tmp_path: Path) -> None:
    (folder := tmp_path / "rendered/params").mkdir(parents=True)
    rows = [{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "Kept", "UsePreviousValue": True}]
    (folder / "dev.json").write_text(json.dumps(rows), encoding="utf-8")
    with pytest.raises(UnresolvedError, match="the value of Kept is not in the file"):
        sent(tmp_path, DEV)


def test_values_that_do_not_deploy_are_not_scanned() -> None:
    dev = values("dev")
    alike = {**dev, "AvailabilityZone2": dev["AvailabilityZone1"]}
    with pytest.raises(UnresolvedError, match=r"dev.yaml: .*must differ"):
        resolved(DEV._replace(name="x"), alike)


@pytest.mark.slow
def test_the_roles_beside_the_system_are_worked_out_for_every_environment() -> None:
    """A pipeline's, and CloudFormation's: all that render.py writes besides the layers and the services."""
    names = [environment.name for environment in own_environments()]
    stacks = {(role.environment, role.layer): role.template["Resources"] for role in resolved_roles()}
    assert set(stacks) == {(name, layer) for name in names for layer in ("ci-role", "cloudformation-role")}
    ids = logical_ids(names)
    for name in names:
        assert f"{ids[name]}DeployRole" in stacks[name, "ci-role"]
        assert stacks[name, "cloudformation-role"]["Role"]["Type"] == "AWS::IAM::Role"
    layers = {f"{layer.layer}.yaml" for layer in [*resolved_layers(), *databases()]} | {"ci-role.yaml"}
    rendered = PROJECT / "rendered"
    assert {file.name for file in rendered.glob("*.yaml")} == layers
    assert {file.name for file in (rendered / "policies").glob("*.yaml")} == {
        f"{name}-service-role.yaml" for name in names
    }
