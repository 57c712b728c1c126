"""What a change makes of the bill: by what becomes of each resource, and only where that is reported."""

from __future__ import annotations

from decimal import Decimal

import pytest

from deployment.template.costs.cost_change import Changed, CostChange, Fate, Sided, cost_change
from tests.deployment.template.costs.sides import cost, path, side

_NAT, _STACK = "AWS::EC2::NatGateway", "AWS::CloudFormation::Stack"
_NOTHING = "Resources:\n  Vpc: {Type: AWS::EC2::VPC}\n"
_GATEWAY = f"{_NOTHING}  It: {{Type: {_NAT}}}\n"
_REGIONAL = f"{_NOTHING}  It: {{Type: {_NAT}, Properties: {{AvailabilityMode: regional}}}}\n"
_SERVICE = """\
Parameters:
  Count: {Type: Number}
  Cpu: {Type: Number, Default: 256}
Resources:
  Task: {Type: AWS::ECS::TaskDefinition, Properties: {Cpu: !Ref Cpu, Memory: 1024}}
  It:
    Type: AWS::ECS::Service
    Properties: {LaunchType: FARGATE, DesiredCount: !Ref Count, TaskDefinition: !Ref Task}
"""
_LAYERS = {"": f"Resources:\n  App: {{Type: {_STACK}}}\n", "App": _GATEWAY}


def counts(told: CostChange | None) -> dict[str, int]:
    return {item.what: item.count for item in told.items} if told else {}


def unknown(told: CostChange | None) -> dict[str, str]:
    return {str(gap.path): gap.why for gap in told.not_known} if told else {}


@pytest.mark.parametrize(
    ("before", "after", "fate", "count"),
    [
        (_NOTHING, _GATEWAY, Fate.COMES, 1),
        (_GATEWAY, _NOTHING, Fate.GOES, -1),
        (_GATEWAY, _GATEWAY, Fate.DOUBLES, 1),
        (_GATEWAY, _GATEWAY, Fate.STAYS, None),
        (_GATEWAY, _NOTHING, Fate.UNPAID, None),
        (_NOTHING, _GATEWAY, Fate.UNPAID, None),
    ],
)
def test_what_comes_and_goes_is_a_difference(before: str, after: str, fate: Fate, count: int | None) -> None:
    told = cost(side(before), side(after), {"It": Changed(_NAT, fate)})
    assert counts(told) == ({"NatGateway": count} if count else {})
    assert (told.monthly if told else None) == (Decimal("73.0") * count if count else None)


def test_what_nobody_says_changes_is_none() -> None:
    assert cost(side(_NOTHING), side(_GATEWAY), {}) is None
    assert cost(side(_GATEWAY), side(_NOTHING), {}) is None


def test_a_doubt_is_told_and_not_counted() -> None:
    told = cost(side(_NOTHING), side(_GATEWAY), {"It": Changed(_NAT, Fate.DOUBTFUL)})
    assert (counts(told), unknown(told)) == ({}, {"It": "whether it changes is known only after the execution"})
    free = _GATEWAY.replace(_NAT, "AWS::EC2::VPCEndpoint")
    assert cost(side(_NOTHING), side(free), {"It": Changed("AWS::EC2::VPCEndpoint", Fate.DOUBTFUL)}) is None


def test_what_is_not_known_counts_only_where_it_moves() -> None:
    changed = {"It": Changed(_NAT, Fate.STAYS, {"Tags": None})}
    assert cost(side(_REGIONAL), side(_REGIONAL), changed) is None
    assert unknown(cost(side(_GATEWAY), side(_REGIONAL), {"It": Changed(_NAT, Fate.STAYS, {"AvailabilityMode": None})}))
    for untold in ({}, {"Properties": None}):
        assert unknown(cost(side(_REGIONAL), side(_REGIONAL), {"It": Changed(_NAT, Fate.STAYS, untold)}))


def test_a_task_definition_counts_with_its_service() -> None:
    changed = {
        "Task": Changed("AWS::ECS::TaskDefinition", Fate.STAYS, {"Cpu": "256"}),
        "It": Changed("AWS::ECS::Service", Fate.STAYS, {"TaskDefinition": "arn:1"}),
    }
    told = cost(side(_SERVICE, Count="2"), side(_SERVICE, Count="2", Cpu="512"), changed)
    assert counts(told) == {"Fargate task (0.5 vCPU, 1 GB, X86_64)": 2, "Fargate task (0.25 vCPU, 1 GB, X86_64)": -2}
    assert told is not None
    assert told.monthly == Decimal("0.1") * 2 * 730
    assert told.items[0].paths == (path("It"),)


