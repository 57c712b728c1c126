"""What a deletion leaves in the account, said at its end: what its policies keep, and what AWS made beside the stack.

The latter is of no stack: the record that validated a certificate (aws-cloudformation/cloudformation-coverage-roadmap
#1603), the log group of Container Insights (aws/containers-roadmap#2315), revisions of a task definition, which ECS
keeps as INACTIVE.
"""

from collections.abc import Iterator, Sequence

from deployment.template.resource_path import ResourcePath

Row = tuple[ResourcePath, str, str]
_BY_AWS = {
    "AWS::CertificateManager::Certificate": (
        "the record that validated {path} stays in its hosted zone: another certificate "
        "of the name is renewed by the same record"
    ),
    "AWS::ECS::Cluster": (
        "log group /aws/ecs/containerinsights/{id}/performance stays, where Container Insights were ever on"
    ),
    "AWS::ECS::TaskDefinition": "the revisions of {path} stay, INACTIVE",
}


def what_stays(gone: Sequence[Row], kept: Sequence[Row]) -> Iterator[str]:
    """A line for each resource that was kept, and for each that leaves something of AWS's own."""
    for path, kind, physical_id in kept:
        yield f"{path} stays, because of its DeletionPolicy: {kind} {physical_id}"
    for path, kind, physical_id in gone:
        if kind in _BY_AWS:
            yield _BY_AWS[kind].format(path=path, id=physical_id)
