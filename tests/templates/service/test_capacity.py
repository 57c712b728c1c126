"""Capacity: Fargate, Spot or both; Spot stays on offer in the cluster."""

from tests.templates.resolved import tree


def test_spot_alone_leaves_fargate_in_the_strategy_without_weight() -> None:
    strategy = tree(FargateWeight="0", FargateSpotWeight="1")["ecs"].properties("Service")["CapacityProviderStrategy"]
    assert strategy == [
        {"CapacityProvider": "FARGATE", "Base": "0", "Weight": "0"},
        {"CapacityProvider": "FARGATE_SPOT", "Weight": "1"},
    ]


def test_the_cluster_s_offer_does_not_change_with_the_service_s_strategy() -> None:
    off, on = (tree(FargateSpotWeight=weight)["ecs"].properties("ClusterCapacityProviders") for weight in "01")
    assert off == on
