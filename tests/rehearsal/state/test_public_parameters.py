"""Public parameters, which every account has: made up by their shape."""

from __future__ import annotations

import json
import re

import pytest

from cloudformation.refusals import ValidationError
from rehearsal.state.public_parameters import is_public, public_parameter
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import Json, value

IMAGE = r"ami-0[0-9a-f]{16}"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id", IMAGE),
        ("ami-windows-latest/Windows_Server-2022-English-Full-Base", IMAGE),
        ("debian/release/12/latest/arm64", IMAGE),
        ("bottlerocket/aws-ecs-2/x86_64/latest/image_id", IMAGE),
        ("bottlerocket/aws-ecs-2/x86_64/latest/image_version", r"1\.0\.0"),
        ("eks/optimized-ami/1.33/amazon-linux-2023/x86_64/standard/recommended/image_id", IMAGE),
        ("eks/optimized-ami/1.33/amazon-linux-2023/x86_64/standard/recommended/release_version", r"1\.0\.0"),
        ("marketplace/prod-abcdefghijkl/1.2", IMAGE),
        ("freebsd/amd64/base/ufs/14.1/RELEASE", IMAGE),
        ("deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id", IMAGE),
        ("aws-for-fluent-bit/stable", r"906394416424\.dkr\.ecr\.eu-west-1\.amazonaws\.com/aws-for-fluent-bit:stable"),
        (
            "powertools/python/arm64/python3.12/latest",
            "arn:aws:lambda:eu-west-1:017000801446:layer:powertools-python-arm64-python312:1",
        ),
    ],
)
def test_a_public_parameter_has_the_shape_of_its_family_and_is_the_same_each_time(name: str, form: str) -> None:
    name = f"/aws/service/{name}"
    made = public_parameter(name, "eu-west-1")
    assert made is not None
    assert re.fullmatch(form, made)
    arn = f"arn:aws:ssm:eu-west-1::parameter{name}"
    assert [public_parameter(asked, "eu-west-1") for asked in (name, f"{name}:3", arn)] == [made] * 3


def test_what_is_recommended_is_a_document_with_the_same_image() -> None:
    name = "/aws/service/ecs/optimized-ami/amazon-linux-2/recommended"
    document = json.loads(public_parameter(name, REGION) or "")
    assert document["image_id"] == public_parameter(f"{name}/image_id", REGION)


def test_an_image_is_another_one_in_another_region() -> None:
    name = "/aws/service/debian/release/12/latest/amd64"
    assert public_parameter(name, "eu-west-1") != public_parameter(name, "eu-west-2")


@pytest.mark.parametrize("name", ["/app/image", "aws/service/debian/x", "/aws/service", "/my/aws/service/debian/x"])
def test_the_parameters_of_an_account_are_not_made_up(name: str) -> None:
    assert (is_public(name), public_parameter(name, REGION)) == (False, None)


def test_a_family_of_which_no_shape_is_known_is_not_simulated() -> None:
    with pytest.raises(ValidationError) as caught:
        public_parameter("/aws/service/fis/x", REGION)
    assert caught.value.message == (
        "Public parameters of this family are not simulated by the rehearsal: /aws/service/fis/x"
    )


@pytest.mark.parametrize("by_type", [True, False])
def test_a_template_may_name_one_as_a_parameter_or_by_a_dynamic_reference(by_type: bool) -> None:
    name = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
    declared: Json = {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": name}
    read = {"Ref": "Image"} if by_type else f"{{{{resolve:ssm:{name}:1}}}}"
    play = Play()
    play.deploy({"Parameters": {"Image": declared}, "Resources": {"P": value(read)}})
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    assert stack.resources["P"].properties["Value"] == public_parameter(name, REGION)
