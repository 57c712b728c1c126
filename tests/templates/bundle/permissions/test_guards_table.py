"""bin/guards.tsv says what deploy.py guards: nothing that is guarded there is free here."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cloudformation.environment.delivery.guarded_settings import GUARDED_SETTINGS
from cloudformation.template.tree import PlainTree
from deployment.guards.guards import guarded, with_guards
from deployment.review.review import Kind, LayerReview, ResourceChange, Review
from deployment.template.resource_path import ROOT
from templates.bundle.bundle import Bundle
from templates.bundle.permissions.guards_table import guard_rows, guards_file
from tests.cloudformation.resource_types.test_harmless import registry_types

_KINDS = {"Remove": Kind.REMOVED, "Replace": Kind.REPLACED}


def _rows(made: Bundle) -> list[list[str]]:
    [table] = [file for file in made.files if file.path == "bin/guards.tsv"]
    return [line.split("\t") for line in table.content.decode().splitlines()]


def _guard(type_: str, kind: Kind) -> str | None:
    change = ResourceChange(ROOT / "It", type_, kind, "id", None, ())
    judged = with_guards(Review(LayerReview(ROOT, None, (change,), (), ()), ()), (), {})
    return next((found.guard for found in guarded(judged)), None)


def _by_kind(rows: list[list[str]]) -> Mapping[str, dict[str, list[str]]]:
    return {kind: {row[1]: row for row in rows if row[0] == kind} for kind in {row[0] for row in rows}}


@pytest.mark.parametrize("kind", _KINDS.values())
def test_a_type_is_harmless_in_the_table_exactly_where_deploy_guards_it_not(made: Bundle, kind: Kind) -> None:
    harmless = _by_kind(_rows(made))["harmless"]
    for type_ in [*registry_types(), "AWS::New::Type", "Custom::Thing", "AWS::CloudFormation::Stack"]:
        assert (type_ in harmless) is (_guard(type_, kind) is None), type_


def test_the_words_are_those_that_deploy_has(made: Bundle) -> None:
    told = _by_kind(_rows(made))["guarded"]
    assert "AWS::ElasticLoadBalancingV2::LoadBalancer" in told
    for type_, row in told.items():
        nature, _, lost = row[4].partition(": ")
        guard = _guard({"*": "AWS::New::Type", "Custom::*": "Custom::Thing"}.get(type_, type_), Kind.REMOVED) or ""
        assert guard.startswith(nature), (row, guard)
        assert lost in guard or type_.endswith("::Stack"), (row, guard)


def test_every_type_of_the_templates_has_its_own_row(made: Bundle, shop_types: set[str]) -> None:
    told = _by_kind(_rows(made))
    assert shop_types <= {*told["harmless"], *told["guarded"]}


def test_every_setting_that_is_guarded_is_there(made: Bundle) -> None:
    settings = _by_kind(_rows(made))["setting"]
    assert {name: row[4] for name, row in settings.items()} == GUARDED_SETTINGS


def test_it_is_a_table_with_five_columns_and_nothing_twice() -> None:
    tree = PlainTree({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    lines = guards_file([tree, tree]).content.decode().splitlines()
    assert lines[0] == "kind\ttype\taction\tkey\tsentence"
    assert {line.count("\t") for line in lines} == {4}
    # One kind of update may be guarded for several properties, each for a reason of its own.
    rows = [line.split("\t") for line in lines]
    assert len({(kind, type_, key if kind == "update" else "") for kind, type_, _, key, _ in rows}) == len(rows)
    assert ("guarded", "AWS::SQS::Queue", "Remove,Replace", "PATH", "holds data: its messages") in guard_rows([tree])
