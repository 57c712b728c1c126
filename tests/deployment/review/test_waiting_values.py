"""Values that wait for what only the execution knows, followed to their sources: question by question, in tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from cloudformation.unknown import Source, Unknown, awaited
from deployment.change_set.change_set import ChangeSet
from deployment.review.phantoms import Phantoms
from deployment.review.review import WillChange
from deployment.review.sides import Sides
from deployment.template.stored_by_tree import BESIDE, STORED
from deployment.template.unpinned import PUT_TOGETHER
from deployment.template.values import MOVING, LiveValues
from tests.deployment.facts import stack
from tests.deployment.review.judged import a_set, empty_set, path, phantoms, sides
from tests.deployment.shapes import STACK_TYPE, detail, nested_row, row

NO, MAY, YES = WillChange.NO, WillChange.MAY, WillChange.YES
SSM_TYPE = "AWS::SSM::Parameter"


_ROOT = """
Parameters: {Stage: {Type: String}, Secret: {Type: String, NoEcho: true}}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app, Parameters: {Vpc: !GetAtt Network.Outputs.VpcId, Stage: !Ref Stage}}
"""
_NETWORK = """
Resources: {Vpc: {Type: AWS::EC2::VPC}, Other: {Type: AWS::SNS::Topic}}
Outputs: {VpcId: {Value: !GetAtt Vpc.LatestVersion}, Stage: {Value: !Ref AWS::Region}}
"""
_APP = """
Parameters:
  Vpc: {Type: String}
  Stage: {Type: String}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}
Conditions:
  Fed: !Equals [!Ref Vpc, '']
  Prod: !Equals [!Ref Stage, prod]
  Read: !Equals [!Ref Image, x]
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {VpcId: !Ref Vpc, Stage: !Ref Stage, Image: !Ref Image, Name: a, Reads: '{{resolve:ssm:/image}}'}
  Plain: {Type: AWS::SNS::Topic}
  OverFed: {Type: AWS::SNS::Topic, Condition: Fed}
  OverProd: {Type: AWS::SNS::Topic, Condition: Prod}
  OverRead: {Type: AWS::SNS::Topic, Condition: Read}
  Par: {Type: AWS::SSM::Parameter, Properties: {Name: /image, Value: one}}
  Deep: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: deep}}
  Late: {Type: AWS::CloudFormation::Stack, Condition: Fed, Properties: {TemplateURL: deep}}
"""
_DEEP = "Resources: {Queue: {Type: AWS::SQS::Queue}}\nOutputs: {Url: {Value: !GetAtt Queue.QueueUrl}}"
_TREE = {"": _ROOT, "Network": _NETWORK, "App": _APP, "App/Deep": _DEEP, "App/Late": _DEEP}
_STAGES = ({"Stage": "dev"}, {"Stage": "dev"})
_FED = {"Vpc": "{{IntrinsicFunction:stack/Network.Outputs.VpcId/Fn::GetAtt}}", "Stage": "dev", "Own": "stack/Topic"}


def _sides(*pairs: tuple[str, str], layer: str = "App", **more: Any) -> Sides:
    """Both sides of the tree; `pairs` say what text one layer had before, and has now."""
    old = new = _TREE[layer]
    for was, will in pairs:
        assert will in new
        old, new = old.replace(will, was), new
    return sides(_TREE, {layer: old}, **{"given": _STAGES, **more})


def _app(*rows: dict[str, Any], below: Mapping[str, ChangeSet] | None = None, **more: Any) -> ChangeSet:
    """A tree of change sets in which the app has these rows, and the network none."""
    app = a_set(*rows, below=below, parameters=_FED, **more)
    return a_set(nested_row("App"), nested_row("Network"), below={"App": app, "Network": empty_set()})


def _network(*rows: dict[str, Any]) -> ChangeSet:
    """A tree in which the network has these rows, and the app none."""
    return a_set(
        nested_row("App"), nested_row("Network"), below={"App": empty_set(parameters=_FED), "Network": a_set(*rows)}
    )


def _judged(tree: ChangeSet, both: Sides | None = None, **more: Any) -> Phantoms:
    return phantoms(tree, both or _sides(), **more)


_REPLACED = row("Vpc", detail("CidrBlock", before="a", after="b", recreation="Always"), kind="AWS::EC2::VPC")
_COMES = {"Network": _NETWORK.replace("!GetAtt Vpc.LatestVersion", "fixed")}
"""Before, the condition of one nested stack did not hold; now it awaits another one's output."""


