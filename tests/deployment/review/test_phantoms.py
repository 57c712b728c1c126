"""What is asked of a tree of change sets, question by question: how whole reviews come out stands in test_review.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cloudformation.statuses import ChangeSetStatus, ExecutionStatus
from cloudformation.unknown import KNOWN_AFTER_APPLY, Source, Truth, Unknown
from deployment.change_set.change_set import ChangeSet, change_from
from deployment.review.constant_attributes import made_anew
from deployment.review.phantoms import Phantoms
from deployment.review.review import WillChange
from deployment.review.sides import Sides
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.stored_by_tree import BESIDE, STORED
from deployment.template.template import parse_document
from deployment.template.values import MOVING, LiveValues, Values
from tests.deployment.facts import stack
from tests.deployment.shapes import NO_CHANGES, STACK_TYPE, START, detail, nested_row, placeholder, row

NO, MAY, YES = WillChange.NO, WillChange.MAY, WillChange.YES
_APP, _NETWORK = ROOT / "App", ROOT / "Network"
_ROOT = """
Parameters: {Stage: {Type: String}, Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}}
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app, Parameters: {Vpc: !GetAtt Network.Outputs.Vpc, Zone: !GetAtt Network.Outputs.Zone}}
"""
_NETWORK_TEXT = """
Resources: {Vpc: {Type: AWS::EC2::VPC}}
Outputs: {Vpc: {Value: !Ref Vpc}, Zone: {Value: '{{resolve:ssm:/zone}}'}}
"""
_APP_TEXT = """
Parameters:
  Vpc: {Type: String}
  Zone: {Type: String}
  Colour: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /colour}
Conditions:
  Holds: !Equals [a, a]
  Fails: !Equals [a, b]
  Known: !Equals [!Ref Colour, red]
  Fed: !Equals [!Ref Vpc, vpc-1]
  Zoned: !Equals [!Ref Zone, a]
Resources:
  Store: {Type: AWS::SSM::Parameter, Properties: {Name: /colour, Value: !Ref Colour}}
  Queue: {Type: AWS::SQS::Queue}
  One: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt Two.TopicName}}
  Two: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt One.TopicName}}
