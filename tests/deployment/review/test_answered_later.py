"""A condition that is answered over a placeholder first, and again during the execution: what comes, goes and stays."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.change_set.change_set import ChangeSet
from tests.deployment.review.judged import a_set, comparison, empty_set, lines, path, sides
from tests.deployment.shapes import STACK_TYPE, detail, nested_row, placeholder, row, stack_arn

_ROOT = """
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app, Parameters: {Fed: !GetAtt Network.Outputs.Id}}
"""
_NETWORK = "Resources: {Other: {Type: AWS::SNS::Topic}}\nOutputs: {Id: {Value: %s}}"
_APP = """
Parameters: {Fed: {Type: String}}
Conditions: {Is: !Equals [!Ref Fed, here]}
Resources:
  Plain: {Type: AWS::SNS::Topic}
  Late: {Type: AWS::CloudFormation::Stack, Condition: Is, Properties: {TemplateURL: deep}}
  Table: {Type: AWS::DynamoDB::Table, Condition: Is, Properties: {TableName: a}}
"""
_DEEP = "Resources: {Queue: {Type: AWS::SQS::Queue}}"
_FED = {"Fed": placeholder("Network", "Id")}
_PLAIN = row("Plain", detail("DisplayName", before="a", after="b"))


def _app(*rows: dict[str, Any], **below: ChangeSet) -> ChangeSet:
    return a_set(*rows, below=below, parameters=_FED)


_SETS = {
    "nothing": empty_set(parameters=_FED),
    "another": _app(_PLAIN),
    "modified": _app(
        nested_row("Late"),
        row("Table", detail("TableName", before="a", after="b")),
        Late=a_set(row("Queue", detail("QueueName", before="a", after="b"))),
    ),
    "added": _app(nested_row("Late", action="Add"), row("Table", action="Add"), Late=a_set(row("Queue", action="Add"))),
    "removed": _app(
        row("Late", kind=STACK_TYPE, action="Remove", PhysicalResourceId=stack_arn("Late")),
        row("Table", action="Remove"),
    ),
    "without a set": _app(row("Late", kind=STACK_TYPE, PhysicalResourceId=stack_arn("Late"))),
}
_ELSEWHERE = "!GetAtt Other.Size"
_COME, _MAY_COME = (
    ["Table added", "Late is new", "Late/Queue added"],
    ["Table added?", "Late is new", "Late/Queue added?"],
)
_GO, _MAY_GO = ["Late removed", "Table removed"], ["Late removed?", "Table removed?"]
_MAY_TURN = ["Late removed?: Condition?", "Table removed?: Condition?"]
_MODIFIED = ["Table changed in place: TableName", "Late/Queue changed in place: QueueName"]


def _seen(
    change_set: ChangeSet, old: str, new: str, before: str = _APP, after: str = _APP
) -> tuple[list[str], list[str]]:
    """What the app's review has of `Late` and `Table`, and the nested stacks without a report, while the network
    outputs another value or may."""
    texts = {"": _ROOT, "Network": _NETWORK % new, "App": after, "App/Late": _DEEP}
    both = sides(texts, {"Network": _NETWORK % old, "App": before})
    network = a_set(row("Other", detail("DisplayName", before="a", after="b")))
    tree = a_set(nested_row("Network"), nested_row("App"), below={"Network": network, "App": change_set})
    compared = comparison(tree, both)
    said = [line.removeprefix("App/") for line in lines(compared.tree())]
    return [line for line in said if not line.startswith(("Network", "Plain"))], [str(at) for at in compared.untold]


@pytest.mark.parametrize(
    ("listed", "old", "new", "seen"),
    [
        ("nothing", "there", "there", []),
        ("nothing", "there", "here", _MAY_COME),
        ("nothing", "here", "there", _MAY_GO),
        ("nothing", "here", "here", []),
        ("nothing", "there", _ELSEWHERE, _MAY_COME),
        ("nothing", "here", _ELSEWHERE, _MAY_TURN),
        ("nothing", _ELSEWHERE, "here", _MAY_TURN),
        ("nothing", _ELSEWHERE, "there", _MAY_GO),
        ("nothing", _ELSEWHERE, _ELSEWHERE, _MAY_TURN),
        ("another", "there", "there", []),
        ("another", "there", "here", _COME),
        ("another", "here", "there", _GO),
        ("another", "here", "here", []),
        ("another", "there", _ELSEWHERE, _MAY_COME),
        ("another", _ELSEWHERE, "there", _MAY_GO),
        ("modified", "here", "here", _MODIFIED),
        ("modified", "here", "there", [*reversed(_GO)]),
        ("modified", "here", _ELSEWHERE, [*reversed(_MAY_TURN)]),
        ("modified", _ELSEWHERE, "here", [*reversed(_MAY_TURN)]),
        ("added", "there", "there", []),
        ("added", "there", "here", _COME),
        ("added", "there", _ELSEWHERE, _MAY_COME),
        ("added", _ELSEWHERE, _ELSEWHERE, _MAY_COME),
        ("removed", "here", "here", []),
        ("removed", "here", "there", _GO),
        ("removed", "here", _ELSEWHERE, _MAY_GO),
        ("removed", _ELSEWHERE, _ELSEWHERE, _MAY_GO),
        ("without a set", "here", "here", []),
        ("without a set", "here", "there", _GO),
        ("without a set", "here", _ELSEWHERE, _MAY_TURN),
    ],
)
def test_what_is_under_a_condition_over_an_output_comes_and_goes_as_the_output_says(
    listed: str, old: str, new: str, seen: list[str]
) -> None:
    """It is certain where both outputs are known, and the nested stack is updated for sure."""
    compared_here = (listed == "without a set" or (listed == "removed" and not seen)) and "here" == old == new
    assert _seen(_SETS[listed], old, new) == (seen, ["App/Late"] if compared_here else [])


def test_a_nested_stack_that_only_the_old_template_has_and_nothing_lists_is_perhaps_removed() -> None:
    without = "\n".join(line for line in _APP.splitlines() if "Late" not in line)
    assert _seen(_SETS["another"], "here", "here", after=without) == (["Late removed?"], [])


def test_a_nested_stack_that_the_new_template_adds_comes_where_its_condition_holds() -> None:
    without = "\n".join(line for line in _APP.splitlines() if "Late" not in line)
    for new, late in (("here", ["Late is new", "Late/Queue added"]), ("there", [])):
        assert _seen(_SETS["another"], new, new, before=without) == (late, [])


def test_what_cannot_be_read_of_a_nested_stack_that_comes_is_one_addition() -> None:
    texts = {"": _ROOT, "Network": _NETWORK % "here", "App": _APP}
    both = sides(texts, {"Network": _NETWORK % "there"})
    for listed, late in (("another", "App/Late added"), ("nothing", "App/Late added?")):
        tree = a_set(nested_row("App"), below={"App": _SETS[listed]})
        assert late in lines(comparison(tree, both).tree())


def test_what_a_placeholder_let_go_is_a_phantom_once_it_stays() -> None:
    both = sides({"": _ROOT, "Network": _NETWORK % "here", "App": _APP, "App/Late": _DEEP})
    tree = a_set(nested_row("App"), below={"App": _SETS["removed"]})
    review = comparison(tree, both).tree()
    assert [phantom.path for layer in review.walk() for phantom in layer.folded] == [path("App/Table")]
    assert [layer.path for layer in review.walk()] == [path(at) for at in ("", "Network", "App", "App/Late")]
