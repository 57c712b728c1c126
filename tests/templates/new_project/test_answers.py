"""What is asked for a new project: what is given is validated, and what is missing is asked or named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from templates.new_project.answers import UNKNOWN_ZONE, Answers, AnswersError, complete

GIVEN = {"name": "shop", "domain": "shop.example.com", "region": "eu-central-1", "account": "210987654321"}


_SHOP = Answers("shop", "shop.example.com", "eu-central-1", "210987654321")


def refused(**given: str | None) -> list[str]:
    with pytest.raises(AnswersError) as caught:
        complete({**GIVEN, **given}, None)
    return str(caught.value).splitlines()


def test_what_is_given_is_asked_no_more_and_the_rest_has_a_value() -> None:
    assert complete(GIVEN, None) == replace(_SHOP, zone_id=UNKNOWN_ZONE, environments=("dev", "prod"), branch="main")


def test_production_answers_to_the_domain_and_every_other_environment_to_a_name_below() -> None:
    answers = complete({**GIVEN, "environments": "dev, production"}, None)
    assert [answers.host(name) for name in answers.environments] == ["dev.shop.example.com", "shop.example.com"]
    assert answers.stack("dev") == "shop-dev"


def test_each_environment_may_have_an_account_of_its_own() -> None:
    one = complete({**GIVEN, "environments": "staging,live"}, None)
    two = complete({**GIVEN, "environments": "staging,live", "account": "111111111111, 222222222222"}, None)
    assert [one.account_of(name) for name in one.environments] == ["210987654321"] * 2
    assert [two.account_of(name) for name in two.environments] == ["111111111111", "222222222222"]
    assert two.account == "111111111111"


@pytest.mark.parametrize(
    ("names", "dev", "prod"),
    [
        (("dev", "prod"), "dev", "prod"),
        (("staging", "live"), "staging", "live"),
        (("qa", "dev", "eu", "production-eu", "production-us"), "dev", "production-eu"),
        (("one", "two"), "one", "two"),
        (("prod",), "prod", "prod"),
        (("only",), "only", "only"),
    ],
)
def test_an_environment_that_there_is_not_is_stood_for_by_one_of_its_kind(
    names: tuple[str, ...], dev: str, prod: str
) -> None:
    answers = replace(_SHOP, environments=names)
    assert (answers.counterpart("dev"), answers.counterpart("prod")) == (dev, prod)


@pytest.mark.parametrize(("region", "zones"), [("eu-central-1", "ab"), ("ap-northeast-1", "ac"), ("cn-north-1", "ab")])
def test_the_zones_are_the_first_two_of_the_region(region: str, zones: str) -> None:
    assert complete({**GIVEN, "region": region}, None).zones == tuple(f"{region}{letter}" for letter in zones)


def test_without_a_terminal_all_that_is_missing_is_named_with_what_it_is() -> None:
    assert refused(name=None, account=None) == [
        "--name is missing: the name of the system, for example shop",
        "--account is missing: the AWS account ID, twelve digits; or one for each environment, separated by commas",
    ]


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("name", "Shop", "--name: 'Shop' is not valid: use lower-case letters, digits and single hyphens"),
        ("name", "shop--x", "--name: 'shop--x' is not"),
        (
            "name",
            "a" * 28,
            "--name: aaaaaaaaaaaaaaaaaaaaaaaaaaaa-prod has 33 characters; an AppName can have at most 32",
        ),
        ("domain", "shop", "--domain: 'shop' is not a fully qualified domain name in lower case"),
        ("domain", f"{'a' * 57}.com", "--domain: dev."),
        ("region", "eu-centrl-1", "--region: AWS has no Region eu-centrl-1; did you mean eu-central-1?"),
        ("region", "aws-global", "--region: AWS has no Region aws-global"),
        ("account", "21098765432", "--account: '21098765432' is not twelve digits"),
        ("account", "２１０９８７６５４３２１", "--account: "),
        ("zone_id", "shop.example.com", "--zone-id: 'shop.example.com' is not the ID of a hosted zone"),
        ("environments", "dev,dev", "--environments: an environment is listed twice"),
        ("environments", "dev,../x", "--environments: '../x' is not a valid environment name"),
        ("environments", "prices", "--environments: 'prices' is not a valid environment name"),
        ("environments", "dev,dev-plan", "--environments: 'dev-plan' has an ending that the pipeline uses"),
        ("environments", "dev-services", "--environments: 'dev-services' has an ending"),
        (
            "account",
            "111111111111,222222222222,333333333333",
            "--account: 3 accounts for 2 environments: specify one for all, or",
        ),
        ("account", "111111111111,2222", "--account: '2222' is not twelve digits"),
        ("branch", "-d", "--branch: '-d' is not a branch name"),
        ("environments", "dev,", "--environments: '' is not a valid environment name"),
    ],
)
def test_a_bad_answer_is_refused_with_the_reason(option: str, text: str, said: str) -> None:
    assert refused(**{option: text})[0].startswith(said)


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert [line.partition(":")[0] for line in refused(name="S", region="x", account="1")] == [
        *("--name", "--region", "--account")
    ]


def test_a_terminal_is_asked_for_what_is_not_given_and_again_where_the_answer_is_bad() -> None:
    replies = iter(["Shop", "shop", "", "dev", "trunk"])
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return next(replies)

    answers = complete({**GIVEN, "name": None}, ask)
    assert (answers.name, answers.zone_id, answers.environments) == ("shop", UNKNOWN_ZONE, ("dev",))
    assert asked[1].startswith("--name: 'Shop' is not")
    assert asked[2].endswith(f"if you know it [{UNKNOWN_ZONE}]: ")
    assert answers.branch == "trunk"
    assert len(asked) == 5


def test_what_a_terminal_must_answer_is_asked_again_where_nothing_is_said() -> None:
    replies = iter(["", "210987654321", "", "", ""])
    assert complete({**GIVEN, "account": None}, lambda question: next(replies)).account == "210987654321"