"""
_STORED = Source(_APP, "Store", STORED)


def _set(*rows: dict[str, Any], **more: Any) -> ChangeSet:
    members = {
        "arn": "arn",
        "stack_arn": "arn",
        "status": ChangeSetStatus.CREATE_COMPLETE,
        "execution": ExecutionStatus.AVAILABLE,
        "reason": None,
        "parameters": {},
        "created": START,
        "changes": tuple(map(change_from, rows)),
        "children": {},
    }
    return ChangeSet(**{**members, **more})


def _unchanged() -> ChangeSet:
    return _set(status=ChangeSetStatus.FAILED, reason=NO_CHANGES)


def _sides(app: str, before: str | None = None, **more: Any) -> Sides:
    """A tree whose app layer has these templates; `moved`, `tags` and the like as Sides has them."""
    documents = {ROOT: parse_document(_ROOT), _NETWORK: parse_document(_NETWORK_TEXT)}
    old, new = (parse_document(text) for text in (app if before is None else before, app))
    was, will = ({**documents, _APP: side} for side in (old, new))
    return Sides(Values(was, {"Stage": "a"}, {}), Values(will, {"Stage": "b"}, {}), **more)


def _judging(
    *rows: dict[str, Any],
    app: str = _APP_TEXT,
    before: str | None = None,
    compared: Callable[[ResourcePath, str, str | None], WillChange] = lambda *_: NO,
    root: tuple[dict[str, Any], ...] = (nested_row("App"),),
    **more: Any,
) -> Phantoms:
    """The app layer lists these rows; what CloudFormation does not list stays, unless `compared` says otherwise."""
    parameters = {"Vpc": placeholder("Network", "Vpc")}
    tree = _set(*root, children={"App": _set(*rows, parameters=parameters)})
    return Phantoms(tree, _sides(app, before, **more), compared)


def _queue(*details: dict[str, Any], replacement: str | None = "False", action: str = "Modify") -> dict[str, Any]:
    listed = row("Queue", *details, kind="AWS::SQS::Queue", action=action, Replacement=replacement)
    if replacement is None or action != "Modify":
        del listed["ResourceChange"]["Replacement"]
    return listed


_REPLACED = _queue(detail("QueueName", before="a", after="b", recreation="Always"), replacement="True")


def _value(phantoms: Phantoms, expression: Any, app: str = _APP_TEXT) -> Any:
    return _sides(app).after.value(_APP, expression)


@pytest.mark.parametrize(
    ("kind", "attribute", "moves"),
    [
        ("AWS::EC2::VPC", "", YES),
        ("AWS::EC2::VPC", "VpcId", YES),
        ("AWS::EC2::VPC", "CidrBlock", MAY),
        ("AWS::SNS::Topic", "DisplayName", MAY),
        ("Custom::Image", "Id", MAY),
    ],
)
def test_what_identifies_a_resource_is_another_one_and_what_repeats_a_property_may_not_be(
    kind: str, attribute: str, moves: WillChange
) -> None:
    assert made_anew(kind, attribute) is moves


_ELSEWHERE = {"Fn::Sub": "{{resolve:ssm:/elsewhere}}"}
_OURS = {"Fn::Sub": "{{resolve:ssm:/colour}}"}
_NAMED_LATER: dict[str, Any] = {"Fn::Sub": "{{resolve:ssm:${Queue}}}"}
_OTHER_VALUE = row("Store", detail("Value", before="a", after="b"), kind="AWS::SSM::Parameter")
_OTHER_TEXT = row("Store", detail("Description", before="a", after="b"), kind="AWS::SSM::Parameter")
_REREAD = frozenset({(_APP, "Colour")})


@pytest.mark.parametrize(
    ("expression", "rows", "moves", "fed"),
    [
        ("text", (_REPLACED,), NO, NO),
        ({"Ref": "Queue"}, (), NO, NO),
        ({"Ref": "Queue"}, (_REPLACED,), YES, YES),
        ({"Ref": "Queue"}, (_queue(replacement="Conditional"),), MAY, MAY),
        ([{"Ref": "Stored"}, {"Ref": "Queue"}], (_REPLACED,), YES, YES),
        (_ELSEWHERE, (), MAY, NO),
        ([_ELSEWHERE, {"Ref": "Queue"}], (_REPLACED,), YES, YES),
        ({"Ref": "Colour"}, (_OTHER_VALUE,), MAY, NO),
        (_OURS, (), MAY, NO),
        (_OURS, (_OTHER_VALUE,), MAY, MAY),
        (_OURS, (_OTHER_TEXT,), MAY, NO),
        (_NAMED_LATER, (_REPLACED,), MAY, YES),
    ],
)
def test_a_value_moves_with_what_it_waits_for_and_cloudformation_itself_reads_systems_manager(
    expression: Any, rows: tuple[dict[str, Any], ...], moves: WillChange, fed: WillChange
) -> None:
    phantoms, value = _judging(*rows), _value(_judging(), expression)
    assert (phantoms.moves(value), phantoms.fed(value)) == (moves, fed)


@pytest.mark.parametrize(("rows", "changes"), [((), NO), ((_OTHER_TEXT,), NO), ((_OTHER_VALUE,), MAY)])
def test_a_parameter_that_is_read_again_changes_with_what_the_tree_stores(
    rows: tuple[dict[str, Any], ...], changes: WillChange
) -> None:
    value = _value(_judging(), {"Ref": "Colour"})
    phantoms = _judging(*rows, reread=_REREAD)
    assert (phantoms.moves(value), phantoms.fed(value)) == (changes, changes)
    untold = _judging(*rows, reread=_REREAD, root=(row("App", kind=STACK_TYPE, PhysicalResourceId="arn"),))
    assert untold.fed(value) is changes


def _store(*details: dict[str, Any], replacement: str = "False") -> dict[str, Any]:
    return row("Store", *details, kind="AWS::SSM::Parameter", Replacement=replacement)


_DESCRIBED, _TAGGED = (detail(name, before="a", after="b") for name in ("Description", "Tags"))
_VALUED = detail("Value", before="a", after="b")


@pytest.mark.parametrize(
    ("rows", "compared", "stores"),
    [
        ((), NO, NO),
        ((), MAY, MAY),
        ((), YES, MAY),
        ((_store(_VALUED),), NO, MAY),
        ((_store(_VALUED, _DESCRIBED),), NO, MAY),
        ((_store(_DESCRIBED),), YES, NO),
        ((_store(_DESCRIBED, _TAGGED),), YES, NO),
        ((_store(*(detail(name, before="a", after="b") for name in sorted(BESIDE))),), YES, NO),
        ((_store(_VALUED, replacement="True"),), NO, MAY),
        ((_store(replacement="True"),), NO, MAY),
        ((_store(replacement="False"),), NO, MAY),
        ((_REPLACED,), NO, NO),
        ((row("Store", kind="AWS::SSM::Parameter", action="Add"),), NO, MAY),
        ((row("Store", kind="AWS::SSM::Parameter", action="Remove"),), NO, MAY),
    ],
)
def test_what_a_resource_stores_may_be_another_value_unless_only_what_stands_beside_it_changes(
    rows: tuple[dict[str, Any], ...], compared: WillChange, stores: WillChange
) -> None:
    phantoms = _judging(*rows, compared=lambda *_: compared)
    assert phantoms.rewritten([_STORED]) is stores
    assert phantoms.rewritten([Source(_APP, "Two", ""), _STORED]) is max(stores, min(compared, MAY))
    assert phantoms.rewritten([]) is NO


def test_what_stores_a_value_that_it_reads_itself_may_store_another_and_what_reads_itself_does_not_move() -> None:
    """By names, a resource may well read what it stored before, in another one's turn; a Ref is no such way round."""
    later = detail("Value", dynamic=True, before="a", after=KNOWN_AFTER_APPLY)
    assert _judging(_store(later), reread=_REREAD).rewritten([_STORED]) is MAY
    waiting = detail("DisplayName", dynamic=True, before="a", after=KNOWN_AFTER_APPLY)
    phantoms = _judging(row("One", waiting), row("Two", waiting))
    assert phantoms.moves(_value(phantoms, {"Fn::GetAtt": ["One", "TopicName"]})) is NO


