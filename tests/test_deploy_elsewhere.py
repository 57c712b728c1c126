"""What no file of a project says: values that references are put together for, included text, foreign templates.

Each is shown where it moves, and nothing is executed that was read after the review: by the command.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from deployment.commands.deploy import deploy
from deployment.errors import Overtaken
from deployment.run.telling import Progress, Told
from tests.deployment.attended import Attended
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.rehearsed import Player
from tests.deployment.standing import REGION, Standing
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, dict[str, Any]]]
Store = Callable[[str, str], None]
Meanwhile = Callable[[Callable[[], object]], None]
_BUCKET = "templates-of-others"
_URL = f"https://{_BUCKET}.s3.{REGION}.amazonaws.com"
_ROOT = """\
Parameters:
  Size: {Type: String, Default: small}
  Name: {Type: String, Default: plain}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Size}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: %s}}
"""
_ABOVE = """\
Parameters:
  Size: {Type: String, Default: small}
Resources:
  Layer: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: app.yaml, Parameters: {Size: !Ref Size}}}
  Same: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network.yaml}}
"""
_SAME = "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"


@pytest.fixture
def ssm(stage: Standing) -> Iterator[Store]:
    """Sets a parameter in Systems Manager."""
    store = client("ssm", stage.url(), region=REGION)

    def put(name: str, value: str) -> None:
        store.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)

    yield put
    store.close()


@pytest.fixture
def others(stage: Standing) -> Iterator[Store]:
    """Writes an object of somebody else."""
    s3 = client("s3", stage.url(), region=REGION)
    if _BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield lambda key, text: s3.put_object(Bucket=_BUCKET, Key=key, Body=text.encode())
    s3.close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    environment = f"{ENVIRONMENT.partition('parameters:')[0]}capabilities: [CAPABILITY_AUTO_EXPAND]\nparameters: {{}}\n"
    return write_project(tmp_path, environment=environment)


@pytest.fixture
def play(project: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = command.main(["--env", "dev", "--rehearse", "--output", "json", *arguments], project, rehearsal=stage)
        return code, json.loads(capsys.readouterr().out)

    return played


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Lets something happen while a person thinks about the next review, who then approves it."""

    def set_(act: Callable[[], object]) -> None:
        monkeypatch.setenv("TERM", "dumb")
        monkeypatch.setattr(sys, "stdin", Attended(act))
        monkeypatch.setattr(sys, "stderr", Attended())

    return set_


def _write(project: Path, **texts: str) -> None:
    for name, text in texts.items():
        (project / f"rendered/{name}.yaml").write_text(text)


def _guarded(body: dict[str, Any]) -> set[str]:
    return {change["path"] for change in body["changes"] if change["guard"]}


@pytest.mark.parametrize(
    ("expression", "given"),
    [
        ("!Sub '{{resolve:ssm:/elsewhere/${Size}}}'", ""),
        ("!Sub ['{{resolve:ssm:${N}}}', {N: /elsewhere/small}]", ""),
        ("!Join ['', ['{{resolve:ssm:', /elsewhere/small, '}}']]", ""),
        ("!Join [':', ['{{resolve', ssm, '/elsewhere/small}}']]", ""),
        ("!Ref Name", "Name={{resolve:ssm:/elsewhere/small}}"),
        ("!Sub 'x-${Name}'", "Name={{resolve:ssm:/elsewhere/small}}"),
    ],
)
def test_a_reference_that_is_put_together_is_read_as_one_that_is_written(
    play: Play, project: Path, ssm: Store, expression: str, given: str
) -> None:
    arguments = ["--set", given] if given else []
    ssm("/elsewhere/small", "one")
    _write(project, root=_ROOT % expression)
    assert play("--yes", *arguments)[0] == 0
    ssm("/elsewhere/small", "two")
    code, body = play("--yes", *arguments)
    assert (code, _guarded(body)) == (3, {"Queue"})


def test_a_default_that_is_a_reference_is_read_as_one_that_a_resource_has(
    play: Play, project: Path, ssm: Store
) -> None:
    ssm("/elsewhere/name", "one")
    text = _ROOT % "!Ref Name"
    _write(project, root=text.replace("Default: plain", "Default: '{{resolve:ssm:/elsewhere/name}}'"))
    assert play("--yes")[0] == 0
    ssm("/elsewhere/name", "two")
    _, status = play("status")
    assert status["uncompared"] == ["Name reads {{resolve:ssm:/elsewhere/name}}"]
    code, body = play("--yes")
    assert (code, _guarded(body)) == (3, {"Queue"})


def test_what_a_reference_of_a_layer_is_put_together_for_is_held_until_the_execution(
    play: Play, project: Path, ssm: Store, stage: Standing, meanwhile: Meanwhile
) -> None:
    layer = (_ROOT % "!Sub '{{resolve:ssm:/elsewhere/${AWS::Region}}}'").replace(", Default: small", "")
    ssm(f"/elsewhere/{REGION}", "good")
    _write(project, root=_ABOVE, app=layer, network=_SAME)
    assert play("--yes")[0] == 0
    before = _queue(stage)
    meanwhile(lambda: ssm(f"/elsewhere/{REGION}", "evil"))
    code, body = play("--set", "Size=large")
    assert (code, body["error"]) == (1, "Overtaken")
    assert _queue(stage) == before


