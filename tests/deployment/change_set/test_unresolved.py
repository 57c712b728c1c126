"""A nested set that failed over a value that is not known yet is distinguished from one that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from deployment.aws.clock import Waiting
from deployment.change_set.lifecycle import await_change_set
from deployment.change_set.unresolved import unevaluated
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import parse_document
from deployment.template.values import Values
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime
from tests.deployment.shapes import NO_CHANGES, change_set, nested_row, placeholder, row, set_arn

_ROOT = """
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: n}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: !Sub ['https://${B}/a', {B: !ImportValue bucket}]
      Parameters: {Fed: !GetAtt Network.Outputs.Ids, Known: 'a,b', Arns: !Join [',', [!GetAtt Network.Outputs.Arn]]}
"""
_APP = """
Parameters: {Fed: {Type: String}, Known: {Type: String}, Arns: {Type: CommaDelimitedList}}
Conditions: {OfFed: !Equals [!Ref Fed, ''], OfKnown: !Equals [!Ref Known, '']}
Rules:
  OfFed: {Assertions: [{Assert: !Contains [[a], !Ref Fed], AssertDescription: the fed one is a}]}
  OfKnown: {Assertions: [{Assert: !Contains [[a], !Ref Known], AssertDescription: the known one is a}]}
Resources:
  ByFed: {Type: AWS::SNS::Topic, Condition: OfFed, Properties: {TopicName: !Select [1, !Split [',', !Ref Fed]]}}
  ByKnown: {Type: AWS::SNS::Topic, Condition: OfKnown, Properties: {TopicName: !Select [1, !Split [',', !Ref Known]]}}
Outputs:
  One: {Value: x, Export: {Name: !Join [':', [!Ref Fed, one]]}}
  Two: {Value: x, Export: {Name: !Join [':', [!Ref Fed, two]]}}
