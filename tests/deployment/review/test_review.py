"""What only looks like a change is told apart from what is one; a doubt is shown, never folded."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.statuses import RequiresRecreation
from cloudformation.unknown import KNOWN_AFTER_APPLY
from deployment.aws.clock import Waiting
from deployment.change_set.lifecycle import await_change_set
from deployment.review.review import Kind, Review, review
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import parse_document
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

_ROOT = parse_document(
    f"Resources: {{Network: {{Type: '{STACK_TYPE}'}}, App: {{Type: '{STACK_TYPE}'}}, Own: {{Type: 'AWS::SNS::Topic'}}}}"
)
_NETWORK = parse_document(
    """
Resources: {Vpc: {Type: 'AWS::EC2::VPC'}, Table: {Type: 'AWS::EC2::RouteTable'}}
Outputs:
  VpcId: {Value: !Ref Vpc}
  Arn: {Value: !GetAtt Vpc.Arn}
  Version: {Value: !GetAtt Vpc.LatestVersion}
  Joined: {Value: !Join [',', [!Ref Table, x]]}
  Text: {Value: !Sub '${Vpc}-${Other.Arn}-${!Kept}'}
  Fixed: {Value: fixed}
"""
)
_APP = parse_document("Resources: {Group: {Type: 'AWS::EC2::SecurityGroup', Properties: {VpcId: !Ref Vpc}}}")
_APP_LAYER, _NETWORK_LAYER = ROOT / "App", ROOT / "Network"


def _review(
    *answers: dict[str, Any],
    before: dict[ResourcePath, Any] | None = None,
    after: dict[ResourcePath, Any] | None = None,
    changed: frozenset[ResourcePath] = frozenset(),
    given: frozenset[str] = frozenset(),
) -> Review:
    bodies = {body["ChangeSetId"]: body for body in answers}
    client = FakeClient("cloudformation", describe_change_set=lambda **given: bodies[given["ChangeSetName"]])
    tree = await_change_set(client, set_arn("root"), Waiting(FakeTime().clock, POLLING))
    documents = {ROOT: _ROOT, ROOT / "Network": _NETWORK, ROOT / "App": _APP} if after is None else after
    return review(tree, before or {}, documents, changed, given)


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
    found = _review(_BOTH, _network(vpc), _waiting_app(output))
    assert _kinds(found).get("App/Group") is kind


def test_a_source_that_may_be_replaced_leaves_a_doubt() -> None:
    vpc = row("Vpc", detail("Tenancy", before="a", after="b", recreation="Conditionally"), Replacement="Conditional")
    found = _review(_BOTH, _network(vpc), _waiting_app())
    assert _kinds(found) == {"Network/Vpc": Kind.MAY_BE_REPLACED, "App/Group": Kind.MAY_BE_REPLACED}
    assert not found.resources[1].properties[0].certain


@pytest.mark.parametrize("output", ["VpcId", "Text"])
def test_an_added_source_moves_what_it_feeds(output: str) -> None:
    found = _review(_BOTH, _network(row("Vpc", action="Add")), _waiting_app(output))
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
    found = _review(_BOTH, _network(), app)
    assert found.resources == ()
    assert found.folded[1].waits_for == ("Group", "Group.Arn")
    vpc = row("Vpc", detail("CidrBlock", before="a", after="b", recreation="Always"), Replacement="True")
    assert _kinds(_review(_BOTH, _network(vpc), app))["App/Rule"] is Kind.CHANGED


def test_an_unknown_value_without_a_cause_waits_for_what_feeds_the_layer() -> None:
    def app(**parameters: str) -> dict[str, Any]:
        one = row("Group", detail("Name", dynamic=True, before="a", after=KNOWN_AFTER_APPLY))
        return change_set("App", one, parameters=parameters)

    fed = app(Vpc=placeholder("Network", "VpcId"))
    assert _review(_BOTH, _network(), fed).resources == ()
    vpc = row("Vpc", detail("CidrBlock", before="a", after="b", recreation="Always"), Replacement="True")
    assert "App/Group" in _kinds(_review(_BOTH, _network(vpc), fed))
    [doubt] = _review(_BOTH, _network(), app(Size="1")).resources
    assert not doubt.properties[0].certain


def test_a_placeholder_of_another_kind_is_a_doubt() -> None:
    app = _waiting_app()
    app["Parameters"][0]["ParameterValue"] = "{{IntrinsicFunction:stack//Fn::ImportValue}}"
    assert _kinds(_review(_BOTH, _network(), app)) == {"App/Group": Kind.MAY_BE_REPLACED}


def test_a_property_that_the_template_rewrote_is_never_folded() -> None:
    old = parse_document("Resources: {Group: {Properties: {VpcId: vpc-1}}}")
    found = _review(
        _BOTH,
        _network(),
        _waiting_app(),
        before={_APP_LAYER: old},
        changed=frozenset({_APP_LAYER}),
    )
    assert _kinds(found) == {"App/Group": Kind.REPLACED}


def test_a_changed_template_that_says_the_same_of_a_property_folds_it() -> None:
    found = _review(
        _BOTH,
        _network(),
        _waiting_app(),
        before={_APP_LAYER: _APP},
        changed=frozenset({_APP_LAYER}),
    )
    assert found.resources == ()


def test_a_changed_template_whose_old_text_is_not_at_hand_leaves_a_doubt() -> None:
    found = _review(_BOTH, _network(), _waiting_app(), changed=frozenset({_APP_LAYER}))
    assert _kinds(found) == {"App/Group": Kind.MAY_BE_REPLACED}
    found = _review(_BOTH, _network(row("Table", detail("Tags"))), _waiting_app(), changed=frozenset({_NETWORK_LAYER}))
    assert _kinds(found)["App/Group"] is Kind.MAY_BE_REPLACED


def test_an_output_that_says_something_else_moves_what_it_feeds() -> None:
    old = parse_document("Outputs: {VpcId: {Value: other}}")
    found = _review(
        _BOTH,
        _network(row("Table", detail("Tags", before="a", after="b"))),
        _waiting_app(),
        before={_NETWORK_LAYER: old},
        changed=frozenset({_NETWORK_LAYER}),
    )
    assert _kinds(found)["App/Group"] is Kind.REPLACED


def test_a_layer_whose_template_is_not_ours_leaves_a_doubt() -> None:
    network = _network(row("Vpc", detail("Tags", before="a", after="b")))
    found = _review(_BOTH, network, _waiting_app(), after={ROOT: _ROOT})
    assert _kinds(found)["App/Group"] is Kind.MAY_BE_REPLACED


def test_a_new_layer_moves_what_it_feeds_and_is_told_as_new() -> None:
    root = change_set("root", nested_row("Network", action="Add"), nested_row("App"))
    found = _review(root, _network(row("Vpc", action="Add")), _waiting_app())
    assert found.root.layers[0].kind is Kind.ADDED
    assert _kinds(found)["App/Group"] is Kind.REPLACED


def test_resources_come_go_and_are_imported() -> None:
    rows = [row("A", action="Add"), row("B", action="Remove", PolicyAction="Retain"), row("C", action="Import")]
    dynamic = row("D", action="Dynamic")
    found = _review(change_set("root", *rows, dynamic))
    assert list(_kinds(found).values()) == [Kind.ADDED, Kind.REMOVED, Kind.IMPORTED, Kind.CHANGED]
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
Parameters: {Size: {}, Fixed: {}, Fed: {}}
Conditions:
  Big: !Equals [!Ref Size, big]
  Both: !And [{Condition: Big}, !Equals [!Ref Fixed, x]]
Resources: {Vpc: {}}
Outputs:
  Size: {Value: !Ref Size}
  Fixed: {Value: !Ref Fixed}
  Fed: {Value: !Ref Fed}
  Chosen: {Value: !If [Both, !Ref Vpc, none]}
"""
)


