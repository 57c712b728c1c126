"""A deletion that AWS refuses: what holds it is named with the command that lets it go, and one door leads out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import APP, write_project
from tests.deployment.this_process import RehearsalHere

pytestmark = pytest.mark.slow

_HELD = """\
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Type: application
  Files:
    Type: AWS::S3::Bucket
    DependsOn: Balancer
"""
_PROTECTED = (
    "Load balancer 'x' cannot be deleted because deletion protection is enabled (Service: ELB; Status Code: 400)"
)
_FULL = "The bucket you tried to delete is not empty"
Play = Callable[..., tuple[int, str]]


@pytest.fixture
def play(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Play:
    project = write_project(tmp_path, app=APP + _HELD)

    def played(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=RehearsalHere)
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return played


def test_a_protected_load_balancer_is_switched_off_and_never_left_behind(play: Play) -> None:
    assert play("--yes")[0] == 0
    fail = ("--fail", f"App/Balancer:delete={_PROTECTED}", "--fail", "Network/Vpc:delete=The vpc has dependencies")
    allowed = ("--yes", "--allow", "shop-dev")
    for action in ("delete", "recover"):
        code, said = play(action, *allowed, *fail)
        assert code == 1
        assert (
            "App/Balancer: its deletion protection is on (LoadBalancerAttributes: deletion_protection.enabled)" in said
        )
        assert "  aws elbv2 modify-load-balancer-attributes --load-balancer-arn arn:aws:elasticloadbalancing:" in said
        assert "--attributes Key=deletion_protection.enabled,Value=false --region eu-west-1\n" in said
        assert "--retain" not in said
        next_ = said.splitlines()[-1]
        assert next_.startswith("next: do what the lines above say of App/Balancer, then: ")
        assert next_.endswith("deploy.py recover --env dev --rehearse")
    assert play("recover", *allowed)[0] == 0


def test_a_creation_that_cannot_be_taken_back_says_what_holds_it(play: Play) -> None:
    code, said = play("--yes", "--fail", "App/Files=no", "--fail", f"App/Balancer:delete={_PROTECTED}")
    assert code == 1
    assert "shop-dev is in ROLLBACK_FAILED" in said
    assert "App/Files CREATE_FAILED: no" in said
    assert "aws elbv2 modify-load-balancer-attributes" in said
    assert play("recover", "--yes", "--allow", "shop-dev")[0] == 0


def test_a_bucket_that_is_not_empty_is_emptied_or_left_behind(play: Play) -> None:
    assert play("--yes")[0] == 0
    fail = ("--fail", f"App/Files:delete={_FULL}")
    code, said = play("delete", "--yes", "--allow", "shop-dev", *fail)
    assert code == 1
    assert "App/Files: the bucket is not empty" in said
    assert "  aws s3 rm s3://shop-dev-" in said
    code, said = play("recover", "--yes", "--allow", "shop-dev", *fail)
    assert code == 1
    assert "deploy.py recover --retain App/Files --env dev --rehearse" in said
    assert play("recover", "--yes", "--allow", "shop-dev", "--retain", "App/Files", *fail)[0] == 0


def test_a_stack_under_review_with_a_plan_on_it_has_one_door(play: Play) -> None:
    assert play("plan", "--keep", "--yes")[0] == 0
    for action in ("delete", "recover"):
        code, said = play(action, "--yes", "--output", "json")
        assert code == 3
        assert json.loads(said[said.index("{\n") : said.rindex("}") + 1])["needed"] == ["shop-dev"]
    assert play("delete", "--yes", "--allow", "shop-dev")[0] == 0
    assert json.loads(play("status", "--output", "json")[1].split("\nstack ")[0])["outcome"] == "absent"
