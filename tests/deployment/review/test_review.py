"""What only looks like a change is distinguished from what is one; an unknown change is shown, never collapsed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from cloudformation.statuses import RequiresRecreation
from cloudformation.unknown import KNOWN_AFTER_APPLY
from deployment.aws.clock import Waiting
from deployment.change_set.lifecycle import await_change_set
from deployment.review.local_comparison import Comparison
from deployment.review.review import Kind, Review
from deployment.review.sides import Sides
from deployment.review.stack_templates import StackTemplates
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import parse_document
from deployment.template.values import Values
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime
from tests.deployment.shapes import (
    NO_CHANGES,
    STACK_TYPE,
    change_set,
    detail,
    nested_row,
    placeholder,
    row,
    set_arn,
)


def _root(output: str = "VpcId", **given: str) -> Mapping[str, Any]:
    """The root, whose app layer is fed by an output of the network; `given` is what else the network gets."""
    passed = ", ".join(f"{name}: {value}" for name, value in given.items())
    return parse_document(
        f"""
Parameters: {{Size: {{Type: String, Default: x}}}}
Resources:
  Network: {{Type: '{STACK_TYPE}', Properties: {{TemplateURL: network, Parameters: {{{passed}}}}}}}
  App:
    Type: {STACK_TYPE}
    Properties: {{TemplateURL: app, Parameters: {{Vpc: !GetAtt Network.Outputs.{output}, Size: !Ref Size}}}}
  Own: {{Type: AWS::SNS::Topic}}
"""
    )


_NETWORK = parse_document(
    """
Resources:
  Vpc: {Type: AWS::EC2::VPC}
  Table: {Type: AWS::EC2::RouteTable}
  Other: {Type: AWS::SNS::Topic}
  Custom: {Type: 'Custom::Image', Properties: {ServiceToken: arn, Release: 1}}
Outputs:
  VpcId: {Value: !Ref Vpc}
  Arn: {Value: !GetAtt Vpc.Arn}
  Version: {Value: !GetAtt Vpc.LatestVersion}
  Joined: {Value: !Join [',', [!Ref Table, x]]}
  Text: {Value: !Sub '${Vpc}-${Other.TopicArn}-${!Kept}'}
  Fixed: {Value: fixed}
  Image: {Value: !GetAtt Custom.ImageId}
  Made: {Value: !Ref Custom}
"""
)
_APP = parse_document(
    """
Parameters: {Vpc: {Type: String}, Size: {Type: String}}
Resources:
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, Size: !Ref Size}}
"""
)
_APP_WITH_RULE = parse_document(
    """
Parameters: {Vpc: {Type: String}}
Resources:
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc}}
  Rule: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !Ref Group, Arn: !GetAtt Group.Arn}}