def _said(judged: Phantoms) -> str:
    """Of each nested stack its name, in capitals where it is new, `:` where CloudFormation reports it, `!` where it is
    updated for sure."""
    return " ".join(
        f"{at.name.upper() if judged.is_new(at) else at.name}{':' * judged.told(at)}{'!' * judged.is_carried_out(at)}"
        for at in map(path, ("App", "App/Deep", "App/Late", "Network"))
    )


_LATE = _app(nested_row("Late", action="Add"), below={"Late": a_set(row("Queue", action="Add"))})


@pytest.mark.parametrize(
    ("tree", "exists", "comes"),
    [
        pytest.param(a_set(), "App: Deep: Late: Network:", "App: Deep: LATE! Network:", id="nothing is listed"),
        pytest.param(
            _app(row("Plain")), "App:! Deep: Late: Network:", "App:! Deep: LATE! Network:", id="a resource is listed"
        ),
        pytest.param(_app(listed=False), "App! Deep! Late! Network:", "App! Deep! Late! Network:", id="no changes are"),
        pytest.param(
            _app(nested=False), "App:! Deep! Late! Network:", "App:! Deep! LATE! Network:", id="none below is included"
        ),
        pytest.param(
            a_set(row("App", kind=STACK_TYPE)),
            "App! Deep! Late! Network:",
            "App! Deep! Late! Network:",
            id="it is listed without a set",
        ),
        pytest.param(
            a_set(row("App", kind=STACK_TYPE, action="Add")),
            "APP! DEEP! LATE! Network:",
            "APP! DEEP! LATE! Network:",
            id="it is added without a set",
        ),
        pytest.param(_LATE, "App:! Deep: Late:! Network:", "App:! Deep: LATE:! Network:", id="one below is added"),
        pytest.param(
            _app(nested_row("Deep"), nested_row("Late"), below={"Deep": empty_set(), "Late": a_set()}),
            "App:! Deep: Late:! Network:",
            "App:! Deep: Late:! Network:",
            id="one below has no change",
        ),
    ],
)
def test_cloudformation_reports_a_nested_stack_by_a_change_set_or_by_not_listing_it(
    tree: ChangeSet, exists: str, comes: str
) -> None:
    assert _said(_judged(tree)) == exists
    assert _said(_judged(tree, sides(_TREE, _COMES, _STAGES))) == comes


@pytest.mark.parametrize(
    ("condition", "output", "before", "stages", "said"),
    [
        pytest.param("Fed", "fixed", "other", ("dev", "dev"), "App: Deep: Late: Network:", id="never"),
        pytest.param("Fed", "''", "other", ("dev", "dev"), "App: Deep: LATE! Network:", id="once it is answered"),
        pytest.param("Fed", "''", "''", ("dev", "dev"), "App: Deep: Late: Network:", id="it exists"),
        pytest.param("Prod", "fixed", "fixed", ("dev", "prod"), "App: Deep: Late: Network:", id="it would be listed"),
    ],
)
def test_a_nested_stack_that_is_not_listed_comes_where_its_condition_is_answered_later(
    condition: str, output: str, before: str, stages: tuple[str, str], said: str
) -> None:
    app = _APP.replace("Late: {Type: AWS::CloudFormation::Stack, Condition: Fed", f"Late: {{Condition: {condition}")
    app = app.replace(f"Condition: {condition}, P", f"Condition: {condition}, Type: AWS::CloudFormation::Stack, P")
    network = _NETWORK.replace("!GetAtt Vpc.LatestVersion", "%s")
    both = sides(
        {**_TREE, "App": app, "Network": network % output},
        {"Network": network % before},
        ({"Stage": stages[0]}, {"Stage": stages[1]}),
    )
    assert _said(_judged(a_set(), both)) == said
    unheard = a_set(nested_row("App"), below={"App": empty_set(parameters=_FED, listed=False)})
    assert _said(_judged(unheard, both)) == said, "that nothing changes is said without a list"
    new = a_set(nested_row("App", action="Add"), below={"App": a_set(parameters=_FED)})
    late = "LATE!" if condition == "Fed" and output == "''" else "LATE:"
    assert _said(_judged(new, both)) == f"APP:! DEEP: {late} Network:"


