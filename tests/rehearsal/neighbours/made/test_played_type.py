"""What the types of resources in the services have in common."""

from __future__ import annotations

from rehearsal.neighbours.made import PLAYED, types_of
from rehearsal.neighbours.made.played_type import changed, document_text, dropped_tags, last_part, lowered, tags_of
from rehearsal.state.services import Made


def made(**properties: object) -> Made:
    return Made("AWS::S3::Bucket", "eu-west-1", "b", properties, tags={"team": "ops"})


def test_each_service_has_its_types() -> None:
    assert types_of("s3") == ["AWS::S3::Bucket"]
    assert types_of("ec2") == []
    assert {name for played in PLAYED.values() for name in types_of(played.service)} == PLAYED.keys()


def test_a_name_stands_at_the_end_of_an_arn_or_url() -> None:
    assert last_part("arn:aws:sns:eu-west-1:123456789012:news") == "news"
    assert last_part("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs") == "jobs"
    assert last_part("jobs") == "jobs"


def test_tags_are_those_of_the_stack_and_the_own_ones_in_either_form() -> None:
    assert tags_of(made(Tags=[{"Key": "a", "Value": 1}])) == {"team": "ops", "a": "1"}
    assert tags_of(made(Tags={"a": "b", "team": "dev"})) == {"team": "dev", "a": "b"}
    assert dropped_tags(made(Tags={"a": "b"}), made()) == ["a"]
    assert dropped_tags(None, made()) == []


def test_of_what_is_new_a_property_counts_that_is_given() -> None:
    assert changed(None, made(A=1), "A", "B")
    assert not changed(None, made(A=1), "B")
    assert changed(made(A=1), made(A=2), "A")


def test_policies_are_text_and_members_begin_with_a_small_letter() -> None:
    assert document_text({"a": 1}) == '{"a": 1}'
    assert document_text("{}") == "{}"
    assert lowered({"ScanOnPush": {"Deep": [1]}}) == {"scanOnPush": {"deep": [1]}}
    assert lowered(None) is None
