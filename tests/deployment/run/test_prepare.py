"""Nothing is done only where it is certain that there is nothing to do."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from deployment.artifacts.packaging import Package, package
from deployment.artifacts.stored import Store
from deployment.run.prepare import nothing_to_do, prepare, storage_of
from deployment.template.template import read_template
from tests.deployment.fake_bucket import FakeBucket
from tests.deployment.fake_client import FakeClient
from tests.deployment.project import ENVIRONMENT, NETWORK, ROOT, write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import stack_event, stacks

_VALUES = {
    "DomainName": "dev.example.com",
    "HostedZoneId": "Z0123456789",
    "DesiredCount": "2",
    "Stage": "dev",
    "Hours": "4",
}


def _decided(
    project: Path,
    *,
    status: str = "CREATE_COMPLETE",
    text: str | None = None,
    bucket: FakeBucket | None = None,
    meddle: Callable[[FakeBucket, Package], object] = lambda *_: None,
    **members: Any,
) -> bool:
    """Whether there is nothing to do on a stack that was deployed from these files; `meddle` comes in between."""
    root = read_template(project / "rendered/root.yaml")
    bucket = bucket or FakeBucket()
    probe = fake_run(project, FakeClient("cloudformation"), bucket=bucket)
    sent = package(root, storage_of(probe), Store(probe.session.s3, storage_of(probe), {}).locate)
    packed = sent.text
    meddle(bucket, sent)
    deployed = {
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in _VALUES.items()],
        "Tags": [{"Key": "application", "Value": "shop"}],
        **members,
    }
    client = FakeClient(
        "cloudformation",
        describe_stacks=stacks(status, **deployed),
        get_template={"TemplateBody": packed if text is None else text},
        describe_stack_events={"StackEvents": [stack_event(0, "REVIEW_IN_PROGRESS")]},
    )
    run = fake_run(project, client, bucket=bucket)
    return nothing_to_do(run, prepare(run))


def test_the_same_bytes_values_and_tags_are_nothing_to_do(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    assert _decided(project)
    assert _decided(project, status="UPDATE_ROLLBACK_COMPLETE")


@pytest.mark.parametrize(
    "members",
    [
        {"text": "Resources: {}"},
        {"status": "REVIEW_IN_PROGRESS"},
        {"Tags": []},
        {"Parameters": [{"ParameterKey": "DesiredCount", "ParameterValue": "2"}]},
    ],
)
def test_any_difference_is_something_to_do(tmp_path: Path, members: dict[str, Any]) -> None:
    assert not _decided(write_project(tmp_path), **members)


_ROLE = "arn:aws:iam::111122223333:role/r"
_TOPIC = "arn:aws:sns:eu-west-1:111122223333:t"


@pytest.mark.parametrize(
    ("said", "members"),
    [
        (f"role: {_ROLE}\n", {"RoleARN": _ROLE}),
        (f"notifications: ['{_TOPIC}']\n", {"NotificationARNs": [_TOPIC]}),
        ("monitoring_minutes: 5\n", {"RollbackConfiguration": {"MonitoringTimeInMinutes": 5}}),
    ],
)
def test_what_goes_with_a_change_set_is_compared_too(tmp_path: Path, said: str, members: dict[str, Any]) -> None:
    project = write_project(tmp_path, environment=ENVIRONMENT + said)
    assert not _decided(project)
    assert _decided(project, **members)


@pytest.mark.parametrize(("said", "calls"), [("", 0), ("stack_policy: {}\n", 1)])
def test_the_policy_is_asked_for_only_where_one_is_stated(tmp_path: Path, said: str, calls: int) -> None:
    client = FakeClient("cloudformation", describe_stacks=stacks(), get_template={}, get_stack_policy={})
    prepare(fake_run(write_project(tmp_path, environment=ENVIRONMENT + said), client))
    assert len(client.named("get_stack_policy")) == calls


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("    Default: 4", "    Default: 4\n    NoEcho: true"),
        ("    Default: 4", "    Default: 4\n    NoEcho: 'TRUE'"),
        ("    Type: Number\n    Default: 4", "    Type: AWS::SSM::Parameter::Value<String>\n    Default: '4'"),
    ],
)
def test_what_cannot_be_compared_is_not_taken_for_the_same(tmp_path: Path, written: str, instead: str) -> None:
    assert written in ROOT
    assert not _decided(write_project(tmp_path, root=ROOT.replace(written, instead)))


@pytest.mark.parametrize(
    "network",
    [
        NETWORK.replace("10.0.0.0/16", "'{{resolve:ssm:/network/cidr}}'"),
        f"Transform: Macro\n{NETWORK}",
        f"{NETWORK}Parameters: {{Name: {{Type: 'AWS::SSM::Parameter::Value<String>', Default: /name}}}}\n",
        "Resources:\n  Shared:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n"
        "      TemplateURL: https://shared.s3.eu-west-1.amazonaws.com/shared.yaml\n",
    ],
)
def test_what_is_read_elsewhere_is_never_taken_for_the_same(tmp_path: Path, network: str) -> None:
    assert network != NETWORK
    assert not _decided(write_project(tmp_path, network=network))


def test_a_bucket_without_versions_covers_nothing(tmp_path: Path) -> None:
    assert not _decided(write_project(tmp_path), bucket=FakeBucket(versioned=False))


def test_templates_that_were_put_over_ours_do_not_matter_and_those_that_are_gone_do(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    child = sha256(NETWORK.encode()).hexdigest()

    def overwrite(bucket: FakeBucket, sent: Package) -> None:
        bucket.plant(f"shop-dev/network-{child}.yaml", NETWORK.replace("10.0", "10.9").encode())
        assert f"network-{child}.yaml?versionId=v" in sent.text

    def lose(bucket: FakeBucket, _: Package) -> None:
        del bucket.keys[f"shop-dev/network-{child}.yaml"]

    assert _decided(project, meddle=overwrite)
    assert not _decided(project, meddle=lose)


def test_a_zone_that_fitted_before_is_not_asked_for_again(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in _VALUES.items()]

    def asked(*assignments: str, **members: Any) -> int:
        client = FakeClient("cloudformation", describe_stacks=stacks(**members), get_template={})
        run = fake_run(project, client, *assignments)
        prepare(run)
        return len(run.session.route53.calls)

    assert asked(Parameters=parameters) == 0
    assert asked("DesiredCount=3", Parameters=parameters) == 0
    assert asked("DomainName=other.example.com", Parameters=parameters) == 1
    assert asked() == 1