"""
)
_APP_LAYER, _NETWORK_LAYER = ROOT / "App", ROOT / "Network"


def _review(
    *answers: dict[str, Any],
    output: str = "VpcId",
    before: Mapping[ResourcePath, Any] | None = None,
    after: Mapping[ResourcePath, Any] | None = None,
    unread: Collection[ResourcePath] = (),
    given: frozenset[str] = frozenset(),
    tags: Mapping[str, tuple[str | None, str | None]] | None = None,
) -> Review:
    """The review of a tree of change sets; `before` has the templates that were others, but for those not at hand."""
    bodies = {body["ChangeSetId"]: body for body in answers}
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **given: bodies[given["ChangeSetName"]],
        list_stack_resources={"StackResourceSummaries": []},
    )
    waiting = Waiting(FakeTime().clock, POLLING)
    tree = await_change_set(client, set_arn("root"), waiting)
    will = {ROOT: _root(output), ROOT / "Network": _NETWORK, ROOT / "App": _APP} if after is None else after
    was = {path: document for path, document in {**will, **(before or {})}.items() if path not in unread}
    values = dict.fromkeys(given, "new")
    sides = Sides(Values(was, {}, {}), Values(will, values, {}), given, tags or {})
    standing = StackTemplates(client, waiting, tree, lambda *_: None, {})
    return Review(Comparison(sides, tree, standing, create=False).tree(), ())


def _waiting_app(output: str = "VpcId", recreation: str = "Always", *more: dict[str, Any]) -> dict[str, Any]:
    """The app layer with a group that is listed because it waits for an output of the network."""
    pair = (
        detail("VpcId", source="DirectModification", dynamic=True, before="vpc-1", after=KNOWN_AFTER_APPLY,
               recreation=recreation),
        detail("VpcId", source="ParameterReference", cause="Vpc", before="vpc-1", after=KNOWN_AFTER_APPLY,
               recreation=recreation),
    )  # fmt: skip
    group = row("Group", *pair, *more, kind="AWS::EC2::SecurityGroup", Replacement="True")
    return change_set("App", group, parameters={"Vpc": placeholder("Network", output), "Size": "1"})


def _network(*rows: dict[str, Any]) -> dict[str, Any]:
    return change_set("Network", *rows) if rows else change_set("Network", status="FAILED", reason=NO_CHANGES)


_BOTH = change_set("root", nested_row("Network"), nested_row("App"))


def _kinds(found: Review) -> dict[str, Kind]:
    return {"/".join(each.path): each.kind for each in found.resources}


def test_a_row_that_waits_for_an_unchanged_layer_is_folded_with_what_it_waits_for() -> None:
    found = _review(_BOTH, _network(), _waiting_app())
    assert found.resources == ()
    assert [(each.path, each.waits_for) for each in found.folded] == [(("App", "Group"), ("Network.VpcId",))]
    assert not found.root.touched


def test_a_layer_that_the_root_does_not_list_is_unchanged_too() -> None:
    found = _review(change_set("root", nested_row("App")), _waiting_app())
    assert found.resources == ()
    assert [layer.path for layer in found.root.layers] == [("Network",), ("App",)]


def test_only_the_real_property_of_a_row_is_shown() -> None:
    size = (
        detail("Size", dynamic=True, before="1", after="2"),
        detail("Size", source="ParameterReference", cause="Size", before="1", after="2"),
    )
    found = _review(_BOTH, _network(), _waiting_app("VpcId", "Always", *size))
    [group] = found.resources
    assert group.kind is Kind.CHANGED
    [change] = group.properties
    assert (change.name, change.before, change.after, change.cause) == ("Size", "1", "2", "Size")


def test_a_replaced_source_moves_what_it_feeds() -> None:
    vpc = row("Vpc", detail("CidrBlock", before="a", after="b", recreation="Always"), Replacement="True")
    found = _review(_BOTH, _network(vpc), _waiting_app())
    assert _kinds(found) == {"Network/Vpc": Kind.REPLACED, "App/Group": Kind.REPLACED}
    [change] = found.resources[1].properties
    assert (change.cause, change.known, change.certain) == ("Network.VpcId", False, True)


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ("VpcId", None),
        ("Arn", None),
        ("Version", Kind.MAY_BE_REPLACED),
        ("Joined", None),
        ("Fixed", None),
        ("Text", None),
        ("Missing", None),
    ],
)
def test_a_source_that_changes_in_place_keeps_what_identifies_it(output: str, kind: Kind | None) -> None:
    vpc = row("Vpc", detail("Tags", before="a", after="b"))
    found = _review(_BOTH, _network(vpc), _waiting_app(output), output=output)
    assert _kinds(found).get("App/Group") is kind


def test_a_source_that_may_be_replaced_leaves_a_doubt() -> None:
    vpc = row("Vpc", detail("Tenancy", before="a", after="b", recreation="Conditionally"), Replacement="Conditional")
    found = _review(_BOTH, _network(vpc), _waiting_app())
    assert _kinds(found) == {"Network/Vpc": Kind.MAY_BE_REPLACED, "App/Group": Kind.MAY_BE_REPLACED}
    assert not found.resources[1].properties[0].certain


@pytest.mark.parametrize("output", ["VpcId", "Text"])
def test_an_added_source_moves_what_it_feeds(output: str) -> None:
    found = _review(_BOTH, _network(row("Vpc", action="Add")), _waiting_app(output), output=output)
    assert _kinds(found) == {"Network/Vpc": Kind.ADDED, "App/Group": Kind.REPLACED}


def test_phantoms_are_followed_through_resources_of_one_layer() -> None:
    uses = row(
        "Rule",
        detail("GroupId", dynamic=True, before="g", after=KNOWN_AFTER_APPLY),
        detail("GroupId", source="ResourceReference", cause="Group", before="g", after=KNOWN_AFTER_APPLY),
        detail("Arn", source="ResourceAttribute", cause="Group.Arn", before="g", after=KNOWN_AFTER_APPLY),
    )
    app = _waiting_app()
    app["Changes"].append(uses)
    layers = {ROOT: _root(), _NETWORK_LAYER: _NETWORK, _APP_LAYER: _APP_WITH_RULE}
    found = _review(_BOTH, _network(), app, after=layers)
    assert found.resources == ()
    assert found.folded[1].waits_for == ("Group", "Group.Arn")
    vpc = row("Vpc", detail("CidrBlock", before="a", after="b", recreation="Always"), Replacement="True")
    assert _kinds(_review(_BOTH, _network(vpc), app, after=layers))["App/Rule"] is Kind.CHANGED


def test_an_unknown_value_without_a_cause_waits_for_what_feeds_the_layer() -> None:
    def app(**parameters: str) -> dict[str, Any]:
        one = row("Group", detail("VpcId", dynamic=True, before="a", after=KNOWN_AFTER_APPLY))
        return change_set("App", one, parameters=parameters)

    fed = app(Vpc=placeholder("Network", "VpcId"))
    assert _review(_BOTH, _network(), fed).resources == ()
    vpc = row("Vpc", detail("CidrBlock", before="a", after="b", recreation="Always"), Replacement="True")
    assert "App/Group" in _kinds(_review(_BOTH, _network(vpc), fed))


def test_a_property_that_neither_template_has_is_a_doubt() -> None:
    one = row("Group", detail("Other", dynamic=True, before="a", after=KNOWN_AFTER_APPLY))
    [doubt] = _review(_BOTH, _network(), change_set("App", one)).resources
    assert not doubt.properties[0].certain


def test_what_another_stack_exports_stays_while_it_is_imported() -> None:
    imports = parse_document(
        f"Resources: {{App: {{Type: '{STACK_TYPE}', Properties: {{Parameters: {{Vpc: !ImportValue x}}}}}}}}"
    )
    app = _waiting_app()
    app["Parameters"][0]["ParameterValue"] = "{{IntrinsicFunction:stack//Fn::ImportValue}}"
    found = _review(change_set("root", nested_row("App")), app, after={ROOT: imports, _APP_LAYER: _APP})
    assert found.resources == ()


def test_a_property_that_the_template_rewrote_is_never_folded() -> None:
    old = parse_document("Resources: {Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: vpc-1}}}")
    found = _review(_BOTH, _network(), _waiting_app(), before={_APP_LAYER: old})
    assert _kinds(found) == {"App/Group": Kind.MAY_BE_REPLACED}


def test_a_changed_template_that_says_the_same_of_a_property_folds_it() -> None:
    group = "Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, Size: 1}}"
    old = parse_document(f"Parameters: {{Vpc: {{Type: String}}}}\nResources: {{{group}}}")
    assert _review(_BOTH, _network(), _waiting_app(), before={_APP_LAYER: old}).resources == ()


@pytest.mark.parametrize("unread", [_APP_LAYER, _NETWORK_LAYER])
def test_a_template_whose_old_text_is_not_at_hand_leaves_a_doubt(unread: ResourcePath) -> None:
    found = _review(_BOTH, _network(row("Table", detail("Tags"))), _waiting_app(), unread=[unread])
    assert _kinds(found)["App/Group"] is Kind.MAY_BE_REPLACED


@pytest.mark.parametrize("said", ["Outputs: {VpcId: {Value: other}}", "Outputs: {}"])
def test_an_output_that_says_something_else_may_move_what_it_feeds(said: str) -> None:
    old = parse_document(said)
    table = row("Table", detail("Tags", before="a", after="b"))
    found = _review(_BOTH, _network(table), _waiting_app(), before={_NETWORK_LAYER: old})
    assert _kinds(found)["App/Group"] is Kind.MAY_BE_REPLACED


@pytest.mark.parametrize("output", ["Image", "Made"])
def test_a_custom_resource_answers_what_it_likes_at_each_update(output: str) -> None:
    custom = row("Custom", detail("Release", before="1", after="2"), kind="Custom::Image")
    found = _review(_BOTH, _network(custom), _waiting_app(output), output=output)
    assert _kinds(found)["App/Group"] is Kind.MAY_BE_REPLACED


_INPUTS = """
Parameters: {Size: {Type: String, Default: %s}}
Mappings: {Names: {a: {b: %s}, c: {d: e}}}
Conditions: {Big: !Equals [!Ref Size, %s]}
Resources: {Vpc: {Type: AWS::EC2::VPC}}
Outputs:
  Default: {Value: !Ref Size}
  Mapped: {Value: !FindInMap [Names, a, b]}
  Chosen: {Value: !If [Big, one, two]}
  Other: {Value: !FindInMap [Names, c, d]}
