"""What docs/deploying.md says of CloudFormation's role, checked against the template that it speaks of."""

from __future__ import annotations

import re

from tests.own_system import DEV, PROJECT
from tests.templates.role_policies import POLICIES

PAGE = (PROJECT / "docs/deploying.md").read_text(encoding="utf-8")
BLOCKS = [block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "service-role" in block]


def test_the_inline_policy_of_a_role_that_stands_goes_only_when_the_others_are_there() -> None:
    [update] = [block for block in BLOCKS if "delete-role-policy" in block]
    assert update.index("ExistingRoleName=") < update.index("delete-role-policy")
    [role] = set(re.findall(r"(?:ExistingRoleName=|--role-name )(\S+)", update))
    assert f"role/{role}" != f"role/{DEV.stack}"


def test_the_commands_name_what_is_rendered_and_a_stack_that_no_deployer_may_change() -> None:
    assert len(BLOCKS) == 2
    for block in BLOCKS:
        [file] = re.findall(r"--template-file (\S+)", block)
        assert (PROJECT / file).parent == POLICIES
        assert (PROJECT / file).exists()
        [stack] = re.findall(r"--stack-name (\S+)", block)
        assert not stack.startswith(f"{DEV.stack}-")
        assert "CAPABILITY_NAMED_IAM" in block, "the role has a name"