def test_a_nested_stack_that_is_added_is_new_unless_its_condition_does_not_hold() -> None:
    app = _APP.replace("Condition: Fed, Prop", "Condition: Prod, Prop")
    for stage, late in (("prod", "LATE:!"), ("dev", "Late:!")):
        both = sides({**_TREE, "App": app}, given=({"Stage": stage}, {"Stage": stage}))
        assert _said(_judged(_LATE, both)) == f"App:! Deep: {late} Network:"


def _unknown(*waits: Source) -> Unknown:
    return Unknown("${x}", "x", frozenset(waits))


_ANSWER = Source(("Network",), "Vpc", "LatestVersion")
_ASKED = Source(("App",), "{{resolve:ssm:/image}}", MOVING)
_GIVEN = Source(("App",), "Image", None)
_CHANGES = _network(row("Vpc", detail("CidrBlock", before="a", after="b"), kind="AWS::EC2::VPC"))


@pytest.mark.parametrize(
    ("waits", "moves", "fed", "told", "untold"),
    [
        ((), NO, NO, False, False),
        ((_ASKED,), MAY, NO, False, True),
        ((_GIVEN,), MAY, NO, False, True),
        ((_ANSWER,), MAY, MAY, True, True),
        ((Source(("Network",), "Other", ""),), NO, NO, False, False),
        ((_ASKED, Source(("Network",), "Other", "")), MAY, NO, True, True),
        ((_ASKED, _ANSWER), MAY, MAY, True, True),
    ],
)
def test_what_cloudformation_reads_itself_it_lists_and_what_the_execution_decides_it_does_not(
    waits: tuple[Source, ...], moves: WillChange, fed: WillChange, told: bool, untold: bool
) -> None:
    value, judged = _unknown(*waits), _judged(_CHANGES)
    assert (judged.moves(value), judged.fed(value)) == (moves, fed)
    assert (judged.turns(value, value, told=True), judged.turns(value, value, told=False)) == (told, untold)


def test_a_condition_turns_where_its_two_results_are_not_one() -> None:
    judged, one, other = _judged(a_set()), awaited(("App",), "Plain"), awaited(("App",), "Group")
    for told in (True, False):
        assert [judged.turns(was, will, told=told) for was in (True, False) for will in (True, False)] == [
            *(False, True, True, False)
        ]
        assert judged.turns(one, other, told=told)
        assert not judged.turns(one, one, told=told)
        assert judged.turns(True, one, told=told)
        assert judged.turns(one, False, told=told)


@pytest.mark.parametrize(("name", "most"), [("Vpc", YES), (PUT_TOGETHER, MAY)])
def test_what_is_composed_of_parts_may_come_to_the_same_whatever_it_waits_for(name: str, most: WillChange) -> None:
    judged = _judged(_network(_REPLACED))
    assert judged.moves(_unknown(Source(("Network",), "Vpc", ""), Source(("Network",), name, ""))) is most


@pytest.mark.parametrize(
    ("old", "new", "moves"),
    [
        ("a", "a", NO),
        ("a", "b", YES),
        ("a", _unknown(), MAY),
        (_unknown(), "a", MAY),
        (_unknown(_ANSWER), "a", MAY),
        ("a", awaited(("Network",), "Vpc"), YES),
        (awaited(("Network",), "Vpc"), awaited(("Network",), "Vpc"), YES),
        (_unknown(), _unknown(), NO),
        (["a", _unknown()], ["a", _unknown()], NO),
        (["a", _unknown()], ["b", _unknown()], MAY),
        ({"a": "1"}, {"a": "2"}, YES),
    ],
)
def test_two_sides_of_a_value_are_one_where_their_texts_are_and_nothing_they_wait_for_changes(
    old: Any, new: Any, moves: WillChange
) -> None:
    assert _judged(_network(_REPLACED)).between(old, new) is moves


def _par(*details: dict[str, Any], **more: Any) -> dict[str, Any]:
    return row("Par", *details, kind=SSM_TYPE, **more)


_VALUE, _TIER = detail("Value", before="one", after="two"), detail("Tier", before="Standard", after="Advanced")
_WRITER = Source(("App",), "Par", STORED)


