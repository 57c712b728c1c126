"""Where a template's text comes from."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.limits import TEMPLATE_BYTES
from cloudformation.refusals import CloudFormationError
from rehearsal.language.template_source import submitted_template, template_at
from rehearsal.state.s3_object import read_url
from rehearsal.state.stacks import Stack, Target
from rehearsal.state.world import World
from tests.rehearsal.play import REGION, Play

URL = f"https://templates.s3.{REGION}.amazonaws.com/t.yaml"
EITHER = "Either Template URL or Template Body must be specified."
SUPPORTED = "TemplateURL must be a supported URL."


def world_with(data: bytes | None, url: str = URL) -> World:
    play = Play()
    if data is not None:
        play.services.objects[read_url(url)] = data
    return play.cloud.world


def refusal(world: World, url: str = URL) -> str:
    with pytest.raises(CloudFormationError) as caught:
        template_at(world, url)
    assert caught.value.code == "ValidationError"
    return caught.value.message


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://s3.amazonaws.com/templates/t.yaml",
        "https://s3-eu-west-1.amazonaws.com/templates/t.yaml",
        "https://templates.s3.cn-north-1.amazonaws.com.cn/t.yaml",
        "http://127.0.0.1:4566/templates/t.yaml",
        "http://localhost:4566/templates/t.yaml",
    ],
)
def test_a_template_is_fetched_from_s3_as_text(url: str) -> None:
    assert template_at(world_with("Größe: 1".encode(), url), url) == "Größe: 1"


@pytest.mark.parametrize(
    "url", ["https://example.com/t.yaml", "ftp://s3.amazonaws.com/t", "t.yaml", "https://", "https://["]
)
def test_what_is_no_s3_url_is_refused(url: str) -> None:
    assert refusal(world_with(b""), url) == SUPPORTED


def test_an_s3_scheme_is_no_domain_name() -> None:
    assert refusal(world_with(b""), "s3://templates/t.yaml") == (
        "S3 error: Domain name specified in templates is not a valid S3 domain"
    )


def test_an_object_that_is_not_there_is_an_s3_error() -> None:
    assert refusal(world_with(None)) == (
        "S3 error: The specified bucket does not exist\n"
        "For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
    )


def test_a_template_of_more_than_a_megabyte_is_refused() -> None:
    assert template_at(world_with(b" " * TEMPLATE_BYTES), URL)
    assert refusal(world_with(b" " * (TEMPLATE_BYTES + 1))) == "Template may not exceed 1000000 bytes in size."


@pytest.mark.parametrize("data", [b"\xff\xfeR\x00", "Größe: 1".encode("latin-1"), "A: 1".encode("utf-16")])
def test_bytes_that_are_no_text_are_no_template(data: bytes) -> None:
    assert refusal(world_with(data)) == "Template format error: YAML not well-formed."


def submitted(request: dict[str, Any], stack: Stack | None = None) -> str:
    in_use = stack.target.template if stack and stack.target else None
    return submitted_template(world_with(b"from S3"), in_use, request)


STACK = Stack("arn", "demo", REGION, 0.0, "CREATE_COMPLETE", target=Target("in use"))
EMPTY = Stack("arn", "demo", REGION, 0.0, "REVIEW_IN_PROGRESS")


@pytest.mark.parametrize(
    ("request_", "stack", "text"),
    [
        ({"TemplateBody": "own"}, None, "own"),
        ({"TemplateURL": URL}, None, "from S3"),
        ({"UsePreviousTemplate": True}, STACK, "in use"),
        ({"UsePreviousTemplate": False, "TemplateBody": "own"}, STACK, "own"),
    ],
)
def test_a_request_says_which_template_it_means(request_: dict[str, Any], stack: Stack | None, text: str) -> None:
    assert submitted(request_, stack) == text


@pytest.mark.parametrize(
    ("request_", "stack"),
    [
        ({}, STACK),
        ({"TemplateBody": ""}, STACK),
        ({"TemplateBody": "own", "TemplateURL": URL}, STACK),
        ({"UsePreviousTemplate": True, "TemplateBody": "own"}, STACK),
        ({"UsePreviousTemplate": True}, None),
        ({"UsePreviousTemplate": True}, EMPTY),
    ],
)
def test_a_request_means_exactly_one_template(request_: dict[str, Any], stack: Stack | None) -> None:
    with pytest.raises(CloudFormationError) as caught:
        submitted(request_, stack)
    assert caught.value.message == EITHER
