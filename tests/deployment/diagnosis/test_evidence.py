"""Asking AWS about a failure, and going on without an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deployment.aws.session import Session
from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.evidence import EvidenceCollector, evidence_of
from tests.deployment.diagnosis.causes.failures import UNSTABLE, failed
from tests.deployment.fake_client import FakeClient, refusal

ARN = "arn:aws:ecs:eu-west-1:111122223333:service/app/web"
TASK = "arn:aws:ecs:eu-west-1:111122223333:task/app/0123"
DEFINITION = "arn:aws:ecs:eu-west-1:111122223333:task-definition/app:1"
OPTIONS = {"awslogs-group": "/app", "awslogs-stream-prefix": "web"}
NO_CHECKS: dict[str, Any] = {"describe_events": {"OperationEvents": []}}
DENIED = refusal("AccessDeniedException", "User: x is not authorized to perform: ecs:DescribeServices")


def session(**clients: FakeClient) -> Session:
    clients.setdefault("cloudformation", FakeClient("cloudformation", **NO_CHECKS))
    return cast(Session, SimpleNamespace(**clients, client=lambda service, **_: clients[service]))


def an_ecs(**answers: Any) -> FakeClient:
    containers = [{"name": "web", "logConfiguration": {"logDriver": "awslogs", "options": OPTIONS}}, {"name": "bare"}]
    given: dict[str, Any] = {
        "describe_services": {"services": [{"desiredCount": 2}]},
        "list_tasks": {"taskArns": [TASK]},
        "describe_tasks": {"tasks": [{"taskArn": TASK, "taskDefinitionArn": DEFINITION, "stopCode": "UserInitiated"}]},
        "describe_task_definition": {"taskDefinition": {"containerDefinitions": containers}},
    }
    return FakeClient("ecs", **{**given, **answers})


def test_a_service_is_asked_for_its_tasks_and_their_last_words() -> None:
    logs = FakeClient("logs", get_log_events={"events": [{"message": "no database"}]})
    ecs = an_ecs()
    found = evidence_of(session(ecs=ecs, logs=logs), failed(UNSTABLE, "AWS::ECS::Service", ARN))
    assert found.service == {"desiredCount": 2}
    assert [task["taskArn"] for task in found.tasks] == [TASK]
    assert found.logs == (("web", ("no database",)),)
    assert ecs.named("list_tasks") == [{"cluster": "app", "serviceName": "web", "desiredStatus": "STOPPED"}]
    [asked] = logs.named("get_log_events")
    assert (asked["logGroupName"], asked["logStreamName"]) == ("/app", "web/web/0123")


def test_what_may_not_be_asked_is_left_out_and_the_rest_is_asked() -> None:
    gone = refusal("ResourceNotFoundException", "The specified log stream does not exist.")
    logs = FakeClient("logs", get_log_events=gone)
    found = evidence_of(
        session(ecs=an_ecs(describe_services=DENIED), logs=logs), failed(UNSTABLE, "AWS::ECS::Service", ARN)
    )
    assert found.service is None
    assert len(found.tasks) == 1
    assert found.logs == (("web", ()),)


def test_no_stopped_task_has_no_last_words() -> None:
    found = evidence_of(session(ecs=an_ecs(list_tasks={"taskArns": []})), failed(UNSTABLE, "AWS::ECS::Service", ARN))
    assert (found.tasks, found.logs) == ((), ())


def test_a_service_that_was_never_made_is_not_asked() -> None:
    assert evidence_of(session(), failed(UNSTABLE, "AWS::ECS::Service", "")) == Evidence()


def test_an_old_service_arn_takes_its_cluster_from_the_properties() -> None:
    ecs = an_ecs(list_tasks={"taskArns": []})
    old = "arn:aws:ecs:eu-west-1:111122223333:service/web"
    evidence_of(session(ecs=ecs), failed(UNSTABLE, "AWS::ECS::Service", old, Cluster="app"))
    assert ecs.named("describe_services") == [{"cluster": "app", "services": [old]}]


def _certificate() -> FakeClient:
    record = {"Name": "_x.dev.example.com.", "Type": "CNAME", "Value": "_y.acm-validations.aws."}
    option = {"DomainName": "dev.example.com", "ValidationStatus": "PENDING_VALIDATION", "ResourceRecord": record}
    return FakeClient("acm", describe_certificate={"Certificate": {"DomainValidationOptions": [option]}})


ZONE_OPTIONS = [{"DomainName": "dev.example.com", "HostedZoneId": "Z0123456789"}]


def test_a_certificates_record_is_looked_up_in_its_zone() -> None:
    held = {"Name": "_x.dev.example.com.", "Type": "CNAME", "ResourceRecords": [{"Value": "_other."}]}
    listing = {"ResourceRecordSets": [held], "IsTruncated": False, "MaxItems": "1"}
    route53 = FakeClient("route53", list_resource_record_sets=listing)
    event = failed("x", "AWS::CertificateManager::Certificate", "arn:cert", DomainValidationOptions=ZONE_OPTIONS)
    event = _with_arn(event)
    found = evidence_of(session(acm=_certificate(), route53=route53), event)
    assert found.records == {"_x.dev.example.com": ("_other",)}
    assert route53.named("list_resource_record_sets")[0]["StartRecordName"] == "_x.dev.example.com."


def _with_arn(event: Any) -> Any:
    return replace(event, physical_id="arn:aws:acm:eu-west-1:111122223333:certificate/0123")


def test_a_zone_that_may_not_be_read_and_a_certificate_without_one_leave_the_record() -> None:
    denied = FakeClient("route53", list_resource_record_sets=refusal("AccessDenied", "no"))
    event = _with_arn(failed("x", "AWS::CertificateManager::Certificate", DomainValidationOptions=ZONE_OPTIONS))
    assert evidence_of(session(acm=_certificate(), route53=denied), event).records is None
    event = _with_arn(failed("x", "AWS::CertificateManager::Certificate"))
    found = evidence_of(session(acm=_certificate()), event)
    assert found.certificate
    assert found.records is None


def test_a_witness_asks_once_when_the_failure_is_heard() -> None:
    ecs = an_ecs(list_tasks={"taskArns": []})
    given, event, witness = session(ecs=ecs), failed(UNSTABLE, "AWS::ECS::Service", ARN), EvidenceCollector()
    witness.begin(given, event)
    witness.begin(given, event)
    assert witness.about(given, event).service == {"desiredCount": 2}
    assert len(ecs.named("describe_services")) == 1


def test_a_witness_asks_late_about_what_it_did_not_hear() -> None:
    found = EvidenceCollector().about(session(), failed("no", "AWS::SNS::Topic"))
    assert found == Evidence()
    assert json.loads(failed("no").properties or "") == {}


def test_the_last_lines_of_the_newest_task_are_asked_for_and_of_tasks_the_first_that_ecs_lists() -> None:
    """ListTasks returns stopped tasks in no stated order: five are described. A log's end says why it ended."""
    arns = [f"{TASK}{number}" for number in range(7)]
    tasks = [{"taskArn": arn, "taskDefinitionArn": DEFINITION} for arn in arns[:5]]
    ecs = an_ecs(list_tasks={"taskArns": arns}, describe_tasks={"tasks": tasks})
    logs = FakeClient("logs", get_log_events={"events": []})
    evidence_of(session(ecs=ecs, logs=logs), failed(UNSTABLE, "AWS::ECS::Service", ARN))
    assert [asked["tasks"] for asked in ecs.named("describe_tasks")] == [arns[:5]]
    [asked] = logs.named("get_log_events")
    assert (asked["limit"], asked["startFromHead"]) == (10, False)
    assert asked["logStreamName"] == "web/web/01230"


