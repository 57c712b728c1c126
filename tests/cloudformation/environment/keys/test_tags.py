"""Tags that AWS refuses, checked against botocore's own limits."""

from __future__ import annotations

from contextlib import closing

import boto3
import pytest

from cloudformation.environment.keys.tags import LONGEST_KEY, LONGEST_VALUE, MOST_TAGS, refused_tag


def test_the_limits_are_botocore_s() -> None:
    with closing(
        boto3.client("cloudformation", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    ) as client:
        model = client.meta.service_model
    key, value = (model.shape_for(name).metadata for name in ("TagKey", "TagValue"))
    assert (key["min"], key["max"], value["min"], value["max"]) == (1, LONGEST_KEY, 1, LONGEST_VALUE)
    assert model.shape_for("Tags").metadata["max"] == MOST_TAGS


@pytest.mark.parametrize(
    ("key", "value"),
    [("team", "ops"), ("cost:centre", "a/b=c+d-e_f.g @h"), ("Straße", "東京 １"), ("k" * 128, "v" * 256), ('a"b', "x")],
)
def test_a_tag_of_letters_digits_spaces_and_signs_is_taken(key: str, value: str) -> None:
    assert list(refused_tag(key, value)) == []


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("", "x", "tag '': its key is empty; AWS takes at least one character"),
        ("a", "", "tag 'a': its value is empty; AWS takes at least one character"),
        ("aWs:x", "x", "tag 'aWs:x': its key begins with aws:, which AWS keeps for itself"),
        ("a", "AWS:x", "tag 'a': its value begins with aws:, which AWS keeps for itself"),
        ("k" * 129, "x", f"tag '{'k' * 129}': its key has 129 characters; AWS takes at most 128"),
        ("a", "v" * 257, "tag 'a': its value has 257 characters; AWS takes at most 256"),
        ("a", "x\ty", "tag 'a': its value holds '\\t'; AWS takes letters, digits, spaces and _ . : / = + - @"),
        ("a#", "x", "tag 'a#': its key holds '#'; AWS takes letters, digits, spaces and _ . : / = + - @ \""),
        ("a", "☃", "tag 'a': its value holds '☃'; AWS takes letters, digits, spaces and _ . : / = + - @"),
    ],
)
def test_any_other_is_refused(key: str, value: str, said: str) -> None:
    assert list(refused_tag(key, value)) == [said]
