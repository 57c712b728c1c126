"""One project's words in the place of another's, as wholes."""

from __future__ import annotations

from pathlib import Path

from templates.new_project.answers import Answers
from templates.new_project.own_words import in_words, replaced_words, without_what_is_here_alone
from templates.parts.parameters import app_name

PROJECT = Path(__file__).resolve().parents[3]
NAME = str(app_name.properties["Default"])
BLOG = Answers("blog", "blog.example.org", "eu-west-3", "333333333333", "Z777", ("dev", "prod"))


def written(folder: Path, **texts: str) -> dict[str, str]:
    (folder / "params").mkdir()
    for name, text in texts.items():
        (folder / f"params/{name}.yaml").write_text(text)
    return replaced_words(folder, BLOG)


def environment(name: str, host: str, app: str = "") -> str:
    return (
        f'account: "444444444444"\nregion: us-west-2\nstack: {NAME}-{name}\nparameters:\n  DomainName: {host}\n'
        f"  HostedZoneId: Z1\n  AvailabilityZone1: us-west-2b\n  AvailabilityZone2: us-west-2c\n{app}"
    )


def test_the_words_are_those_of_the_environment_files(tmp_path: Path) -> None:
    prod = environment("prod", "a.example", "  AppName: old-prod\n")
    assert written(tmp_path, dev=environment("dev", "dev.a.example"), prod=prod) == {
        NAME: "blog",
        "444444444444": "333333333333",
        "us-west-2": "eu-west-3",
        "Z1": "Z777",
        "us-west-2b": "eu-west-3a",
        "us-west-2c": "eu-west-3b",
        "a.example": "blog.example.org",
        "old-prod": "blog-prod",
    }


def test_the_longest_word_is_replaced_first_and_a_word_within_another_stays() -> None:
    replace = in_words(
        {"shop": "blog", "shop.example": "b.example", "us-west-2": "eu-west-3", "us-west-2a": "eu-west-3b"}
    )
    assert replace("shop shop-dev https://dev.shop.example/x myshop us-west-2a us-west-2") == (
        "blog blog-dev https://dev.b.example/x myshop eu-west-3b eu-west-3"
    )


def test_a_new_word_that_is_an_old_one_is_not_replaced_again() -> None:
    assert in_words({"a-b": "c-d", "c-d": "e-f"})("a-b c-d") == "c-d e-f"


def test_what_a_page_says_of_this_project_alone_is_left_out() -> None:
    begin, end = "<!-- here alone -->\n", "<!-- end of here alone -->\n"
    page = f"a\n\n{begin}b\n\n{end}\nc\n{begin}d\n{end}e\n"
    assert without_what_is_here_alone(page) == "a\n\nc\ne\n"


def test_every_mark_of_this_project_s_pages_has_its_end() -> None:
    for file in (PROJECT / "docs").rglob("*.md"):
        text = without_what_is_here_alone(file.read_text(encoding="utf-8"))
        assert "here alone -->" not in text, file