def _truth(*sources: Source, key: str = "same") -> Unknown:
    return Unknown("${x}", key, frozenset(sources))


_OF_QUEUE, _OF_STAGE = Source(_APP, "Queue", "Arn"), Source(_APP, "Colour", None)
_OF_ELSEWHERE = Source(_APP, "{{resolve:ssm:/elsewhere}}", MOVING)


@pytest.mark.parametrize(
    ("was", "will", "here", "told"),
    [
        (True, True, False, False),
        (False, True, True, True),
        (True, _truth(_OF_QUEUE), True, True),
        (_truth(_OF_QUEUE), False, True, True),
        (_truth(_OF_STAGE, key="other"), _truth(_OF_STAGE), True, True),
        (_truth(_OF_STAGE), _truth(_OF_STAGE), True, False),
        (_truth(_OF_ELSEWHERE), _truth(_OF_ELSEWHERE), True, False),
        (_truth(_OF_STAGE, _OF_ELSEWHERE), _truth(_OF_STAGE, _OF_ELSEWHERE), True, False),
        (_truth(_OF_QUEUE), _truth(_OF_QUEUE), True, True),
        (_truth(Source(_APP, "Two", "")), _truth(Source(_APP, "Two", "")), False, False),
        (_truth(Source(_APP, "Two", ""), _OF_STAGE), _truth(Source(_APP, "Two", ""), _OF_STAGE), True, True),
    ],
)
def test_a_condition_turns_by_what_it_waits_for_and_cloudformation_answers_what_it_can_read(
    was: Truth, will: Truth, *, here: bool, told: bool
) -> None:
    phantoms = _judging(_REPLACED)
    assert phantoms.turns(was, will, told=False) is here
    assert phantoms.turns(was, will, told=True) is told


def _bodies(before: str | None, after: str | None, macro: str = "") -> tuple[str, str]:
    """The app's template with a resource `R` on each side that has a condition, '' for none; None leaves it out."""
    texts = []
    for condition in (before, after):
        under = f", Condition: {condition}" if condition else ""
        resource = "" if condition is None else f"  R: {{Type: AWS::SNS::Topic{under}}}\n"
        texts.append(f"{macro}{_APP_TEXT}{resource}")
    return texts[0], texts[1]


@pytest.mark.parametrize(
    ("before", "after", "adds", "removes"),
    [
        ("", "", YES, YES),
        (None, "", YES, YES),
        (None, "Holds", YES, YES),
        (None, "Fails", NO, YES),
        (None, "Fed", MAY, MAY),
        ("Holds", None, NO, YES),
        ("Fails", None, NO, YES),
        ("Holds", "Holds", YES, NO),
        ("Fails", "Fails", NO, YES),
        ("Holds", "Fails", YES, YES),
        ("Fails", "Holds", YES, YES),
        ("Holds", "Fed", MAY, MAY),
        ("Fed", "Holds", MAY, MAY),
        ("Known", "Known", YES, YES),
        ("Fed", "Fed", NO, NO),
        ("Zoned", "Zoned", MAY, MAY),
        ("Fed", "Zoned", MAY, MAY),
    ],
)
def test_a_resource_that_is_listed_as_added_or_removed_is_where_its_condition_is_answered_so(
    before: str | None, after: str | None, adds: WillChange, removes: WillChange
) -> None:
    old, new = _bodies(before, after)
    phantoms = _judging(app=new, before=old)
    listed = [change_from(row("R", action=action)) for action in ("Add", "Remove")]
    assert [phantoms.resource(_APP, change) for change in listed] == [adds, removes]


@pytest.mark.parametrize(
    ("both", "action", "changes"),
    [("Holds", "Remove", YES), ("Fails", "Add", YES), ("Fed", "Add", MAY), ("Fed", "Remove", MAY)],
)
def test_what_a_macro_may_have_made_is_never_said_to_stay(both: str, action: str, changes: WillChange) -> None:
    old, new = _bodies(both, both, macro="Transform: Mine\n")
    assert _judging(app=new, before=old).resource(_APP, change_from(row("R", action=action))) is changes
    _, new = _bodies(None, "Fails", macro="Transform: Mine\n")
    assert _judging(app=new, before=_APP_TEXT).resource(_APP, change_from(row("R", action="Add"))) is YES


