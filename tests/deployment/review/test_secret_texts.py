"""A secret text is found in every form in which services give it back, and what is none stays as it is."""

from __future__ import annotations

import html
import json
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudformation.parameters.declarations import MASK
from deployment.review.secret_texts import SecretTexts, secret_texts
from deployment.template.environments import read_environment
from deployment.template.template import read_template
from tests.deployment.project import APP, ENVIRONMENT, ROOT, write_project

_LISTED = "Parameters:\n  Keys:\n    Type: CommaDelimitedList\n    NoEcho: true\n    Default: d1, d2\n"


def test_what_the_file_the_options_and_the_default_say_is_secret_and_so_are_written_members(tmp_path: Path) -> None:
    root = ROOT.replace("Parameters:\n", _LISTED, 1)
    app = APP.replace("Parameters:\n", "Parameters:\n  Own:\n    Type: String\n    NoEcho: true\n    Default: below\n")
    project = write_project(tmp_path, root=root, app=app, environment=f"{ENVIRONMENT}  Keys: ['a,b', c]\n")
    environment = read_environment(project / "params", "dev").overriding(["Keys=x, y"])
    texts = secret_texts(read_template(project / "rendered/root.yaml"), environment)
    assert texts == {"a,b,c", "a,b", "a", "b", "c", "x, y", "x", "y", "d1, d2", "d1", "d2", "below"}


def test_a_parameter_that_the_stack_does_not_show_is_secret_whatever_the_files_declare(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    environment = read_environment(project / "params", "dev")
    assert secret_texts(read_template(project / "rendered/root.yaml"), environment, {"DomainName"}) == {
        "dev.example.com"
    }


@pytest.mark.parametrize(
    "secret",
    ["hunter2-and-more", 'quo"te\\d', "a b/c+d=e&f", "ünïcode 漢字", "two\nlines of it", "a\tb<c>d", 'ü"漢\\/é'],
)
def test_each_form_of_a_text_is_masked_inside_of_another(secret: str) -> None:
    texts = SecretTexts([secret])
    once = json.dumps({"p": secret})
    for form in (
        secret,
        once,
        json.dumps({"q": once}),
        json.dumps(secret, ensure_ascii=False),
        repr(secret),
        html.escape(secret),
        quote(secret),
        quote(secret, safe=""),
        quote(secret, safe="").lower(),
        quote_plus(secret),
        " ".join(secret.split()),
    ):
        masked = texts.masked(f"before {form} after")
        assert form not in masked
        assert masked.startswith("before ")
        assert masked.endswith(" after")
        assert MASK in masked
    for dumped in (json.dumps(secret), json.dumps(secret, ensure_ascii=False)):
        for form in (dumped[1:-1], json.dumps(dumped[1:-1])[1:-1], dumped[1:-1].replace("/", "\\/")):
            assert texts.masked(f"<{form}>") == f"<{MASK}>", "it is masked from its first character to its last"


@given(before=st.binary(max_size=7), after=st.binary(max_size=7), secret=st.text("abcXYZ019-+/ é", min_size=8))
def test_base64_that_holds_a_text_is_masked_wherever_the_text_begins(before: bytes, after: bytes, secret: str) -> None:
    for encode in (b64encode, urlsafe_b64encode):
        whole = encode(before + secret.encode() + after).decode()
        assert SecretTexts([secret]).masked(f"data: {whole} end") == f"data: {MASK} end"


def test_each_long_line_of_a_secret_of_several_lines_is_masked_too() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0B\n--"
    assert SecretTexts([key]).masked("MIIEvQIBADANBgkq and hkiG9w0B") == f"{MASK} and {MASK}"


def test_what_is_no_secret_stays_as_it_is() -> None:
    texts = SecretTexts(["abc", "", "hunter2-and-more"])
    assert texts.masked("abcdef AbCdEfGhIjKl hunter2") == "abcdef AbCdEfGhIjKl hunter2"
    assert texts.masked("abc") == MASK
    assert SecretTexts([]).masked("abc") == "abc"


def test_a_long_text_is_searched_in_no_time_to_speak_of() -> None:
    text = "QUJD" * 100_000
    assert SecretTexts(["hunter2-and-more"]).masked(text) == text


def test_a_secret_that_another_one_begins_with_leaves_nothing_of_the_longer_one() -> None:
    for secrets in (["hunter2", "hunter2-and-more"], ["hunter2-and-more", "hunter2"]):
        assert SecretTexts(secrets).masked("it is hunter2-and-more, not hunter2!") == f"it is {MASK}, not {MASK}!"


def test_base64_of_a_text_is_masked_at_the_very_beginning_too() -> None:
    whole = b64encode(b"hunter2-and-more").decode()
    assert SecretTexts(["hunter2-and-more"]).masked(f"{whole} and what ends as base64 does") == (
        f"{MASK} and what ends as base64 does"
    )


@pytest.mark.parametrize("secret", ["ab", "\u00ff\u00ff?", "a/b"])
def test_a_short_text_is_masked_in_base64_where_it_stands_alone(secret: str) -> None:
    for encode in (b64encode, urlsafe_b64encode):
        assert SecretTexts([secret]).masked(encode(secret.encode()).decode()) == MASK
