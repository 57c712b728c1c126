"""Whole pictures: every resource once, nothing over anything else, arrows where the templates have them."""

from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from cloudformation.template.tree import PlainTree, section
from templates.layers import LAYERS as BUILT
from templates.parts import wiring
from templates.pictures.canvas.shapes import Box
from templates.pictures.facts.flows import permissions, requests, ways_out
from templates.pictures.facts.placement import NOT_DRAWN
from templates.pictures.facts.resolved_tree import resolved_tree
from tests.templates.pictures.systems import (
    REGION,
    SVG,
    Picture,
    Piece,
    combined,
    drawn,
    plain,
    read,
    system,
    templates,
)
from tests.templates.resolved import RENDERED, REQUIRED, tree

PROJECT = RENDERED.parent
SYSTEMS = dict(combined())
CARDS = {"card", "band", "outside", "range"}
LAYERS = {layer: wiring.logical_id(layer) for layer in BUILT}


def looks(piece: Piece) -> str:
    return piece.classes[0]


def overlapping(picture: Picture) -> list[str]:
    pairs = combinations(picture.texts, 2)
    return [f"{one.text!r} and {other.text!r}" for one, other in pairs if one.box.meets(other.box)]


def outside(picture: Picture) -> list[str]:
    """Texts that do not lie whole in the box on which they begin, which is the one that was drawn last."""
    found = []
    for words in picture.texts:
        start = Box(words.box.left, words.box.top, words.box.left + 1, words.box.top + 1)
        holders = [frame.box for frame in picture.frames if frame.box.holds(start)]
        if not holders[-1].holds(words.box):
            found.append(words.text)
    return found


def colliding(picture: Picture) -> list[str]:
    """Cards that are neither beside each other nor one in the other."""
    cards = [frame for frame in picture.frames if looks(frame) in CARDS]
    return [
        f"{one.resource} and {other.resource}"
        for one, other in combinations(cards, 2)
        if one.box.meets(other.box) and not one.box.holds(other.box) and not other.box.holds(one.box)
    ]


def crossed(picture: Picture) -> list[str]:
    """Words and cards that an arrow runs over; it may begin and end at the edge of a card."""
    solid = [*picture.texts, *(frame for frame in picture.frames if looks(frame) in CARDS)]
    return [
        f"{arrow.text} over {piece.text or piece.resource}"
        for arrow in picture.arrows
        for (a, b), (c, d) in pairwise(arrow.points)
        for piece in solid
        if Box(min(a, c) - (b != d), min(b, d) - (a != c), max(a, c) + (b != d), max(b, d) + (a != c)).meets(piece.box)
    ]


def there(name: str) -> dict[str, str]:
    """What there is, by path: tests/templates/resolved.py says it, which shares nothing with the code that draws."""
    return {
        f"{LAYERS[layer]}/{logical_id}": body["Type"]
        for layer, resolved in tree(**SYSTEMS[name]).items()
        if layer != "root"
        for logical_id, body in resolved.resources.items()
    }


def faults(name: str) -> list[str]:
    """Everything that is wrong with the picture of a system."""
    resolved = system(**SYSTEMS[name])
    picture = drawn(resolved)
    page = picture.frames[0]
    assert looks(page) == "paper"
    beyond = [
        f"{piece} is not on the page"
        for piece in (*picture.frames, *picture.texts, *picture.arrows)
        if not page.box.holds(piece.box)
    ]
    wanted = Counter(path for path, kind in there(name).items() if kind not in NOT_DRAWN)
    seen = Counter(picture.resources())
    wrong = [f"{path} is drawn {seen[path]} times" for path in seen | wanted if seen[path] != wanted[path]]
    flows = [*requests(resolved), *ways_out(resolved), *permissions(resolved)]
    ends = {pair for arrow in picture.arrows for pair in arrow.text.split(" and ")}
    without = {f"{flow.source} to {flow.target}" for flow in flows} ^ ends
    words = {piece.text for piece in picture.texts if looks(piece) == "label"}
    wordless = [flow.label for flow in requests(resolved) if flow.label and flow.label not in words]
    found = [*overlapping(picture), *outside(picture), *colliding(picture), *crossed(picture)]
    return [*beyond, *wrong, *sorted(without), *wordless, *found]


@pytest.mark.parametrize("name", [name for name in SYSTEMS if " + " not in name])
def test_every_resource_and_arrow_is_drawn_once_and_nothing_lies_over_anything_else(name: str) -> None:
    assert faults(name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in SYSTEMS if " + " in name])
def test_every_capability_is_drawn_as_well_beside_every_other(name: str) -> None:
    assert faults(name) == []


@pytest.mark.parametrize("file", sorted((PROJECT / "docs").glob("architecture*.svg")), ids=lambda path: path.stem)
def test_what_is_committed_is_as_clear(file: Path) -> None:
    picture = read(file.read_text(encoding="utf-8"))
    assert [*overlapping(picture), *outside(picture), *colliding(picture), *crossed(picture)] == []