def test_a_condition_over_what_moves_for_sure_leaves_a_doubt() -> None:
    old, new = _bodies("Fed", "Fed")
    for moves, expected in ((NO, NO), (MAY, MAY), (YES, MAY)):
        phantoms = _judging(app=new, before=old, compared=lambda *_, moves=moves: moves, root=_WITH_NETWORK)
        assert phantoms.resource(_APP, change_from(row("R", action="Add"))) is expected


_WITH_NETWORK = (row("Network", kind=STACK_TYPE, PhysicalResourceId="arn"), nested_row("App"))
_MOVES: dict[str, Any] = {"before": "a", "after": "b"}
_STAYS: dict[str, Any] = {"before": "a", "after": "a"}


@pytest.mark.parametrize(
    ("replacement", "details", "expected"),
    [
        ("True", (), YES),
        ("Conditional", (), MAY),
        ("False", (), NO),
        (None, (), MAY),
        ("False", (("Never", _MOVES),), NO),
        ("Conditional", (("Never", _MOVES),), MAY),
        ("True", (("Never", _MOVES),), YES),
        ("True", (("Never", _STAYS),), NO),
        (None, (("Never", _MOVES),), NO),
        ("True", (("Conditionally", _MOVES),), MAY),
        ("True", (("Always", _MOVES),), YES),
        (None, (("Always", _MOVES),), YES),
        ("True", (("Always", _STAYS), ("Never", _MOVES)), NO),
        ("True", (("Always", _STAYS), ("Conditionally", _MOVES)), MAY),
        ("True", (("Conditionally", _MOVES), ("Always", _MOVES)), YES),
        ("True", (("Always", _MOVES), ("Conditionally", _MOVES)), YES),
        ("True", (("Never", _STAYS), ("Always", _MOVES)), YES),
        ("True", (("Conditionally", _STAYS),), NO),
    ],
)
def test_a_resource_is_replaced_by_a_property_that_moves_and_where_none_says_so_by_its_row(
    replacement: str | None, details: tuple[tuple[str, dict[str, Any]], ...], expected: WillChange
) -> None:
    said = [detail(f"P{number}", recreation=kind, **values) for number, (kind, values) in enumerate(details)]
    listed = _queue(*said, replacement=replacement)
    assert _judging(listed).recreated(_APP, change_from(listed)) is expected
    changes = YES if not details or any(values is _MOVES for _, values in details) else NO
    assert _judging(listed).resource(_APP, change_from(listed)) is changes


_SHAPED = """
Parameters: {Vpc: {Type: String}, Zone: {Type: String}, Own: {Type: String, Default: x}}
Conditions: {Fed: !Equals [!Ref Vpc, vpc-1], Own: !Equals [!Ref Own, x]}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  R:
    Type: AWS::X::Thing
    Metadata: {Note: !Ref Vpc}
    Properties:
      Kept: fixed
      Given: !Ref Vpc
      a/b: !Ref Vpc
      c~d: {Deep: [!Ref Vpc, text]}
      Chosen: !If [Fed, {Mode: full}, {Mode: empty}]
      Owned: !If [Own, {Mode: full}, {Mode: empty}]
      Moving: !Ref Zone
      Tags: [{Key: a, Value: b}]
      FedTags: [{Key: a, Value: !Ref Vpc}]
"""


def _listed(*details: dict[str, Any], **more: Any) -> tuple[Phantoms, WillChange]:
    """What comes of the resource `R` of a template of many shapes, where it is listed with these details."""
    text, listed = more.pop("app", _SHAPED), row("R", *details, kind="AWS::X::Thing")
    phantoms = _judging(listed, app=text, **more)
    return phantoms, phantoms.resource(_APP, change_from(listed))


def _pointing(pointer: str, **values: Any) -> dict[str, Any]:
    body = detail("Given", **values)
    body["Target"]["Path"] = pointer
    return body


_LATER: dict[str, Any] = {"before": "a", "after": KNOWN_AFTER_APPLY}


