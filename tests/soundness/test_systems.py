"""Random systems are what they are meant to be: the same for a seed, small, deep, whole, and full of variety."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from cloudformation.references import condition_names, references
from cloudformation.text import read
from rehearsal.resources.resource_types import ResourceTypes
from tests.soundness.changes import WEIGHTS, Change, changed
from tests.soundness.links import tied_system
from tests.soundness.mending import mended
from tests.soundness.read_back import story
from tests.soundness.system import System, layers, written
from tests.soundness.systems import texts
from tests.soundness.vocabulary import BY_TYPE, KINDS, SECRET_KIND, STACK, ResourceKind

SEEDS = range(60)


def both(seed: int) -> list[System]:
    random = Random(seed)
    before = tied_system(random, f"s{seed}")
    return [before, changed(random, before)[0]]


def test_a_seed_always_makes_the_same() -> None:
    assert [texts(each) for each in both(7)] == [texts(each) for each in both(7)]
    assert texts(both(7)[0]) != texts(both(8)[0])


def test_systems_have_two_to_eight_stacks_on_two_to_four_levels() -> None:
    trees = [dict(tied_system(Random(seed), "s").walk()) for seed in SEEDS]
    assert {len(tree) for tree in trees} == set(range(2, 9))
    assert {max(map(len, tree)) + 1 for tree in trees} == {2, 3, 4}


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_that_is_referred_to_is_there(seed: int) -> None:
    for system in both(seed):
        for _, document in system.walk():
            _check(system, document)


def _check(system: System, document: dict[str, Any]) -> None:
    names = {*document["Parameters"], *document["Resources"]}
    for read_ in references([document["Resources"], document.get("Outputs"), document["Conditions"]]):
        assert read_.name in names or read_.name.startswith("AWS::")
    assert {*condition_names(document["Resources"]), *condition_names(document.get("Outputs"))} <= {
        *document["Conditions"]
    }
    for _, body in layers(document):
        child = system.document(body["Properties"]["TemplateURL"])
        assert child is not None
        given = body["Properties"].get("Parameters", {})
        needed = {name for name, each in child["Parameters"].items() if "Default" not in each}
        assert needed <= {*given} <= {*child["Parameters"]}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_written_reads_back(seed: int) -> None:
    for system in both(seed):
        assert all(read(written(document))["Resources"] for document in system.documents())


def test_templates_are_nested_twice_settings_are_said_and_some_systems_read_nothing_elsewhere() -> None:
    systems = [system for seed in SEEDS for system in both(seed)]
    often = [Counter(id(document) for _, document in system.walk()) for system in systems]
    assert any(max(counts.values()) > 1 for counts in often)
    assert {key for system in systems for key in system.settings} >= {"role", "notifications", "stack_policy"}
    assert {bool(system.stored) for system in systems} == {True, False}


def test_a_template_that_is_nested_twice_names_nothing() -> None:
    for system in (system for seed in SEEDS for system in both(seed)):
        often = Counter(id(document) for _, document in system.walk())
        for document in (document for _, document in system.walk() if often[id(document)] > 1):
            names = {(kind.type, kind.naming) for kind in KINDS if kind.naming}
            assert not [
                body
                for body in document["Resources"].values()
                for key in body["Properties"]
                if (body["Type"], key) in names
            ]


def test_changes_leave_the_system_before_as_it_was() -> None:
    before = tied_system(Random(3), "s")
    kept = before.copied()
    changed(Random(4), before)
    assert before == kept


def test_everything_that_a_review_has_to_see_through_occurs() -> None:
    text = "\n".join(written(document) for seed in SEEDS for system in both(seed) for document in system.documents())
    for wanted in (
        *("Fn::If", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::FindInMap", "Fn::GetAtt", "Fn::Not", "Export:"),
        *("AWS::SSM::Parameter::Value<String>", "{{resolve:ssm:", "CommaDelimitedList", "Outputs.", "https://"),
        *("Fn::ImportValue", "DependsOn:", "NoEcho:", "Condition: On0", "AWS::EC2::SecurityGroupIngress"),
        *("DeletionPolicy: Retain", "UpdateReplacePolicy: Retain", "Condition: On", "Tags:"),
        *(kind.type for kind in KINDS),
    ):
        assert wanted in text, wanted


@pytest.mark.slow
@pytest.mark.parametrize("change", WEIGHTS, ids=lambda change: change.__name__)
def test_every_kind_of_change_makes_another_system(change: Change) -> None:
    made = 0
    for seed in SEEDS:
        random = Random(seed)
        before = tied_system(random, f"s{seed}")
        after = before.copied()
        note = change(random, after)
        mended(after)
        made += note is not None and after != before
    assert made > 3


def test_a_tree_that_reads_back_what_it_stores_reads_it_in_every_form_and_tests_what_a_layer_outputs() -> None:
    told = [story(seed) for seed in SEEDS]
    assert [texts(each.after) for each in told[:3]] == [texts(story(seed).after) for seed in range(3)]
    assert all(each.founding is not None and each.notes for each in told)
    text = "\n".join(written(document) for each in told for document in each.before.documents())
    for wanted in (
        *("{{resolve:ssm:/r", "{{resolve:ssm:${Store", "{{resolve:secretsmanager:", "Default: /r", "Tested1"),
        *("AWS::SSM::Parameter::Value<String>", "Outputs.NameOut1", "- '{{resolve:ssm:'", SECRET_KIND.type),
    ):
        assert wanted in text, wanted
    notes = " ".join(note for each in told for note in each.notes)
    assert all(word in notes for word in ("stores", "under another name", "is described", "goes", "tested output"))


@pytest.mark.parametrize("kind", BY_TYPE.values(), ids=lambda kind: kind.type)
def test_the_words_are_true_of_the_registry(kind: ResourceKind) -> None:
    known = ResourceTypes("eu-west-1").get(kind.type)
    assert known is not None
    create_only = {path[0] for path in known.create_only}
    assert set(kind.replacing) <= create_only
    assert not set(kind.in_place) & create_only
    assert known.supports_update
    properties = {*kind.replacing, *kind.in_place, *kind.fixed, *kind.needed}
    if not kind.type.startswith("Custom::"):
        assert properties <= set(known.properties)
        assert all(known.supports_attribute(name) for name in kind.attributes if name)
    assert {*known.schema.get("required", ())} <= {*kind.fixed, *kind.needed}
    assert kind.type != STACK
