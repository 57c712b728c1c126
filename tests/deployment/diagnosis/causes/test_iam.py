"""A denial shows who, what and on which resource."""

from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.causes.iam import explain
from tests.deployment.diagnosis.causes.failures import DENIED, DENIED_BY_EC2, failed


def test_the_action_the_resource_and_the_remedy_are_named() -> None:
    found = explain(failed(DENIED), Evidence())
    assert found
    assert found.facts[:3] == (
        "denied: ecs:CreateService",
        "to: arn:aws:sts::111122223333:assumed-role/deployer/me",
        "on: arn:aws:ecs:eu-west-1:111122223333:service/app/web",
    )
    assert found.remedy.startswith("allow ecs:CreateService ")


def test_an_action_alone_is_enough() -> None:
    found = explain(failed(DENIED_BY_EC2), Evidence())
    assert found
    assert found.facts == ("denied: ec2:CreateInternetGateway",)
    assert explain(failed("no"), Evidence()) is None