@pytest.mark.parametrize(
    ("listed", "stores"),
    [
        ((), NO),
        ((_par(_VALUE),), MAY),
        ((_par(_TIER),), NO),
        ((_par(*(detail(name, before="a", after="b") for name in BESIDE)),), NO),
        ((_par(_VALUE, _TIER),), MAY),
        ((_par(),), MAY),
        ((_par(action="Add"),), MAY),
        ((_par(action="Remove"),), MAY),
        ((_par(action="Import"),), MAY),
        ((row("Plain", detail("TopicName", before="a", after="b")),), NO),
    ],
)
def test_what_the_tree_stores_is_another_value_where_its_writer_changes_by_more_than_what_is_beside_the_value(
    listed: tuple[dict[str, Any], ...], stores: WillChange
) -> None:
    judged = _judged(_app(*listed))
    assert judged.rewritten([_WRITER]) is stores
    assert judged.rewritten([Source(("App",), "Plain", "TopicArn"), _WRITER]) is stores
    reads = _sides().after.value(path("App"), "{{resolve:ssm:/image}}")
    assert (judged.fed(reads), judged.fed("text")) == (stores, NO)
    assert judged.moves(reads) is MAY, "it is read again each time, whether the tree stores it or not"


def test_nothing_is_stored_anew_where_nothing_of_the_tree_stores() -> None:
    assert _judged(_app(_par(_VALUE))).rewritten(()) is NO


def test_what_a_writer_that_is_not_listed_stores_is_compared_here() -> None:
    asked = []

    def compared(*resource: Any) -> WillChange:
        asked.append(resource)
        return YES

    judged = _judged(_app(), compared=compared)
    assert [judged.rewritten([_WRITER]) for _ in range(2)] == [MAY, MAY]
    assert asked == [(path("App"), "Par", STORED)], "one time: it is remembered"


@pytest.mark.parametrize(("attribute", "moves"), [(STORED, MAY), ("", NO), ("Arn", NO)])
def test_what_leads_back_to_itself_adds_nothing_and_what_two_store_of_each_other_may_change(
    attribute: str, moves: WillChange
) -> None:
    ring = {"Par": "Plain", "Plain": "Par"}
    judged: Phantoms

    def compared(at: Any, name: str, _: str) -> WillChange:
        return judged.moves(awaited(at, ring[name], attribute))

    judged = _judged(_app(), compared=compared)
    assert judged.moves(awaited(("App",), "Par", attribute)) is moves


@pytest.mark.parametrize(
    ("at", "name", "attribute", "moves"),
    [
        ("", "Stage", None, MAY),
        ("", "Secret", None, NO),
        ("App", "Stage", None, MAY),
        ("App", "Missing", "", MAY),
        ("App", "Group", "", YES),
        ("App", "Group", "Size", MAY),
        ("App", "Plain", "TopicArn", NO),
        ("App", "Plain", "Size", MAY),
        ("App", "Gone", "", YES),
        ("App", "Any", "", YES),
        ("App", "Open", "", MAY),
        ("App", "Anew", "", YES),
        ("App", "Anew", "Size", MAY),
        ("App", "Stays", "", MAY),
        ("App", "Stays", "Size", MAY),
        ("App", "Deep", "", NO),
        ("App", "Fresh", "", YES),
        ("App", "Fresh", "Outputs.Url", YES),
        ("App/Fresh", "Queue", "", YES),
        ("App/Fresh", "Queue", "Size", MAY),
        ("App", "Deep", "Outputs.Missing", MAY),
        ("App/Silent", "Queue", "", MAY),
    ],
)
def test_a_source_changes_as_its_resource_is_listed(
    at: str, name: str, attribute: str | None, moves: WillChange
) -> None:
    rows = (
        row("Group", action="Add", kind="AWS::EC2::SecurityGroup"),
        row("Plain", detail("DisplayName", before="a", after="b")),
        row("Gone", action="Remove"),
        row("Any", action="Import"),
        row("Open", action="Dynamic"),
        row("Anew", detail("TopicName", before="a", after="b", recreation="Always"), Replacement="True"),
        row("Stays", action="Remove"),
        nested_row("Fresh", action="Add"),
        row("Silent", kind=STACK_TYPE),
    )
    more = "\n".join(
        f"  {made}: {{Type: {kind}}}"
        for made, kind in (
            *((made, "AWS::SNS::Topic") for made in ("Gone", "Any", "Open", "Anew")),
            *((made, STACK_TYPE) for made in ("Fresh", "Silent")),
        )
    )
    app = _APP.replace("Conditions:", "Conditions:\n  Dev: !Equals [!Ref Stage, dev]")
    app += f"{more}\n  Stays: {{Type: AWS::SNS::Topic, Condition: Dev}}\n"
    texts = {**_TREE, "App": app, "App/Fresh": _DEEP, "App/Silent": _DEEP}
    both = sides(texts, given=_STAGES, moved=frozenset({"Stage"}))
    tree = _app(*rows, below={"Fresh": a_set(row("Queue", action="Add"))})
    judged = _judged(tree, both, compared=lambda *_: MAY)
    assert judged.moves(_unknown(Source(path(at), name, attribute))) is moves
    nothing = _judged(tree, both)
    compared_here = name == "Stays" or (at, attribute) in (("App", "Outputs.Missing"), ("App/Silent", ""))
    assert nothing.moves(_unknown(Source(path(at), name, attribute))) is (NO if compared_here else moves)


