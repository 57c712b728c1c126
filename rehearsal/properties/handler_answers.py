"""What a resource's handler says where its service refused a call, as CloudFormation shows it in an event.

`Resource handler returned message: "..." (RequestToken: ..., HandlerErrorCode: ...)`, with the service's own words and
what its SDK adds to them, is the form for a type with a handler (aws/copilot-cli#4532, pulumi/pulumi-aws-native#1270).
Types that were older than their handlers used `(Service: ...; Status Code: 400; Error
Code: ...; Request ID: ...)` instead, as in aws-cloudformation/rain#187.
"""

from rehearsal.state.world import World

_SERVICES = {
    "ElasticLoadBalancingV2": "ElasticLoadBalancingV2",
    "Cognito": "CognitoIdentityProvider",
    "Neptune": "Rds",
    "DocDB": "Rds",
    "DynamoDB": "DynamoDb",
    "Logs": "CloudWatchLogs",
    "RDS": "Rds",
    "EC2": "Ec2",
    "ECR": "Ecr",
    "EKS": "Eks",
    "OpenSearchService": "OpenSearch",
}


def refused_by_service(world: World, type_name: str, message: str, code: str = "InvalidRequest") -> str:
    """The reason with which a resource fails whose service answered that message."""
    service = type_name.split("::")[1] if type_name.count("::") == 2 else type_name
    return (
        f'Resource handler returned message: "{message} (Service: {_SERVICES.get(service, service)}, '
        f'Status Code: 400, Request ID: {world.uuid()})" (RequestToken: {world.uuid()}, HandlerErrorCode: {code})'
    )
