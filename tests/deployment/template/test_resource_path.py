"""A path leads from the root to a resource, and is reported as people write it."""

from deployment.template.resource_path import ROOT, ResourcePath


def test_a_path_is_told_with_slashes_and_the_root_without_a_word() -> None:
    assert str(ROOT / "Ecs" / "Service") == "Ecs/Service"
    assert f"{ROOT / 'Ecs'}" == "Ecs"
    assert str(ROOT) == ""


def test_a_path_knows_its_stack_and_its_own_name() -> None:
    service = ResourcePath(("Ecs", "Service"))
    assert service.name == "Service"
    assert service.parent == ROOT / "Ecs"
    assert str(service.parent) == "Ecs"
    assert ROOT.parent == ROOT


def test_a_path_is_the_tuple_of_its_logical_ids() -> None:
    assert ROOT / "Ecs" / "Service" == ("Ecs", "Service")
    assert {ROOT / "Ecs": 1}[ResourcePath(["Ecs"])] == 1
