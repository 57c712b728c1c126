"""What one ECS service leaves to the person who deploys it."""

from troposphere import Parameter

from templates.parts.parameters import HYPHENATED, RETENTIONS, choice, number, optional, replaces, switch

_REVISION = replaces("TaskDefinition")

# Fargate's sizes (ECS developer guide, task CPU and memory), in CPU units and MiB, as far as this system offers them.
FARGATE_SIZES = {
    "256": ["512", "1024", "2048"],
    "512": ["1024", "2048", "3072", "4096"],
    "1024": ["2048", "3072", "4096", "5120", "6144", "7168", "8192"],
    "2048": ["4096", "5120", "6144", "7168", "8192", "16384"],
    "4096": ["8192", "16384", "30720"],
}

service_name = Parameter(
    "ServiceName",
    Type="String",
    Description=f"Name of the service, the second half of the task family and the Name tags.{_REVISION}",
    Default="myservice",
    AllowedPattern=HYPHENATED,
    MaxLength=32,
    ConstraintDescription="at most 32 lower-case letters, digits and single hyphens, starting with a letter",
)
container_name = Parameter(
    "ContainerName",
    Type="String",
    Description=f"Name of the container, as aws ecs execute-command and the log streams have it.{_REVISION}",
    Default="nginx",
    AllowedPattern="^[A-Za-z0-9][A-Za-z0-9_-]*$",
    MaxLength=255,
    ConstraintDescription="at most 255 letters, digits, hyphens and underscores, starting with a letter or a digit",
)
container_image = Parameter(
    "ContainerImage",
    Type="String",
    Description=(
        f"Container image with a tag or, better, a digest (name@sha256:...): what a tag names may change.{_REVISION}"
    ),
    Default="public.ecr.aws/docker/library/nginx:latest",
    AllowedPattern=r"^[^\s@:]+(:[0-9]+)?[^\s@:]*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[a-f0-9]{64})$",
    ConstraintDescription="an image with an explicit tag or digest",
)
container_port = number("ContainerPort", f"Port that the container listens on.{_REVISION}", 80, 1, 65535)
container_user = optional(
    "ContainerUser",
    f"User that the container runs as, and its group, by name or number. Empty: the image's own.{_REVISION}",
    "[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?",
    "a user, or user:group, for example 101:101",
)
readonly_root = switch(
    "ReadonlyRootFilesystem",
    "Whether the container's own files cannot be written. The default image writes its cache there, and "
    f"execute-command needs it writable.{_REVISION}",
    "false",
)
cpu_architecture = choice(
    "CpuArchitecture",
    f"Processor of the tasks. ARM64 is cheaper, and the image must be built for it.{_REVISION}",
    "X86_64",
    ["X86_64", "ARM64"],
)
task_cpu = choice(
    "TaskCpu",
    f"CPU units of a task; 1024 are one vCPU. Which memory goes with it is Fargate's rule.{_REVISION}",
    "256",
    list(FARGATE_SIZES),
)
task_memory = choice(
    "TaskMemory",
    f"Memory of a task in MiB.{_REVISION}",
    "512",
    sorted({size for sizes in FARGATE_SIZES.values() for size in sizes}, key=int),
)
desired_count = number("DesiredCount", "Number of tasks that run, where AutoScaling is false.", 2, 0, 1000)
execute_command = switch(
    "EnableExecuteCommand", "Whether aws ecs execute-command may open a shell in a running container.", "true"
)
listener_rule_priority = number(
    "ListenerRulePriority",
    "Place of this service's rule on the HTTPS listener; the lowest number wins.",
    50000,
    1,
    50000,
)
listener_rule_paths = Parameter(
    "ListenerRulePaths",
    Type="String",
    Description="Paths that this service answers, joined by commas; * and ? are wildcards.",
    Default="/*",
    AllowedPattern=r"^/[^\s,]*(,/[^\s,]*){0,4}$",
    ConstraintDescription="one to five paths, each starting with /, joined by commas without spaces",
)
listener_rule_hosts = optional(
    "ListenerRuleHosts",
    "Host names that this service answers, joined by commas; * and ? are wildcards. With the paths at most five "
    "values. Empty: every host.",
    r"[A-Za-z0-9.*?-]+(,[A-Za-z0-9.*?-]+){0,3}",
    "one to four host names, joined by commas without spaces",
)
health_check_path = Parameter(
    "HealthCheckPath",
    Type="String",
    Description="Path that the load balancer asks to see whether a task is healthy.",
    Default="/",
    AllowedPattern=r"^/[^\s]*$",
    MaxLength=1024,
    ConstraintDescription="a path, starting with /",
)
health_check_matcher = Parameter(
    "HealthCheckMatcher",
    Type="String",
    Description="Status codes that a healthy task answers with.",
    Default="200",
    AllowedPattern="^[2-4][0-9]{2}([-,][2-4][0-9]{2})*$",
    ConstraintDescription="status codes from 200 to 499, for example 200, 200-299 or 200,301",
)
health_check_interval = number("HealthCheckIntervalSeconds", "Seconds between two health checks of a task.", 30, 5, 300)
health_check_timeout = number(
    "HealthCheckTimeoutSeconds",
    "Seconds that a health check waits for its answer; less than HealthCheckIntervalSeconds.",
    5,
    2,
    120,
)
# The seed left both out, and its provider sent 3 and 3; Elastic Load Balancing's own are 5 and 2.
healthy_threshold = number("HealthyThreshold", "Good health checks in a row that make a task healthy.", 3, 2, 10)
unhealthy_threshold = number("UnhealthyThreshold", "Failed health checks in a row that make it unhealthy.", 3, 2, 10)
health_check_grace_period = number(
    "HealthCheckGracePeriodSeconds",
    "Seconds after a task's start in which failing health checks do not count.",
    60,
    0,
    1800,
)
deregistration_delay = number(
    "DeregistrationDelaySeconds", "Seconds that open requests have to finish before a task is stopped.", 60, 0, 3600
)
managed_tags = switch(
    "EnableEcsManagedTags", "Whether ECS tags every task with its cluster and service, for the bill.", "false"
)
az_rebalancing = choice(
    "AvailabilityZoneRebalancing",
    "Whether ECS moves tasks so that the Availability Zones have equally many.",
    "DISABLED",
    ["DISABLED", "ENABLED"],
)
log_retention = choice("LogRetentionDays", "Days that the service's logs are kept.", 30, RETENTIONS)