@pytest.mark.parametrize(
    ("name", "action", "stages", "changes"),
    [
        ("Plain", "Add", ("dev", "dev"), YES),
        ("OverProd", "Add", ("dev", "prod"), YES),
        ("OverProd", "Add", ("dev", "dev"), NO),
        ("OverProd", "Add", ("prod", "prod"), YES),
        ("OverProd", "Remove", ("prod", "prod"), NO),
        ("OverProd", "Remove", ("prod", "dev"), YES),
        ("OverProd", "Remove", ("dev", "dev"), YES),
        ("OverProd", "Add", ("prod", "dev"), YES),
        ("OverProd", "Remove", ("dev", "prod"), YES),
        ("OverRead", "Add", ("dev", "dev"), YES),
        ("OverFed", "Add", ("dev", "dev"), MAY),
        ("OverFed", "Remove", ("dev", "dev"), MAY),
    ],
)
def test_a_resource_that_is_listed_as_added_or_removed_over_a_placeholder_is_judged_by_its_condition(
    name: str, action: str, stages: tuple[str, str], changes: WillChange
) -> None:
    listed = row(name, action=action)
    given = {"Stage": stages[0]}, {"Stage": stages[1]}
    [change] = a_set(listed).changes
    changing = a_set(
        nested_row("App"),
        nested_row("Network"),
        below={"App": a_set(listed, parameters=_FED), "Network": _CHANGES.children["Network"]},
    )
    assert _judged(changing, _sides(given=given)).resource(path("App"), change) is changes
    still = _judged(_app(listed), _sides(given=given)).resource(path("App"), change)
    assert still is (NO if name == "OverFed" else changes), "nothing that the condition reads changes"
    unread = sides(_TREE, {"App": f"Transform: Own\n{_APP}"}, given)
    made = _judged(_app(listed), unread).resource(path("App"), change)
    assert made is (MAY if name == "OverFed" else YES), "what a macro makes is not read here"


@pytest.mark.parametrize(
    ("before", "after", "action", "changes"),
    [
        (None, "Prod", "Add", YES),
        (None, "Test", "Add", NO),
        (None, "Fed", "Add", MAY),
        (None, "Read", "Add", MAY),
        ("Prod", None, "Remove", YES),
        ("Test", None, "Remove", YES),
        ("Fed", None, "Remove", MAY),
        ("Fed", "Prod", "Add", MAY),
        ("Prod", "Fed", "Remove", MAY),
    ],
)
def test_a_resource_that_one_template_alone_has_comes_or_goes_unless_its_condition_does_not_hold(
    before: str | None, after: str | None, action: str, changes: WillChange
) -> None:
    app = _APP.replace("Conditions:\n", "Conditions:\n  Test: !Equals [!Ref Stage, test]\n")
    texts = [
        app + (f"  New: {{Type: AWS::SNS::Topic, Condition: {name}}}\n" if name else "") for name in (before, after)
    ]
    both_given = {"Stage": "prod"}, {"Stage": "prod"}
    both = sides({**_TREE, "App": texts[1]}, {"App": texts[0]}, both_given)
    listed = row("New", action=action)
    [change] = a_set(listed).changes
    assert _judged(_app(listed), both).resource(path("App"), change) is changes
    made = sides({**_TREE, "App": f"Transform: Own\n{texts[1]}"}, {"App": texts[0]}, both_given)
    assert _judged(_app(listed), made).resource(path("App"), change) is max(
        changes, YES if {before, after} <= {None, "Prod", "Test"} else MAY
    )


