"""The objects that Elastic Load Balancing writes when logs are turned on, to test its permissions.

`ELBAccessLogTestFile` and `ELBConnectionLogTestFile`: "Enable access logs for your Application Load Balancer", step
"Verify bucket permissions", and the page for connection logs. They stay when the load balancer goes, so that the bucket
is not empty.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cloudformation.scalars import is_true, text_of
from rehearsal.state.stacks import Stack, StackResource
from rehearsal.state.world import World

_LOGS = {"access_logs": "ELBAccessLogTestFile", "connection_logs": "ELBConnectionLogTestFile"}
_CLASSIC, _TYPE = "AWS::ElasticLoadBalancing::LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer"
_BUCKET = "AWS::S3::Bucket"


def write_test_objects(world: World, stack: Stack, resource: StackResource) -> None:
    """Put the test objects of a load balancer into the buckets that stacks of its Region made."""
    for bucket, key in _written(world.state.account, resource):
        for owner, standing in world.standing(stack.region):
            if standing.type == _BUCKET and standing.physical_id == bucket and key not in standing.contents:
                standing.contents.append(key)
                world.touched.add(owner.id)


def _written(account: str, resource: StackResource) -> Iterator[tuple[str, str]]:
    """The bucket and the key of each test object."""
    if resource.type == _CLASSIC:
        policy = resource.properties.get("AccessLoggingPolicy")
        if isinstance(policy, Mapping) and is_true(policy.get("Enabled")) and policy.get("S3BucketName"):
            yield text_of(policy["S3BucketName"]), _key(account, policy.get("S3BucketPrefix"), _LOGS["access_logs"])
    if resource.type != _TYPE:
        return
    attributes = _attributes(resource.properties.get("LoadBalancerAttributes"))
    for logs, file in _LOGS.items():
        bucket = attributes.get(f"{logs}.s3.bucket")
        if is_true(attributes.get(f"{logs}.s3.enabled")) and bucket:
            yield text_of(bucket), _key(account, attributes.get(f"{logs}.s3.prefix"), file)


def _attributes(rows: Any) -> dict[str, Any]:
    listed = rows if isinstance(rows, list) else []
    return {text_of(row.get("Key")): row.get("Value") for row in listed if isinstance(row, Mapping)}


def _key(account: str, prefix: Any, file: str) -> str:
    return "/".join([*([text_of(prefix)] if prefix else []), "AWSLogs", account, file])
