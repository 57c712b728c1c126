"""What a root sends while its stack is created: read from its Metadata, checked with its parameters and rules."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.environment.at_creation import as_created, values_at_creation, wrong_at_creation
from cloudformation.environment.check import held_against
from cloudformation.environment.environment_file import Environment, Reading, read_file
from cloudformation.environment.parameter_values import assign, declared_parameters
from cloudformation.template.tree import PlainTree
from tests.deployment.project import write_project

_PARAMETERS = {
    "Protected": {"Type": "String", "Default": "true", "AllowedValues": ["true", "false"]},
    "Logs": {"Type": "String", "Default": "create"},
    "Password": {"Type": "String", "Default": "x", "NoEcho": True},
    "Image": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/image"},
}


def _tree(stated: Any, rules: dict[str, Any] | None = None) -> PlainTree:
    metadata = {"Deployment": {"AtCreation": stated}}
    return PlainTree({"Metadata": metadata, "Parameters": _PARAMETERS, "Rules": rules or {}})


@pytest.fixture
def environment(tmp_path: Any) -> Environment:
    text = 'account: "111122223333"\nregion: eu-west-1\nstack: shop\nparameters: {}\n'
    return read_file(write_project(tmp_path, environment=text) / "params/dev.yaml", "params/dev.yaml").environment


def _wrong(tree: PlainTree, environment: Environment) -> list[str]:
    values, _ = assign(declared_parameters(tree), environment)
    return [problem.text for problem in wrong_at_creation(tree, values, environment)]


def test_a_creation_sends_what_the_metadata_state_and_else_what_is_asked_for(environment: Environment) -> None:
    tree = _tree({"Protected": False, "Logs": "none"})
    values, _ = assign(declared_parameters(tree), environment)
    sent = {name: value.text for name, value in as_created(tree, values).items()}
    assert sent == {"Protected": "false", "Logs": "none", "Password": "x", "Image": "/image"}
    assert _wrong(tree, environment) == []


@pytest.mark.parametrize("metadata", [None, {}, {"Deployment": "by hand"}, {"Deployment": {"Team": "shop"}}, ["x"]])
def test_metadata_of_others_state_nothing(metadata: Any, environment: Environment) -> None:
    tree = PlainTree({"Metadata": metadata, "Parameters": _PARAMETERS})
    assert values_at_creation(tree) == {}
    assert _wrong(tree, environment) == []


@pytest.mark.parametrize("stated", ["false", ["Protected"], {"Protected": {"Ref": "Logs"}}, {"Protected": None}])
def test_what_is_no_text_is_a_problem(stated: Any, environment: Environment) -> None:
    tree = _tree(stated)
    assert values_at_creation(tree) == {}
    [problem] = _wrong(tree, environment)
    assert problem == "Metadata.Deployment.AtCreation of the root template must give parameters texts: {Name: value}"


def test_each_name_and_value_is_held_against_the_parameters(environment: Environment) -> None:
    unknown, masked, stored, broken = _wrong(
        _tree({"Protectd": "false", "Password": "y", "Image": "/other", "Protected": "no"}), environment
    )
    assert unknown.endswith("names no parameter: Protectd; did you mean Protected?")
    assert "names Password, which is NoEcho" in masked
    assert "names Image, which is AWS::SSM::Parameter::Value<String>" in stored
    assert "it is 'no' (Metadata.Deployment.AtCreation of the root template)" in broken


def test_a_rule_that_what_is_sent_at_creation_breaks_is_found_before_anything_is_sent(environment: Environment) -> None:
    protected = {
        "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Protected"}, "true"]}, "AssertDescription": "prod"}]
    }
    _, findings = held_against(
        _tree({"Protected": "false"}, {"Prod": protected}), Reading(environment, (), frozenset())
    )
    [problem] = findings.problems
    assert problem.text == "Rule Prod: prod (with what Metadata.Deployment.AtCreation of the root template sends)"