@pytest.mark.parametrize(
    ("pairs", "name", "changes"),
    [
        ((), "Name", NO),
        ((("Name: b", "Name: a"),), "Name", YES),
        ((("Other: a", "Name: a"),), "Name", YES),
        ((("Name: a, Other: a", "Name: a"),), "Other", YES),
        ((), "Missing", MAY),
        ((), "VpcId", NO),
        ((("VpcId: vpc-1", "VpcId: !Ref Vpc"),), "VpcId", MAY),
        ((), "Image", MAY),
    ],
)
def test_a_property_changes_where_its_two_sides_do(
    pairs: tuple[tuple[str, str], ...], name: str, changes: WillChange
) -> None:
    judged, pointer = _judged(_app(), _sides(*pairs)), ("Properties", name)
    assert judged.property(path("App"), "Group", pointer) is changes
    assert judged.property(path("App"), "Missing", pointer) is MAY
    unread = sides(_TREE, {"App": None}, _STAGES)
    assert _judged(_app(), unread).property(path("App"), "Group", pointer) is MAY
    lacking = sides(_TREE, {"App": _APP.replace("  Group:", "  Other:")}, _STAGES)
    assert _judged(_app(), lacking).property(path("App"), "Group", pointer) is MAY
    made = sides(_TREE, {"App": f"Transform: Own\n{_APP}"}, _STAGES)
    assert _judged(_app(), made).property(path("App"), "Group", pointer) is MAY


_WAITS: dict[str, Any] = {"before": "a", "after": "{{changeSet:KNOWN_AFTER_APPLY}}"}


def _group(*details: dict[str, Any], **more: Any) -> tuple[Any, ChangeSet]:
    listed = row("Group", *details, kind="AWS::EC2::SecurityGroup", **more)
    return a_set(listed).changes[0], _app(listed)


@pytest.mark.parametrize(
    ("told", "changes", "with_tags"),
    [
        (detail("Name", before="a", after="b"), YES, YES),
        (detail("Name", before="a", after="a"), NO, NO),
        (detail("Name"), NO, NO),
        (detail("Image"), MAY, MAY),
        (detail("Missing", **_WAITS), MAY, MAY),
        (detail("VpcId", **_WAITS), NO, NO),
        (detail("VpcId", before="a", after="b"), MAY, MAY),
        (detail("VpcId", before="${Network.VpcId}", after="b"), NO, NO),
        (detail("VpcId", before="a", after="a"), NO, NO),
        (detail(None), MAY, MAY),
        (detail(None, attribute="Tags"), MAY, YES),
        (detail("ZoneTags", before="a", after="a"), NO, YES),
        (detail("TagsOf", before="a", after="a"), NO, NO),
        (detail(None, attribute="Metadata", before="a", after="a"), NO, NO),
        (detail(None, attribute="Metadata", before="a", after="b"), YES, YES),
        (detail(None, attribute="Newer", before="a", after="a"), YES, YES),
        (detail(None, attribute="Tags", before="a", after="b"), YES, YES),
        (detail("team", attribute="Tags", before="a", after="a"), NO, YES),
    ],
)
def test_a_detail_is_believed_unless_it_awaits_what_stays(
    told: dict[str, Any], changes: WillChange, with_tags: WillChange
) -> None:
    change, tree = _group(told)
    tags = {"team": ("a", "b")}
    for both, expected in ((_sides(), changes), (_sides(tags=tags), with_tags)):
        judged = _judged(tree, both)
        assert [moves for _, _, moves in judged.details(path("App"), change)] == [expected]
        assert judged.resource(path("App"), change) is expected


@pytest.mark.parametrize(
    ("tags", "changes", "moving"),
    [
        ("Tags: [{Key: a, Value: !GetAtt Plain.Size}]", NO, MAY),
        ("Tags: [{Key: a, Value: !GetAtt Plain.Size}], TagSet: [{Key: a, Value: b}]", NO, MAY),
        ("TagSet: [{Key: a, Value: !GetAtt Plain.Size}]", NO, MAY),
        ("HostedZoneTags: [{Key: a, Value: !GetAtt Plain.Size}]", NO, MAY),
        ("TagsOf: [{Key: a, Value: !GetAtt Plain.Size}]", MAY, MAY),
        ("Tags: [{Key: a, Value: b}]", MAY, MAY),
    ],
)
def test_tags_without_values_stay_only_where_they_await_what_stays(
    tags: str, changes: WillChange, moving: WillChange
) -> None:
    both = sides({**_TREE, "App": _APP.replace("Name: a", tags)}, given=_STAGES)
    change, tree = _group(detail(None, attribute="Tags"))
    assert _judged(tree, both).resource(path("App"), change) is changes
    plain = row("Plain", detail("DisplayName", before="a", after="b"))
    assert _judged(_app(plain), both).resource(path("App"), change) is moving


