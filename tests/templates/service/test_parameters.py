"""The service's parameters: Fargate's sizes, and defaults that stay the seed's."""

from templates.service.parameters import FARGATE_SIZES, task_cpu, task_memory


def test_every_size_that_is_offered_goes_with_some_cpu_and_every_cpu_with_some_size() -> None:
    assert set(task_memory.AllowedValues) == {size for sizes in FARGATE_SIZES.values() for size in sizes}
    assert task_cpu.AllowedValues == list(FARGATE_SIZES)
    assert task_memory.AllowedValues == sorted(task_memory.AllowedValues, key=int)


def test_sizes_stay_within_two_and_eight_gigabytes_a_vcpu() -> None:
    # ECS developer guide, task size: from 2 (or half of one, at 256 units) to 8 GB of memory a vCPU.
    for cpu, sizes in FARGATE_SIZES.items():
        per_vcpu = [int(size) * 1024 / int(cpu) for size in sizes]
        assert min(per_vcpu) >= 2048
        assert max(per_vcpu) <= 8192


def test_the_default_size_is_one_that_fargate_has() -> None:
    assert task_memory.Default in FARGATE_SIZES[task_cpu.Default]
