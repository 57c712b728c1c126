"""Flow logs: accepted and refused traffic of the VPC, in CloudWatch Logs."""

from troposphere import GetAtt, Ref, Retain, RetainExceptOnCreate, Sub, Tags
from troposphere.ec2 import VPC, FlowLog
from troposphere.iam import Role
from troposphere.logs import LogGroup

from templates.network.parameters import FLOW_LOGS, flow_logs_retention
from templates.parts.parameters import BOUNDARY, KMS_KEY, app_name, given, kms_key_arn, permissions_boundary_arn
from templates.parts.policies import inline, trusted_by, write_to


def flow_log(vpc: VPC) -> list[LogGroup | Role | FlowLog]:
    """Give the log group, the role that writes to it, and the flow log."""
    log_group = LogGroup(
        "FlowLogGroup",
        Condition=FLOW_LOGS,
        DeletionPolicy=RetainExceptOnCreate,
        UpdateReplacePolicy=Retain,
        RetentionInDays=Ref(flow_logs_retention),
        KmsKeyId=given(KMS_KEY, Ref(kms_key_arn)),
        Tags=Tags(Name=Sub("${AppName}-flow-logs")),
    )
    role = Role(
        "FlowLogRole",
        Condition=FLOW_LOGS,
        AssumeRolePolicyDocument=trusted_by("vpc-flow-logs"),
        PermissionsBoundary=given(BOUNDARY, Ref(permissions_boundary_arn)),
        Policies=[inline("write_flow_logs", *write_to(log_group))],
    )
    flow_log = FlowLog(
        "FlowLog",
        Condition=FLOW_LOGS,
        ResourceType="VPC",
        ResourceId=Ref(vpc),
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName=Ref(log_group),
        DeliverLogsPermissionArn=GetAtt(role, "Arn"),
        Tags=Tags(Name=Ref(app_name)),
    )
    return [log_group, role, flow_log]