@pytest.mark.parametrize(
    ("choice", "stages", "changes"),
    [
        ("!If [Prod, a, b]", ("dev", "prod"), NO),
        ("!If [Fed, a, b]", ("dev", "dev"), NO),
        ("{{resolve:ssm:/image}}", ("dev", "dev"), MAY),
    ],
)
def test_what_is_the_same_over_placeholders_may_be_another_value_once_they_have_theirs(
    choice: str, stages: tuple[str, str], changes: WillChange
) -> None:
    app = _APP.replace("Name: a", f"Name: {choice!r}" if "{{" in choice else f"Name: {choice}")
    both = sides({**_TREE, "App": app}, given=({"Stage": stages[0]}, {"Stage": stages[1]}))
    change, _ = _group(detail("Name", before="a", after="a"))
    assert _judged(_app(_par(_VALUE)), both).resource(path("App"), change) is changes


def test_a_condition_over_an_output_that_becomes_another_one_is_answered_again() -> None:
    app = _APP.replace("Name: a", "Name: !If [Fed, a, b]")
    texts = {**_TREE, "App": app, "Network": _NETWORK.replace("!GetAtt Vpc.LatestVersion", "fixed")}
    change, tree = _group(detail("Name", before="a", after="a"))
    for old, changes in (("''", MAY), ("other", NO)):
        both = sides(texts, {"Network": texts["Network"].replace("fixed", old)}, _STAGES)
        assert _judged(tree, both).resource(path("App"), change) is changes


@pytest.mark.parametrize(
    ("recreation", "replacement", "waits", "replaced"),
    [
        ("Always", "True", {"before": "a", "after": "b"}, YES),
        ("Always", None, {"before": "a", "after": "b"}, YES),
        ("Conditionally", "Conditional", {"before": "a", "after": "b"}, MAY),
        ("Never", "True", {"before": "a", "after": "b"}, YES),
        ("Never", "Conditional", {"before": "a", "after": "b"}, MAY),
        ("Never", "False", {"before": "a", "after": "b"}, NO),
        ("Never", None, {"before": "a", "after": "b"}, NO),
        ("Always", "True", {"before": "a", "after": "a"}, NO),
        ("Conditionally", "True", {"before": "a", "after": "a"}, NO),
        ("Never", "True", {"before": "a", "after": "a"}, NO),
    ],
)
def test_a_row_replaces_as_its_details_say_and_by_itself_where_none_of_them_does(
    recreation: str, replacement: str | None, waits: dict[str, Any], replaced: WillChange
) -> None:
    change, tree = _group(detail("Name", recreation=recreation, **waits), Replacement=replacement)
    assert _judged(tree).recreated(path("App"), change) is replaced
    [bare] = a_set(row("Group", Replacement=replacement)).changes
    by_itself = {"True": YES, "Conditional": MAY, "False": NO, None: MAY}
    assert _judged(tree).recreated(path("App"), bare) is by_itself[replacement]
    assert _judged(tree).resource(path("App"), bare) is YES


def test_the_strictest_property_that_changes_decides_and_one_that_stays_does_not() -> None:
    stays = detail("VpcId", recreation="Always", **_WAITS)
    changes = detail("Name", before="a", after="b", recreation="Conditionally")
    mild = detail("Stage", before="a", after="b")
    for details, replaced in (
        ((stays, mild), NO),
        ((stays, changes), MAY),
        ((changes, stays, mild), MAY),
        ((changes, detail("Stage", before="a", after="b", recreation="Always")), YES),
    ):
        change, tree = _group(*details, Replacement="True")
        assert _judged(tree).recreated(path("App"), change) is replaced
        assert _judged(tree).resource(path("App"), change) is YES, "one of its properties changes"


def test_the_details_of_a_row_are_those_of_its_properties_in_order() -> None:
    by_parameter = detail("Stage", source="ParameterReference", cause="Stage", before="a", after="b")
    change, tree = _group(detail("VpcId", **_WAITS), by_parameter, detail("Name", before="a"), detail("Stage"))
    judged = _judged(tree)
    first = [(pointer, len(details), moves) for pointer, details, moves in judged.details(path("App"), change)]
    assert first == [("/Properties/Name", 1, NO), ("/Properties/Stage", 2, YES), ("/Properties/VpcId", 1, NO)]
    assert [*judged.details(path("App"), change)] == [*judged.details(path("App"), change)]