def _echoing(given: str, before: str | None = None) -> tuple[dict[ResourcePath, Any], dict[ResourcePath, Any]]:
    """The documents where the network echoes its parameters, and the root's old ones."""
    passed = "{Size: !Ref Size, Fixed: fixed, Fed: !GetAtt Other.Outputs.Id}"
    nested = f"{{Type: '{STACK_TYPE}', Properties: {{Parameters: {given or passed}}}}}"
    root = f"Parameters: {{Size: {{}}}}\nResources: {{Network: {nested}}}"
    return {ROOT: parse_document(root), _NETWORK_LAYER: _ECHOING, _APP_LAYER: _APP}, (
        {ROOT: parse_document(root.replace(given or passed, before))} if before else {}
    )


@pytest.mark.parametrize(
    ("output", "given", "kind"),
    [
        ("Size", {"Size"}, Kind.REPLACED),
        ("Size", {"Else"}, None),
        ("Fixed", {"Size"}, None),
        ("Chosen", {"Size"}, Kind.REPLACED),
        ("Chosen", set(), None),
    ],
)
def test_an_output_that_echoes_a_parameter_moves_with_it(output: str, given: set[str], kind: Kind | None) -> None:
    network = _network(row("Vpc", detail("Tags", before="a", after="b")))
    after, _ = _echoing("")
    found = _review(_BOTH, network, _waiting_app(output), after=after, given=frozenset(given))
    assert _kinds(found).get("App/Group") is kind


def test_a_parameter_that_a_sibling_feeds_moves_with_the_sibling() -> None:
    after, _ = _echoing("")
    network = _network(row("Vpc", detail("Tags", before="a", after="b")))
    network["Parameters"] = [{"ParameterKey": "Fed", "ParameterValue": placeholder("Other", "Id")}]
    assert _review(_BOTH, network, _waiting_app("Fed"), after=after).resources[1:] == ()
    other = change_set("root", nested_row("Other", action="Add"), nested_row("Network"), nested_row("App"))
    found = _review(other, change_set("Other"), network, _waiting_app("Fed"), after=after)
    assert _kinds(found)["App/Group"] is Kind.REPLACED


def test_a_parameter_that_the_parent_gives_differently_moves() -> None:
    network = _network(row("Vpc", detail("Tags", before="a", after="b")))
    after, before = _echoing("{Fixed: new}", "{Fixed: old}")
    found = _review(_BOTH, network, _waiting_app("Fixed"), after=after, before=before, changed=frozenset({ROOT}))
    assert _kinds(found)["App/Group"] is Kind.REPLACED
