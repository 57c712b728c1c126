"""The types of stack resources that exist in the services beside CloudFormation, for other calls to use."""

from rehearsal.neighbours.made.access import ROLE
from rehearsal.neighbours.made.buckets import BUCKET
from rehearsal.neighbours.made.dns import HOSTED_ZONE
from rehearsal.neighbours.made.load_balancing import LISTENER, LISTENER_RULE, LOAD_BALANCER, TARGET_GROUP
from rehearsal.neighbours.made.messaging import QUEUE, TOPIC
from rehearsal.neighbours.made.played_type import PlayedType
from rehearsal.neighbours.made.repositories_and_logs import LOG_GROUP, REPOSITORY
from rehearsal.neighbours.made.values import PARAMETER, SECRET

PLAYED: dict[str, PlayedType] = {
    "AWS::ECR::Repository": REPOSITORY,
    # Within a service what others are made upon comes before them.
    "AWS::ElasticLoadBalancingV2::LoadBalancer": LOAD_BALANCER,
    "AWS::ElasticLoadBalancingV2::TargetGroup": TARGET_GROUP,
    "AWS::ElasticLoadBalancingV2::Listener": LISTENER,
    "AWS::ElasticLoadBalancingV2::ListenerRule": LISTENER_RULE,
    "AWS::IAM::Role": ROLE,
    "AWS::Logs::LogGroup": LOG_GROUP,
    "AWS::Route53::HostedZone": HOSTED_ZONE,
    "AWS::S3::Bucket": BUCKET,
    "AWS::SecretsManager::Secret": SECRET,
    "AWS::SNS::Topic": TOPIC,
    "AWS::SQS::Queue": QUEUE,
    "AWS::SSM::Parameter": PARAMETER,
}


def types_of(service: str) -> list[str]:
    """The types whose resources exist in a service, in the order of their creation."""
    return [name for name, played in PLAYED.items() if played.service == service]