@pytest.mark.parametrize(
    ("pointer", "rest", "waiting", "another"),
    [
        ("/Properties/Given", "Given: fixed", NO, MAY),
        ("/Properties/a~1b", "a/b: fixed", NO, MAY),
        ("/Properties/c~0d/Deep/0", "c~d: {Deep: [fixed, text]}", NO, MAY),
        ("/Properties/c~0d/Deep/1", "c~d: {Deep: [fixed, text]}", NO, NO),
        ("/Properties/c~0d/Deep/1", "c~d: {Deep: [fixed, other]}", NO, YES),
        ("/Properties/Kept", "Kept: other", NO, YES),
        ("/Properties/Given", "Given", NO, MAY),
        ("/Properties/Kept", "Kept", NO, YES),
        ("/Properties/Moving", "Kept: fixed", MAY, MAY),
        ("/Properties/Never", "Kept: fixed", MAY, MAY),
    ],
)
def test_a_value_that_is_not_stated_moves_where_the_value_at_its_pointer_does(
    pointer: str, rest: str, waiting: WillChange, another: WillChange
) -> None:
    name = rest.partition(":")[0]
    line = next(line for line in _SHAPED.splitlines() if line.startswith(f"      {name}:"))
    old = _SHAPED.replace(f"{line}\n", f"      {rest}\n" if rest != name else "")
    assert _listed(_pointing(pointer, **_LATER))[1] is waiting
    assert _listed(_pointing(pointer, **_LATER), before=old)[1] is another
    macro = "Transform: Mine"
    assert _listed(_pointing(pointer, **_LATER), app=f"{macro}{_SHAPED}")[1] is MAY
    assert _listed(_pointing(pointer, **_LATER), before="Resources: {Queue: {Type: AWS::SQS::Queue}}")[1] is MAY


@pytest.mark.parametrize(
    ("pointer", "values", "expected"),
    [
        ("/Properties/Kept", {"before": "fixed", "after": "other"}, YES),
        ("/Properties/Owned/Mode", {"before": "full", "after": "empty"}, YES),
        ("/Properties/Chosen/Mode", {"before": "by hand", "after": "empty"}, MAY),
        ("/Properties/Given", {"before": "${Network.Vpc}", "after": "b"}, NO),
        ("/Properties/Given", {"before": "by hand", "after": "b"}, MAY),
    ],
)
def test_a_value_that_is_stated_moves_unless_a_placeholder_made_it(
    pointer: str, values: dict[str, str], expected: WillChange
) -> None:
    assert _listed(_pointing(pointer, **values))[1] is expected
    assert _listed(_pointing(pointer, **values), app=f"Transform: Mine{_SHAPED}")[1] is YES


def test_a_value_that_is_the_same_over_a_placeholder_is_another_one_where_its_condition_may_be() -> None:
    same = {"before": "full", "after": "full"}
    network = _SHAPED.replace("Conditions: {Fed: !Equals [!Ref Vpc, vpc-1]", "Conditions: {Fed: !Equals [!Ref Vpc, x]")
    for pointer, before, expected in [
        ("/Properties/Chosen/Mode", None, NO),
        ("/Properties/Chosen/Mode", network, MAY),
        ("/Properties/Owned/Mode", _SHAPED.replace("Default: x", "Default: y"), NO),
        ("/Properties/Kept", None, NO),
    ]:
        assert _listed(_pointing(pointer, **same), before=before)[1] is expected
    for moves, expected in ((NO, NO), (YES, MAY)):
        found = _listed(
            _pointing("/Properties/Given", **same), compared=lambda *_, moves=moves: moves, root=_WITH_NETWORK
        )
        assert found[1] is expected


@pytest.mark.parametrize(
    ("pointer", "held", "expected"),
    [
        ("/Properties/Given", "vpc-1", NO),
        ("/Properties/Given", "vpc-2", MAY),
        ("/Properties/Chosen/Mode", "vpc-2", MAY),
        ("/Properties/Owned/Mode", "vpc-2", NO),
        ("/Properties/c~0d/Deep/1", "vpc-2", MAY),
    ],
)
def test_a_value_that_somebody_gave_a_nested_stack_beside_its_root_leaves_a_doubt(
    pointer: str, held: str, expected: WillChange
) -> None:
    now = LiveValues(_sides(_SHAPED).before, {_NETWORK: {"Vpc": "vpc-1", "Zone": "a"}})
    standing = {_APP: stack(Parameters=[{"ParameterKey": "Vpc", "ParameterValue": held}])}
    assert _listed(_pointing(pointer, **_LATER), now=now, standing=standing)[1] is expected


def _attribute(name: str, before: str | None = None, after: str | None = None) -> dict[str, Any]:
    return detail(None, attribute=name, before=before, after=after)


_TAGS = {"team": ("a", "b")}


@pytest.mark.parametrize(
    ("said", "untagged", "tagged"),
    [
        (_attribute("Tags"), NO, YES),
        (_attribute("Tags", "a", "b"), YES, YES),
        (_attribute("Tags", "a", "a"), NO, YES),
        (detail("FedTags", **_LATER), NO, YES),
        (detail("Given", **_LATER), NO, NO),
        (_attribute("Metadata", "a", "b"), MAY, MAY),
        (_attribute("Metadata", '{"Note": "${Network.Vpc}"}', "b"), NO, NO),
        (_attribute("Metadata", "a", "a"), NO, NO),
        (_attribute("DeletionPolicy", "a", "b"), YES, YES),
        (_attribute("Shape", "a", "a"), YES, YES),
        (_attribute("Shape"), YES, YES),
        (detail(None), MAY, MAY),
    ],
)
def test_each_attribute_of_a_resource_is_judged_by_what_it_is(
    said: dict[str, Any], untagged: WillChange, tagged: WillChange
) -> None:
    assert _listed(said)[1] is untagged
    assert _listed(said, tags=_TAGS)[1] is tagged