def test_a_system_of_which_no_value_is_known_is_as_clear_and_every_resource_is_in_it() -> None:
    resolved = resolved_tree(templates(), dict.fromkeys(section(templates(), "Parameters")), REGION)
    picture = drawn(resolved)
    assert [*overlapping(picture), *outside(picture), *colliding(picture), *crossed(picture)] == []
    wanted = [path for path, resource in resolved.resources.items() if resource.type not in NOT_DRAWN]
    assert Counter(picture.resources()) == Counter(wanted)
    pages = [piece for piece in (*picture.texts, *picture.arrows) if not picture.frames[0].box.holds(piece.box)]
    assert pages == []


def test_the_kinds_without_a_box_are_counted_below() -> None:
    picture = drawn(system())
    foot = "Without a box of their own: EC2::VPCGatewayAttachment, EC2::RouteTable, EC2::Route"
    assert picture.says(foot)
    assert all(NOT_DRAWN.values())


VPC = {
    "Home": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}},
    "Left": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Home"}, "CidrBlock": "10.9.1.0/24", "AvailabilityZone": "eu-west-1a"},
    },
    "Right": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Home"}, "CidrBlock": "10.9.2.0/24", "AvailabilityZone": "eu-west-1b"},
    },
}
SUBNETS = [{"Ref": "Left"}, {"Ref": "Right"}]


def frame(picture: Picture, resource: str) -> Box:
    return next(piece.box for piece in picture.frames if piece.resource == resource)


def test_a_type_that_nobody_knows_finds_its_place_by_what_it_refers_to() -> None:
    picture = drawn(
        plain(
            {
                **VPC,
                "Database": {"Type": "Vendor::Store::Cluster", "Properties": {"Place": {"Subnets": SUBNETS}}},
                "Share": {"Type": "AWS::EFS::MountTarget", "Properties": {"SubnetId": {"Ref": "Left"}}},
                "Peer": {"Type": "AWS::EC2::VPCPeeringConnection", "Properties": {"VpcId": {"Ref": "Home"}}},
                "Jobs": {"Type": "AWS::SQS::Queue"},
                "Reader": {
                    "Type": "AWS::Lambda::EventSourceMapping",
                    "Properties": {"EventSourceArn": {"Fn::GetAtt": ["Jobs", "Arn"]}},
                },
            }
        )
    )
    left, right, home = (frame(picture, name) for name in ("Left", "Right", "Home"))
    database, share, peer, jobs = (frame(picture, name) for name in ("Database", "Share", "Peer", "Jobs"))
    assert database.meets(left)
    assert database.meets(right)
    assert left.holds(share)
    assert home.holds(peer)
    assert not peer.meets(left)
    assert not jobs.meets(home)
    assert {piece.text for piece in picture.texts} >= {"Vendor::Store::Cluster", "SQS::Queue"}
    assert picture.says("refers to Jobs")


def test_a_layer_more_is_drawn_like_the_others() -> None:
    queue = PlainTree({"Description": "Jobs that wait.", "Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}})
    root = dict(templates().document)
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "queue.yaml"}}
    root["Resources"] = {**root["Resources"], "Queue": stack}
    tree_with_it = PlainTree(root, {**templates().nested, "Queue": queue})
    picture = drawn(resolved_tree(tree_with_it, REQUIRED, REGION))
    assert "Queue/Jobs" in picture.resources()
    assert picture.says("layer Queue")
    assert picture.says("Jobs that wait.")


def test_what_parameters_can_add_is_told_by_kind_and_parameter() -> None:
    picture = drawn(system(), with_absent=True)
    text = " ".join(piece.text for piece in picture.texts)
    assert "4 EC2::NatGateway (NatGatewayMode, PublicSubnet3Cidr)" in text
    assert "Parameters can add" not in " ".join(piece.text for piece in drawn(system()).texts)


def test_a_condition_that_no_value_decides_leaves_its_resource_in_and_marked() -> None:
    picture = drawn(
        plain(
            {"Jobs": {"Type": "AWS::SQS::Queue", "Condition": "Wanted"}},
            Parameters={"Queue": {"Type": "String"}},
            Conditions={"Wanted": {"Fn::Equals": [{"Ref": "Queue"}, "yes"]}},
        )
    )
    assert next(piece for piece in picture.frames if piece.resource == "Jobs").classes[-1] == "doubtful"
    assert picture.says("SQS::Queue, if Wanted")


def test_a_tree_without_a_vpc_is_drawn() -> None:
    picture = drawn(plain({"Jobs": {"Type": "AWS::SQS::Queue"}}))
    assert picture.resources() == ["Jobs"]
    assert overlapping(picture) == []


def test_more_than_one_vpc_have_a_map_each() -> None:
    other = {"Other": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.8.0.0/16"}}}
    picture = drawn(plain({**VPC, **other}))
    assert not frame(picture, "Home").meets(frame(picture, "Other"))
    assert picture.says("Other 10.8.0.0/16")


def test_who_does_not_see_it_is_told_every_arrow() -> None:
    picture = drawn(system())
    description = picture.root.findtext(f"{SVG}desc") or ""
    assert (
        "internet to Network/InternetGateway; Network/InternetGateway to Alb/LoadBalancer (tcp 80, tcp 443)"
        in description
    )
    assert "Alb/AlbSecurityGroup to AppSg/AppSecurityGroup (all traffic)" in description