def test_what_describe_events_tells_of_the_stack_is_evidence_of_any_resource() -> None:
    row = {"EventId": "1", "EventType": "HOOK_INVOCATION_ERROR", "HookType": "Acme::Guard::Hook", "HookStatus": "x"}
    told = FakeClient("cloudformation", describe_events={"OperationEvents": [row]})
    assert [check["HookType"] for check in evidence_of(session(cloudformation=told), failed("no")).checks] == [
        "Acme::Guard::Hook"
    ]


def test_describe_events_that_may_not_be_asked_tells_nothing() -> None:
    denied = FakeClient("cloudformation", describe_events=refusal("AccessDenied", "not authorized", 403))
    assert evidence_of(session(cloudformation=denied), failed("no")).checks == ()


def test_a_service_that_was_never_made_is_not_asked_although_its_cluster_is_known() -> None:
    ecs = an_ecs()
    evidence_of(session(ecs=ecs), failed(UNSTABLE, "AWS::ECS::Service", "", Cluster="app"))
    assert ecs.calls == []


def test_what_a_witness_asks_when_it_hears_of_a_failure_counts_before_what_is_so_later() -> None:
    ecs = an_ecs(
        describe_services=[{"services": [{"desiredCount": 2}]}, {"services": [{"desiredCount": 0}]}],
        list_tasks={"taskArns": []},
    )
    given, event, witness = session(ecs=ecs), failed(UNSTABLE, "AWS::ECS::Service", ARN), EvidenceCollector()
    witness.begin(given, event)
    assert witness.about(given, event).service == {"desiredCount": 2}
    assert len(ecs.named("describe_services")) == 1
    assert witness.renewed(given, event).service == {"desiredCount": 0}
    assert witness.about(given, event).service == {"desiredCount": 0}
    assert len(ecs.named("describe_services")) == 2