def _tagged(**tags: str) -> str:
    members = ", ".join(f"{name}: [{{Key: a, Value: {value}}}]" for name, value in tags.items())
    return f"{_APP_TEXT}  R: {{Type: AWS::X::Thing, Properties: {{{members}}}}}\n"


@pytest.mark.parametrize(
    ("tags", "before", "expected"),
    [
        ({"Tags": "!Ref Vpc"}, {"Tags": "!Ref Vpc"}, NO),
        ({"UserTags": "!Ref Vpc"}, {"UserTags": "!Ref Vpc"}, NO),
        ({"TagSet": "!Ref Vpc"}, {"TagSet": "!Ref Vpc"}, NO),
        ({"TagsOfUsers": "!Ref Vpc"}, {"TagsOfUsers": "!Ref Vpc"}, MAY),
        ({"Tags": "fixed", "UserTags": "!Ref Vpc"}, {"Tags": "fixed", "UserTags": "!Ref Vpc"}, NO),
        ({"Tags": "fixed"}, {"Tags": "fixed"}, MAY),
        ({"Tags": "fixed"}, {"Tags": "other"}, YES),
        ({"Tags": "!Ref Vpc", "UserTags": "fixed"}, {"Tags": "!Ref Vpc", "UserTags": "other"}, YES),
        ({}, {}, MAY),
    ],
)
def test_tags_without_values_stay_where_one_of_them_waits_and_none_moves(
    tags: dict[str, str], before: dict[str, str], expected: WillChange
) -> None:
    assert _listed(_attribute("Tags"), app=_tagged(**tags), before=_tagged(**before))[1] is expected


def test_a_row_that_names_no_property_may_mean_any() -> None:
    fed = {"VpcId": "!Ref Vpc", "Other": "!Ref Vpc"}
    assert _listed(detail(None), app=_tagged(**fed))[1] is NO
    assert _listed(detail(None), app=_tagged(**fed), tags=_TAGS)[1] is MAY
    for name in fed:
        assert _listed(detail(None), app=_tagged(**fed), before=_tagged(**{**fed, name: "fixed"}))[1] is MAY
    assert _listed(detail(None), app=_tagged())[1] is MAY


def _nested(name: str = "App", **more: Any) -> dict[str, Any]:
    return row(name, kind=STACK_TYPE, PhysicalResourceId="arn", **more)


_LATE = """
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app, Parameters: {Vpc: !GetAtt Network.Outputs.Vpc, Zone: %s}}
"""
_HOLDING = """
Parameters: {Vpc: {Type: String}, Zone: {Type: String, Default: ''}}
Conditions: {Fed: !Equals [!Ref Vpc, vpc-1], Whole: !Equals [!Ref Zone, vpc-1], Other: !Not [!Condition Fed]}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Plain: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: plain}}
  Deep: {Type: AWS::CloudFormation::Stack, Condition: Fed, Properties: {TemplateURL: deep}}
"""
_DEEP, _PLAIN = _APP / "Deep", _APP / "Plain"


def _tree(network: tuple[str, str], app: ChangeSet | None, *rows: dict[str, Any], nested: bool = True) -> Phantoms:
    """The app layer has a nested stack under a condition over what the network outputs, before and after."""
    sides = []
    for output in network:
        outputs = f"Outputs: {{Vpc: {{Value: {output}}}}}\nResources: {{Vpc: {{Type: AWS::EC2::VPC}}}}"
        texts = {ROOT: _LATE % "''", _NETWORK: outputs, _APP: _HOLDING}
        sides.append(Values({path: parse_document(text) for path, text in texts.items()}, {}, {}))
    tree = _set(*rows, children={"App": app} if app else {}, nested=nested)
    before, after = sides
    return Phantoms(tree, Sides(before, after), lambda *_: NO)


_SAME = ("vpc-1", "vpc-1")


def test_cloudformation_says_what_changes_by_a_change_set_and_by_listing_none() -> None:
    listed, silent = _set(_nested("Plain")), _set(listed=False)
    assert _tree(_SAME, listed, nested_row("App")).told(_APP)
    assert _tree(_SAME, _unchanged(), nested_row("App")).told(_APP)
    assert _tree(_SAME, _set(status=ChangeSetStatus.FAILED, reason=NO_CHANGES, listed=False)).told(_APP)
    assert not _tree(_SAME, silent, nested_row("App")).told(_APP)
    assert not _tree(_SAME, None, _nested("App")).told(_APP), "it is listed without one"
    assert _tree(_SAME, None).told(_APP), "it is not listed"
    assert not _tree(_SAME, None, nested=False).told(_APP), "nor would it be"
    assert not _tree(_SAME, silent, nested_row("App")).told(_PLAIN)
    assert _tree(_SAME, _set(), nested_row("App")).told(_PLAIN)
    assert not _tree(_SAME, listed, nested_row("App")).told(_PLAIN)


