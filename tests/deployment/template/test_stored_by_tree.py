"""What a tree stores is found by whatever form of reference reads it, and what it surely does not read is left out."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.unknown import Source
from deployment.template.resource_path import ROOT
from deployment.template.stored_by_tree import SECRETS, SSM, STORED, StoredByTree
from deployment.template.values import Values

_PSEUDO = {"AWS::Region": "eu-west-1"}
_ARN = "arn:aws:ssm:eu-west-1:111122223333:parameter/app/colour"


def tree(**stores: Any) -> StoredByTree:
    types = {"Par": "AWS::SSM::Parameter", "Sec": "AWS::SecretsManager::Secret"}
    types |= {"Att": "AWS::SecretsManager::SecretTargetAttachment", "Topic": "AWS::SNS::Topic"}
    resources = {name: {"Type": types[name], "Properties": properties} for name, properties in stores.items()}
    parameters = {"P": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/app/colour"}}
    side = Values({ROOT: {"Parameters": parameters, "Resources": resources}}, {}, _PSEUDO)
    return StoredByTree(side, side)


def writers(stored: StoredByTree, expression: Any, service: str) -> set[str]:
    return {source.name for source in stored.writers(stored.after.value(ROOT, expression), service)}


@pytest.mark.parametrize(
    "expression",
    [
        "{{resolve:ssm:/app/colour}}",
        "a-{{resolve:ssm:/app/colour}}-b",
        f"{{{{resolve:ssm:{_ARN}}}}}",
        {"Fn::Sub": "{{resolve:ssm:${Par}}}"},
        {"Fn::Join": ["", ["{{resolve:ssm:", {"Ref": "Par"}, "}}"]]},
        {"Fn::Join": [":", ["{{resolve", "ssm", "/app/colour}}"]]},
        {"Fn::Sub": "{{resolve:ssm:/app/${Topic}}}"},
        {"Fn::Sub": "{{resolve:ssm:${Topic}/colour}}"},
        {"Fn::Sub": "{{resolve:${Topic}:/app/colour}}"},
        [{"k": "{{resolve:ssm:/app/colour}}"}],
    ],
)
def test_a_reference_of_any_form_is_traced_to_the_parameter_that_it_may_name(expression: Any) -> None:
    stored = tree(Par={"Name": "/app/colour", "Value": "red"}, Topic={})
    assert writers(stored, expression, SSM) == {"Par"}
    assert writers(stored, "red", SSM) == set()


@pytest.mark.parametrize(
    "expression",
    [
        "{{resolve:ssm:/app/colour:3}}",
        "{{resolve:ssm:/app/colours}}",
        {"Fn::Sub": "{{resolve:ssm:/other/${Topic}}}"},
        {"Fn::Sub": "{{resolve:ssm:/app/${Topic}/size}}"},
        "{{resolve:ssm-secure:/app/colour}}",
        "{{resolve:secretsmanager:/app/colour}}",
        {"Ref": "Par"},
        "/app/colour",
    ],
)
def test_what_names_a_version_another_name_or_nothing_reads_it_not(expression: Any) -> None:
    assert writers(tree(Par={"Name": "/app/colour"}, Topic={}), expression, SSM) == set()


def test_a_name_that_is_not_known_may_be_any_that_fits() -> None:
    assert writers(tree(Par={"Name": {"Fn::Sub": "/app/${Topic}"}}, Topic={}), "{{resolve:ssm:/app/x}}", SSM) == {"Par"}
    assert writers(tree(Par={"Name": {"Fn::Sub": "/app/${Topic}"}}, Topic={}), "{{resolve:ssm:/b/x}}", SSM) == set()
    assert writers(tree(Par={}), "{{resolve:ssm:CFN-Par-a1b2c3}}", SSM) == {"Par"}
    assert writers(tree(Par={}), "{{resolve:ssm:/app/x}}", SSM) == set()


def test_what_only_a_macro_makes_may_write_whatever_is_read() -> None:
    side, made = tree().after, frozenset({Source(ROOT, "Made", STORED)})
    stored = StoredByTree(side, side, made)
    assert stored.writers("{{resolve:ssm:/app/colour}}", SSM) == made == stored.writers_for(ROOT, "P")
    assert stored.writers("/app/colour", SSM) == frozenset()


def test_a_parameter_of_a_stored_type_is_traced_by_its_name() -> None:
    assert tree(Par={"Name": "/app/colour"}).writers_for(ROOT, "P") == {Source(ROOT, "Par", STORED)}
    assert tree(Par={"Name": "/app/size"}).writers_for(ROOT, "P") == frozenset()


@pytest.mark.parametrize(
    "expression",
    [
        "{{resolve:secretsmanager:db}}",
        "{{resolve:secretsmanager:db:SecretString:password}}",
        "{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:db-a1B2c3:SecretString:password}}",
        {"Fn::Sub": "{{resolve:secretsmanager:${Sec}:SecretString:password}}"},
    ],
)
def test_a_secret_is_traced_with_what_is_attached_to_it(expression: Any) -> None:
    stored = tree(Sec={"Name": "db"}, Att={"SecretId": {"Ref": "Sec"}})
    assert writers(stored, expression, SECRETS) >= {"Sec"}
    assert writers(tree(Sec={"Name": "db"}, Att={"SecretId": "db"}), "{{resolve:secretsmanager:db}}", SECRETS) == {
        "Sec",
        "Att",
    }


def test_a_version_of_a_secret_stays_what_it_is() -> None:
    assert writers(tree(Sec={"Name": "db"}), "{{resolve:secretsmanager:db:SecretString:k::a-b-c}}", SECRETS) == set()
    assert writers(tree(Sec={"Name": "db"}), {"Ref": "Sec"}, SECRETS) == set()
