"""A task that runs and ends: on demand, before a deployment, or by a schedule of EventBridge Scheduler.

Every run takes what is said here of place and permissions; nothing keeps it running and nothing starts it again.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
"""

from typing import Any

from awacs import ecs, iam
from awacs.aws import Condition as IamCondition
from awacs.aws import PolicyDocument, Statement, StringEquals
from troposphere import GetAtt, Output, Parameter, Ref, Sub
from troposphere.iam import Role
from troposphere.scheduler import (
    AwsVpcConfiguration,
    EcsParameters,
    FlexibleTimeWindow,
    NetworkConfiguration,
    RetryPolicy,
    Schedule,
    Target,
)

from templates.parts.parameters import BOUNDARY, given, is_given, optional, permissions_boundary_arn
from templates.parts.policies import allow, inline, trusted_by
from templates.service import task
from templates.service.declaration import Declared
from templates.service.platform import Platform, assign_public_ip, cluster_arn
from templates.service.scaling import schedule_time_zone as of_hours
from templates.service.task import ServiceParts, Tasks, tasks_of

# Conditions
SCHEDULED = "ScheduleGiven"

schedule_expression = optional(
    "ScheduleExpression",
    "When the job runs, in ScheduleTimeZone: cron(minute hour day month weekday year), rate(value unit) or at(time). "
    "Empty: on demand alone.",
    r"(cron|rate|at)\([^()]+\)",
    "a schedule, for example cron(0 3 * * ? *) or rate(1 hour)",
)

schedule_time_zone = Parameter(
    of_hours.title, **(of_hours.properties | {"Description": "Time zone of the schedule, by its IANA name."})
)

PARAMETERS: tuple[Parameter, ...] = (schedule_expression, schedule_time_zone)


def conditions() -> dict[str, Any]:
    """Give the condition of the schedule."""
    return {SCHEDULED: is_given(schedule_expression)}


def job(platform: Platform, declared: Declared) -> ServiceParts:
    """Give the task of a job and its schedule."""
    tasks = tasks_of(platform, "", declared)
    role = _scheduler_role(platform, tasks)
    return ServiceParts([*tasks.resources, role, _schedule(platform, tasks, role)], [_place(), *tasks.outputs("")])


def _schedule(platform: Platform, tasks: Tasks, role: Role) -> Schedule:
    network = AwsVpcConfiguration(
        AssignPublicIp=assign_public_ip(), Subnets=platform.subnets, SecurityGroups=[platform.security_group]
    )
    return Schedule(
        "Schedule",
        Condition=SCHEDULED,
        Description=Sub("Runs ${ServiceName} of ${AppName}."),
        ScheduleExpression=Ref(schedule_expression),
        ScheduleExpressionTimezone=Ref(schedule_time_zone),
        FlexibleTimeWindow=FlexibleTimeWindow(Mode="OFF"),
        Target=Target(
            Arn=cluster_arn(platform.cluster),
            RoleArn=GetAtt(role, "Arn"),
            EcsParameters=EcsParameters(
                TaskDefinitionArn=Ref(tasks.definition),
                LaunchType="FARGATE",
                NetworkConfiguration=NetworkConfiguration(AwsvpcConfiguration=network),
                PropagateTags="TASK_DEFINITION",
            ),
            # A run that could not be started is not made up for hours later.
            RetryPolicy=RetryPolicy(MaximumEventAgeInSeconds=900, MaximumRetryAttempts=3),
        ),
    )


def _scheduler_role(platform: Platform, tasks: Tasks) -> Role:
    """The role that starts the task: this revision in this cluster, with the two roles that it has."""
    here = IamCondition(StringEquals({"ecs:cluster": cluster_arn(platform.cluster)}))
    to_tasks = IamCondition(StringEquals({"iam:PassedToService": "ecs-tasks.amazonaws.com"}))
    run = Statement(Effect="Allow", Action=[ecs.RunTask], Resource=[Ref(tasks.definition)], Condition=here)
    roles = [GetAtt(tasks.role, "Arn"), tasks.execution_role]
    passed = Statement(Effect="Allow", Action=[iam.PassRole], Resource=roles, Condition=to_tasks)
    return Role(
        "SchedulerRole",
        Condition=SCHEDULED,
        AssumeRolePolicyDocument=_trusted_here(),
        PermissionsBoundary=given(BOUNDARY, Ref(permissions_boundary_arn)),
        Policies=[inline("allow_run", run, passed, allow(ecs.TagResource, on=[_own_tasks(platform)]))],
        Tags=task.name_tag(),
    )


def _trusted_here() -> PolicyDocument:
    """EventBridge Scheduler, for schedules of this account alone."""
    document = trusted_by("scheduler")
    document.Statement[0].properties["Condition"] = IamCondition(
        StringEquals({"aws:SourceAccount": Ref("AWS::AccountId")})
    )
    return document


def _own_tasks(platform: Platform) -> Sub:
    """The tasks of the cluster: what PropagateTags tags."""
    return Sub(
        "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task/${ClusterName}/*", ClusterName=platform.cluster
    )


def _place() -> Output:
    return Output("AssignPublicIp", Description="Whether a run has a public address.", Value=assign_public_ip())