def _queue(stage: Standing) -> str:
    cloudformation = client("cloudformation", stage.url(), region=REGION)
    rows = cloudformation.describe_stack_resources(StackName="shop-dev")["StackResources"]
    [layer] = [row["PhysicalResourceId"] for row in rows if row["LogicalResourceId"] == "Layer"]
    [queue] = [
        row["PhysicalResourceId"]
        for row in cloudformation.describe_stack_resources(StackName=layer)["StackResources"]
        if row["LogicalResourceId"] == "Queue"
    ]
    cloudformation.close()
    return str(queue)


def _at(player: Player, operation: str, time: int, deed: Callable[[], None]) -> None:
    """Lets something happen just before a run asks for an operation for the so-many-th time."""
    asked = itertools.count(1)
    events = player.client("cloudformation").meta.events
    events.register(f"before-call.cloudformation.{operation}", lambda **_: deed() if next(asked) == time else None)


@pytest.fixture
def player(project: Path, stage: Standing, ssm: Store) -> Iterator[Player]:
    """A stack whose layer is named by a stored value, and a change of its other resource that is not deployed yet."""
    layer = (_ROOT % "'{{resolve:ssm:/elsewhere/late}}'").replace(", Default: small", "")
    ssm("/elsewhere/late", "good")
    _write(project, root=_ABOVE, app=layer, network=_SAME)
    with closing(Player(project, stage.url())) as made:
        deploy(made.run())
        yield made


def test_a_value_that_moves_at_the_last_moment_is_executed_by_nobody(
    player: Player, ssm: Store, stage: Standing
) -> None:
    before = _queue(stage)

    def told(fact: Told) -> None:
        if isinstance(fact, Progress) and fact.text.startswith("executing the reviewed change set itself"):
            ssm("/elsewhere/late", "evil")

    with pytest.raises(Overtaken):
        deploy(replace(player.run("Size=large"), tell=told))
    assert _queue(stage) == before


def test_a_value_that_moves_while_it_is_read_is_told_when_all_is_done(player: Player, ssm: Store) -> None:
    _at(player, "DescribeStackEvents", 1, lambda: ssm("/elsewhere/late", "evil"))
    deploy(player.run("Size=large"))
    [warning] = [told.text for told in player.told if isinstance(told, Progress) and told.text.startswith("warning")]
    assert "/elsewhere/late: version" in warning


_INCLUDED = """\
Parameters: {Size: {Type: String, Default: small}}
Mappings:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: 's3://templates-of-others/included.yaml'}}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Size}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !FindInMap [M, a, b]}}
"""


def test_what_a_whole_section_includes_is_asked_for_again(play: Play, project: Path, others: Store) -> None:
    others("included.yaml", "M: {a: {b: included-one}}")
    _write(project, root=_INCLUDED)
    assert play("--yes")[0] == 0
    others("included.yaml", "M: {a: {b: included-two}}")
    code, body = play("--yes")
    assert (code, _guarded(body)) == (3, {"Queue"})


def test_what_a_section_of_a_layer_includes_is_executed_as_it_was_reviewed(
    play: Play, project: Path, others: Store, stage: Standing, meanwhile: Meanwhile
) -> None:
    others("included.yaml", "M: {a: {b: layer-one}}")
    _write(project, root=_ABOVE, app=_INCLUDED, network=_SAME)
    assert play("--yes")[0] == 0
    before = _queue(stage)
    meanwhile(lambda: others("included.yaml", "M: {a: {b: layer-two}}"))
    assert play("--set", "Size=large")[0] == 0
    assert _queue(stage) == before


def test_a_foreign_template_is_compared_with_what_its_stack_was_given_although_its_url_stays(
    play: Play, project: Path, others: Store
) -> None:
    foreign = "Parameters: {Fed: {Type: String}}\nResources:\n  Queue: {Type: AWS::SQS::Queue, Properties: %s}\n"
    root = f"""\
Resources:
  Same: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: network.yaml}}}}
  Layer:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: '{_URL}/layer.yaml', Parameters: {{Fed: !GetAtt Same.Outputs.Fed}}}}
"""
    others("layer.yaml", foreign % "{QueueName: !Sub '${Fed}-one'}")
    _write(project, root=root, network=f"{_SAME}Outputs: {{Fed: {{Value: !GetAtt Topic.TopicName}}}}\n")
    assert play("--yes")[0] == 0
    others("layer.yaml", foreign % "{QueueName: !Sub '${Fed}-two'}")
    code, body = play("--yes")
    assert (code, _guarded(body)) == (3, {"Layer/Queue"})
