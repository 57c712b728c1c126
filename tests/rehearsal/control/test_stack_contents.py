"""What the services beside CloudFormation read of the stacks."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.state.services import Contents
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import template, topic, value

PARAMETER, SECRET, TOPIC = "AWS::SSM::Parameter", "AWS::SecretsManager::Secret", "AWS::SNS::Topic"


def named(name: str, text: Any, **members: Any) -> dict[str, Any]:
    properties = {"Name": name, "Type": "String", "Value": text}
    return {"Type": PARAMETER, "Properties": properties, **members}


def read(play: Play, type_name: str, *known: str) -> Contents:
    keys = [(type_name, REGION, name) for name in known]
    contents = play.services.made_by_stacks((type_name,), keys)
    assert contents is not None
    return contents


def standing(play: Play, type_name: str) -> list[str]:
    return [made.physical_id for made in read(play, type_name).standing]


def test_what_stands_is_read_with_its_properties_and_the_tags_of_its_stack() -> None:
    play = Play()
    play.deploy(template(A=named("/a", "1"), B=topic()), Tags=[{"Key": "team", "Value": "ops"}])
    (made,) = read(play, PARAMETER).standing
    assert (made.key, made.properties["Value"]) == ((PARAMETER, REGION, "/a"), "1")
    assert made.tags == {"team": "ops"}


def test_a_secret_is_read_with_its_text() -> None:
    play = Play()
    entry = {"Type": SECRET, "Properties": {"GenerateSecretString": {}}}
    play.deploy(template(A=entry))
    assert len(read(play, SECRET).standing[0].properties["SecretString"]) == 32


def test_nothing_is_read_where_nothing_has_changed() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    version = read(play, TOPIC).version
    assert play.services.made_by_stacks((TOPIC,), (), version) is None
    play("DescribeStacks", StackName="demo")
    assert play.services.made_by_stacks((TOPIC,), (), version) is None
    play("DeleteStack", StackName="demo")
    assert play.services.made_by_stacks((TOPIC,), (), version) is not None


def test_old_and_new_both_stand_until_the_old_one_is_cleaned_up() -> None:
    play = Play()
    play.deploy(template(A=named("/old", "1")))
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(template(A=named("/new", "1"))))
    seen = set()
    while play.cloud.world.agenda.next() is not None:
        play.cloud._take_step()
        seen.add(tuple(standing(play, PARAMETER)))
    assert ("/old", "/new") in seen
    assert standing(play, PARAMETER) == ["/new"]
    assert read(play, PARAMETER, "/old").left == ()


def test_what_a_policy_keeps_is_left_and_what_is_deleted_is_not() -> None:
    play = Play()
    play.deploy(template(A=named("/a", "1", DeletionPolicy="Retain"), B=named("/b", "1")))
    play("DeleteStack", StackName="demo")
    play.settle()
    contents = read(play, PARAMETER, "/a", "/b")
    assert contents.standing == ()
    assert [made.key for made in contents.left] == [(PARAMETER, REGION, "/a")]


def test_what_a_replacement_keeps_is_left_by_what_its_last_event_says() -> None:
    play = Play()
    play.deploy(template(A=named("/a", "1", UpdateReplacePolicy="Retain")))
    play.deploy(template(A=named("/b", "1", UpdateReplacePolicy="Retain")))
    assert [made.physical_id for made in read(play, PARAMETER, "/a").left] == ["/a"]


def test_a_parameter_of_a_stack_serves_templates_of_other_stacks() -> None:
    play = Play()
    play.deploy(template(A=named("/shared/version", "14")), stack="shared")
    version = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/shared/version"}
    wanted = template(B=value("{{resolve:ssm:/shared/version}}")) | {"Parameters": {"Version": version}}
    stack = play.deploy(wanted)
    assert stack["Parameters"][0]["ResolvedValue"] == "14"
    body = play.cloud.world.state.stacks[stack["StackId"]].resources["B"].properties
    assert body["Value"] == "14"


def test_a_parameter_of_a_stack_is_known_by_its_arn_and_first_version_in_its_region_alone() -> None:
    play = Play()
    play.deploy(template(A=named("/a", "1")))
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/a"
    assert [play.services.parameter(name, REGION) for name in (arn, "/a:1", "/a:2")] == ["1", "1", None]
    assert play.services.parameter("/a", "eu-west-1") is None
    assert play.services.parameter(arn.replace(REGION, "eu-west-1"), REGION) is None
