"""What `deploy.py` itself may do: the IAM policy of whoever deploys, exact to the operations that the code calls.

No partition, account or Region is named, so that one text serves all of them. Stacks and buckets are named by how this
project names them: an environment whose `stack` or `artifacts_bucket` is called otherwise needs another pattern here.
What CloudFormation then does to resources is another policy: templates/rendering/service_role_policy.py.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
"""

from awacs import acm, cloudformation, ecs, iam, logs, route53, s3, sts
from awacs.aws import Action, Allow, Condition, PolicyDocument, Statement, StringEquals

from templates.layers.parameters import app_name
from templates.parts.policies import document

# A nested stack's name begins with its root's.
STACKS = f"arn:*:cloudformation:*:*:stack/{app_name.Default}-*/*"
BUCKET = "arn:*:s3:::cfn-artifacts-*"
OBJECTS = f"{BUCKET}/*"
HOSTED_ZONES = "arn:*:route53:::hostedzone/*"
ROLES = "arn:*:iam::*:role/*"
# CloudFormation looks up the values of parameters of root whose type is a zone's. (awacs.ec2 is large: one name of it.)
LOOK_UPS = (Action("ec2", "DescribeAvailabilityZones"), route53.ListHostedZones)
ECS = "arn:*:ecs:*:*"
LOG_STREAMS = "arn:*:logs:*:*:log-group:*:log-stream:*"
CERTIFICATES = "arn:*:acm:*:*:certificate/*"
USERS = "arn:*:iam::*:user/*"


def policy() -> PolicyDocument:
    """Give the policy document; a statement's Sid says what for."""
    return document(*_stacks(), *_artifacts(), *_questions(), *_diagnosis(), *_roles())


def _stacks() -> list[Statement]:
    """What is done with stacks."""
    return [
        _allow(
            "Stacks",
            [STACKS],
            cloudformation.CreateChangeSet,
            cloudformation.DeleteChangeSet,
            cloudformation.DeleteStack,
            cloudformation.DescribeChangeSet,
            cloudformation.DescribeEvents,
            cloudformation.DescribeStackEvents,
            cloudformation.DescribeStacks,
            cloudformation.ExecuteChangeSet,
            cloudformation.GetStackPolicy,
            cloudformation.GetTemplate,
            cloudformation.ListChangeSets,
            cloudformation.ListStackResources,
            cloudformation.SetStackPolicy,
            cloudformation.UpdateTerminationProtection,
        ),
        _allow(
            "Recovery",
            [STACKS],
            cloudformation.CancelUpdateStack,
            cloudformation.ContinueUpdateRollback,
            cloudformation.RollbackStack,
        ),
        # Detecting drift reads every resource, too: with the permissions of templates/rendering/service_role_policy.py.
        _allow(
            "Drift",
            [STACKS],
            cloudformation.DescribeStackResourceDrifts,
            cloudformation.DetectStackDrift,
            cloudformation.DetectStackResourceDrift,
        ),
        _allow(
            "DriftOfEveryStack",
            ["*"],
            cloudformation.BatchDescribeTypeConfigurations,
            cloudformation.DescribeStackDriftDetectionStatus,
        ),
    ]


def _artifacts() -> list[Statement]:
    """Where templates are put."""
    return [
        _allow(
            "ArtifactsBucket",
            [BUCKET],
            s3.CreateBucket,
            s3.ListBucket,
            s3.PutBucketOwnershipControls,  # CreateBucket asks for it where it names an ObjectOwnership
            s3.PutBucketPolicy,
            s3.PutBucketPublicAccessBlock,
            s3.PutBucketVersioning,
            s3.PutEncryptionConfiguration,
            s3.PutLifecycleConfiguration,
        ),
        # CloudFormation reads a TemplateURL with the credentials of whoever names it; a kept plan may be read here too.
        _allow("Templates", [OBJECTS], s3.GetObject, s3.PutObject),
    ]


def _questions() -> list[Statement]:
    """What is only asked."""
    return [
        _allow("HostedZone", [HOSTED_ZONES], route53.GetHostedZone),
        _allow("WhoAmI", ["*"], sts.GetCallerIdentity),
        _allow("ParametersThatAreLookedUp", ["*"], *LOOK_UPS),
    ]


def _diagnosis() -> list[Statement]:
    """What is asked while something takes long, and why something failed. Without these the answers are missing."""
    return [
        _allow("Services", [f"{ECS}:service/*", f"{ECS}:task/*"], ecs.DescribeServices, ecs.DescribeTasks),
        _allow("ServicesTasks", [f"{ECS}:container-instance/*"], ecs.ListTasks),
        _allow("TaskDefinitions", ["*"], ecs.DescribeTaskDefinition),
        _allow("LastWords", [LOG_STREAMS], logs.GetLogEvents),
        _allow("Certificates", [CERTIFICATES], acm.DescribeCertificate),
        _allow("ValidationRecords", [HOSTED_ZONES], route53.ListResourceRecordSets),
    ]


def _roles() -> list[Statement]:
    """What concerns the role that executes."""
    return [
        # --preflight, and before a stack is created. Without these it is skipped.
        _allow("Preflight", [ROLES, USERS], iam.SimulatePrincipalPolicy),
        _allow("PreflightOfASession", [ROLES], iam.GetRole),
        Statement(
            Sid="ServiceRole",
            Effect=Allow,
            Action=[iam.PassRole],
            Resource=[ROLES],
            Condition=Condition(StringEquals({"iam:PassedToService": "cloudformation.amazonaws.com"})),
        ),
    ]


def _allow(sid: str, resources: list[str], *actions: Action) -> Statement:
    return Statement(Sid=sid, Effect=Allow, Action=list(actions), Resource=resources)
