"""What `deploy.py` itself may do: the IAM policy for deploying one environment, with exactly the calls of the code.

It names the environment's account, Region, stack and folder of the artifacts bucket, and the role that it may pass, so
that the deployer of dev can neither execute on prod's stacks nor put a template where prod's are read. Creating the
bucket is a separate policy: the permission to write the bucket's policy gives access to its contents. What
CloudFormation then does to resources is another policy: templates/rendering/service_role_policy.py.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
"""

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from awacs import acm, cloudformation, ecs, elasticloadbalancing, iam, logs, route53, s3, servicequotas, ssm, sts
from awacs.aws import Action, Allow, ArnLike, Condition, Deny, PolicyDocument, Statement, StringEquals

from cloudformation.environment.delivery.change_set_names import change_set_patterns
from cloudformation.environment.environment_file import Environment
from cloudformation.template.iam_actions import matches, role_names
from templates.parts.policies import document

_EVERY = "*"
# What CloudFormation looks values up with, by the type of the parameter. (awacs.ec2 is large: one name of it.)
LOOK_UPS: Mapping[str, Action] = {
    "AWS::EC2::AvailabilityZone::Name": Action("ec2", "DescribeAvailabilityZones"),
    "AWS::Route53::HostedZone::Id": route53.ListHostedZones,
}
# VPCs per Region, Fargate On-Demand vCPU.
QUOTAS = ("vpc/L-F678F1CE", "fargate/L-3032A538")


class TaskNames(NamedTuple):
    """What run, logs and exec are about in an environment: the cluster, and how the task families of services begin.

    Where there are none, nothing is run: the platform's own service is only looked into.
    """

    cluster: str
    families: tuple[str, ...] = ()


def policy(
    environment: Environment,
    others: Iterable[Environment] = (),
    zones: Iterable[str | None] = (),
    tasks: TaskNames | None = None,
    types: Container[str] = LOOK_UPS,
) -> PolicyDocument:
    """Give the policy document of an environment; a statement's Sid says what for.

    `others` are the project's other environments: what a pattern of this one's would cover of theirs is denied.
    `zones` are the ids of its hosted zones; where none is said, or one is not known, every zone may be asked about,
    and where it has none ("") no zone.
    `tasks` are the names of what runs in it, where it is an environment of this project's templates, and `types` those
    of its parameters.
    """
    hosted_zones = _hosted_zones(zones)
    return document(
        *_stacks(environment),
        *_stacks_of_others(environment, others),
        *_artifacts(environment),
        *_questions(environment, hosted_zones, looked_up(types)),
        *_diagnosis(environment, hosted_zones),
        *_roles(environment),
        *(_tasks(environment, tasks) if tasks else ()),
    )


def bucket_policy(environments: Iterable[Environment]) -> PolicyDocument:
    """Give the policy document for creating the artifacts buckets of these environments, on first use."""
    return document(
        _allow(
            "ArtifactsBucket",
            sorted({_bucket(environment) for environment in environments}),
            s3.CreateBucket,
            s3.PutBucketOwnershipControls,  # CreateBucket asks for it where it names an ObjectOwnership
            s3.PutBucketPolicy,
            s3.PutBucketPublicAccessBlock,
            s3.PutBucketVersioning,
            s3.PutEncryptionConfiguration,
            s3.PutLifecycleConfiguration,
        )
    )


def looked_up(types: Container[str]) -> list[Action]:
    """The actions by which CloudFormation looks up the values of parameters of these types."""
    return [action for name, action in LOOK_UPS.items() if name in types]


def objects(environment: Environment) -> str:
    """The ARN of the templates of an environment: deploy.py puts them into a folder named as the stack."""
    return f"{_bucket(environment)}/{environment.stack}/*"


def _releases(environment: Environment) -> str:
    """The records of what was deployed: deployment/artifacts/releases.py."""
    return f"{_bucket(environment)}/_releases/{environment.stack}/*"


def role_arn(environment: Environment, name: str) -> str:
    """The ARN of roles of the environment's account."""
    return f"arn:*:iam::{environment.account}:role/{name}"


def _bucket(environment: Environment) -> str:
    return f"arn:*:s3:::{environment.bucket}"


def _place(environment: Environment, service: str) -> str:
    """How the ARNs of a service begin in the environment's account and Region, in whatever partition."""
    return f"arn:*:{service}:{environment.region}:{environment.account}"


