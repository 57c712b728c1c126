"""CloudFormation, CloudWatch, ACM, Route 53 and AWS WAF.

https://docs.aws.amazon.com/securityhub/latest/userguide/: cloudformation-controls.html, cloudwatch-controls.html,
acm-controls.html, route53-controls.html, waf-controls.html.
"""

from cloudformation.unknown import ABSENT, is_unknown
from templates.security.controls import (
    FAILS,
    INFERRED,
    NOT_KNOWN,
    NOTHING_THERE,
    PASSES,
    Control,
    Held,
    Service,
    Verdict,
    absent,
    every,
    is_true,
    negated,
    of_the_account,
    one_of,
)
from templates.security.resolved_system import Resource, System

_ALARM, _LOG_GROUP, _CERTIFICATE = (
    "AWS::CloudWatch::Alarm",
    "AWS::Logs::LogGroup",
    "AWS::CertificateManager::Certificate",
)
_YEAR = 365


def _protected(system: System) -> Verdict:
    return Verdict(PASSES if system.environment.termination_protection else FAILS)


def _has_role(system: System) -> Verdict:
    return Verdict(PASSES if system.environment.role else FAILS)


def _kept_a_year(group: Resource, system: System) -> Held:
    days = group["RetentionInDays"]
    # Nothing said: CloudWatch Logs keeps events for ever, of which the control's page does not speak.
    return None if days is ABSENT or is_unknown(days) else int(days) >= _YEAR


def _tells_somebody(alarm: Resource, system: System) -> Held:
    actions = alarm["AlarmActions"]
    return None if is_unknown(actions) else bool(actions is not ABSENT and actions)


def _renewed(system: System) -> Verdict:
    """When a certificate was issued is no template's business; what renews it, is."""
    return Verdict(NOT_KNOWN if system.of(_CERTIFICATE) else NOTHING_THERE)


def _strong_key(certificate: Resource, system: System) -> Held:
    # Left out, ACM makes an RSA key of 2048 bits.
    return negated(one_of(certificate["KeyAlgorithm"], ("RSA_1024",)))


SERVICES = (
    Service(
        "AWS CloudFormation",
        "CloudFormation",
        "cloudformation-controls",
        (
            Control(
                (3,),
                "the stack has termination protection",
                _protected,
                {"termination_protection": "true"},
                "a key of `params/<env>.yaml`; switching it off is guarded (`--allow termination-protection`)",
                standard=INFERRED,
            ),
            Control(
                (4,),
                "the stack has a service role",
                _has_role,
                {"role": "<ARN of the role of rendered/policies/<env>-service-role.yaml>"},
                "a key of `params/<env>.yaml`; without it CloudFormation works with the caller's permissions",
            ),
        ),
    ),
    Service(
        "Amazon CloudWatch",
        "CloudWatch",
        "cloudwatch-controls",
        (
            Control(
                (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
                "metric filters over the account's CloudTrail",
                of_the_account,
                standard="CIS",
            ),
            Control((15,), "alarms notify somebody", every(_ALARM, holds=_tells_somebody), standard="NIST SP 800-53"),
            Control(
                (16,),
                "log groups keep events for a year",
                every(_LOG_GROUP, holds=_kept_a_year),
                {
                    "LogRetentionDays@LogGroup": "365",
                    "FlowLogsRetentionDays@FlowLogGroup": "365",
                    **{
                        f"DatabaseLogRetentionDays@{group}": "365"
                        for group in ("InstanceLogGroup", "UpgradeLogGroup", "ClusterLogGroup")
                    },
                },
                "unless you configure another number for the control",
                standard="NIST SP 800-53",
            ),
            Control(
                (17,),
                "actions of alarms are on",
                every(_ALARM, holds=lambda one, _: is_true(one["ActionsEnabled"], absent=True)),
                standard="NIST SP 800-53",
            ),
        ),
    ),
    Service(
        "AWS Certificate Manager",
        "ACM",
        "acm-controls",
        (
            Control(
                (1,),
                "certificates are renewed in time",
                _renewed,
                note="ACM renews one that it issued while its validation record stands in the zone",
            ),
            Control((2,), "RSA keys of 2048 bits or more", every(_CERTIFICATE, holds=_strong_key)),
        ),
    ),
    Service(
        "Amazon Route 53",
        "Route53",
        "route53-controls",
        (
            Control(
                (2,),
                "queries to hosted zones are logged",
                absent("AWS::Route53::HostedZone"),
                note="the zone is not this stack's",
            ),
        ),
    ),
    Service(
        "AWS WAF",
        "WAF",
        "waf-controls",
        (
            Control(
                (1, 2, 3, 4, 6, 7, 8),
                "AWS WAF Classic",
                absent(*(f"AWS::WAF{kind}::{name}" for kind in ("", "Regional") for name in ("Rule", "WebACL"))),
            ),
            Control(
                (10, 12),
                "web ACLs and rule groups",
                absent("AWS::WAFv2::WebACL", "AWS::WAFv2::RuleGroup"),
                note="the web ACL that WebAclArn names is somebody else's",
            ),
        ),
    ),
)
