"""What status reads of a stack that has nothing yet."""

from pathlib import Path

from deployment.commands.status import status
from deployment.run.outcome import Absent, Shown
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import stacks


def test_a_stack_under_review_has_nothing_to_ask_for(tmp_path: Path) -> None:
    client = FakeClient("cloudformation", describe_stacks=stacks("REVIEW_IN_PROGRESS"))
    shown = status(fake_run(write_project(tmp_path), client))
    assert isinstance(shown, Shown)
    assert [name for name, _ in client.calls] == ["describe_stacks"]


def test_no_stack_is_an_answer(tmp_path: Path) -> None:
    gone = refusal("ValidationError", "Stack with id shop-dev does not exist")
    client = FakeClient("cloudformation", describe_stacks=gone)
    assert isinstance(status(fake_run(write_project(tmp_path), client)), Absent)