def test_a_number_that_somebody_changed_by_hand_is_not_taken_for_the_template_s() -> None:
    sides = side(_SERVICE, Count="2"), side(_SERVICE, Count="3")
    kind = "AWS::ECS::Service"
    assert counts(cost(*sides, {"It": Changed(kind, Fate.STAYS, {"DesiredCount": "2"})}))
    told = cost(*sides, {"It": Changed(kind, Fate.STAYS, {"DesiredCount": "7"})})
    assert unknown(told) == {"It": "DesiredCount differs from what its template says"}


def test_a_layer_that_goes_takes_what_is_in_it_and_one_that_is_kept_does_not() -> None:
    gone = side({"": "Resources:\n  Vpc: {Type: AWS::EC2::VPC}\n"})
    assert counts(cost(side(_LAYERS), gone, {"App": Changed(_STACK, Fate.GOES)})) == {"NatGateway": -1}
    assert cost(side(_LAYERS), gone, {"App": Changed(_STACK, Fate.UNPAID)}) is None
    assert unknown(cost(side(_LAYERS), gone, {"App": Changed(_STACK, Fate.DOUBTFUL)})).keys() == {"App", "App/It"}


def test_what_is_not_made_in_a_layer_that_goes_was_never_paid_for() -> None:
    conditional = _GATEWAY.replace(f"Type: {_NAT}", f"Type: {_NAT}, Condition: Never")
    app = f"Conditions:\n  Never: !Equals [a, b]\n{conditional}"
    gone = side({"": "Resources:\n  Vpc: {Type: AWS::EC2::VPC}\n"})
    assert cost(side({**_LAYERS, "App": app}), gone, {"App": Changed(_STACK, Fate.GOES)}) is None


def test_a_layer_that_cannot_be_read_is_not_known() -> None:
    gone, unread = side(_NOTHING), side(_LAYERS[""])
    for before, after, fate in ((unread, gone, Fate.GOES), (gone, unread, Fate.COMES)):
        assert unknown(cost(before, after, {"App": Changed(_STACK, fate)})) == {
            "App": "its template cannot be read here"
        }
    inner = {"": _LAYERS[""], "App": f"Resources:\n  Below: {{Type: {_STACK}}}\n"}
    told = cost(side(inner), gone, {"App": Changed(_STACK, Fate.GOES)})
    assert unknown(told) == {"App/Below": "its template cannot be read here"}
    assert unknown(cost(gone, gone, {"Made": Changed(_NAT, Fate.COMES)})) == {
        "Made": "its template cannot be read here"
    }


def test_a_move_to_another_name_costs_nothing() -> None:
    other = _GATEWAY.replace("  It:", "  Other:")
    changed = {"It": Changed(_NAT, Fate.GOES), "Other": Changed(_NAT, Fate.COMES)}
    assert cost(side(_GATEWAY), side(other), changed) is None


def test_without_prices_nothing_is_said() -> None:
    sided = Sided(side(_NOTHING), side(_GATEWAY), {path("It"): Changed(_NAT, Fate.COMES)})
    assert cost_change(sided, "eu-west-1", {}) is None


def test_what_its_own_policy_keeps_does_not_go_with_its_layer() -> None:
    gone, change = side(_NOTHING), {"App": Changed(_STACK, Fate.GOES)}
    kept = _GATEWAY.replace(f"Type: {_NAT}", f"Type: {_NAT}, DeletionPolicy: Retain")
    assert cost(side({**_LAYERS, "App": kept}), gone, change) is None
    below = {"": _LAYERS[""], "App/Below": _GATEWAY}
    for policy, count in (("Delete", {"NatGateway": -1}), ("Retain", {})):
        app = f"Resources:\n  Below: {{Type: {_STACK}, DeletionPolicy: {policy}}}\n"
        assert counts(cost(side({**below, "App": app}), gone, change)) == count


def test_what_may_not_have_been_there_is_not_known() -> None:
    later = "Conditions:\n  Later: !Equals [!Ref Given, b]\nParameters:\n  Given: {Type: String, NoEcho: true}\n"
    conditional = later + _GATEWAY.replace(f"Type: {_NAT}", f"Type: {_NAT}, Condition: Later")
    told = cost(side({**_LAYERS, "App": conditional}), side(_NOTHING), {"App": Changed(_STACK, Fate.GOES)})
    assert (counts(told), unknown(told)) == ({}, {"App/It": "whether it exists is unknown here"})
