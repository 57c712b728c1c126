"""Two files cannot name one stack."""

from __future__ import annotations

from pathlib import Path

from cloudformation.environment.one_stack import held_alone
from tests.cloudformation.environment.test_given_values import HEAD, reading


def test_one_stack_belongs_to_one_file(tmp_path: Path) -> None:
    first = reading(tmp_path, f"{HEAD}parameters: {{}}\n")
    for changed, told in ((HEAD, 1), (HEAD.replace("shop", "Shop"), 0), (HEAD.replace("eu-west-1", "eu-west-2"), 0)):
        other = reading(tmp_path, f"{changed}rendered: ../other\nparameters: {{}}\n", "copy")
        assert len(held_alone(other, [first.environment]).problems) == told
    unread = reading(tmp_path, "account: [\n", "unread")
    assert len(held_alone(unread, [unread.environment]).problems) == 1  # that it is no YAML