"""


@pytest.mark.parametrize(
    ("output", "before", "moves"),
    [
        ("Default", ("y", "m", "x"), True),
        ("Mapped", ("x", "n", "x"), True),
        ("Chosen", ("x", "m", "y"), True),
        ("Chosen", ("y", "m", "y"), False),
        ("Other", ("y", "n", "y"), False),
    ],
)
def test_what_an_output_is_made_of_is_compared_whole(output: str, before: tuple[str, str, str], moves: bool) -> None:
    old, new = parse_document(_INPUTS % before), parse_document(_INPUTS % ("x", "m", "x"))
    layers = {ROOT: _root(output), _NETWORK_LAYER: new, _APP_LAYER: _APP}
    table = row("Vpc", detail("Tags", before="a", after="b"))
    found = _review(_BOTH, _network(table), _waiting_app(output), after=layers, before={_NETWORK_LAYER: old})
    assert ("App/Group" in _kinds(found)) is moves


def test_a_layer_whose_template_is_not_ours_leaves_a_doubt() -> None:
    network = _network(row("Vpc", detail("Tags", before="a", after="b")))
    found = _review(_BOTH, network, _waiting_app(), after={ROOT: _root()})
    assert _kinds(found)["App/Group"] is Kind.MAY_BE_REPLACED


def test_a_new_layer_moves_what_it_feeds_and_is_told_as_new() -> None:
    root = change_set("root", nested_row("Network", action="Add"), nested_row("App"))
    found = _review(root, _network(row("Vpc", action="Add")), _waiting_app())
    assert found.root.layers[0].kind is Kind.ADDED
    assert _kinds(found)["App/Group"] is Kind.REPLACED


def test_resources_come_go_and_are_imported() -> None:
    rows = [row("A", action="Add"), row("B", action="Remove", PolicyAction="Retain"), row("C", action="Import")]
    doubts = [row("D", action="Dynamic"), row("E", action="Something new")]
    found = _review(change_set("root", *rows, *doubts))
    assert list(_kinds(found).values()) == [
        *(Kind.ADDED, Kind.REMOVED, Kind.IMPORTED, Kind.MAY_BE_REPLACED, Kind.MAY_BE_REPLACED)
    ]
    assert found.resources[1].policy == "Retain"


def test_a_removed_layer_is_one_removal_and_its_own_properties_are_shown() -> None:
    timeout = detail("TimeoutInMinutes", before="60", after="30")
    url = detail("TemplateURL", before="https://a", after="https://b")
    found = _review(
        change_set("root", row("Old", kind=STACK_TYPE, action="Remove"), nested_row("App", timeout, url)),
        change_set("App", status="FAILED", reason=NO_CHANGES),
    )
    assert _kinds(found) == {"Old": Kind.REMOVED, "App": Kind.CHANGED}
    assert [each.name for each in found.resources[1].properties] == ["TimeoutInMinutes"]


@pytest.mark.parametrize(
    ("replacement", "kind"),
    [("True", Kind.REPLACED), ("Conditional", Kind.MAY_BE_REPLACED), ("False", Kind.CHANGED)],
)
def test_a_row_without_details_is_believed(replacement: str, kind: Kind) -> None:
    found = _review(change_set("root", row("Own", Replacement=replacement)))
    assert _kinds(found) == {"Own": kind}


def test_values_that_stay_the_same_are_no_change() -> None:
    assert _review(change_set("root", row("Own", detail("P", before="a", after="a")))).resources == ()


def test_a_property_that_goes_and_one_that_forces_are_told() -> None:
    found = _review(
        change_set("root", row("Own", detail("P", before="a"), detail("Q", before="a", after="b", recreation="Always")))
    )
    gone, forcing = found.resources[0].properties
    assert (gone.known, gone.after) == (True, None)
    assert forcing.recreation is RequiresRecreation.ALWAYS
    assert found.count(Kind.REPLACED) == 1


_ECHOING = parse_document(
    """