"""
_SELECT = "Template error: Fn::Select cannot select nonexistent value at index 1"
_FORM = "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
_BY_CHILD = f"Nested change set {set_arn('App')} was not successfully created: Currently in FAILED."


def _values(app: str = _APP, root: str = _ROOT) -> Values:
    network = parse_document("Resources: {Vpc: {Type: AWS::EC2::VPC}}\nOutputs: {Ids: {Value: !Ref Vpc}}")
    return Values(
        {ROOT: parse_document(root), ResourcePath(("Network",)): network, ResourcePath(("App",)): parse_document(app)},
        {},
        {},
    )


def _unevaluated(
    *answers: dict[str, Any],
    values: Values | None = None,
    create: bool = False,
    reason: str | None = _BY_CHILD,
    rows: Sequence[dict[str, Any]] = (nested_row("Network"), nested_row("App")),
) -> tuple[str, ...]:
    root = change_set("root", *rows, status="FAILED", reason=reason)
    network = change_set("Network", status="FAILED", reason=NO_CHANGES)
    bodies = {body["ChangeSetId"]: body for body in (root, network, *answers)}
    client = FakeClient("cloudformation", describe_change_set=lambda **given: bodies[given["ChangeSetName"]])
    tree = await_change_set(client, set_arn("root"), Waiting(FakeTime().clock, POLLING))
    return unevaluated(tree, values or _values(), create=create)


def _app(reason: str, **parameters: str) -> dict[str, Any]:
    return change_set("App", status="FAILED", reason=reason, parameters=parameters)


@pytest.mark.parametrize(
    "reason",
    [
        _SELECT,
        _FORM,
        f"Usage of {placeholder('Network', 'Ids')} is not allowed.",
        f"Unable to fetch parameters [{placeholder('Network', 'Ids')}] from parameter store for this account.",
        f"Template error: Unable to get mapping for M::{placeholder('Network', 'Ids')}::x",
        "Each value of parameter 'Arns' must match pattern arn:.+",
        "Parameter 'Fed' must be one of AllowedValues",
        "Parameter 'Fed' is a subnet's id",
        "Template error: the fed one is a",
        "Template format error: Unresolved resource dependencies [ByFed] in the Resources block of the template",
        "Template format error: duplicate Export names",
        "TemplateURL must be a supported URL.",
    ],
)
def test_a_failure_that_a_placeholder_explains_is_told_with_its_reason(reason: str) -> None:
    assert _unevaluated(_app(reason)) == (f"App: {reason}",)


@pytest.mark.parametrize(
    "reason",
    [
        "Template format error: YAML not well-formed.",
        "Template format error: Unrecognized resource types: [AWS::X::Y]",
        "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation].",
        "Parameters: [Fed] must have values",
        "Parameter 'Known' must match pattern x",
        "Template error: the known one is a",
        "Template error: the fed one is a; the known one is a",
        "Template format error: Unresolved resource dependencies [ByKnown] in the Resources block of the template",
        "Template format error: Unresolved resource dependencies [ByFed, Missing] in the Outputs block of the template",
        "Template error: every Fn::GetAtt object requires two non-empty parameters",
        "ChangeSet limit exceeded for stack x",
        "Something that nobody has seen",
    ],
)
def test_any_other_failure_is_one_as_ever(reason: str) -> None:
    assert _unevaluated(_app(reason)) == ()


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (("!Select [1, !Split [',', !Ref Known]]", "!Select [2, !Split [',', !Ref Known]]"), _SELECT),
        (("!Select [1, !Split [',', !Ref Known]]", "!Select [!Ref Known]"), _FORM),
        (("!Select [1, !Split [',', !Ref Fed]]", "x"), _SELECT),
        (("[!Ref Fed, two]", "[!Ref Fed, one]"), "Template format error: duplicate Export names"),
    ],
    ids=["an index beyond a known list", "a wrong form", "nothing that is fed", "one name twice"],
)
def test_what_is_wrong_by_itself_is_not_blamed_on_a_placeholder_beside_it(pair: tuple[str, str], reason: str) -> None:
    assert pair[0] in _APP
    assert _unevaluated(_app(reason), values=_values(_APP.replace(*pair))) == ()


def test_one_real_failure_among_others_is_enough() -> None:
    broken = change_set("Network", status="FAILED", reason="Template format error: YAML not well-formed.")
    assert _unevaluated(_app(_SELECT), broken) == ()


def test_a_set_that_did_not_fail_has_no_reason() -> None:
    made = change_set("App", reason="Only executable from the root change set.")
    assert _unevaluated(made, reason=NO_CHANGES) == ()


def test_a_parameter_is_fed_where_cloudformation_shows_a_placeholder_for_it() -> None:
    reason = "Parameter 'Known' must match pattern x"
    assert _unevaluated(_app(reason, Known=placeholder("Own", "Arn"))) == (f"App: {reason}",)


def test_a_root_that_takes_a_piece_of_its_layers_output_cannot_be_evaluated_either() -> None:
    own = "{Type: AWS::SNS::Topic, Properties: {TopicName: !Select [1, !GetAtt Network.Outputs.Ids]}}"
    root = f"{_ROOT}  Own: {own}\n"
    made = change_set("App", row("ByFed"))
    assert _unevaluated(made, values=_values(root=root), reason=_SELECT) == (f"root: {_SELECT}",)


@pytest.mark.parametrize("create", [True, False])
def test_what_a_layer_takes_of_its_own_resource_is_not_known_while_that_is_new(create: bool) -> None:
    app = _APP.replace("!Split [',', !Ref Fed]", "!Split [':', !Ref Made]")
    app = app.replace("Resources:", "Resources:\n  Made: {Type: AWS::SNS::Topic}", 1)
    assert bool(_unevaluated(_app(_SELECT), values=_values(app), create=create)) is create


_QUEUE = "Queue: {Type: AWS::SQS::Queue}"
_OF_QUEUE = "Own: {Type: AWS::SNS::Topic, Properties: {TopicName: !Select [1, !Split [':', !GetAtt Queue.Arn]]}}"


def test_a_root_that_takes_a_piece_of_its_own_resource_cannot_be_evaluated_while_a_set_does_not_know_it() -> None:
    root = f"{_ROOT}  {_QUEUE}\n  {_OF_QUEUE}\n"
    told = _unevaluated(change_set("App", row("ByFed")), values=_values(root=root), reason=_SELECT)
    assert told == (f"root: {_SELECT}",)


@pytest.mark.parametrize("added", ["App", "Network"])
def test_what_a_layer_takes_of_its_own_resource_is_not_known_while_that_layer_and_no_other_is_added(added: str) -> None:
    app = _APP.replace("!Split [',', !Ref Fed]", "!Split [':', !Ref Made]")
    app = app.replace("Resources:", "Resources:\n  Made: {Type: AWS::SNS::Topic}", 1)
    rows = [nested_row(name, action="Add" if name == added else "Modify") for name in ("Network", "App")]
    assert bool(_unevaluated(_app(_SELECT), values=_values(app), rows=rows)) is (added == "App")


def test_a_rule_without_assertions_is_none_that_failed() -> None:
    reason = "Template error: the fed one is a"
    values = _values(_APP.replace("Rules:", "Rules:\n  Empty: {Assertions: }", 1))
    assert _unevaluated(_app(reason), values=values) == (f"App: {reason}",)


def test_exports_that_read_nothing_that_is_fed_are_duplicates_of_another_stacks() -> None:
    app = _APP.replace("[!Ref Fed, one]", "[!Ref Known, one]").replace("[!Ref Fed, two]", "[!Ref Known, two]")
    assert _unevaluated(_app("Template format error: duplicate Export names"), values=_values(app)) == ()
