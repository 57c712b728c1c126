"""Which of what was typed stands in the commands that are named next."""

from __future__ import annotations

from deployment.stack.invocation import Invocation

_TYPED = Invocation(
    ("--env", "dev", "--rehearse"),
    values=("Name=a b", "Password=hunter2"),
    sources=("--keep-value", "Other"),
    manner=("--preflight",),
    secret=frozenset({"Password"}),
)
_DEPLOY = "python deploy.py"


def test_the_same_action_is_given_the_same_values_from_wherever_they_come() -> None:
    again = f"{_DEPLOY} --env dev --rehearse --set 'Name=a b' --keep-value Other --set-from-stdin Password --preflight"
    assert _TYPED.again() == again


def test_what_sends_no_values_is_told_of_none_that_is_secret() -> None:
    assert _TYPED.again("recover") == f"{_DEPLOY} recover --env dev --rehearse --set 'Name=a b'"
    assert _TYPED.again("plan", "--keep").endswith("--set-from-stdin Password")


def test_a_change_set_was_made_with_its_values() -> None:
    assert _TYPED.again("deploy", "--change-set", "arn:x") == (
        f"{_DEPLOY} --change-set arn:x --env dev --rehearse --set 'Name=a b'"
    )


def test_no_value_is_written_before_it_is_known_which_are_secret() -> None:
    early = Invocation(("--env", "dev"), values=("A=secret", "B=secret", "B=twice"))
    assert early.again() == f"{_DEPLOY} --env dev --set-from-stdin A --set-from-env B=B"
    assert early.knowing(frozenset()).again() == f"{_DEPLOY} --env dev --set A=secret --set B=secret --set B=twice"


def test_standard_input_is_read_once() -> None:
    typed = Invocation(values=("A=1",), sources=("--set-from-stdin", "B"))
    assert typed.again() == f"{_DEPLOY} --set-from-stdin B --set-from-env A=A"


def test_a_rehearsal_begins_anew_with_the_same_command() -> None:
    assert Invocation(("--env", "dev"), action="plan").rehearsed_anew() == f"{_DEPLOY} plan --fresh --env dev"


def test_an_option_that_is_given_otherwise_is_not_repeated() -> None:
    typed = Invocation(("--env", "dev", "--rehearse", "--state", "a b", "--pace", "2"))
    assert typed.again("deploy", "--state", "c") == f"{_DEPLOY} --state c --env dev --rehearse --pace 2"


def test_what_stood_after_two_hyphens_is_typed_again_by_the_same_action_alone() -> None:
    typed = Invocation(("--env", "dev", "--service", "migrate"), action="run", words=("sh", "-c", "a b"))
    assert typed.again("run") == f"{_DEPLOY} run --env dev --service migrate -- sh -c 'a b'"
    assert typed.again() == f"{_DEPLOY} --env dev --service migrate"


def test_an_action_about_tasks_names_its_service_after_the_action() -> None:
    typed = Invocation(("--env", "dev", "--service", "migrate", "--rehearse"), action="run", words=("x",))
    assert typed.of_task("logs", "migrate", "--follow") == f"{_DEPLOY} logs migrate --env dev --rehearse --follow"
    assert typed.of_task("run", "api", words=["ls"]) == f"{_DEPLOY} run api --env dev --rehearse -- ls"


def test_a_job_is_a_service_of_its_own_whose_values_are_other_ones() -> None:
    typed = Invocation(("--env", "dev", "--service", "api"), values=("A=b",), manner=("--detach",))
    assert typed.of_service("migrate").again() == f"{_DEPLOY} --env dev --service migrate"
