"""Where tasks run: Fargate, Fargate Spot, or both, as a service's own strategy says."""

from typing import Any

from troposphere import Equals, If, Not, Ref
from troposphere.ecs import CapacityProviderStrategyItem

from templates.parts.parameters import given, number

# Conditions
SPOT = "FargateSpotOn"

fargate_base = number("FargateBase", "Tasks that run on Fargate in any case, before the weights count.", 0, 0, 100)
fargate_weight = number("FargateWeight", "Share of the tasks that run on Fargate.", 1, 0, 1000)
fargate_spot_weight = number(
    "FargateSpotWeight",
    "Share of the tasks that run on Fargate Spot, which is cheaper and may stop them two minutes after it says so.",
    0,
    0,
    1000,
)

PARAMETERS = (fargate_base, fargate_weight, fargate_spot_weight)


def conditions() -> dict[str, Any]:
    """Give the conditions of the strategy."""
    return {SPOT: Not(Equals(Ref(fargate_spot_weight), "0"))}


def strategy() -> list[CapacityProviderStrategyItem | If]:
    """Give the service's strategy; not LaunchType: switching between the two replaces the service."""
    return [
        CapacityProviderStrategyItem(CapacityProvider="FARGATE", Base=Ref(fargate_base), Weight=Ref(fargate_weight)),
        given(SPOT, CapacityProviderStrategyItem(CapacityProvider="FARGATE_SPOT", Weight=Ref(fargate_spot_weight))),
    ]
