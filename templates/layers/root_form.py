"""The form of the console: every parameter of root in its group, in the order that people fill it in.

What has no default comes first. Within the template the parameters stand in the same order. They keep their own names
there: those are what environment files, reviews and descriptions say.
"""

GROUPS = {
    "What every deployment needs": [
        "DomainName",
        "AvailabilityZone1",
        "AvailabilityZone2",
        "HostedZoneId",
    ],
    "Names and limits": [
        "AppName",
        "EnvironmentClass",
        "PermissionsBoundaryArn",
    ],
    "Network": [
        "VpcCidr",
        "AvailabilityZone3",
        "PublicSubnet1Cidr",
        "PublicSubnet2Cidr",
        "PublicSubnet3Cidr",
        "PrivateSubnet1Cidr",
        "PrivateSubnet2Cidr",
        "PrivateSubnet3Cidr",
        "NatGatewayMode",
        "VpcEndpointMode",
        "EnableIpv6",
        "VpcIpv6Cidr",
        "FlowLogsRetentionDays",
    ],
    "Certificate and records": [
        "AlternativeDomainName1",
        "AlternativeDomainName2",
        "AlternativeDomainName3",
        "ExistingCertificateArn",
        "CreateDnsRecords",
    ],
    "Load balancer": [
        "AlbScheme",
        "AlbIpAddressType",
        "IngressCidr",
        "SslPolicy",
        "AlbIdleTimeoutSeconds",
        "AlbDeletionProtection",
        "WebAclArn",
    ],
    "Response headers": [
        "StrictTransportSecurity",
        "ContentTypeOptions",
        "FrameOptions",
        "ContentSecurityPolicy",
        "ServerHeader",
    ],
    "Logs of the load balancer": [
        "AccessLogsMode",
        "AccessLogsBucketName",
        "AccessLogsPrefix",
        "AccessLogsRetentionDays",
        "ConnectionLogs",
        "HealthCheckLogs",
    ],
    "Cluster": [
        "ClusterName",
        "ContainerInsights",
    ],
    "Service: the task": [
        "ServiceName",
        "ContainerName",
        "ContainerImage",
        "ContainerPort",
        "ContainerUser",
        "ReadonlyRootFilesystem",
        "CpuArchitecture",
        "TaskCpu",
        "TaskMemory",
        "EnableExecuteCommand",
        "LogRetentionDays",
        "KmsKeyArn",
    ],
    "Service: where and how many": [
        "TaskSubnetTier",
        "FargateBase",
        "FargateWeight",
        "FargateSpotWeight",
        "AvailabilityZoneRebalancing",
        "EnableEcsManagedTags",
        "DesiredCount",
        "AutoScaling",
        "MinTasks",
        "MaxTasks",
        "CpuTargetPercent",
        "RequestsPerTarget",
        "OffHoursStopCron",
        "OffHoursStartCron",
        "ScheduleTimeZone",
    ],
    "Service: requests": [
        "ListenerRulePriority",
        "ListenerRulePaths",
        "ListenerRuleHosts",
        "HealthCheckPath",
        "HealthCheckMatcher",
        "HealthCheckIntervalSeconds",
        "HealthCheckTimeoutSeconds",
        "HealthyThreshold",
        "UnhealthyThreshold",
        "HealthCheckGracePeriodSeconds",
        "DeregistrationDelaySeconds",
    ],
    "Alarms": [
        "AlarmTopicArn",
        "DeploymentAlarmRollback",
    ],
}


def interface() -> dict[str, object]:
    """Give the value of AWS::CloudFormation::Interface."""
    return {"ParameterGroups": [{"Label": {"default": label}, "Parameters": names} for label, names in GROUPS.items()]}
