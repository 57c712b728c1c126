"""Which property values are the same."""

from __future__ import annotations

from tests.rehearsal.resources.types_of_tokyo import known, made

FORWARD = {"Type": "forward", "Order": 1}


def test_scalars_are_the_same_in_every_spelling() -> None:
    group = known("AWS::ElasticLoadBalancingV2::TargetGroup")
    assert group.same(("Port",), 80, "80")
    assert not group.same(("Port",), 80, "81")
    assert not group.same(("Port",), 80, "eighty")
    assert group.same(("HealthCheckEnabled",), True, "true")
    assert group.same(("HealthCheckEnabled",), "True", True)
    assert not group.same(("HealthCheckEnabled",), True, "false")
    assert known("AWS::SSM::Parameter").same(("Value",), 5, "5")
    assert not known("AWS::SSM::Parameter").same(("Value",), "5.0", "5")
    assert known("AWS::SSM::Parameter").same(("Value",), True, "true")


def test_scalars_deep_inside_objects_and_lists_are_compared_by_their_own_type() -> None:
    rule = known("AWS::ElasticLoadBalancingV2::ListenerRule")
    assert rule.same(("Actions",), [FORWARD], [{**FORWARD, "Order": "1"}])
    assert not rule.same(("Actions",), [FORWARD], [{**FORWARD, "Order": "2"}])
    assert rule.same(("Actions", "0"), FORWARD, {**FORWARD, "Order": "1"})
    assert rule.same((), {"Priority": 1, "Actions": [FORWARD]}, {"Actions": [FORWARD], "Priority": "1"})


def test_the_order_of_a_list_is_a_change_for_a_change_set_but_not_for_drift_detection() -> None:
    group = known("AWS::EC2::SecurityGroup")
    first, second = ({"IpProtocol": "tcp", "FromPort": port, "ToPort": port} for port in (80, 443))
    assert not group.same(("SecurityGroupIngress",), [first, second], [second, first])
    assert group.same(("SecurityGroupIngress",), [first, second], [second, first], live=True)
    assert not group.same(("SecurityGroupIngress",), [first, second], [second, second], live=True)


def test_a_list_whose_order_counts_is_compared_with_it_by_drift_detection_too() -> None:
    kind = made(properties={"Steps": {"type": "array", "items": {"type": "string"}}})
    assert not kind.same(("Steps",), ["a", "b"], ["b", "a"], live=True)
    assert kind.same(("Steps",), ["a", "b"], ["a", "b"], live=True)
