"""What a picture says of listeners, target groups and the parts of an ECS service."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from templates.pictures.facts.resolved_tree import ResolvedTree, Resource
from templates.pictures.facts.values import entries, items, named, part, said, text


def _listener(tree: ResolvedTree, listener: Resource) -> Iterator[str]:
    facts = listener.properties
    yield f"{text(facts, 'Protocol')} on port {text(facts, 'Port')}"
    certificates = [named(tree, entry.get("CertificateArn", "")) for entry in entries(facts.get("Certificates"))]
    yield f"certificate {', '.join(certificates)}" if certificates else ""
    yield text(facts, "SslPolicy")
    # A listener that has rules does this with what none of them takes.
    ruled = any(user.type.endswith("::ListenerRule") for user in tree.users[listener.path])
    actions = ", ".join(action_text(tree, action) for action in entries(facts.get("DefaultActions")))
    yield f"anything else: {actions}" if ruled else actions


def action_text(tree: ResolvedTree, action: Mapping[str, Any]) -> str:
    """What a listener or a rule does with a request."""
    kind = text(action, "Type")
    if kind == "redirect":
        target = part(action, "RedirectConfig")
        return f"redirects to {text(target, 'Protocol')} on port {text(target, 'Port')}"
    if kind == "fixed-response":
        return f"answers {text(part(action, 'FixedResponseConfig'), 'StatusCode')}"
    targets = ", ".join(target.path for target in tree.referred(action))
    return f"{'forwards' if kind == 'forward' else kind} to {targets}" if targets else kind


def _rule(tree: ResolvedTree, rule: Resource) -> Iterator[str]:
    for condition in entries(rule.properties.get("Conditions")):
        values = [said(item) for key, entry in condition.items() if key.endswith("Config") for item in _values(entry)]
        field = text(condition, "Field").removesuffix("-pattern").removesuffix("-header")
        yield f"{field} {', '.join(values) or named(tree, condition.get('Values', ''))}"
    yield ", ".join(action_text(tree, action) for action in entries(rule.properties.get("Actions")))


def _values(entry: Any) -> list[Any]:
    return items(entry.get("Values")) if isinstance(entry, dict) else []


def _web_acl(tree: ResolvedTree, association: Resource) -> Iterator[str]:
    arn = named(tree, association.properties.get("WebACLArn", ""))
    name = arn.split("/")[-2] if arn.count("/") > 1 else arn
    yield f"every request passes {name}"


def _target_group(tree: ResolvedTree, group: Resource) -> Iterator[str]:
    facts = group.properties
    path, seconds = text(facts, "HealthCheckPath"), text(facts, "HealthCheckIntervalSeconds")
    yield text(facts, "Protocol")
    yield f"health check {path} every {seconds} s" if path and seconds else ""


def _service(tree: ResolvedTree, service: Resource) -> Iterator[str]:
    facts = service.properties
    network = part(facts, "NetworkConfiguration", "AwsvpcConfiguration")
    addresses = "public" if text(network, "AssignPublicIp") == "ENABLED" else "private"
    groups = ", ".join(group.path for group in tree.referred(network.get("SecurityGroups")))
    place = f"in {groups}" if groups else ""
    yield ", ".join(filter(None, [_count(tree, service), _capacity(service), place]))
    yield f"tasks with {addresses} addresses, in cluster {named(tree, facts.get('Cluster', ''))}"
    deployment = part(facts, "DeploymentConfiguration")
    alarms = part(deployment, "Alarms")
    ends = ["fails"] if _rolls_back(deployment) else []
    ends += [f"raises {named(tree, alarms.get('AlarmNames', ''))}"] if text(alarms, "Enable") == "true" else []
    yield f"a deployment that {' or '.join(ends)} is rolled back" if ends else ""


def _rolls_back(deployment: Mapping[str, Any]) -> bool:
    breaker = part(deployment, "DeploymentCircuitBreaker")
    return text(breaker, "Enable") == text(breaker, "Rollback") == "true"


def _count(tree: ResolvedTree, service: Resource) -> str:
    """How many tasks: what the service says, or between what scaling keeps it."""
    for target in tree.users[service.path]:
        if target.type == "AWS::ApplicationAutoScaling::ScalableTarget":
            doubt = f" (if {target.condition})" if target.condition else ""
            return f"{text(target.properties, 'MinCapacity')} to {text(target.properties, 'MaxCapacity')} tasks{doubt}"
    count = text(service.properties, "DesiredCount")
    return f"{count} task{'' if count == '1' else 's'}" if count else ""


def _capacity(service: Resource) -> str:
    """The capacity providers that get tasks: those with a weight, or a base."""
    strategy = entries(service.properties.get("CapacityProviderStrategy"))
    shares = [_share(provider) for provider in strategy]
    return "on " + ", ".join(filter(None, shares)) if any(shares) else text(service.properties, "LaunchType")


def _share(provider: Mapping[str, Any]) -> str:
    base, weight = (text(provider, name) or "0" for name in ("Base", "Weight"))
    if base == weight == "0":
        return ""
    return f"{text(provider, 'CapacityProvider')} (base {base}, weight {weight})"


def _task_definition(tree: ResolvedTree, task: Resource) -> Iterator[str]:
    facts = task.properties
    platform = text(part(facts, "RuntimePlatform"), "CpuArchitecture")
    yield " ".join(filter(None, [text(facts, "Cpu"), "CPU units,", text(facts, "Memory"), "MiB", platform]))
    for container in entries(facts.get("ContainerDefinitions")):
        ports = "".join(f", port {text(port, 'ContainerPort')}" for port in entries(container.get("PortMappings")))
        yield f"{text(container, 'Name')}{ports}: {_image(container)}"
        logs = part(container, "LogConfiguration", "Options").get("awslogs-group")
        yield f"logs to {named(tree, logs)}" if logs is not None else ""


def _image(container: Mapping[str, Any]) -> str:
    """The image; of a digest its beginning, as people compare it."""
    return re.sub(r"(@sha256:[0-9a-f]{12})[0-9a-f]+", r"\1…", text(container, "Image"))


def _cluster(tree: ResolvedTree, cluster: Resource) -> Iterator[str]:
    yield text(cluster.properties, "ClusterName")
    insights = [entry for entry in entries(cluster.properties.get("ClusterSettings")) if "Value" in entry]
    yield from (f"{text(entry, 'Name')}: {text(entry, 'Value')}" for entry in insights)
    own = items(cluster.properties.get("CapacityProviders"))
    users = [user.properties.get("CapacityProviders") for user in tree.users[cluster.path]]
    providers = [said(name) for listed in (own, *map(items, users)) for name in listed]
    yield f"offers {', '.join(providers)}" if providers else ""


def _scalable_target(tree: ResolvedTree, target: Resource) -> Iterator[str]:
    yield f"from {text(target.properties, 'MinCapacity')} to {text(target.properties, 'MaxCapacity')}"
    for action in entries(target.properties.get("ScheduledActions")):
        change = part(action, "ScalableTargetAction")
        counts = f"{text(change, 'MinCapacity')} to {text(change, 'MaxCapacity')}"
        yield f"{text(action, 'Schedule')} {text(action, 'Timezone')}: {counts}"


_METRICS = {"ECSServiceAverageCPUUtilization": "% CPU", "ECSServiceAverageMemoryUtilization": "% memory"}


def _scaling_policy(tree: ResolvedTree, policy: Resource) -> Iterator[str]:
    tracking = part(policy.properties, "TargetTrackingScalingPolicyConfiguration")
    metric = text(part(tracking, "PredefinedMetricSpecification"), "PredefinedMetricType")
    if tracking:
        yield f"aims at {text(tracking, 'TargetValue')} {_METRICS.get(metric, metric)}"


SERVICE_CAPTIONS: Mapping[str, Callable[[ResolvedTree, Resource], Iterator[str]]] = {
    "AWS::ElasticLoadBalancingV2::Listener": _listener,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _rule,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _target_group,
    "AWS::WAFv2::WebACLAssociation": _web_acl,
    "AWS::ECS::Service": _service,
    "AWS::ECS::TaskDefinition": _task_definition,
    "AWS::ECS::Cluster": _cluster,
    "AWS::ApplicationAutoScaling::ScalableTarget": _scalable_target,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
}
