"""Rules between the parameters of one service, which a Rules section checks before anything is created.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from typing import Any

from troposphere import Equals, Not, Or, Ref

from templates.service.parameters import FARGATE_SIZES


def is_one_of(name: str, *values: str) -> Any:
    """Give the test that a parameter has one of `values`."""
    tests = [Equals(Ref(name), value) for value in values]
    return tests[0] if len(tests) == 1 else Or(*tests)


def given(name: str) -> Any:
    """Give the test that a parameter is not empty."""
    return Not(Equals(Ref(name), ""))


def rule(*assertions: tuple[Any, str], when: Any = None) -> dict[str, Any]:
    """Give a rule of assertions, each with its message for a violation."""
    condition = {} if when is None else {"RuleCondition": when}
    return condition | {"Assertions": [{"Assert": holds, "AssertDescription": says} for holds, says in assertions]}


def capacity_and_hours() -> dict[str, Any]:
    """Give the rules of a service that ECS keeps running: where its tasks run, and when none does."""
    weights = Or(Not(is_one_of("FargateWeight", "0")), Not(is_one_of("FargateSpotWeight", "0")))
    return {
        "SomeCapacity": rule((weights, "FargateWeight or FargateSpotWeight must be above 0")),
        "OffHoursTogether": rule(
            (is_one_of("AutoScaling", "true"), "OffHoursStopCron needs AutoScaling true"),
            (given("OffHoursStartCron"), "OffHoursStopCron needs OffHoursStartCron"),
            when=given("OffHoursStopCron"),
        ),
        "NoStartWithoutStop": rule(
            (is_one_of("OffHoursStartCron", ""), "OffHoursStartCron needs OffHoursStopCron"),
            when=is_one_of("OffHoursStopCron", ""),
        ),
    }


def sizes() -> dict[str, Any]:
    """Give the rules of Fargate's sizes: which memory goes with which CPU."""
    return {
        f"Cpu{cpu}": rule(
            (
                {"Fn::Contains": [sizes, Ref("TaskMemory")]},
                f"TaskCpu {cpu} goes with a TaskMemory of {', '.join(sizes)}",
            ),
            when=Equals(Ref("TaskCpu"), cpu),
        )
        for cpu, sizes in FARGATE_SIZES.items()
    }