def test_a_name_in_a_pointer_is_one_member_whatever_characters_it_has() -> None:
    app = _APP.replace("Name: a", "Labels: {a/b~c: one, d: two}")
    both = sides({**_TREE, "App": app}, {"App": app.replace("one", "zero")}, _STAGES)
    for name, changes in (("Labels/a~1b~0c", YES), ("Labels/d", NO), ("Labels/a", MAY)):
        told = detail(name)
        change, tree = _group(told)
        assert _judged(tree, both).resource(path("App"), change) is changes


def test_what_a_sibling_feeds_is_named_by_its_output() -> None:
    judged = _judged(_app())
    assert judged.unknown_parameters(path("App")) == {"Vpc": "Network.VpcId"}
    assert judged.unknown_parameters(path("Network")) == judged.unknown_parameters(path("App/Deep")) == {}


def test_of_what_nobody_compares_anything_may_change() -> None:
    judged = Phantoms(_app(), _sides())
    assert judged.moves(awaited(("App",), "Plain", "Size")) is MAY


@pytest.mark.parametrize("action", ["Import", "Dynamic", "SyncWithActual"])
def test_a_row_that_modifies_nothing_is_believed_whatever_its_details_say(action: str) -> None:
    change, tree = _group(detail("Name", before="a", after="a"), action=action)
    assert _judged(tree).resource(path("App"), change) is YES


def test_a_condition_over_what_a_sibling_reads_elsewhere_was_answered_over_a_placeholder() -> None:
    network = _NETWORK.replace("!GetAtt Vpc.LatestVersion", "'{{resolve:ssm:/image}}'")
    listed = row("OverFed", action="Add")
    [change] = a_set(listed).changes
    judged = _judged(_app(listed), sides({**_TREE, "Network": network}, given=_STAGES))
    assert judged.resource(path("App"), change) is MAY
    given = _ROOT.replace("Stage: !Ref Stage}", "Stage: !Ref Topic}")
    app = _APP.replace("Prod: !Equals [!Ref Stage, prod]", "Prod: !Equals [!Ref Stage, !Ref Image]")
    listed = row("OverProd", action="Add")
    [change] = a_set(listed).changes
    judged = _judged(_app(listed), sides({**_TREE, "": given, "App": app}, given=_STAGES))
    assert judged.resource(path("App"), change) is MAY, "one half of it is a resource of the template above"


_SPLIT = _APP.replace("VpcId: !Ref Vpc", "VpcId: !Split [',', !Ref Vpc]")


def test_an_item_of_a_list_is_judged_by_the_whole_expression() -> None:
    change, tree = _group(detail("VpcId/0", before="a", after="b"))
    both = sides({**_TREE, "App": _SPLIT}, given=_STAGES)
    assert _judged(tree, both).resource(path("App"), change) is MAY, "it awaits an output"
    made = sides({**_TREE, "App": _SPLIT}, {"App": f"Transform: Own\n{_SPLIT}"}, _STAGES)
    assert _judged(tree, made).resource(path("App"), change) is YES
    chosen = _APP.replace("Name: a", "Name: !If [Fed, [a], [b]]")
    fixed = _NETWORK.replace("!GetAtt Vpc.LatestVersion", "%s")
    texts = {**_TREE, "App": chosen, "Network": fixed % "one"}
    answered = sides(texts, {"Network": fixed % "''"}, _STAGES)
    change, tree = _group(detail("Name/0", before="a", after="a"))
    assert _judged(tree, answered).resource(path("App"), change) is MAY


@pytest.mark.parametrize(("held", "changes"), [("vpc-2", NO), ("vpc-1", MAY)])
def test_what_somebody_gave_a_nested_stack_beside_its_root_is_given_anew(held: str, changes: WillChange) -> None:
    both = sides({**_TREE, "App": _SPLIT}, given=_STAGES)
    parameters = [{"ParameterKey": "Vpc", "ParameterValue": held}]
    now = LiveValues(both.before, {path("Network"): {"VpcId": "vpc-2"}})
    known = replace(both, now=now, standing={path("App"): stack(Parameters=parameters)})
    for pointer in (("Properties", "VpcId"), ("Properties", "VpcId", "0")):
        assert _judged(_app(), known).property(path("App"), "Group", pointer) is changes
    assert _judged(_app(), known).property(path("App"), "Group", ("Properties", "Name")) is NO