def _stack_arns(environment: Environment) -> list[str]:
    """The stack, and those nested in it: a nested stack's name begins with its root's."""
    stacks = f"{_place(environment, 'cloudformation')}:stack/{environment.stack}"
    return [f"{stacks}/*", f"{stacks}-*/*"]


def _change_set_arns(environment: Environment) -> list[str]:
    """The change sets of the stack and of those nested in it."""
    place = _place(environment, "cloudformation")
    return [f"{place}:changeSet/{name}/*" for name in change_set_patterns(environment.stack)]


def _stacks_of_others(environment: Environment, others: Iterable[Environment]) -> list[Statement]:
    """Where `shop` is one environment's stack and `shop-prod` another's, the pattern of the first covers both."""
    own = [*_stack_arns(environment), *_change_set_arns(environment)]
    covered = [
        arn
        for other in others
        for arn in (*_stack_arns(other), *_change_set_arns(other))
        if arn not in own and any(matches(pattern, arn) for pattern in own)
    ]
    # Of `shop-prod` and `shop-prod-eu`, the patterns of the first cover the second as well: a policy has a length.
    covered = [arn for arn in covered if not any(matches(wider, arn) for wider in covered if wider != arn)]
    if not covered:
        return []
    # Every action is denied, those too that another policy allows.
    return [Statement(Sid="StacksOfOthers", Effect=Deny, Action=[Action("cloudformation", "*")], Resource=covered)]


def _stacks(environment: Environment) -> list[Statement]:
    """What is done with stacks."""
    stacks = _stack_arns(environment)
    return [
        _allow(
            "Stacks",
            [*stacks, *_change_set_arns(environment)],
            cloudformation.CreateChangeSet,
            cloudformation.DeleteChangeSet,
            cloudformation.DeleteStack,
            cloudformation.DescribeChangeSet,
            cloudformation.DescribeEvents,
            cloudformation.DescribeStackEvents,
            cloudformation.DescribeStackResources,
            cloudformation.DescribeStacks,
            cloudformation.ExecuteChangeSet,
            cloudformation.GetStackPolicy,
            cloudformation.GetTemplate,
            cloudformation.ListChangeSets,
            cloudformation.ListStackResources,
            cloudformation.SetStackPolicy,
            cloudformation.UpdateTerminationProtection,
        ),
        _recovery(stacks),
        # Detecting drift reads every resource, too: with the permissions of templates/rendering/service_role_policy.py.
        _allow(
            "Drift",
            stacks,
            cloudformation.DescribeStackResourceDrifts,
            cloudformation.DetectStackDrift,
            cloudformation.DetectStackResourceDrift,
        ),
        # Who imports an export that changes or goes; with --all the names and states alone of every stack.
        _allow("Importers", ["*"], cloudformation.ListExports, cloudformation.ListImports, cloudformation.ListStacks),
        _allow(
            "DriftOfEveryStack",
            ["*"],
            cloudformation.BatchDescribeTypeConfigurations,
            cloudformation.DescribeStackDriftDetectionStatus,
        ),
    ]


def _recovery(stacks: list[str]) -> Statement:
    """What leads a stack out of a state in which it takes no update."""
    return _allow(
        "Recovery",
        stacks,
        cloudformation.CancelUpdateStack,
        cloudformation.ContinueUpdateRollback,
        cloudformation.RollbackStack,
    )


def _artifacts(environment: Environment) -> list[Statement]:
    """Where templates are put."""
    return [
        _allow("TemplatesThatStand", [_bucket(environment)], s3.ListBucket, s3.ListBucketVersions),
        # CloudFormation reads a TemplateURL with the credentials of the caller, in the version that it names. Only a
        # caller that may list the bucket can distinguish a missing object from an unreadable one.
        # A record of each release is put beside them, which `releases` and --to read.
        _allow(
            "Templates",
            [objects(environment), _releases(environment)],
            s3.GetObject,
            s3.GetObjectVersion,
            s3.PutObject,
        ),
    ]


def _hosted_zones(zones: Iterable[str | None]) -> list[str]:
    """The ARNs of hosted zones, which are of no account and Region."""
    said = {_EVERY if zone is None else zone for zone in zones} or {_EVERY}
    return [f"arn:*:route53:::hostedzone/{zone}" for zone in ([_EVERY] if _EVERY in said else sorted(said - {""}))]


