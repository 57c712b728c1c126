"""The end of a deletion names what is left: what policies keep, and what AWS made beside the stack."""

from __future__ import annotations

from deployment.diagnosis.what_stays import what_stays
from deployment.template.resource_path import ResourcePath


def test_each_kept_resource_and_each_that_leaves_something_has_its_line() -> None:
    gone = [
        (ResourcePath(("Cert", "Certificate")), "AWS::CertificateManager::Certificate", "arn:aws:acm:x"),
        (ResourcePath(("Ecs", "Cluster")), "AWS::ECS::Cluster", "shop"),
        (ResourcePath(("Ecs", "TaskDefinition")), "AWS::ECS::TaskDefinition", "arn:aws:ecs:x"),
        (ResourcePath(("Network", "Vpc")), "AWS::EC2::VPC", "vpc-1"),
    ]
    kept = [(ResourcePath(("Alb", "AccessLogsBucket")), "AWS::S3::Bucket", "logs-1")]
    policy, record, insights, revisions = what_stays(gone, kept)
    assert policy == "Alb/AccessLogsBucket stays, because of its DeletionPolicy: AWS::S3::Bucket logs-1"
    assert record.startswith("the record that validated Cert/Certificate stays in its hosted zone")
    assert "/aws/ecs/containerinsights/shop/performance" in insights
    assert revisions == "the revisions of Ecs/TaskDefinition stay, INACTIVE"


def test_what_leaves_nothing_is_not_spoken_of() -> None:
    assert list(what_stays([(ResourcePath(("Vpc",)), "AWS::EC2::VPC", "vpc-1")], [])) == []
