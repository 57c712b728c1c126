"""A system with everything on that can be beside each other, and for each parameter another value."""

PRIVATE = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}
THIRD = {"AvailabilityZone3": "ap-northeast-1d", "PublicSubnet3Cidr": "10.0.3.0/24"}
LOGS = {"AccessLogsMode": "create"}
SCALED = {"AutoScaling": "true"}
OFF = {**SCALED, "OffHoursStopCron": "cron(0 20 ? * MON-FRI *)", "OffHoursStartCron": "cron(0 8 ? * MON-FRI *)"}
TOPIC = {"AlarmTopicArn": "arn:aws:sns:ap-northeast-1:123456789012:ops"}
DATABASE = {**PRIVATE, "DatabaseMode": "instance"}
AURORA = {**PRIVATE, "DatabaseMode": "aurora"}
IPV6 = {"EnableIpv6": "true", "VpcIpv6Cidr": "2406:da14:1:200::/56"}

# A system with everything on, so that what a value changes is there to be changed.
EVERYTHING = {
    **PRIVATE,
    **THIRD,
    **IPV6,
    **OFF,
    **TOPIC,
    "PrivateSubnet3Cidr": "10.0.13.0/24",
    "NatGatewayMode": "per-az",
    "VpcEndpointMode": "interface",
    "FlowLogsRetentionDays": "30",
    "AccessLogsMode": "create",
    "ConnectionLogs": "true",
    "FargateSpotWeight": "1",
    "RequestsPerTarget": "50",
    "DeploymentAlarmRollback": "true",
    "WebAclArn": "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/back/2",
    "DatabaseMode": "aurora",
    "DatabaseMultiAz": "true",
    "DatabaseKmsKeyArn": "arn:aws:kms:ap-northeast-1:123456789012:key/0d0a0d0a-1b2c-3d4e-5f60-718293a4b5c6",
    **{f"AlternativeDomainName{number}": f"{'xyz'[number - 1]}.example.com" for number in (1, 2, 3)},
}
# What differs from EVERYTHING where the value of REACHES does not.
OTHERWISE = {
    "AvailabilityZone1": "ap-northeast-1b",
    "AvailabilityZone2": "ap-northeast-1b",
    "AvailabilityZone3": "ap-northeast-1b",
    "EnableIpv6": "false",
    "VpcIpv6Cidr": "2406:da14:9:900::/56",
    "CreateDnsRecords": "false",
    "AccessLogsMode": "none",
    "AutoScaling": "false",
    "ConnectionLogs": "false",
    "DeploymentAlarmRollback": "false",
    "AlarmTopicArn": "arn:aws:sns:ap-northeast-1:123456789012:other",
    "DatabaseMultiAz": "false",
}
# What replaces it where the database is of the other kind.
OF_INSTANCE = {"DatabaseMode": "instance"}
# With these a value means something only beside others.
BESIDE = {
    "EnableIpv6": {"VpcIpv6Cidr": ""},
    "AccessLogsMode": {"ConnectionLogs": "false"},
    "AccessLogsBucketName": {"AccessLogsMode": "existing"},
    "AutoScaling": {"OffHoursStopCron": "", "OffHoursStartCron": ""},
    "TaskCpu": {"TaskMemory": "1024"},
}
