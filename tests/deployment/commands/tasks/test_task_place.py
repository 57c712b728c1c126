"""Where tasks run, by what the stacks say."""

from __future__ import annotations

import pytest

from deployment.commands.tasks.task_place import TaskPlace
from deployment.errors import NothingSent
from tests.deployment.commands.tasks.placed import ARN, MIGRATE, a_place, a_stack


def test_the_names_come_from_the_stack_and_its_platform() -> None:
    place = a_place()
    assert (place.cluster, place.container, place.log_group) == ("shop", "migrate", "migrate-logs")
    assert place.stream(ARN) == "ecs/migrate/0123456789abcdef"
    assert place.service is None
    assert a_place(outputs={**MIGRATE, "ServiceName": "web"}).service == "web"


def test_a_container_is_named_by_the_parameter_where_there_is_one() -> None:
    assert a_place({"ContainerName": "app"}).container == "app"


def test_an_output_that_is_not_there_is_named_with_its_stack() -> None:
    place = TaskPlace("x", a_stack("shop-dev-x", {}), a_stack("shop-dev", {}))
    for ask, name in ((lambda: place.log_group, "LogGroupName"), (lambda: place.subnets, "PublicSubnetIds")):
        with pytest.raises(NothingSent, match=f"has no output {name}"):
            ask()