def test_a_witness_begins_to_ask_at_the_failure_of_a_resource_and_not_before() -> None:
    ecs = an_ecs(list_tasks={"taskArns": []})
    given, event, witness = session(ecs=ecs), failed(UNSTABLE, "AWS::ECS::Service", ARN), EvidenceCollector()
    witness.begin(given, replace(event, status="CREATE_IN_PROGRESS"))
    witness.end()
    assert ecs.calls == []
    witness.begin(given, event)
    witness.about(given, event)
    assert ecs.named("describe_services")


def test_what_a_witness_hears_of_is_asked_about_before_anybody_wants_to_know() -> None:
    asked = Event()

    def describe(**_: Any) -> dict[str, Any]:
        asked.set()
        return {"services": []}

    witness = EvidenceCollector()
    given = session(ecs=an_ecs(describe_services=describe, list_tasks={"taskArns": []}))
    witness.begin(given, failed(UNSTABLE, "AWS::ECS::Service", ARN))
    assert asked.wait(30)
    witness.end()


def test_a_record_that_was_noted_stands_for_a_certificate_that_is_gone() -> None:
    reason = "Content of DNS Record is: {Name: _x.dev.example.com.,Type: CNAME,Value: _y.acm-validations.aws.}"
    event = _with_arn(failed(reason, "AWS::CertificateManager::Certificate"))
    gone = session(acm=FakeClient("acm", describe_certificate=refusal("ResourceNotFoundException", "gone")))
    witness = EvidenceCollector()
    witness.note(event)
    witness.note(replace(event, reason="another reason"))
    record = {"Name": "_x.dev.example.com.", "Type": "CNAME", "Value": "_y.acm-validations.aws."}
    told = {"DomainValidationOptions": [{"ValidationStatus": "PENDING_VALIDATION", "ResourceRecord": record}]}
    for ask in (witness.about, witness.renewed):
        assert ask(gone, event).certificate == told
    assert EvidenceCollector().about(gone, event) == Evidence()
    begun = EvidenceCollector()
    begun.note(event)
    begun.begin(gone, event)
    assert begun.about(gone, event).certificate == told
    begun.end()


@pytest.mark.parametrize(
    ("name", "kind", "held"),
    [
        ("_x.dev.example.com.", "CNAME", ("_other",)),
        ("_x.dev.example.com", "CNAME", ("_other",)),
        ("_x.dev.example.com.", "TXT", ()),
        ("_y.dev.example.com.", "CNAME", ()),
    ],
)
def test_of_what_a_zone_lists_only_the_record_of_that_name_and_type_counts(
    name: str, kind: str, held: tuple[str, ...]
) -> None:
    row = {"Name": name, "Type": kind, "ResourceRecords": [{"Value": "_other."}]}
    listing = {"ResourceRecordSets": [row], "IsTruncated": False, "MaxItems": "1"}
    route53 = FakeClient("route53", list_resource_record_sets=listing)
    event = _with_arn(failed("x", "AWS::CertificateManager::Certificate", DomainValidationOptions=ZONE_OPTIONS))
    found = evidence_of(session(acm=_certificate(), route53=route53), event)
    assert found.records == {"_x.dev.example.com": held}


def test_a_container_without_logs_hides_no_other() -> None:
    logged = {"logConfiguration": {"logDriver": "awslogs", "options": OPTIONS}}
    containers = [
        {"name": "bare"},
        {"name": "half", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/app"}}},
        {"name": "other", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-stream-prefix": "web"}}},
        {"name": "web", **logged},
    ]
    ecs = an_ecs(describe_task_definition={"taskDefinition": {"containerDefinitions": containers}})
    logs = FakeClient("logs", get_log_events={"events": [{"message": "no database"}]})
    found = evidence_of(session(ecs=ecs, logs=logs), failed(UNSTABLE, "AWS::ECS::Service", ARN))
    assert found.logs == (("web", ("no database",)),)