def _questions(environment: Environment, hosted_zones: list[str], look_ups: list[Action]) -> list[Statement]:
    """What is only asked."""
    quotas = [f"{_place(environment, 'servicequotas')}:{name}" for name in QUOTAS]
    return [
        # What templates read from Systems Manager is read again before a change set is executed.
        _allow("StoredValues", [f"{_place(environment, 'ssm')}:parameter/*"], ssm.GetParameters),
        *([_allow("HostedZone", hosted_zones, route53.GetHostedZone)] if hosted_zones else ()),
        _allow("WhoAmI", ["*"], sts.GetCallerIdentity),
        *([_allow("ParametersThatAreLookedUp", ["*"], *look_ups)] if look_ups else ()),
        # Before a stack is created, and with --preflight. Without these the quotas are not shown.
        _allow("Quotas", quotas, servicequotas.GetServiceQuota),
        _allow("VpcsOfTheRegion", ["*"], Action("ec2", "DescribeVpcs")),
        # `route`; these take no resource.
        _allow(
            "Routes",
            ["*"],
            elasticloadbalancing.DescribeListeners,
            elasticloadbalancing.DescribeLoadBalancers,
            elasticloadbalancing.DescribeRules,
        ),
    ]


def _diagnosis(environment: Environment, hosted_zones: list[str]) -> list[Statement]:
    """What is asked while something takes long, and why something failed. Without these the answers are missing."""
    ecs_arn = _place(environment, "ecs")
    log_streams = f"{_place(environment, 'logs')}:log-group:*:log-stream:*"
    return [
        _allow("Services", [f"{ecs_arn}:service/*", f"{ecs_arn}:task/*"], ecs.DescribeServices, ecs.DescribeTasks),
        _allow("ServicesTasks", [f"{ecs_arn}:container-instance/*"], ecs.ListTasks),
        _allow("TaskDefinitions", ["*"], ecs.DescribeTaskDefinition),
        _allow("LastWords", [log_streams], logs.GetLogEvents),
        _allow("Certificates", [f"{_place(environment, 'acm')}:certificate/*"], acm.DescribeCertificate),
        *([_allow("ValidationRecords", hosted_zones, route53.ListResourceRecordSets)] if hosted_zones else ()),
    ]


def _tasks(environment: Environment, names: TaskNames) -> list[Statement]:
    """What `logs` and `exec` do, and where there are services `run`, which is how a job runs before a deployment."""
    ecs_arn = _place(environment, "ecs")
    cluster, tasks = f"{ecs_arn}:cluster/{names.cluster}", f"{ecs_arn}:task/{names.cluster}/*"
    log_groups = f"{_place(environment, 'logs')}:log-group:{environment.stack}-*"
    looking = [
        _allow("LogsOfServices", [log_groups], logs.FilterLogEvents),
        # Called by the AWS CLI, which exec starts.
        _allow("Shells", [cluster, tasks], ecs.ExecuteCommand),
    ]
    if not names.families:
        return looking
    here = Condition(ArnLike({"ecs:cluster": cluster}))
    made = Condition(StringEquals({"ecs:CreateAction": "RunTask"}))
    to = Condition(StringEquals({"iam:PassedToService": "ecs-tasks.amazonaws.com"}))
    roles = [role_arn(environment, role_names(environment.stack))]
    families = [f"{ecs_arn}:task-definition/{family}-*" for family in names.families]
    return [
        *looking,
        Statement(Sid="Runs", Effect=Allow, Action=[ecs.RunTask], Resource=families, Condition=here),
        # PropagateTags tags what is run.
        Statement(Sid="TagsOfRuns", Effect=Allow, Action=[ecs.TagResource], Resource=[tasks], Condition=made),
        _allow("StopsOfRuns", [tasks], ecs.StopTask),
        Statement(Sid="RolesOfRuns", Effect=Allow, Action=[iam.PassRole], Resource=roles, Condition=to),
    ]


def _roles(environment: Environment) -> list[Statement]:
    """What concerns the role that executes."""
    roles, users = role_arn(environment, "*"), f"arn:*:iam::{environment.account}:user/*"
    asked = [
        # --preflight, and before a stack is created. Without these it is skipped.
        _allow("Preflight", [roles, users], iam.SimulatePrincipalPolicy),
        _allow("PreflightOfASession", [roles], iam.GetRole),
    ]
    if environment.role is None:
        return asked
    to = Condition(StringEquals({"iam:PassedToService": "cloudformation.amazonaws.com"}))
    passed = [environment.role]
    return [*asked, Statement(Sid="ServiceRole", Effect=Allow, Action=[iam.PassRole], Resource=passed, Condition=to)]


def _allow(sid: str, resources: list[str], *actions: Action) -> Statement:
    return Statement(Sid=sid, Effect=Allow, Action=list(actions), Resource=resources)