@pytest.mark.parametrize(
    ("network", "comes"),
    [
        (("vpc-1", "vpc-1"), False),
        (("other", "other"), False),
        (("vpc-1", "other"), False),
        (("other", "vpc-1"), True),
        (("other", "!Ref Vpc"), True),
        (("!Ref Vpc", "vpc-1"), False),
        (("!Ref Vpc", "!Ref Vpc"), False),
    ],
)
def test_what_does_not_stand_may_come_though_nothing_lists_it(network: tuple[str, str], *, comes: bool) -> None:
    for phantoms in (_tree(network, _set(), nested_row("App")), _tree(network, None)):
        assert phantoms.told(_DEEP) is not comes
        assert phantoms.is_new(_DEEP) is comes
        assert phantoms.is_new(_DEEP / "Below") is comes
        assert not phantoms.is_new(_PLAIN)
    assert not _tree(network, _set(_nested("Deep")), nested_row("App")).is_new(_DEEP), "it is listed, as it stands"


def test_a_nested_stack_is_new_where_it_or_one_above_it_is_listed_as_added() -> None:
    added = nested_row("App", action="Add")
    phantoms = _tree(_SAME, _set(), added)
    assert [phantoms.is_new(path) for path in (ROOT, _NETWORK, _APP, _PLAIN, _DEEP)] == [False, False, True, True, True]
    assert not phantoms.told(_DEEP), "in a new nested stack, it will be made"
    stays = _tree(_SAME, _set(nested_row("Deep", action="Add")), nested_row("App"))
    assert stays.is_new(_DEEP), "it is listed as added"
    assert not _tree(("other", "other"), _set(nested_row("Deep", action="Add")), nested_row("App")).is_new(_DEEP)
    assert not _tree(_SAME, _set(nested_row("Deep")), nested_row("App")).is_new(_DEEP)


def test_a_nested_stack_is_updated_for_sure_where_something_in_it_is_listed_or_nothing_is_said() -> None:
    assert _tree(_SAME, _set(), nested_row("App")).is_carried_out(_APP)
    assert not _tree(_SAME, _unchanged(), nested_row("App")).is_carried_out(_APP)
    assert not _tree(_SAME, None).is_carried_out(_APP), "it is not listed"
    assert _tree(_SAME, None, _nested("App")).is_carried_out(_APP), "it is listed, and nothing said of it"


def test_what_feeds_a_parameter_is_named_where_a_change_set_shows_a_placeholder() -> None:
    parameters = {"Vpc": placeholder("Network", "Vpc"), "Size": "1"}
    phantoms = _tree(_SAME, _set(parameters=parameters), nested_row("App"))
    assert phantoms.unknown_parameters(_APP) == {"Vpc": "Network.Vpc"}
    assert phantoms.unknown_parameters(_NETWORK) == {}


_IN_PLACE = _queue(detail("DelaySeconds", before="a", after="b"))
_PORT, _PROTECTED = (detail(name, before="1", after="2") for name in ("Port", "DeletionProtection"))
_JUDGED = """
Parameters: {Vpc: {Type: String, Default: vpc-1}}
Conditions: {Fed: !Equals [!Ref Vpc, vpc-1]}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Held: {Type: AWS::SQS::Queue, Condition: Fed}
  Db: {Type: AWS::RDS::DBInstance}
"""


def _held(action: str) -> dict[str, Any]:
    return row("Held", kind="AWS::SQS::Queue", action=action)


