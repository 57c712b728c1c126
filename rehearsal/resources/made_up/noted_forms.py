"""Forms of Ref and attributes that the publications do not hold in a form that can be read out.

Each follows examples of the service's own API reference or user guide, or what its registry schema demands of others;
`return_values.tsv` has the rest. A form here stands in for one that is read out.
"""

from collections.abc import Mapping

# Amazon EC2 API Reference: the prefix of an id, before 17 hexadecimal digits.
_EC2_PREFIXES = {
    "CustomerGateway": "cgw",
    "DHCPOptions": "dopt",
    "EgressOnlyInternetGateway": "eigw",
    "IPAM": "ipam",
    "IPAMPool": "ipam-pool",
    "IPAMScope": "ipam-scope",
    "InstanceConnectEndpoint": "eice",
    "LocalGatewayRouteTable": "lgw-rtb",
    "NetworkInsightsAccessScope": "nis",
    "NetworkInsightsAccessScopeAnalysis": "nisa",
    "NetworkInsightsAnalysis": "nia",
    "NetworkInsightsPath": "nip",
    "NetworkInterface": "eni",
    "NetworkInterfaceAttachment": "eni-attach",
    "SubnetCidrBlock": "subnet-cidr-assoc",
    "SubnetNetworkAclAssociation": "aclassoc",
    "TrafficMirrorFilter": "tmf",
    "TrafficMirrorFilterRule": "tmfr",
    "TrafficMirrorSession": "tms",
    "TrafficMirrorTarget": "tmt",
    "TransitGateway": "tgw",
    "TransitGatewayAttachment": "tgw-attach",
    "TransitGatewayConnect": "tgw-attach",
    "TransitGatewayPeeringAttachment": "tgw-attach",
    "TransitGatewayRouteTable": "tgw-rtb",
    "TransitGatewayVpcAttachment": "tgw-attach",
    "VPCCidrBlock": "vpc-cidr-assoc",
    "VPCEndpointConnectionNotification": "vpce-nfn",
    "VPCEndpointService": "vpce-svc",
    "VPCPeeringConnection": "pcx",
    "VPNConnection": "vpn",
    "VPNGateway": "vgw",
    "VerifiedAccessEndpoint": "vae",
    "VerifiedAccessGroup": "vagr",
    "VerifiedAccessInstance": "vai",
    "VerifiedAccessTrustProvider": "vatp",
}
_EVENTS = "arn:{partition}:events:{region}:{account}:"

# The identifying attribute that AWS draws is written as `*`, whatever its name.
DRAWN = "*"
NOTED: Mapping[str, Mapping[str, str]] = {
    **{f"AWS::EC2::{kind}": {DRAWN: f"{prefix}-0{{hex16}}"} for kind, prefix in _EC2_PREFIXES.items()},
    "AWS::EC2::SpotFleet": {DRAWN: "sfr-{uuid}"},
    "AWS::Events::ApiDestination": {
        "Arn": _EVENTS + "api-destination/{Name}/{uuid}",
        "ArnForPolicy": _EVENTS + "api-destination/{Name}",
    },
    "AWS::Events::Connection": {
        "Arn": _EVENTS + "connection/{Name}/{uuid}",
        "ArnForPolicy": _EVENTS + "connection/{Name}",
    },
    # https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html: a layer's versions count up from 1.
    "AWS::Lambda::LayerVersion": {
        "LayerVersionArn": "arn:{partition}:lambda:{region}:{account}:layer:{LayerName}:1",
    },
    "AWS::GuardDuty::Detector": {DRAWN: "{hex32}"},
    "AWS::GuardDuty::IPSet": {DRAWN: "{hex32}"},
    "AWS::GuardDuty::ThreatIntelSet": {DRAWN: "{hex32}"},
    "AWS::AppConfig::Application": {DRAWN: "{lower7}"},
    "AWS::AppConfig::ConfigurationProfile": {DRAWN: "{lower7}"},
    "AWS::AppConfig::DeploymentStrategy": {DRAWN: "{lower7}"},
    "AWS::AppConfig::Environment": {DRAWN: "{lower7}"},
    "AWS::CloudFront::OriginAccessControl": {DRAWN: "E{upper13}"},
    "AWS::DLM::LifecyclePolicy": {DRAWN: "policy-0{hex16}"},
    "AWS::EMR::Cluster": {DRAWN: "j-{upper13}"},
    "AWS::FSx::FileSystem": {DRAWN: "fs-0{hex16}"},
    "AWS::Route53Resolver::ResolverEndpoint": {DRAWN: "rslvr-in-0{hex16}"},
}
