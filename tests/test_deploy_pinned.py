"""What is executed is what was reviewed, even if the bucket or a value changes in between: by the command."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

import deploy as command
from tests.deployment.attended import Attended
from tests.deployment.project import ACCOUNT, APP, NETWORK, ROOT, write_project
from tests.deployment.standing import REGION, Standing, standing
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, str, str]]
Review = Callable[..., tuple[int, str]]
DYNAMIC = "GroupDescription: '{{resolve:ssm:/shop/text}}'"
BUCKET = f"cfn-artifacts-{ACCOUNT}-{REGION}"
_EVIL = NETWORK.replace("Outputs:", "  Evil:\n    Type: AWS::SNS::Topic\nOutputs:")
_TABLE = """\
  TableName:
    Type: AWS::SSM::Parameter::Value<String>
    Default: /shop/table
"""
_ORDERS = """\
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Ref TableName
      BillingMode: PAY_PER_REQUEST
      Tags: [{Key: stage, Value: !Ref Stage}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
"""


@pytest.fixture(scope="module")
def stage() -> Iterator[Standing]:
    with standing() as found:
        yield found


@pytest.fixture
def s3(stage: Standing) -> Any:
    return client("s3", stage.url(), region=REGION)


@pytest.fixture
def cloudformation(stage: Standing) -> Any:
    return client("cloudformation", stage.url(), region=REGION)


@pytest.fixture
def clean(stage: Standing, s3: Any) -> None:
    """Nothing stands, and the bucket is not made yet."""
    stage.empty()
    with suppress(ClientError):
        listed = s3.list_object_versions(Bucket=BUCKET)
        for kept in (*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())):
            s3.delete_object(Bucket=BUCKET, Key=kept["Key"], VersionId=kept["VersionId"])
        s3.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def play(clean: None, stage: Standing, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", *arguments], tmp_path, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return played


@pytest.fixture
def review(play: Play, monkeypatch: pytest.MonkeyPatch) -> Review:
    """Deploys with a person who looks at the review while something happens; gives what was reported."""

    def reviewed(act: Callable[[], object], *arguments: str) -> tuple[int, str]:
        told = Attended()
        with monkeypatch.context() as patched:
            patched.setenv("TERM", "dumb")
            patched.setattr(sys, "stdin", Attended(act))
            patched.setattr(sys, "stderr", told)
            code, _, _ = play("--pace", "100000", *arguments)
        return code, " ".join(told.getvalue().split())

    return reviewed


def _key(name: str, text: str) -> str:
    return f"shop-dev/{name}-{sha256(text.encode()).hexdigest()}.yaml"


def _overwrite(s3: Any, name: str, text: str, other: str) -> None:
    s3.put_object(Bucket=BUCKET, Key=_key(name, text), Body=other.encode())


def _resources(cloudformation: Any, layer: str) -> set[str]:
    arn = cloudformation.describe_stack_resource(StackName="shop-dev", LogicalResourceId=layer)
    listed = cloudformation.list_stack_resources(StackName=arn["StackResourceDetail"]["PhysicalResourceId"])
    return {row["LogicalResourceId"] for row in listed["StackResourceSummaries"]}


def _template(cloudformation: Any) -> str:
    return str(cloudformation.get_template(StackName="shop-dev", TemplateStage="Original")["TemplateBody"])


def test_a_url_that_names_a_version_gives_its_bytes_whatever_was_put_over_them(
    play: Play, tmp_path: Path, s3: Any, cloudformation: Any
) -> None:
    write_project(tmp_path)
    assert play("--yes")[0] == 0
    url = _urls(_template(cloudformation))[0]
    _overwrite(s3, "network", NETWORK, _EVIL)
    arguments = {"StackName": "pinned", "TemplateURL": url}
    cloudformation.create_stack(**arguments)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="pinned", WaiterConfig={"Delay": 0})
    assert cloudformation.get_template(StackName="pinned")["TemplateBody"] == NETWORK
    with pytest.raises(ClientError) as caught:  # S3's own words: aws/aws-sdk-java-v2#2235, versity/versitygw#2081
        cloudformation.validate_template(TemplateURL=f"{url[:-6]}000000")
    assert caught.value.response["Error"]["Message"].startswith("S3 error: The specified version does not exist.")
    _lose(s3, _key("network", NETWORK))
    with pytest.raises(ClientError, match=r"S3 error: The specified (version|key) does not exist\."):
        cloudformation.validate_template(TemplateURL=url)


def test_every_template_url_names_a_version_and_an_unchanged_layer_keeps_it(
    play: Play, tmp_path: Path, cloudformation: Any
) -> None:
    write_project(tmp_path)
    assert play("--yes")[0] == 0
    before = _urls(_template(cloudformation))
    assert [url.partition("?")[2][:10] for url in before] == ["versionId="] * 2
    (tmp_path / "rendered/app.yaml").write_text(APP.replace("GroupDescription: app", "GroupDescription: new"))
    code, _, err = play("--yes", "--allow", "App/Group")
    assert code == 0, err
    after = _urls(_template(cloudformation))
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)
    assert "Network: unchanged" in err


def _urls(text: str) -> list[str]:
    return [line.split()[1].strip('"') for line in text.splitlines() if "TemplateURL" in line]


def test_a_layer_that_is_overwritten_during_the_review_is_executed_as_it_was_reviewed(
    play: Play, tmp_path: Path, s3: Any, cloudformation: Any, review: Review
) -> None:
    write_project(tmp_path)
    assert play("--yes")[0] == 0
    changed = NETWORK.replace("10.0.0.0/16", "10.0.0.0/16\n      EnableDnsSupport: true")
    (tmp_path / "rendered/network.yaml").write_text(changed)
    code, err = review(lambda: _overwrite(s3, "network", changed, _EVIL))
    assert code == 0, err
    assert _resources(cloudformation, "Network") == {"Vpc"}


def test_a_new_stack_whose_layer_is_overwritten_during_the_review_is_created_as_it_was_reviewed(
    play: Play, tmp_path: Path, s3: Any, cloudformation: Any, review: Review
) -> None:
    write_project(tmp_path)
    assert play("plan", "--yes")[0] == 0, "the bucket is there, and a person is asked one question"
    code, err = review(lambda: _overwrite(s3, "network", NETWORK, _EVIL))
    assert code == 0, err
    assert _resources(cloudformation, "Network") == {"Vpc"}
    assert "a deployment has nothing to do" in play("status")[2]


def test_a_template_that_was_planted_is_refused_and_nothing_is_made(play: Play, tmp_path: Path, s3: Any) -> None:
    write_project(tmp_path)
    assert play("plan", "--yes")[0] == 0
    _lose(s3, _key("network", NETWORK))
    _overwrite(s3, "network", NETWORK, _EVIL)
    code, _, err = play("--yes")
    assert code == 1
    assert f"s3://{BUCKET}/{_key('network', NETWORK)} does not contain the template that it is named for" in err
    assert "aws s3api delete-object" in err
    assert play("status")[2].startswith("stack ")
    s3.delete_object(Bucket=BUCKET, Key=_key("network", NETWORK))
    assert play("--yes")[0] == 0, "the remedy that was named"


def _lose(s3: Any, key: str) -> None:
    for kept in s3.list_object_versions(Bucket=BUCKET, Prefix=key)["Versions"]:
        s3.delete_object(Bucket=BUCKET, Key=key, VersionId=kept["VersionId"])


def test_a_version_that_is_gone_is_put_again(play: Play, tmp_path: Path, s3: Any) -> None:
    write_project(tmp_path)
    assert play("--yes")[0] == 0
    _lose(s3, _key("network", NETWORK))
    assert "nothing to do" not in play("status")[2]
    code, _, err = play("--yes")
    assert code == 0, err
    assert "nothing to do" in play("status")[2]


def test_a_bucket_without_versions_is_told_and_never_taken_for_pinned(
    play: Play, tmp_path: Path, s3: Any, cloudformation: Any
) -> None:
    write_project(tmp_path)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    code, _, err = play("--yes")
    assert code == 0, err
    assert f"bucket {BUCKET} has no versioning, so that templates in it can be overwritten unnoticed" in err
    assert "versionId" not in _template(cloudformation)
    assert "the bucket of the templates has no versioning" in play("status")[2]
    code, _, err = play("--yes", "--set", "Hours=7")
    assert code == 0, err
    assert "executing the reviewed change set itself" in err
    assert "1 change sets left on it" in play("status")[2]
    _overwrite(s3, "network", NETWORK, _EVIL)
    code, _, err = play("--yes")
    assert (code, "does not contain the template" in err) == (1, True)


def _with_table(folder: Path) -> None:
    root = ROOT.replace("  Stage:\n", f"{_TABLE}  Stage:\n").replace("Resources:\n", _ORDERS)
    write_project(folder, root=root)


def _stored(stage: Standing, value: str) -> None:
    ssm = client("ssm", stage.url(), region=REGION)
    ssm.put_parameter(Name="/shop/table", Value=value, Type="String", Overwrite=True)


def test_a_stored_value_that_moves_during_the_review_replaces_nothing_unseen(
    play: Play, tmp_path: Path, stage: Standing, cloudformation: Any, review: Review
) -> None:
    _stored(stage, "orders-1")
    _with_table(tmp_path)
    code, _, err = play("--yes")
    assert code == 0, err
    code, err = review(lambda: _stored(stage, "orders-2"), "--set", "Stage=prod")
    assert code == 1, err
    assert "parameter TableName has another value in Systems Manager" in err
    row = cloudformation.describe_stack_resource(StackName="shop-dev", LogicalResourceId="Orders")
    assert row["StackResourceDetail"]["PhysicalResourceId"] == "orders-1"


def test_a_stored_value_that_stays_lets_the_plain_set_stand_in(
    play: Play, tmp_path: Path, stage: Standing, cloudformation: Any
) -> None:
    _stored(stage, "orders-1")
    _with_table(tmp_path)
    assert play("--yes")[0] == 0
    code, _, err = play("--yes", "--set", "Stage=prod")
    assert code == 0, err
    assert "executing the reviewed change set itself" not in err
    told = play("status", "--set", "Stage=prod")[2]
    assert "TableName is read from Systems Manager" in told
    assert "only a change set (plan) shows whether a deployment has nothing to do" in told


def test_a_stored_value_of_a_layer_that_moves_during_the_review_replaces_nothing(
    play: Play, tmp_path: Path, stage: Standing, cloudformation: Any, review: Review
) -> None:
    _stored(stage, "10.0.0.0/16")
    network = f"Parameters:\n{_TABLE}{NETWORK.replace('10.0.0.0/16', '!Ref TableName')}"
    write_project(tmp_path, network=network)
    code, _, err = play("--yes")
    assert code == 0, err
    layer = cloudformation.describe_stack_resource(StackName="shop-dev", LogicalResourceId="Network")
    arn = layer["StackResourceDetail"]["PhysicalResourceId"]

    def vpc() -> str:
        [row] = cloudformation.list_stack_resources(StackName=arn)["StackResourceSummaries"]
        return str(row["PhysicalResourceId"])

    before = vpc()
    code, err = review(lambda: _stored(stage, "10.9.0.0/16"), "--set", "Hours=7")
    assert code == 0, err
    assert "executing the reviewed change set itself" in err
    assert vpc() == before


def test_a_foreign_template_that_moved_is_never_nothing_to_do(play: Play, tmp_path: Path, s3: Any) -> None:
    with suppress(ClientError):
        s3.create_bucket(Bucket="shared", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="shared", Key="shared.yaml", Body=NETWORK.encode())
    url = f"https://shared.s3.{REGION}.amazonaws.com/shared.yaml"
    write_project(tmp_path, root=ROOT.replace("TemplateURL: network.yaml", f"TemplateURL: {url}"))
    code, _, err = play("--yes")
    assert code == 0, err
    assert "nothing to do" not in play("status")[2].replace("whether a deployment has nothing to do", "")
    s3.put_object(Bucket="shared", Key="shared.yaml", Body=_EVIL.encode())
    code, out, _ = play("plan", "--exit-code", "--output", "json")
    assert code == 4, "there are changes"
    assert json.loads(out)["changes"]


def test_what_reads_an_output_of_a_foreign_template_that_moved_is_shown(play: Play, tmp_path: Path, s3: Any) -> None:
    with suppress(ClientError):
        s3.create_bucket(Bucket="shared", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="shared", Key="moving.yaml", Body=NETWORK.encode())
    url = f"https://shared.s3.{REGION}.amazonaws.com/moving.yaml"
    write_project(tmp_path, root=ROOT.replace("TemplateURL: network.yaml", f"TemplateURL: {url}"))
    code, _, err = play("--yes")
    assert code == 0, err
    s3.put_object(Bucket="shared", Key="moving.yaml", Body=NETWORK.replace("!Ref Vpc", "vpc-12345678").encode())
    code, out, _ = play("--yes", "--output", "json")
    told = json.loads(out)
    assert code == 3, "a group that is replaced needs an approval of its own"
    assert {change["path"]: change["kind"] for change in told["changes"]} == {"App/Group": "may be replaced"}
    assert [change["after"] for change in told["output_changes"]] == ["vpc-12345678"]
    code, _, err = play("--yes", "--allow", "App/Group")
    assert code == 0, err


def test_what_reads_an_unchanged_layer_for_the_first_time_is_deployed(play: Play, tmp_path: Path) -> None:
    topic = "  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: plain\n"
    root = ROOT.replace("Outputs:\n  VpcId", f"{topic}Outputs:\n  VpcId")
    write_project(tmp_path, root=root)
    code, _, err = play("--yes")
    assert code == 0, err
    (tmp_path / "rendered/root.yaml").write_text(root.replace("plain", "!GetAtt Network.Outputs.VpcId"))
    code, _, err = play("--yes")
    assert code == 0, err
    assert "executing the reviewed change set itself" not in err


def _kept_by_somebody(cloudformation: Any, **settings: Any) -> str:
    """A change set of somebody else on the existing stack, as AWS's own tools make one."""
    stack = cloudformation.describe_stacks(StackName="shop-dev")["Stacks"][0]
    values = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]} | {"Hours": "7"}
    asked = {
        "StackName": "shop-dev",
        "ChangeSetName": f"of-somebody-{len(settings)}",
        "UsePreviousTemplate": True,
        "IncludeNestedStacks": True,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        "Tags": stack["Tags"],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    return str(cloudformation.create_change_set(**asked | settings)["Id"])


@pytest.mark.parametrize(
    ("settings", "name", "told"),
    [
        (
            {"NotificationARNs": [f"arn:aws:sns:{REGION}:999999999999:theirs"]},
            "notifications",
            f"notifications: (none) -> arn:aws:sns:{REGION}:999999999999:theirs",
        ),
        ({"OnStackFailure": "DO_NOTHING"}, "on-stack-failure", "on-stack-failure: ROLLBACK -> DO_NOTHING"),
        (
            {"RollbackConfiguration": {"MonitoringTimeInMinutes": 60}},
            "monitoring-minutes",
            "monitoring-minutes: 0 -> 60",
        ),
        (
            {"Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]},
            "capabilities",
            "-> CAPABILITY_AUTO_EXPAND, CAPABILITY_IAM",
        ),
    ],
)
def test_a_setting_of_somebody_elses_change_set_is_shown_and_needs_an_approval_of_its_own(
    play: Play, tmp_path: Path, cloudformation: Any, settings: dict[str, Any], name: str, told: str
) -> None:
    write_project(tmp_path)
    assert play("--yes")[0] == 0
    arn = _kept_by_somebody(cloudformation, **settings)
    code, _, err = play("--yes", "--change-set", arn)
    assert code == 3, err
    assert told in " ".join(err.split())
    assert "guarded: it " in " ".join(err.split())
    assert f"--allow {name}" in err
    for form in ("json", "markdown"):
        _, out, _ = play("--yes", "--change-set", arn, "--output", form)
        assert name in out
    code, _, err = play("--yes", "--change-set", arn, "--allow", name)
    assert code == 0, err


def test_a_harmless_change_set_of_somebody_else_needs_nothing_more_and_its_role_is_said_to_be_unknown(
    play: Play, tmp_path: Path, cloudformation: Any
) -> None:
    write_project(tmp_path)
    assert play("--yes")[0] == 0
    code, _, err = play("--yes", "--change-set", _kept_by_somebody(cloudformation))
    assert code == 0, err
    assert "CloudFormation does not show which role a saved change set names" in " ".join(err.split())


def test_a_kept_set_whose_layers_may_be_others_by_then_is_a_doubt(
    play: Play, tmp_path: Path, s3: Any, cloudformation: Any
) -> None:
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    write_project(tmp_path)
    assert play("--yes")[0] == 0
    arn = _kept_by_somebody(cloudformation, IncludeNestedStacks=False)
    code, _, err = play("--yes", "--change-set", arn)
    assert code == 3, err
    assert "template-urls: (none) -> without a version: Network, App" in " ".join(err.split())
    assert "--allow template-urls" in err


def test_every_unchanged_layer_is_counted_of_those_that_keep_a_failed_change_set(
    play: Play, tmp_path: Path, stage: Standing
) -> None:
    """Of three layers one changes; root does not list the others, for each of which a set was made all the same."""
    third = "  Third:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: third.yaml}\nOutputs:\n"
    write_project(tmp_path, root=ROOT.replace("Outputs:\n", third, 1))
    (tmp_path / "rendered/third.yaml").write_text("Resources: {T: {Type: 'AWS::SNS::Topic'}}\n")
    assert play("--yes")[0] == 0
    ssm = client("ssm", stage.url(), region=REGION)
    ssm.put_parameter(Name="/shop/text", Value="x", Type="String", Overwrite=True)
    ssm.close()
    (tmp_path / "rendered/app.yaml").write_text(APP.replace("GroupDescription: app", DYNAMIC))
    code, _, told = play("--yes", "--allow", "App/Group")
    assert code == 0, told
    assert "\nnote: unchanged nested stacks that will keep a failed change set: 2; status counts them\n" in told