@pytest.mark.parametrize(
    ("of", "rows", "otherwise", "moves"),
    [
        (("Queue", ""), (), NO, NO),
        (("Queue", ""), (), YES, YES),
        (("Nobody", ""), (), NO, MAY),
        (("Queue", ""), (_IN_PLACE,), YES, NO),
        (("Queue", "Arn"), (_IN_PLACE,), YES, NO),
        (("Queue", "Shape"), (_IN_PLACE,), NO, MAY),
        (("Queue", "Shape"), (_queue(detail("DelaySeconds", before="a", after="a")),), NO, NO),
        (("Queue", ""), (_queue(replacement="Conditional"),), NO, MAY),
        (("Queue", ""), (_REPLACED,), NO, YES),
        (("Queue", "Arn"), (_REPLACED,), NO, YES),
        (("Queue", "Shape"), (_REPLACED,), NO, MAY),
        (("Queue", ""), (_queue(action="Add"),), NO, YES),
        (("Queue", "Shape"), (_queue(action="Add"),), NO, MAY),
        (("Queue", ""), (_queue(action="Remove"),), NO, YES),
        (("Queue", ""), (_queue(action="Import"),), NO, YES),
        (("Queue", ""), (_queue(action="SyncWithActual"),), NO, YES),
        (("Queue", ""), (_queue(action="Dynamic"),), NO, MAY),
        (("Held", ""), (_held("Remove"),), NO, NO),
        (("Held", ""), (_held("Remove"),), MAY, MAY),
        (("Held", ""), (_held("Add"),), NO, YES),
        (("Db", "Endpoint.Port"), (row("Db", _PORT, kind="AWS::RDS::DBInstance"),), NO, MAY),
        (("Db", "Endpoint.Port"), (row("Db", _PROTECTED, kind="AWS::RDS::DBInstance"),), NO, NO),
        (("Db", "Endpoint.Port"), (row("Db", _PROTECTED, _PORT, kind="AWS::RDS::DBInstance"),), NO, MAY),
    ],
)
def test_a_reference_moves_as_the_row_of_its_resource_says_and_without_one_as_its_comparison_does(
    of: tuple[str, str], rows: tuple[dict[str, Any], ...], otherwise: WillChange, moves: WillChange
) -> None:
    asked: list[tuple[ResourcePath, str, str | None]] = []

    def compared(path: ResourcePath, name: str, attribute: str | None) -> WillChange:
        asked.append((path, name, attribute))
        return otherwise

    root = parse_document("Resources: {App: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: app}}}")
    side = Values({ROOT: root, _APP: parse_document(_JUDGED)}, {}, {})
    phantoms = Phantoms(_set(nested_row("App"), children={"App": _set(*rows)}), Sides(side, side), compared)
    value = Unknown("${x}", "key", frozenset({Source(_APP, *of)}))
    assert [phantoms.moves(value), phantoms.moves([value, "x"])] == [moves, moves]
    assert asked in ([], [(_APP, *of)])


def test_a_reference_to_what_is_new_is_another_one_and_to_what_nobody_speaks_of_is_compared() -> None:
    side = Values({ROOT: parse_document(_ROOT), _APP: parse_document(_JUDGED)}, {}, {})
    queue, name = (Unknown("", "", frozenset({Source(_APP, "Queue", attribute)})) for attribute in ("", "Shape"))
    for root, compared, of_queue, of_name in [
        ((nested_row("App", action="Add"),), NO, YES, MAY),
        ((_nested("App"),), NO, NO, NO),
        ((_nested("App"),), YES, YES, YES),
        ((), NO, NO, NO),
    ]:
        phantoms = Phantoms(_set(*root), Sides(side, side), lambda *_, compared=compared: compared)
        assert [phantoms.moves(queue), phantoms.moves(name)] == [of_queue, of_name]


@pytest.mark.parametrize(
    ("attribute", "action", "otherwise", "moves"),
    [
        ("", "Modify", YES, NO),
        ("Outputs.Gone", "Modify", YES, YES),
        ("Outputs.Gone", "Modify", NO, NO),
        ("", "Add", NO, YES),
        ("Outputs.Gone", "Add", NO, YES),
    ],
)
def test_a_nested_stack_keeps_its_name_and_an_output_that_nothing_explains_is_compared(
    attribute: str, action: str, otherwise: WillChange, moves: WillChange
) -> None:
    asked: list[Any] = []

    def compared(*of: Any) -> WillChange:
        asked.append(of)
        return otherwise

    side = Values({ROOT: parse_document(_ROOT), _APP: parse_document(_JUDGED)}, {}, {})
    tree = _set(nested_row("App", action=action), children={"App": _set()})
    phantoms = Phantoms(tree, Sides(side, side), compared)
    assert phantoms.moves(Unknown("", "", frozenset({Source(ROOT, "App", attribute)}))) is moves
    assert asked in ([], [(ROOT, "App", attribute)])


@pytest.mark.parametrize(("moved", "moves"), [((), NO), (("Stage",), NO), (("Image",), MAY), (("Image", "Stage"), MAY)])
def test_a_parameter_of_the_root_moves_where_it_is_given_another_value(
    moved: tuple[str, ...], moves: WillChange
) -> None:
    phantoms = _judging(moved=frozenset(moved))
    image = _sides(_APP_TEXT).after.parameter(ROOT, "Image")
    assert phantoms.moves(image) is moves


def test_two_sides_of_a_value_differ_for_sure_where_both_are_known() -> None:
    phantoms, queue = _judging(_queue(replacement="Conditional")), _value(_judging(), {"Ref": "Queue"})
    two = _value(_judging(), {"Ref": "Two"})
    for old, new, expected in [
        ("a", "a", NO),
        ("80", 80, NO),
        ("a", "b", YES),
        (two, two, NO),
        (queue, queue, MAY),
        ("a", two, MAY),
        (two, "a", MAY),
        (["a", two], ["b", two], MAY),
        ([two], [queue], MAY),
    ]:
        assert phantoms.between(old, new) is expected
    assert _judging(_REPLACED).between("a", queue) is YES
