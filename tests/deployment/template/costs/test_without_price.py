"""What is paid by the hour and has no price is said, so that nothing is reported as saved that is paid elsewhere."""

from deployment.template.costs.cost_change import Changed, Fate
from tests.deployment.template.costs.sides import cost, side

GATEWAY, INSTANCE = "AWS::EC2::NatGateway", "AWS::EC2::Instance"
WITH_GATEWAY = side(f"Resources: {{Nat: {{Type: {GATEWAY}}}}}")
WITH_INSTANCE = f"Resources: {{Nat: {{Type: {INSTANCE}, Properties: {{InstanceType: %s}}}}}}"


def test_an_instance_in_the_place_of_a_gateway_is_not_money_saved_alone() -> None:
    after = side(f"Resources: {{Instance: {{Type: {INSTANCE}}}}}")
    changes = {"Nat": Changed(GATEWAY, Fate.GOES), "Instance": Changed(INSTANCE, Fate.COMES)}
    told = cost(WITH_GATEWAY, after, changes)
    assert told is not None
    assert [(one.type, one.why) for one in told.not_known] == [
        (INSTANCE, "it is paid by the hour, and params/prices.yaml has no price of its type")
    ]


def test_another_size_is_said_and_another_name_is_not() -> None:
    before, after = side(WITH_INSTANCE % "t4g.nano"), side(WITH_INSTANCE % "t4g.micro")
    sized = cost(before, after, {"Nat": Changed(INSTANCE, Fate.STAYS, {"InstanceType": None})})
    assert sized is not None
    assert len(sized.not_known) == 1
    assert cost(before, after, {"Nat": Changed(INSTANCE, Fate.STAYS, {"Tags": None})}) is None
