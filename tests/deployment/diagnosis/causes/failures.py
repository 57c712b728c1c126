"""Failed resources, with reasons as AWS words them."""

from __future__ import annotations

import json
from typing import Any

from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath
from tests.deployment.shapes import at, stack_arn

UNSTABLE = (
    "Resource handler returned message: \"Error occurred during operation 'ECS Deployment Circuit Breaker was"
    " triggered'.\" (RequestToken: a3ab2120-1821-f83c-3adc-23d519cacdfe, HandlerErrorCode: GeneralServiceException)"
)
EXCEEDED = (
    'Resource handler returned message: "Exceeded attempts to wait" (RequestToken: x, HandlerErrorCode: NotStabilized)'
)
DENIED = (
    'Resource handler returned message: "User: arn:aws:sts::111122223333:assumed-role/deployer/me is not authorized to'
    " perform: ecs:CreateService on resource: arn:aws:ecs:eu-west-1:111122223333:service/app/web because no"
    " identity-based policy allows the ecs:CreateService action (Service: AmazonECS; Status Code: 400; Error Code:"
    ' AccessDeniedException; Request ID: x; Proxy: null)" (RequestToken: x, HandlerErrorCode: GeneralServiceException)'
)
DENIED_BY_EC2 = (
    "API: ec2:CreateInternetGateway You are not authorized to perform this operation. Encoded authorization failure"
    " message: rFesh"
)
VPCS = (
    'Resource handler returned message: "The maximum number of VPCs has been reached. (Service: Ec2, Status Code: 400,'
    ' Request ID: x)" (RequestToken: x, HandlerErrorCode: GeneralServiceException)'
)
SAME_ZONE = (
    "A load balancer cannot be attached to multiple subnets in the same Availability Zone (Service:"
    " AmazonElasticLoadBalancing; Status Code: 400; Error Code: InvalidConfigurationRequest; Request ID: x)"
)
SAME_NAME = (
    "Resource handler returned message: \"A load balancer with the same name 'app-alb' exists, but with different"
    ' settings (Service: ElasticLoadBalancingV2, Status Code: 400)" (HandlerErrorCode: InvalidRequest)'
)
NO_ADDRESSES = "Not enough IP space available in subnet-0e04e2925720142be. ELB requires at least 8 free IP addresses."
TAKEN = (
    "Resource handler returned message: \"Resource of type 'AWS::ECS::Service' with identifier 'app-web' already"
    ' exists." (HandlerErrorCode: AlreadyExists)'
)
POOL = 'Resource handler returned message: "Connection pool shut down" (HandlerErrorCode: InternalFailure)'


def failed(reason: str | None, kind: str = "AWS::X::Y", physical: str = "id", **properties: Any) -> Event:
    """A resource named App/Thing that could not be made."""
    return Event(
        id="1",
        at=at(1),
        stack=stack_arn("shop-dev-App"),
        path=ResourcePath(("App", "Thing")),
        type=kind,
        physical_id=physical,
        status="CREATE_FAILED",
        reason=reason,
        of_stack=False,
        properties=json.dumps(properties),
    )
