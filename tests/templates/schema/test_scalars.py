"""Texts as readers of YAML see them: a value without quotes is never refused for what a reader made of it."""

from __future__ import annotations

import pytest
import yaml

from templates.schema.scalars import one_of, plain, readings, text
from tests.templates.schema.editor import read_as_editor


@pytest.mark.parametrize(
    "written",
    [
        "true",
        "False",
        "yes",
        "0",
        "30",
        "007",
        "1.10",
        "1e3",
        "-5",
        "+5",
        "0x1F",
        "0o17",
        "1_000",
        "1:30",
        ".5",
        "a",
        "per-az",
        "10.0.0.0/16",
        "v1",
        "",
    ],
)
def test_what_readers_of_yaml_1_2_and_1_1_make_of_a_text_is_among_its_readings(written: str) -> None:
    for value in (read_as_editor(written), yaml.safe_load(written)):
        assert value == written or value is None or value in readings(written)


def test_one_of_some_texts_is_what_stands_for_them_with_quotes_or_without() -> None:
    assert one_of(["256", "true", "none"]) == {"enum": [256, True, "256", "true", "none"]}


def test_what_editors_propose_needs_no_quotes() -> None:
    assert [plain("60"), plain("true"), plain("per-az"), plain("")] == [60, True, "per-az", ""]


def test_a_text_may_be_a_number_or_a_boolean_where_its_form_lets_it() -> None:
    assert text("^[2-4][0-9]{2}$", "^[2-4][0-9]{2}$")["type"] == ["string", "number"]
    assert text("^[a-z]+$", "^[a-z]+$")["type"] == ["string", "boolean"]
    assert text("^arn:.+$", "^arn:.+$")["type"] == "string"
