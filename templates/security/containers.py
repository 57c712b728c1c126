"""Amazon ECS: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html."""

from collections.abc import Callable
from typing import Any

from cloudformation.unknown import ABSENT, Unknown
from templates.security.controls import (
    INFERRED,
    Check,
    Control,
    Held,
    Service,
    absent,
    any_of,
    every,
    every_item,
    is_false,
    is_true,
    keyed,
    member,
    negated,
    one_of,
)
from templates.security.resolved_system import Resource, System

_SERVICE, _TASK, _CLUSTER = "AWS::ECS::Service", "AWS::ECS::TaskDefinition", "AWS::ECS::Cluster"
_SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA")


def _containers(holds: Callable[[Any], Held]) -> Check:
    return every(_TASK, holds=lambda task, _: every_item(task["ContainerDefinitions"], holds))


def _no_secrets(container: Any) -> Held:
    return every_item(member(container, "Environment"), lambda entry: negated(one_of(member(entry, "Name"), _SECRETS)))


def _logs(container: Any) -> Held:
    return negated(one_of(member(container, "LogConfiguration", "LogDriver"), ("",), absent=True))


def _latest(service: Resource, system: System) -> Held:
    # Left out, ECS takes LATEST.
    return one_of(service["PlatformVersion"], ("LATEST", "1.4.0"), absent=True)


def _insights(cluster: Resource, system: System) -> Held:
    """Whether Config's rule takes `enhanced` for enabled is written nowhere that was read."""
    setting = keyed(cluster["ClusterSettings"], "containerInsights", at="Name")
    return any_of([one_of(setting, ("enabled",)), None if one_of(setting, ("enhanced",)) else False])


def _volumes_encrypted(task: Resource, system: System) -> Held:
    def encrypted(volume: Any) -> Held:
        settings = member(volume, "EFSVolumeConfiguration")
        without = None if isinstance(settings, Unknown) else settings is ABSENT
        return any_of([without, one_of(member(settings, "TransitEncryption"), ("ENABLED",))])

    return every_item(task["Volumes"], encrypted)


def _user(windows: bool) -> Check:
    """No default administrator. A task definition that says nothing of its system is judged as Linux and as Windows."""

    def holds(task: Resource, system: System) -> Held:
        family = member(task["RuntimePlatform"], "OperatingSystemFamily")
        linux = one_of(family, ("LINUX",))
        judged = any_of([one_of(family, (), absent=True), negated(linux) if windows else linux])
        return any_of([negated(judged), every_item(task["ContainerDefinitions"], _is_nobody_s_root(windows))])

    return every(_TASK, holds=holds)


def _is_nobody_s_root(windows: bool) -> Callable[[Any], Held]:
    roots = ("containeradministrator",) if windows else ("root", "0")

    def holds(container: Any) -> Held:
        user = member(container, "User")
        # A group may follow, and both may be numbers: 0:0 is root.
        name = user.partition(":")[0].strip().lower() if isinstance(user, str) else user
        name = str(int(name)) if isinstance(name, str) and name.isdecimal() else name
        return negated(one_of(name, ("", *roots), absent=True))

    return holds


_ROOT = "nginx's own image starts as root; `nginxinc/nginx-unprivileged`, for one, runs as user 101"

_CONTROLS = (
    Control(
        (2,),
        "services give no public addresses",
        every(
            _SERVICE,
            holds=lambda one, _: one_of(
                member(one["NetworkConfiguration"], "AwsvpcConfiguration", "AssignPublicIp"), ("DISABLED",), absent=None
            ),
        ),
        {"TaskSubnetTier@Service": "private"},
        "private tasks need private subnets and a route (`NatGatewayMode`, or `VpcEndpointMode: interface`) to pull "
        "their image; public ones let nobody in but the load balancer",
    ),
    Control(
        (3,),
        "no process namespace of the host",
        every(_TASK, holds=lambda one, _: negated(one_of(one["PidMode"], ("host",)))),
    ),
    Control((4,), "no privileged container", _containers(lambda one: is_false(member(one, "Privileged"), absent=True))),
    Control(
        (5,),
        "root file systems are read-only",
        _containers(lambda one: is_true(member(one, "ReadonlyRootFilesystem"))),
        {"ReadonlyRootFilesystem@TaskDefinition": "true"},
        "execute-command writes to it, and so does nginx's own image",
    ),
    Control((8,), "no credentials in environment variables", _containers(_no_secrets)),
    Control((9,), "containers log", _containers(_logs)),
    Control((10,), "the latest Fargate platform", every(_SERVICE, holds=_latest)),
    Control(
        (12,),
        "Container Insights are on",
        every(_CLUSTER, holds=_insights),
        {"ContainerInsights@Cluster": "enabled"},
        "`enhanced` measures more; whether the control takes it for enabled is not documented, so it is not claimed",
    ),
    Control((16,), "task sets", absent("AWS::ECS::TaskSet")),
    Control(
        (17,),
        "no network of the host",
        every(_TASK, holds=lambda one, _: negated(one_of(one["NetworkMode"], ("host",)))),
        standard="NIST SP 800-53",
    ),
    Control((18,), "EFS volumes are encrypted in transit", every(_TASK, holds=_volumes_encrypted), standard=INFERRED),
    Control(
        (19,),
        "capacity providers over EC2 instances",
        absent("AWS::ECS::CapacityProvider"),
        note="FARGATE and FARGATE_SPOT are AWS's own",
    ),
    Control(
        (20,),
        "Linux containers do not run as root",
        _user(windows=False),
        {"ContainerUser@TaskDefinition": "101"},
        _ROOT,
    ),
    Control(
        (21,),
        "Windows containers do not run as administrator",
        _user(windows=True),
        {"ContainerUser@TaskDefinition": "101"},
        "it judges Linux tasks too where the task definition names no operating system; with `CpuArchitecture: ARM64` "
        "it is named",
        standard=INFERRED,
    ),
)

SERVICES = (Service("Amazon ECS", "ECS", "ecs-controls", _CONTROLS),)
