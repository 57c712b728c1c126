"""A verdict is CloudFormation's: a tool that ends well and has done something else is found out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rehearsal.control.child import RehearsalProcess
from tests.tools.__main__ import lacking, main
from tests.tools.account import Account
from tests.tools.known import TOOLS
from tests.tools.playing import NO_COMMAND, YES, judge
from tests.tools.steps import PROJECT, Place, Step, no_command, same

TEMPLATE = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with RehearsalProcess(PROJECT, []) as rehearsal:
        yield Account(rehearsal.url())


@pytest.fixture
def place(account: Account, tmp_path: Path) -> Place:
    return Place(account, tmp_path)


def step(play: Callable[[Place], None]) -> Step:
    return Step("create", "create", "status", play)


def create(place: Place, name: str) -> None:
    place.account.cloudformation.create_stack(StackName=name, TemplateBody=TEMPLATE)
    place.account.cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


@pytest.mark.slow
def test_what_the_last_operation_did_is_asked_of_cloudformation(place: Place) -> None:
    create(place, "shop")
    made = {"Topic": "CREATE_COMPLETE"}
    assert judge(step(lambda place: place.ended("shop", "CREATE_COMPLETE", made)), place) == YES
    said = judge(step(lambda place: place.ended("shop", "UPDATE_COMPLETE", made)), place)
    assert said.startswith("no: shop and the resources of its last operation: ('CREATE_COMPLETE'")
    more = made | {"Queue": "CREATE_COMPLETE"}
    assert judge(step(lambda place: place.ended("shop", "CREATE_COMPLETE", more)), place).startswith("no: ")
    assert judge(step(lambda place: place.gone("shop")), place).startswith("no: whether shop stands")
    place.account.cloudformation.delete_stack(StackName="shop")
    place.account.cloudformation.get_waiter("stack_delete_complete").wait(StackName="shop", WaiterConfig={"Delay": 1})
    assert judge(step(lambda place: place.gone("shop")), place) == YES


@pytest.mark.slow
def test_a_stack_that_was_never_there_is_not_a_deleted_one(place: Place) -> None:
    assert judge(step(lambda place: place.gone("never")), place) == (
        "no: never among the deleted: False instead of True"
    )


@pytest.mark.slow
def test_what_cloudformation_refuses_is_a_verdict_too(place: Place) -> None:
    said = judge(step(lambda place: place.ended("never", "CREATE_COMPLETE", {})), place)
    assert said.startswith("no: An error occurred (ValidationError)")


def away(tmp_path: Path) -> Place:
    """A place of whose rehearsal nothing is asked."""
    return Place(Account("http://127.0.0.1:1"), tmp_path, {"SAM_CLI_TELEMETRY": "0"})


def test_another_exit_code_is_told_with_what_the_tool_wrote(tmp_path: Path) -> None:
    program = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    place = away(tmp_path)
    said = judge(step(lambda place: same("", "", place.run(sys.executable, "-c", program))), place)
    assert "exit code 3\n" in said
    assert {"out", "err"} <= set(said.split())
    assert set(place.run(sys.executable, "-c", program, code=3).split()) == {"out", "err"}


def test_a_tool_that_is_not_there_and_an_answer_that_lacks_something_are_verdicts(tmp_path: Path) -> None:
    place = away(tmp_path)
    assert judge(step(lambda place: same("", "", place.run(str(tmp_path / "none")))), place).startswith("no: [Errno 2]")
    empty: dict[str, str] = {}
    assert judge(step(lambda _: same("", "", empty["Outputs"])), place) == "no: an answer lacks 'Outputs'"
    assert judge(no_command("drift", "it has none"), place) == NO_COMMAND


def test_a_tool_sees_the_rehearsal_and_nothing_that_the_person_has_set_for_aws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "CDK_HOME", "SAM_CLI_POLL_DELAY"):
        monkeypatch.setenv(name, "mine")
    seen = away(tmp_path).environment()
    assert "mine" not in seen.values()
    assert seen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert seen["SAM_CLI_TELEMETRY"] == "0"
    assert "PATH" in seen


@pytest.mark.parametrize(
    ("missing", "npm", "environment", "fails"),
    [
        ("cdk", None, {"CI": "true"}, False),
        ("cdk", "/usr/bin/npm", {"CI": "true"}, True),
        ("cdk", "/usr/bin/npm", {}, False),
        ("sam", None, {"CI": "true"}, True),
        ("sam", None, {}, False),
    ],
)
def test_a_tool_that_is_missing_fails_in_ci_alone_and_not_for_want_of_npm(
    missing: str, npm: str | None, environment: dict[str, str], fails: bool
) -> None:
    assert lacking([tool for tool in TOOLS if tool.project == missing], npm, environment) is fails


def test_a_tool_that_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["pulumi"])
    assert ended.value.code == 2
    assert "pulumi" in capsys.readouterr().err
