"""Load balancers of stacks, their listeners and rules, and target groups, as Elastic Load Balancing shows them.

moto makes a load balancer only in subnets that its EC2 has, and gives each thing an ARN of its own; those of stacks are
put where it keeps what its calls have made, under the ARNs that their stacks know. What is changed there by hand stays
changed until its stack changes it: that is how a rule comes to differ from its template on AWS, too. (moto makes them
so itself, whatever its own base class says of methods that they lack.)
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from cloudformation.scalars import text_of
from rehearsal.neighbours.made.played_type import PlayedType, tags_of
from rehearsal.neighbours.service_calls import ServiceCalls
from rehearsal.state.services import Made

_SERVICE = "elbv2"
# A condition on one of these has its values a second time, outside of its configuration (API_RuleCondition).
_TOLD_TWICE = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}


def _balancer(call: ServiceCalls, made: Made) -> None:
    from moto.elbv2.models import FakeLoadBalancer

    kept = FakeLoadBalancer(  # type: ignore[abstract]
        name=made.physical_id.split("/")[-2],
        security_groups=[],
        subnets=[],
        vpc_id=text_of(made.attributes.get("VpcId", "")),
        arn=made.physical_id,
        dns_name=text_of(made.attributes.get("DNSName", "")),
        state="active",
        loadbalancer_type=text_of(made.properties.get("Type", "application")),
    )
    call.backend(_SERVICE).load_balancers[made.physical_id] = kept


def _settle_balancer(call: ServiceCalls, made: Made, before: Made | None) -> None:
    del before
    kept, given = _balancer_of(call.backend(_SERVICE), made.physical_id), made.properties
    kept.scheme = text_of(given.get("Scheme", "internet-facing"))
    kept.ip_address_type = text_of(given.get("IpAddressType", "ipv4"))
    kept.security_groups = [text_of(group) for group in given.get("SecurityGroups", ())]
    kept.attrs |= _attributes(given.get("LoadBalancerAttributes", ()))
    _tag(call, made)


def _remove_balancer(call: ServiceCalls, made: Made) -> None:
    call.backend(_SERVICE).load_balancers.pop(made.physical_id, None)


def _balancer_of(backend: Any, arn: str) -> Any:
    return backend.load_balancers.get(arn)


def _listener(call: ServiceCalls, made: Made) -> None:
    """Nothing where its load balancer is not there: nobody could ask for it."""
    from moto.elbv2.models import FakeListener

    balancer = _balancer_of(call.backend(_SERVICE), text_of(made.properties.get("LoadBalancerArn", "")))
    if balancer is not None:
        kept = FakeListener(balancer.arn, made.physical_id, "", "", "", None, [], None)  # type: ignore[abstract]
        balancer.listeners[made.physical_id] = kept


def _settle_listener(call: ServiceCalls, made: Made, before: Made | None) -> None:
    del before
    kept, given = _listener_of(call.backend(_SERVICE), made.physical_id), made.properties
    if kept is None:
        return
    kept.protocol, kept.port = text_of(given.get("Protocol", "")).upper(), text_of(given.get("Port", ""))
    kept.ssl_policy = text_of(given["SslPolicy"]) if "SslPolicy" in given else None
    certificates = [text_of(one["CertificateArn"]) for one in given.get("Certificates", ()) if "CertificateArn" in one]
    kept.certificate, kept.certificates = next(iter(certificates), None), certificates
    kept.default_actions = _actions(given.get("DefaultActions", ()))
    for default in kept._default_rule.values():
        default.actions = kept.default_actions
    _tag(call, made)


def _remove_listener(call: ServiceCalls, made: Made) -> None:
    for balancer in call.backend(_SERVICE).load_balancers.values():
        balancer.listeners.pop(made.physical_id, None)


def _listener_of(backend: Any, arn: str) -> Any:
    return next((one.listeners[arn] for one in backend.load_balancers.values() if arn in one.listeners), None)


def _rule(call: ServiceCalls, made: Made) -> None:
    """Nothing where its listener is not there."""
    from moto.elbv2.models import FakeListenerRule

    listener = _listener_of(call.backend(_SERVICE), text_of(made.properties.get("ListenerArn", "")))
    if listener is not None:
        kept = FakeListenerRule(listener.arn, made.physical_id, [], 0, [])  # type: ignore[abstract]
        listener.register(made.physical_id, kept)


def _settle_rule(call: ServiceCalls, made: Made, before: Made | None) -> None:
    del before
    kept, given = _rule_of(call.backend(_SERVICE), made.physical_id), made.properties
    if kept is None:
        return
    kept.priority = int(text_of(given.get("Priority", 0)))
    kept.conditions = [_condition(one) for one in given.get("Conditions", ())]
    kept.actions = _actions(given.get("Actions", ()))
    kept.transforms = deepcopy(given.get("Transforms", []))
    _tag(call, made)


def _condition(given: Mapping[str, Any]) -> dict[str, Any]:
    told = deepcopy(dict(given))
    config = told.get(_TOLD_TWICE.get(told.get("Field", ""), ""))
    return told | {"Values": config["Values"]} if config and "Values" in config else told


def _actions(given: Iterable[Any]) -> list[Any]:
    from moto.elbv2.models import FakeAction

    return [FakeAction(deepcopy(action)) for action in given]


def _remove_rule(call: ServiceCalls, made: Made) -> None:
    for balancer in call.backend(_SERVICE).load_balancers.values():
        for listener in balancer.listeners.values():
            listener._non_default_rules.pop(made.physical_id, None)


def _rule_of(backend: Any, arn: str) -> Any:
    listeners = (listener for one in backend.load_balancers.values() for listener in one.listeners.values())
    return next((one._non_default_rules[arn] for one in listeners if arn in one._non_default_rules), None)


def _group(call: ServiceCalls, made: Made) -> None:
    from moto.elbv2.models import FakeTargetGroup

    given = made.properties
    kept = FakeTargetGroup(  # type: ignore[abstract]
        name=made.physical_id.split("/")[-2],
        account_id=call.account,
        region_name=call.region,
        vpc_id=text_of(given.get("VpcId", "")),
        protocol=text_of(given.get("Protocol", "")),
        port=text_of(given.get("Port", "")),
        target_type=text_of(given.get("TargetType", "instance")),
    )
    kept.arn = made.physical_id
    call.backend(_SERVICE).target_groups[made.physical_id] = kept


def _settle_group(call: ServiceCalls, made: Made, before: Made | None) -> None:
    del before
    kept, given = _group_of(call.backend(_SERVICE), made.physical_id), made.properties
    kept.health_check_path = text_of(given.get("HealthCheckPath", "/"))
    kept.health_check_interval_seconds = int(text_of(given.get("HealthCheckIntervalSeconds", 30)))
    kept.health_check_timeout_seconds = int(text_of(given.get("HealthCheckTimeoutSeconds", 5)))
    kept.healthy_threshold_count = text_of(given.get("HealthyThresholdCount", 5))
    kept.unhealthy_threshold_count = text_of(given.get("UnhealthyThresholdCount", 2))
    kept.matcher = {"HttpCode": text_of((given.get("Matcher") or {}).get("HttpCode", "200"))}
    kept.attributes |= _attributes(given.get("TargetGroupAttributes", ()))
    _tag(call, made)


def _remove_group(call: ServiceCalls, made: Made) -> None:
    call.backend(_SERVICE).target_groups.pop(made.physical_id, None)


def _group_of(backend: Any, arn: str) -> Any:
    return backend.target_groups.get(arn)


def _attributes(given: Iterable[Any]) -> dict[str, str]:
    return {text_of(one["Key"]): text_of(one["Value"]) for one in given if isinstance(one, dict)}


def _tag(call: ServiceCalls, made: Made) -> None:
    """The tags that it has now, and no others."""
    tagging = call.backend(_SERVICE).tagging_service
    tagging.delete_all_tags_for_resource(made.physical_id)
    tagging.tag_resource(made.physical_id, [{"Key": key, "Value": text} for key, text in tags_of(made).items()])


LOAD_BALANCER = PlayedType(_SERVICE, _balancer, _settle_balancer, _remove_balancer, _balancer_of)
TARGET_GROUP = PlayedType(_SERVICE, _group, _settle_group, _remove_group, _group_of)
LISTENER = PlayedType(_SERVICE, _listener, _settle_listener, _remove_listener, _listener_of)
LISTENER_RULE = PlayedType(_SERVICE, _rule, _settle_rule, _remove_rule, _rule_of)
