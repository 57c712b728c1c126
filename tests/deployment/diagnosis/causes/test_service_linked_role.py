"""The first cluster of an account, before ECS's role is there."""

from __future__ import annotations

from deployment.diagnosis.causes import explain
from deployment.diagnosis.causes.explanation import Evidence
from tests.deployment.diagnosis.causes.failures import failed

REASON = (
    'Resource handler returned message: "Invalid request provided: CreateCluster Invalid Request: Unable to assume the '
    'service linked role. Please verify that the ECS service linked role exists. (Service: AmazonECS)"'
)


def test_the_remedy_is_to_run_again_or_to_make_the_role() -> None:
    told = explain(failed(REASON, "AWS::ECS::Cluster"), Evidence())
    assert told
    assert told.kind == "service-linked role"
    assert told.remedy == (
        "run it again: the role should exist by now; if not: "
        "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com"
    )


def test_of_another_service_only_what_is_known_is_told() -> None:
    told = explain(failed("Unable to assume the service-linked role", "AWS::Other::Thing"), Evidence())
    assert told
    assert told.remedy == "run it again: the role should exist by now"


def test_another_failure_is_another_kind() -> None:
    told = explain(failed("x is not authorized to perform: ecs:CreateCluster", "AWS::ECS::Cluster"), Evidence())
    assert told is None or told.kind != "service-linked role"
