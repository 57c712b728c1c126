"""What becomes of outputs: those of the root, which people read, and exports, which other stacks import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cloudformation.unknown import is_unknown
from deployment.review.output_changes import output_changes, with_importers
from deployment.review.review import OutputChange, WillChange
from deployment.review.sides import Sides
from deployment.stack.stack import Stack
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import parse_document
from deployment.template.values import Values
from tests.deployment.facts import stack
from tests.deployment.fake_client import FakeClient, refusal

_APP = ROOT / "App"
_RESOURCES = """
Parameters: {Stage: {Type: String, Default: dev}, Late: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /late}}
Conditions: {Prod: !Equals [!Ref Stage, prod], Later: !Equals [!Ref Late, x]}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  App: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: app}}
"""


def _document(outputs: str | None) -> Mapping[str, Any]:
    return parse_document(f"{_RESOURCES}Outputs: {{{outputs}}}\n" if outputs is not None else _RESOURCES)


def _between(old: Any, new: Any) -> WillChange:
    if is_unknown(old) or is_unknown(new):
        return WillChange.MAY
    return WillChange.NO if old == new else WillChange.YES


def _changes(
    before: str | None,
    after: str | None,
    path: ResourcePath = ROOT,
    standing: Mapping[ResourcePath, Stack] | None = None,
    stages: tuple[str, str] = ("dev", "dev"),
) -> tuple[OutputChange, ...]:
    """What changes where one layer has these outputs before and after; the existing stack has Url and Id."""
    documents = ({ROOT: _document(None), path: _document(outputs)} for outputs in (before, after))
    old, new = (Values(side, {"Stage": stage}, {}) for side, stage in zip(documents, stages, strict=True))
    return output_changes(Sides(old, new, standing=standing or {}), stack(), _between)


def test_an_output_of_the_root_that_becomes_another_is_shown_from_what_it_is_now() -> None:
    assert _changes("Url: {Value: one}", "Url: {Value: two}") == (
        OutputChange(ROOT / "Url", "https://x", "two", known=True, certain=True),
    )
    assert _changes("New: {Value: one}", "New: {Value: two}") == (
        OutputChange(ROOT / "New", "one", "two", known=True, certain=True),
    )


def test_an_output_that_stays_is_not_told() -> None:
    assert _changes("Url: {Value: one}", "Url: {Value: one, Description: said better}") == ()
    assert _changes("Url: {Value: !Ref AWS::NoValue}", "Url: {Value: !Ref AWS::NoValue}") == ()


def test_an_output_that_comes_has_no_value_before_and_one_that_goes_none_after() -> None:
    assert _changes("", "Id: {Value: new}") == (OutputChange(ROOT / "Id", None, "new", known=True, certain=True),)
    assert _changes("Id: {Value: old}", "") == (OutputChange(ROOT / "Id", "vpc-1", None, known=True, certain=True),)


def test_a_value_that_only_the_execution_will_know_is_a_doubt() -> None:
    assert _changes("Id: {Value: old}", "Id: {Value: !Ref Topic}") == (
        OutputChange(ROOT / "Id", "vpc-1", None, known=False, certain=False),
    )


@pytest.mark.parametrize(
    ("stages", "change"),
    [
        (("dev", "dev"), []),
        (("prod", "prod"), []),
        (("dev", "prod"), [(None, "one", True, True)]),
        (("prod", "dev"), [("vpc-1", None, True, True)]),
    ],
)
def test_an_output_comes_and_goes_with_its_condition(stages: tuple[str, str], change: list[Any]) -> None:
    declared = "Id: {Condition: Prod, Value: one}"
    made = _changes(declared, declared, stages=stages)
    assert [(told.before, told.after, told.known, told.certain) for told in made] == change


def test_an_output_whose_condition_cannot_be_told_may_come_or_go() -> None:
    declared = "Id: {Condition: Later, Value: one}"
    assert _changes(declared, declared) == (OutputChange(ROOT / "Id", "vpc-1", None, known=False, certain=False),)
    assert _changes("", declared) == (OutputChange(ROOT / "Id", None, None, known=False, certain=True),)


def test_of_a_layer_only_what_it_exports_is_told() -> None:
    assert _changes("Id: {Value: one}", "Id: {Value: two}", _APP) == ()
    exported = "Id: {{Value: {}, Export: {{Name: {}}}}}"
    assert _changes(exported.format("one", "id"), exported.format("two", "id"), _APP) == (
        OutputChange(_APP / "Id", "one", "two", known=True, certain=True, export=("id", "id")),
    )
    assert _changes(exported.format("one", "id"), "Id: {Value: one}", _APP) == (
        OutputChange(_APP / "Id", "one", "one", known=True, certain=True, export=("id", None)),
    )
    assert _changes("Id: {Value: one}", exported.format("one", "id"), _APP) == (
        OutputChange(_APP / "Id", "one", "one", known=True, certain=True, export=(None, "id")),
    )
    assert _changes(exported.format("one", "id"), exported.format("one", "id"), _APP) == ()


def test_what_a_layer_exports_is_shown_from_what_the_layer_outputs_now() -> None:
    before, after = (f"Id: {{Value: {value}, Export: {{Name: id}}}}" for value in ("one", "two"))
    [change] = _changes(before, after, _APP, {_APP: stack()})
    assert (change.before, change.after) == ("vpc-1", "two")
    [change] = _changes(before, after, _APP, {ROOT / "Other": stack()})
    assert (change.before, change.after) == ("one", "two")


def test_changes_stand_in_the_order_of_layers_and_a_layer_that_goes_has_its_exports_among_them() -> None:
    exported = _document("Id: {Value: one, Export: {Name: id}}")
    old = {ROOT / "Zone": exported, ROOT: _document("Url: {Value: one}")}
    new = {_APP: exported, ROOT: _document("Url: {Value: two}")}
    changes = output_changes(Sides(Values(old, {}, {}), Values(new, {}, {})), stack(), _between)
    assert [(str(change.path), change.export) for change in changes] == [
        ("Url", (None, None)),
        ("App/Id", (None, "id")),
        ("Zone/Id", ("id", None)),
    ]


def test_nothing_is_told_where_the_template_of_the_stack_is_not_at_hand() -> None:
    after = Values({ROOT: _document("Id: {Value: two}")}, {}, {})
    assert output_changes(Sides(Values({}, {}, {}), after), stack(), _between) == ()


def test_who_imports_an_export_that_changes_is_asked_for_once_each_and_nothing_of_other_outputs() -> None:
    plain = OutputChange(ROOT / "Url", "a", "b", known=True, certain=True)
    gone = OutputChange(ROOT / "Id", "a", None, known=True, certain=True, export=("id", None))
    comes = OutputChange(ROOT / "New", None, "b", known=True, certain=True, export=(None, "new"))
    denied = OutputChange(ROOT / "Denied", "a", "b", known=True, certain=True, export=("denied", "denied"))

    def imports(ExportName: str) -> Any:  # noqa: N803 - AWS's own name
        if ExportName == "denied":
            raise refusal("AccessDenied", "User: x is not authorized to perform: cloudformation:ListImports")
        return {"Imports": ["api", "mail"]}

    client = FakeClient("cloudformation", list_imports=imports)
    told = with_importers(client, (plain, gone, comes, denied))
    assert [change.path for change in told] == [change.path for change in (plain, gone, comes, denied)]
    assert [change.importers for change in told] == [(), ("api", "mail"), (), ()]
    assert ["not authorized" in (change.importers_unread or "") for change in told] == [False, False, False, True]
    assert sorted(asked["ExportName"] for asked in client.named("list_imports")) == ["denied", "id"]