Parameters: {Size: {Type: String}, Fixed: {Type: String}, Fed: {Type: String}}
Conditions:
  Big: !Equals [!Ref Size, new]
  Both: !And [{Condition: Big}, !Equals [!Ref Fixed, fixed]]
Resources: {Vpc: {Type: AWS::EC2::VPC}}
Outputs:
  Size: {Value: !Ref Size}
  Fixed: {Value: !Ref Fixed}
  Fed: {Value: !Ref Fed}
  Chosen: {Value: !If [Both, !Ref Vpc, none]}
"""
)
_PASSED = {"Size": "!Ref Size", "Fixed": "fixed", "Fed": "!GetAtt Other.Outputs.Id"}


def _echoing(output: str, **given: str) -> dict[ResourcePath, Any]:
    """The documents where the network echoes its parameters."""
    return {ROOT: _root(output, **{**_PASSED, **given}), _NETWORK_LAYER: _ECHOING, _APP_LAYER: _APP}


@pytest.mark.parametrize(
    ("output", "given", "kind"),
    [
        ("Size", {"Size"}, Kind.REPLACED),
        ("Size", {"Else"}, None),
        ("Fixed", {"Size"}, None),
        ("Chosen", {"Size"}, Kind.MAY_BE_REPLACED),
        ("Chosen", set(), None),
    ],
)
def test_an_output_that_echoes_a_parameter_moves_with_it(output: str, given: set[str], kind: Kind | None) -> None:
    network = _network(row("Vpc", detail("Tags", before="a", after="b")))
    found = _review(_BOTH, network, _waiting_app(output), output=output, after=_echoing(output), given=frozenset(given))
    assert _kinds(found).get("App/Group") is kind


def test_a_parameter_that_a_sibling_feeds_moves_with_the_sibling() -> None:
    network = _network(row("Vpc", detail("Tags", before="a", after="b")))
    network["Parameters"] = [{"ParameterKey": "Fed", "ParameterValue": placeholder("Other", "Id")}]
    layers = _echoing("Fed")
    other = {"Type": STACK_TYPE, "Properties": {"TemplateURL": "other"}}
    layers[ROOT] = {**layers[ROOT], "Resources": {**layers[ROOT]["Resources"], "Other": other}}
    layers[ROOT / "Other"] = parse_document("Resources: {Vpc: {Type: AWS::EC2::VPC}}\nOutputs: {Id: {Value: !Ref Vpc}}")
    assert _review(_BOTH, network, _waiting_app("Fed"), after=layers).resources[1:] == ()
    both = change_set("root", nested_row("Other", action="Add"), nested_row("Network"), nested_row("App"))
    made = change_set("Other", row("Vpc", action="Add"))
    found = _review(both, made, network, _waiting_app("Fed"), after=layers)
    assert _kinds(found)["App/Group"] is Kind.REPLACED


def test_a_parameter_that_the_parent_gives_differently_moves() -> None:
    network = _network(row("Vpc", detail("Tags", before="a", after="b")))
    before = {ROOT: _root("Fixed", **{**_PASSED, "Fixed": "old"})}
    found = _review(_BOTH, network, _waiting_app("Fixed"), after=_echoing("Fixed"), before=before)
    assert _kinds(found)["App/Group"] is Kind.REPLACED


def test_tags_of_the_stack_are_shown_as_the_values_they_are() -> None:
    tagged = row("Vpc", detail(None, attribute="Tags"))
    found = _review(_BOTH, _network(tagged), _waiting_app(), tags={"environment": ("dev", "test"), "old": ("x", None)})
    [vpc] = found.resources
    assert vpc.kind is Kind.CHANGED
    assert [(each.name, each.before, each.after, each.certain) for each in vpc.properties] == [
        ("Tags/environment", "dev", "test", True),
        ("Tags/old", "x", None, True),
    ]


def test_tags_that_nothing_explains_are_a_doubt() -> None:
    [vpc] = _review(_BOTH, _network(row("Vpc", detail(None, attribute="Tags"))), _waiting_app()).resources
    assert [(each.name, each.certain) for each in vpc.properties] == [("Tags", False)]


def test_a_layer_without_a_change_set_of_its_own_is_compared_here() -> None:
    root = change_set("root", {**nested_row("Network"), "ResourceChange": _without_set("Network")}, nested_row("App"))
    old = parse_document("Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: old}}}")
    found = _review(root, _waiting_app(), before={_NETWORK_LAYER: old})
    assert _kinds(found)["Network/Vpc"] is Kind.MAY_BE_REPLACED
    assert next(change for change in found.resources if change.path == ("Network", "Vpc")).local


def _without_set(name: str) -> dict[str, Any]:
    body: dict[str, Any] = dict(nested_row(name)["ResourceChange"])
    del body["ChangeSetId"]
    return body


def test_a_change_set_that_does_not_say_what_changes_is_compared_here() -> None:
    silent = _network(row("Vpc"))
    del silent["Changes"]
    old = parse_document("Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: old}}}")
    found = _review(_BOTH, silent, _waiting_app(), before={_NETWORK_LAYER: old})
    assert _kinds(found)["Network/Vpc"] is Kind.MAY_BE_REPLACED


@pytest.mark.parametrize(("same", "kind"), [(True, None), (False, Kind.ADDED)])
def test_a_condition_over_what_a_sibling_outputs_is_answered_by_both_sides(same: bool, kind: Kind | None) -> None:
    app = """
