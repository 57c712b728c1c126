"""What a picture says of listeners, target groups and the parts of a service."""

import pytest

from templates.pictures.facts.captions import caption
from templates.pictures.facts.service_captions import action_text
from tests.own_system import APP_NAME
from tests.templates.pictures.systems import WHOLE, container_ports, plain, system

# The first is ContainerPort; a project may open more.
PORTS = ", ".join(f"port {number}" for number in container_ports())
EVERYTHING = system(**WHOLE["everything"])


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        (
            "Alb/HttpsListener",
            [
                "HTTPS on port 443",
                "certificate Cert/Certificate",
                "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
                "anything else: answers 503",
            ],
        ),
        ("Alb/HttpListener", ["HTTP on port 80", "redirects to HTTPS on port 443"]),
        ("Alb/WebAclAssociation", ["every request passes limits"]),
        ("Ecs/ListenerRule", ["path /*", "forwards to Ecs/TargetGroup"]),
        ("Ecs/TargetGroup", ["HTTP", "health check / every 30 s"]),
        (
            "Ecs/Service",
            [
                "2 to 4 tasks, on FARGATE (base 0, weight 1), FARGATE_SPOT (base 0, weight 2), "
                "in AppSg/AppSecurityGroup",
                "tasks with private addresses, in cluster Ecs/Cluster",
                "a deployment that fails or raises Ecs/Target5xxAlarm is rolled back",
            ],
        ),
        (
            "Ecs/TaskDefinition",
            [
                "256 CPU units, 512 MiB",
                f"nginx, {PORTS}: public.ecr.aws/docker/library/nginx:latest",
                "logs to Ecs/LogGroup",
            ],
        ),
        ("Ecs/Cluster", [APP_NAME, "containerInsights: enabled", "offers FARGATE, FARGATE_SPOT"]),
        (
            "Ecs/ScalableTarget",
            [
                "from 2 to 4",
                "cron(0 20 ? * MON-FRI *) Asia/Tokyo: 0 to 0",
                "cron(0 8 ? * MON-FRI *) Asia/Tokyo: 2 to 4",
            ],
        ),
        ("Ecs/CpuPolicy", ["aims at 60 % CPU"]),
        ("Ecs/RequestPolicy", ["aims at 100 ALBRequestCountPerTarget"]),
    ],
)
def test_a_part_of_the_service_says_what_its_values_are(path: str, lines: list[str]) -> None:
    assert [line for line in caption(EVERYTHING, EVERYTHING.resources[path]) if line in lines] == lines


def test_a_service_without_scaling_says_its_count_and_one_on_spot_alone_nothing_of_fargate() -> None:
    resolved = system(DesiredCount="1", FargateWeight="0", FargateSpotWeight="1")
    first = caption(resolved, resolved.resources["Ecs/Service"])[0]
    assert first == "1 task, on FARGATE_SPOT (base 0, weight 1), in AppSg/AppSecurityGroup"


def test_of_a_digest_the_beginning_is_shown() -> None:
    resolved = system(ContainerImage=f"nginx@sha256:{'ab' * 32}")
    assert f"nginx, {PORTS}: nginx@sha256:abababababab…" in caption(resolved, resolved.resources["Ecs/TaskDefinition"])


def test_an_architecture_is_told_where_the_task_says_one() -> None:
    resolved = system(CpuArchitecture="ARM64")
    assert caption(resolved, resolved.resources["Ecs/TaskDefinition"])[0] == "256 CPU units, 512 MiB ARM64"


def test_an_existing_certificate_is_named_by_what_its_arn_says() -> None:
    resolved = system(ExistingCertificateArn="arn:aws:acm:ap-northeast-1:123456789012:certificate/1")
    assert "certificate certificate/1" in caption(resolved, resolved.resources["Alb/HttpsListener"])


def test_an_action_of_another_kind_is_told_by_its_name() -> None:
    assert action_text(plain({}), {"Type": "authenticate-oidc"}) == "authenticate-oidc"
