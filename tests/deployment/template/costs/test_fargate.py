"""What a service on Fargate is charged for: its tasks at the fewest, where none of them is on Spot."""

from __future__ import annotations

import pytest

from tests.deployment.template.costs.sides import of

_KIND = "AWS::ECS::Service"
_SMALL = "Fargate task (0.25 vCPU, 0.5 GB, X86_64)"
_TASK = "Cpu: '256', Memory: '512'"
_SPOT = "{CapacityProvider: FARGATE_SPOT, Weight: 1}"
_MIXED = f"CapacityProviderStrategy: [{{CapacityProvider: FARGATE, Base: 2, Weight: 1}}, {_SPOT}]"
_TARGET = """\
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: ecs
      ResourceId: !Sub "service/c/${It.Name}"
      MinCapacity: 3
      MaxCapacity: 9
"""


def template(service: str = "LaunchType: FARGATE, DesiredCount: 2", task: str = _TASK, more: str = "") -> str:
    return f"""\
Parameters:
  Count: {{Type: Number, Default: 1}}
  Flag: {{Type: String, Default: "no"}}
Conditions:
  Given: !Equals [!Ref Flag, "yes"]
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {{{task}}}
  It:
    Type: AWS::ECS::Service
    Properties: {{TaskDefinition: !Ref Task, {service}}}
{more}"""


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("LaunchType: FARGATE, DesiredCount: 2", [f"2 x {_SMALL}"]),
        ("LaunchType: FARGATE, DesiredCount: 0", []),
        ("LaunchType: FARGATE, DesiredCount: !Ref Count", [f"5 x {_SMALL}"]),
        ("LaunchType: EC2, DesiredCount: 2", []),
        ("CapacityProviderStrategy: [{CapacityProvider: FARGATE, Weight: 1}], DesiredCount: 1", [f"1 x {_SMALL}"]),
        ("CapacityProviderStrategy: [{CapacityProvider: own, Weight: 1}], DesiredCount: 1", []),
        (f"{_MIXED}, DesiredCount: 2", [f"2 x {_SMALL}"]),
        (
            "LaunchType: FARGATE, DesiredCount: 2, "
            "NetworkConfiguration: {AwsvpcConfiguration: {AssignPublicIp: ENABLED}}",
            [f"2 x {_SMALL}", "2 x public IPv4 address"],
        ),
    ],
)
def test_tasks_on_fargate_are_paid_for(service: str, told: list[str]) -> None:
    assert of(template(service), _KIND, Count="5") == told


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("Cpu: 512, Memory: 1024", "0.5 vCPU, 1 GB, X86_64"),
        ("Cpu: .5 vCPU, Memory: 3 GB", "0.5 vCPU, 3 GB, X86_64"),
        ("Cpu: 1024, Memory: 2048, RuntimePlatform: {CpuArchitecture: ARM64}", "1 vCPU, 2 GB, ARM64"),
        ("Cpu: 256, Memory: 512, EphemeralStorage: {SizeInGiB: 20}", "0.25 vCPU, 0.5 GB, X86_64"),
        (
            "Cpu: 256, Memory: 512, EphemeralStorage: {SizeInGiB: 50}",
            "0.25 vCPU, 0.5 GB, X86_64, 50 GB of storage",
        ),
    ],
)
def test_a_task_is_what_it_is_given(task: str, words: str) -> None:
    assert of(template(task=task), _KIND) == [f"2 x Fargate task ({words})"]


@pytest.mark.parametrize(
    ("service", "task", "why"),
    [
        (f"{_MIXED}, DesiredCount: 3", _TASK, "the price of Fargate Spot varies"),
        (f"CapacityProviderStrategy: [{_SPOT}], DesiredCount: 1", _TASK, "the price of Fargate Spot varies"),
        ("DesiredCount: 2", _TASK, "its capacity providers are those of its cluster"),
        ("LaunchType: FARGATE", _TASK, "its template does not say how many tasks run"),
        ("LaunchType: FARGATE, DesiredCount: !GetAtt Task.Arn", _TASK, "DesiredCount is not known here"),
        ("LaunchType: FARGATE, DesiredCount: '-1'", _TASK, "DesiredCount is not known here"),
        ("LaunchType: FARGATE, DesiredCount: 1", "Cpu: many, Memory: 512", "Cpu is not known here"),
        ("LaunchType: FARGATE, DesiredCount: 1", "Cpu: 256", "Memory is not known here"),
        (
            "LaunchType: FARGATE, DesiredCount: 1",
            f"{_TASK}, RuntimePlatform: {{OperatingSystemFamily: WINDOWS_SERVER_2022_CORE}}",
            "params/prices.yaml has no price of tasks on Windows",
        ),
    ],
)
def test_tasks_are_not_always_known(service: str, task: str, why: str) -> None:
    assert of(template(service, task), _KIND) == why


def test_a_service_that_is_new_and_says_no_number_has_one_task() -> None:
    assert of(template("LaunchType: FARGATE"), _KIND, new=True) == [f"1 x {_SMALL}"]


def test_a_scaled_service_has_its_fewest_tasks() -> None:
    assert of(template(more=_TARGET), _KIND) == [f"3 x {_SMALL}"]
    assert of(template("LaunchType: FARGATE", more=_TARGET), _KIND) == [f"3 x {_SMALL}"]
    other = _TARGET.replace("${It.Name}", "another")
    assert of(template(more=other), _KIND) == [f"2 x {_SMALL}"]
    named = template("LaunchType: FARGATE, DesiredCount: 2, ServiceName: another", more=other)
    assert of(named, _KIND) == [f"3 x {_SMALL}"]


def test_a_target_counts_where_it_is_made_and_a_schedule_leaves_the_number_open() -> None:
    conditional = _TARGET.replace("    Properties:", "    Condition: Given\n    Properties:")
    assert of(template(more=conditional), _KIND, Flag="no") == [f"2 x {_SMALL}"]
    assert of(template(more=conditional), _KIND, Flag="yes") == [f"3 x {_SMALL}"]
    scheduled = f"{_TARGET}      ScheduledActions: [{{ScheduledActionName: off}}]\n"
    assert of(template(more=scheduled), _KIND) == "how many tasks run depends on a schedule"


def test_a_task_definition_that_no_template_has_is_not_known() -> None:
    text = template().replace("TaskDefinition: !Ref Task", "TaskDefinition: web:3")
    assert of(text, _KIND) == "its task definition is not in the templates"


def test_a_macro_may_make_anything_of_a_template() -> None:
    assert of(f"Transform: Own\n{template()}", _KIND) == "a macro makes its template"
    assert of(f"Transform: AWS::LanguageExtensions\n{template()}", _KIND) == [f"2 x {_SMALL}"]


def test_what_may_scale_the_service_leaves_its_count_open() -> None:
    elsewhere = _TARGET.replace('!Sub "service/c/${It.Name}"', "!ImportValue of-another-stack")
    assert elsewhere != _TARGET
    assert of(template(more=elsewhere), _KIND) == "whether Target scales it is unknown here"


def test_no_weight_at_all_is_no_capacity_that_is_free() -> None:
    assert of(template("CapacityProviderStrategy: [{CapacityProvider: FARGATE}]"), _KIND) == (
        "none of its capacity providers has a weight"
    )


def test_tasks_of_task_sets_are_not_counted_with_the_service() -> None:
    external = template("LaunchType: FARGATE, DeploymentController: {Type: EXTERNAL}")
    assert of(external, _KIND) == "its tasks are those of task sets"