Parameters: {Vpc: {Type: String}}
Conditions: {Has: !Not [!Equals [!Ref Vpc, '']]}
Resources: {Group: {Type: AWS::EC2::SecurityGroup, Condition: Has}}
"""
    added = change_set("App", row("Group", action="Add"), parameters={"Vpc": placeholder("Network", "VpcId")})
    vpc = row("Vpc", detail("CidrBlock", before="a", after="b", recreation="Always"), Replacement="True")
    layers = {ROOT: _root(), _NETWORK_LAYER: _NETWORK, _APP_LAYER: parse_document(app)}
    found = _review(_BOTH, _network() if same else _network(vpc), added, after=layers)
    assert _kinds(found).get("App/Group") is kind
    assert all(not change.certain for change in found.resources if change.path == ("App", "Group"))


_CHOOSING = """
Parameters: {Vpc: {Type: String}}
Conditions: {Has: !Not [!Equals [!Ref Vpc, '']]}
Resources:
  Group: {Type: AWS::EC2::SecurityGroup, Condition: Has, Properties: {GroupDescription: old}}
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !If [Has, full, empty]}}
"""


def _over_a_placeholder(*rows: dict[str, Any], tags: bool = False, before: str = _CHOOSING) -> Review:
    """A layer whose condition CloudFormation answered over a placeholder: `no`, where it is yes before and after."""
    app = change_set("App", *rows, parameters={"Vpc": placeholder("Network", "Fixed")})
    network = parse_document("Resources: {Other: {Type: AWS::SNS::Topic}}\nOutputs: {Fixed: {Value: fixed}}")
    layers = {ROOT: _root("Fixed"), _NETWORK_LAYER: network, _APP_LAYER: parse_document(_CHOOSING)}
    old = {_APP_LAYER: parse_document(before)}
    moved = {"environment": ("dev", "test")} if tags else None
    return _review(_BOTH, _network(), app, after=layers, before=old, tags=moved)


def test_a_value_that_a_placeholder_chose_is_what_both_sides_come_to() -> None:
    chosen = detail("TopicName", before="full", after="empty", recreation="Always")
    assert _kinds(_over_a_placeholder(row("Topic", chosen, Replacement="True"))) == {}
    other = detail("TopicName", before="moved by hand", after="empty", recreation="Always")
    found = _over_a_placeholder(row("Topic", other, Replacement="True"))
    assert _kinds(found) == {"App/Topic": Kind.MAY_BE_REPLACED}


def test_what_stays_although_a_placeholder_let_it_go_is_compared_here() -> None:
    goes = row("Group", action="Remove", kind="AWS::EC2::SecurityGroup")
    assert _kinds(_over_a_placeholder(goes)) == {}
    older = _CHOOSING.replace("old", "older")
    assert _kinds(_over_a_placeholder(goes, before=older)) == {"App/Group": Kind.MAY_BE_REPLACED}
    assert _kinds(_over_a_placeholder(goes, tags=True)) == {"App/Group": Kind.CHANGED}


_TAGGED = (
    "Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {Tags: [{Key: a, Value: %s}]}}, Net: {Type: AWS::EC2::VPC}}"
)


@pytest.mark.parametrize(
    ("value", "before", "kind"),
    [("green", "beside", Kind.CHANGED), ("green", None, Kind.CHANGED), ("!Ref Net", None, None)],
)
def test_tags_stay_only_where_cloudformation_could_not_know_them(
    value: str, before: str | None, kind: Kind | None
) -> None:
    """Somebody may have updated a nested stack beside its root: both templates say the same then."""
    tags = detail(None, attribute="Tags", before=before, after="green" if before else None)
    layers = {ROOT: _root(), _NETWORK_LAYER: parse_document(_TAGGED % value), _APP_LAYER: _APP}
    found = _review(_BOTH, _network(row("Vpc", tags)), _waiting_app(), after=layers)
    assert _kinds(found).get("Network/Vpc") is kind


def test_what_cloudformation_finds_no_change_in_outputs_what_it_did() -> None:
    layers = {ROOT: _root(), _APP_LAYER: _APP}
    assert _kinds(_review(_BOTH, _network(), _waiting_app(), after=layers)) == {}
    other = {**layers, ROOT: _root(Given="two")}
    found = _review(_BOTH, _network(), _waiting_app(), after=other, before={ROOT: _root(Given="one")})
    assert _kinds(found) == {"App/Group": Kind.MAY_BE_REPLACED}


def test_what_reads_a_resource_that_stays_is_doubted_with_it_although_it_is_listed_as_removed() -> None:
    reader = "  Reader: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt Group.GroupId}}\n"
    waits = detail(
        "DisplayName", source="ResourceAttribute", cause="Group.GroupId", before="g", after=KNOWN_AFTER_APPLY
    )
    rows = [row("Group", action="Remove", kind="AWS::EC2::SecurityGroup"), row("Reader", waits)]
    app = change_set("App", *rows, parameters={"Vpc": placeholder("Network", "Fixed")})
    network = parse_document("Resources: {Other: {Type: AWS::SNS::Topic}}\nOutputs: {Fixed: {Value: fixed}}")
    after = {ROOT: _root("Fixed"), _NETWORK_LAYER: network, _APP_LAYER: parse_document(_CHOOSING + reader)}
    assert _kinds(_review(_BOTH, _network(), app, after=after)) == {}
    older = {_APP_LAYER: parse_document(_CHOOSING.replace("old", "older") + reader)}
    found = _review(_BOTH, _network(), app, after=after, before=older)
    assert _kinds(found) == {"App/Group": Kind.MAY_BE_REPLACED, "App/Reader": Kind.CHANGED}


@pytest.mark.parametrize("attribute", ["Metadata", "DeletionPolicy"])
def test_an_attribute_of_a_resource_with_another_value_changes_for_sure(attribute: str) -> None:
    changed = detail(None, attribute=attribute, before="a", after="b")
    [vpc] = _review(_BOTH, _network(row("Vpc", changed)), _waiting_app()).resources
    assert (vpc.kind, [change.certain for change in vpc.properties]) == (Kind.CHANGED, [True])


_LATE = """
Parameters: {Vpc: {Type: String}}
Conditions: {Has: !Equals [!Ref Vpc, new]}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Deep: {Type: AWS::CloudFormation::Stack, Condition: Has, Properties: {TemplateURL: deep}}
"""


@pytest.mark.parametrize(
    ("before", "will", "kinds"),
    [
        ("old", "new", {"App/Deep/Queue": Kind.ADDED}),
        ("old", "other", {}),
        ("new", "new", {}),
        ("old", "!Ref Other", {"App/Deep/Queue": Kind.ADDED}),
    ],
)
def test_a_nested_stack_that_comes_once_a_sibling_has_its_outputs_is_new_although_nothing_lists_it(
    before: str, will: str, kinds: dict[str, Kind]
) -> None:
    network = "Resources: {{Other: {{Type: AWS::SNS::Topic}}}}\nOutputs: {{Fixed: {{Value: {}}}}}"
    deep = parse_document("Resources: {Queue: {Type: AWS::SQS::Queue}}")
    after = {ROOT: _root("Fixed"), _NETWORK_LAYER: parse_document(network.format(will))}
    after |= {_APP_LAYER: parse_document(_LATE), _APP_LAYER / "Deep": deep}
    app = change_set("App", status="FAILED", reason=NO_CHANGES, parameters={"Vpc": placeholder("Network", "Fixed")})
    old = {_NETWORK_LAYER: parse_document(network.format(before))}
    found = _review(_BOTH, _network(), app, after=after, before=old)
    assert _kinds(found) == kinds
    assert not any(change.certain for change in found.resources), "whether the layer above is updated is not known"
    added = [layer.path for layer in found.root.walk() if layer.kind is Kind.ADDED]
    assert added == ([_APP_LAYER / "Deep"] if kinds else [])


def _own(*details: dict[str, Any], replacement: str | None) -> Review:
    listed = row("Own", *details, Replacement=replacement)
    if replacement is None:
        del listed["ResourceChange"]["Replacement"]
    return _review(change_set("root", listed))


def test_a_row_says_what_no_detail_of_it_does_and_where_it_says_nothing_its_details_do() -> None:
    mild = detail("DisplayName", before="a", after="b")
    strict = detail("TopicName", before="a", after="b", recreation="Always")
    assert _kinds(_own(mild, replacement="True")) == {"Own": Kind.REPLACED}
    assert _kinds(_own(mild, replacement="Conditional")) == {"Own": Kind.MAY_BE_REPLACED}
    assert _kinds(_own(mild, replacement=None)) == {"Own": Kind.CHANGED}
    assert _kinds(_own(strict, replacement=None)) == {"Own": Kind.REPLACED}
    assert _kinds(_own(mild, strict, replacement="True")) == {"Own": Kind.REPLACED}


@pytest.mark.parametrize(("name", "changes"), [("Tags", True), ("HostedZoneTags", True), ("VpcId", False)])
def test_whatever_a_type_calls_its_tags_changes_with_those_of_the_stack(name: str, changes: bool) -> None:
    zone = f"{{Type: AWS::X::Zone, Properties: {{{name}: !Ref Vpc}}}}"
    app = parse_document(f"Parameters: {{Vpc: {{Type: String}}}}\nResources: {{Zone: {zone}}}")
    waits = detail(name, dynamic=True, before="a", after=KNOWN_AFTER_APPLY)
    listed = change_set("App", row("Zone", waits), parameters={"Vpc": placeholder("Network", "VpcId")})
    layers = {ROOT: _root(), _NETWORK_LAYER: _NETWORK, _APP_LAYER: app}
    found = _review(_BOTH, _network(), listed, after=layers, tags={"team": ("a", "b")})
    assert ("App/Zone" in _kinds(found)) is changes


@pytest.mark.parametrize(("size", "kind"), [("x", Kind.ADDED), ("y", None)])
def test_a_resource_that_the_template_adds_under_a_condition_comes_where_that_holds(
    size: str, kind: Kind | None
) -> None:
    """CloudFormation may have answered it over a placeholder; both sides of the template are known here."""
    app = "Parameters: {Vpc: {Type: String}, Size: {Type: String}}\nConditions: {Has: !Equals [!Ref Size, %s]}\n"
    before = f"{app % size}Resources: {{Topic: {{Type: AWS::SNS::Topic}}}}"
    after = (
        f"{app % size}Resources: {{Topic: {{Type: AWS::SNS::Topic}}, New: {{Type: AWS::SNS::Topic, Condition: Has}}}}"
    )
    layers = {ROOT: _root(), _NETWORK_LAYER: _NETWORK, _APP_LAYER: parse_document(after)}
    listed = change_set("App", row("New", action="Add"))
    found = _review(_BOTH, _network(), listed, after=layers, before={_APP_LAYER: parse_document(before)})
    assert _kinds(found).get("App/New") is kind
    assert all(change.certain for change in found.resources)


@pytest.mark.parametrize(
    ("before", "will", "listed", "kind"),
    [
        ("new", "other", None, Kind.REMOVED),
        ("new", "!Ref Other", None, Kind.REMOVED),
        ("new", "new", None, None),
        ("new", "other", "Modify", Kind.REMOVED),
        ("new", "new", "Modify", None),
        ("new", "other", "Import", Kind.IMPORTED),
    ],
)
def test_a_nested_stack_goes_once_a_sibling_has_its_outputs_although_nothing_says_so(
    before: str, will: str, listed: str | None, kind: Kind | None
) -> None:
    network = "Resources: {{Other: {{Type: AWS::SNS::Topic}}}}\nOutputs: {{Fixed: {{Value: {}}}}}"
    after = {ROOT: _root("Fixed"), _NETWORK_LAYER: parse_document(network.format(will))}
    after |= {_APP_LAYER: parse_document(_LATE)}
    after |= {_APP_LAYER / "Deep": parse_document("Resources: {Queue: {Type: AWS::SQS::Queue}}")}
    rows = [nested_row("Deep", action=listed)] if listed else [row("Topic")]
    app = change_set("App", *rows, parameters={"Vpc": placeholder("Network", "Fixed")})
    deep = change_set("Deep", status="FAILED", reason=NO_CHANGES)
    old = {_NETWORK_LAYER: parse_document(network.format(before))}
    found = _review(_BOTH, _network(), app, *([deep] if listed else []), after=after, before=old)
    deeper = [change for change in found.resources if change.path == _APP_LAYER / "Deep"]
    assert [change.kind for change in deeper] == ([kind] if kind else [])
    assert [change.certain for change in deeper if change.local] == [will == "other"] * (kind is Kind.REMOVED)


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize(("before", "will", "kind"), [("new", "other", Kind.REMOVED), ("other", "new", Kind.ADDED)])
def test_a_condition_that_turns_later_is_certain_where_the_nested_stack_is_updated_for_sure(
    before: str, will: str, kind: Kind, *, carried_out: bool
) -> None:
    network = "Resources: {{Other: {{Type: AWS::SNS::Topic}}}}\nOutputs: {{Fixed: {{Value: {}}}}}"
    text = _LATE.partition("  Deep:")[0] + "  Held: {Type: AWS::SQS::Queue, Condition: Has}\n"
    after = {ROOT: _root("Fixed"), _NETWORK_LAYER: parse_document(network.format(will))}
    after |= {_APP_LAYER: parse_document(text)}
    empty: dict[str, Any] = {"status": "FAILED", "reason": NO_CHANGES}
    fed = {"Vpc": placeholder("Network", "Fixed")}
    rows = [row("Topic")] if carried_out else []
    app = change_set("App", *rows, parameters=fed, **({} if carried_out else empty))
    old = {_NETWORK_LAYER: parse_document(network.format(before))}
    found = _review(_BOTH, _network(), app, after=after, before=old)
    [held] = [change for change in found.resources if change.path == _APP_LAYER / "Held"]
    assert (held.kind, held.certain) == (kind, carried_out)
