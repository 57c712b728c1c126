"""Every command that deploy.py names next can be pasted where it was called: it is read as it was meant, and runs."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import deploy as command
from deployment.aws.clock import Clock
from deployment.commands.command_line import ACTIONS, read_arguments
from deployment.commands.tasks.task_options import ABOUT_TASKS
from deployment.stack.invocation import Invocation
from deployment.terminal.command import Command
from deployment.terminal.connecting import Rehearsal
from deployment.terminal.interruption import Interruptions
from tests.deployment.project import APP, ROOT, STALE, write_project
from tests.deployment.standing import REGION, Standing
from tests.deployment.this_process import RehearsalHere
from tests.examples import examples
from tests.rehearsal.boto import client

PROJECT = Path(__file__).resolve().parents[1]
_ODD = 'it\'s $HOME `x` "q" \\ !'
_NEXT = re.compile(r"(?m)^(?:next: .*?|.*: |  )(\S*python3? \S*deploy\.py(?: .*)?)$")


def _sources() -> Iterator[tuple[Path, str]]:
    for file in [PROJECT / "deploy.py", *sorted((PROJECT / "deployment").rglob("*.py"))]:
        yield file, file.read_text(encoding="utf-8")


def _named() -> Iterator[tuple[str, list[str]]]:
    """Each command that the code names, as (place, words): all of them are made by one function."""
    for file, text in _sources():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "again":
                words = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
                if all(isinstance(word, str) for word in words):
                    yield f"{file.name}:{node.lineno}", [str(word) for word in words]


def test_every_command_that_the_code_names_is_one_that_there_is() -> None:
    named = dict(_named())
    assert len(named) > 10
    for place, words in named.items():
        line = Invocation(("--env", "dev")).again(*words)
        options = read_arguments(shlex.split(line)[2:])
        assert options.action == (words[0] if words else "deploy"), place


def test_no_command_is_written_out_anywhere_else() -> None:
    written = [
        f"{file.relative_to(PROJECT)}: {line.strip()}"
        for file, text in _sources()
        if file.name not in ("command_line.py", "invocation.py")
        for line in text.splitlines()
        if re.search(r"python (deploy|render)\.py", line) and not re.search(r'^\s*"""|`python render', line)
    ]
    assert written == []


_TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.mark.slow
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow])
@given(
    values=st.lists(st.tuples(st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True), _TEXTS), max_size=3),
    rendered=_TEXTS,
    ref=st.sampled_from([None, "main", "feature/it's"]),
    scenario=st.none() | _TEXTS,
    action=st.sampled_from(ACTIONS),
)
def test_a_shell_gives_the_next_command_what_this_one_was_given(
    values: list[tuple[str, str]], rendered: str, ref: str | None, scenario: str | None, action: str
) -> None:
    typed = ["--env", "dev", "--rehearse"]
    typed += [f"--from={ref}"] if ref else [f"--rendered={rendered}"]
    typed += ["--service", "api"] if action in ABOUT_TASKS else []
    typed += [f"--scenario={scenario}"] if scenario else []
    typed += [word for name, value in dict(values).items() for word in ("--set", f"{name}={value}")]
    options = read_arguments(typed)
    invocation = Command(options, Path(), _unused).invocation.knowing(frozenset())
    program = " ".join(invocation.program)
    line = invocation.again(action)
    assert line.startswith(f"{program} ")
    show = f"{shlex.quote(sys.executable)} -c 'import sys; sys.stdout.write(chr(0).join(sys.argv[1:]))'"
    read = subprocess.run(["bash", "-c", f"{show} {line.removeprefix(program)}"], capture_output=True, check=True)
    again = read_arguments(read.stdout.decode().split("\x00"))
    assert again.action == action
    for name in ("env", "rehearse", "rendered", "ref", "set"):
        assert getattr(again, name) == getattr(options, name), name


def _unused(arguments: Sequence[str]) -> AbstractContextManager[Rehearsal]:
    raise AssertionError(arguments)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that is worked on from another folder."""
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    folder = tmp_path / "it's here"
    folder.mkdir()
    return write_project(
        folder, root=ROOT.replace("  Hours:\n", "  Motto:\n    Type: String\n    Default: x\n  Hours:\n")
    )


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(project: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Run:
    def played(*arguments: str, **given: object) -> tuple[int, str]:
        capsys.readouterr()
        with_faults = {"--fail", "--scenario"} & set(arguments)
        given = {"rehearsal": RehearsalHere if with_faults else stage, **given}
        code = command.main(arguments, project, **given)  # type: ignore[arg-type]
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return played


def _pasted(said: str) -> list[str]:
    """The words after the program of the last command that was named, as a shell reads them."""
    line = _NEXT.findall(said)[-1]
    script = f'show() {{ printf "%s\\0" "$@"; }}; show {line}'
    words = subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout.decode().split("\x00")[:-1]
    interpreter, program, *arguments = words
    assert Path(interpreter).absolute() == Path(sys.executable)
    assert Path(program).samefile(PROJECT / "deploy.py")
    return arguments


@pytest.mark.slow
def test_after_a_failure_the_values_are_given_again_and_what_was_to_fail_is_not(run: Run) -> None:
    assert run("--env", "dev", "--rehearse", "--yes", "--pace", "1e9")[0] == 0
    code, said = run("--env", "dev", "--rehearse", "--yes", "--set", f"Motto={_ODD}", "--fail", "App/Group=no")
    assert code == 1
    arguments = _pasted(said)
    assert arguments == ["recover", "--env", "dev", "--rehearse", "--set", f"Motto={_ODD}"]
    assert run(*arguments, "--yes")[0] == 0


@pytest.mark.slow
def test_what_is_kept_detached_or_drifted_names_commands_that_run(run: Run) -> None:
    set_motto = ("--set", f"Motto={_ODD}")
    assert run("--env", "dev", "--rehearse", "--yes", "--detach", *set_motto)[0] == 0
    code, said = run("plan", "--env", "dev", "--rehearse", "--keep", "--set", "Hours=5")
    assert code == 0
    [arn, *_] = re.findall(r"arn:\S+:changeSet/plan-\S+", said)
    for action in ("deploy", "delete"):
        named = Invocation(("--env", "dev", "--rehearse"), values=("Hours=5",), secret=frozenset())
        assert named.again(action, "--change-set", arn).removeprefix("python deploy.py") in said
    assert run(*_pasted(said), "--yes")[0] == 0
    code, said = run("--env", "dev", "--rehearse", "--yes", "--detach", "--set", "Hours=6")
    assert code == 0
    arguments = _pasted(said)
    assert arguments[:2] == ["status", "--follow"]
    assert run(*arguments)[0] == 0


def test_a_change_set_that_is_gone_is_planned_again(run: Run) -> None:
    assert run("--env", "dev", "--rehearse", "--yes")[0] == 0
    gone = "arn:aws:cloudformation:eu-west-1:111122223333:changeSet/plan-x/1"
    code, said = run("--env", "dev", "--rehearse", "--yes", "--set", f"Motto={_ODD}", "--change-set", gone)
    assert code == 2
    arguments = _pasted(said)
    assert arguments[:2] == ["plan", "--keep"]
    assert run(*arguments)[0] == 0


@pytest.mark.slow
def test_a_stuck_stack_and_its_recovery_name_commands_that_run(run: Run, project: Path) -> None:
    kept = ("--env", "dev", "--rehearse", "--rendered", str(project / "rendered"))
    assert run(*kept, "--yes", "--pace", "1e9", "--fail", "App/Group=no", "--fail", "Network/Vpc:delete=used")[0] == 1
    for action in ("deploy", "plan", "status"):
        code, said = run(
            *([action] if action != "deploy" else []), *kept, "--pace", "1e9", "--fail", "Network/Vpc:delete=x"
        )
        assert code == (0 if action == "status" else 5)
        arguments = _pasted(said)
        assert arguments[0] == "recover"
        assert arguments[arguments.index("--rendered") + 1] == str(project / "rendered")
    code, said = run(*arguments, "--yes", "--allow", "shop-dev")
    assert code == 0, said


def test_a_stale_tree_names_render_py_of_the_project(run: Run, project: Path) -> None:
    (project / "render.py").write_text(STALE)
    code, said = run("--env", "dev", "--rehearse")
    assert code == 2
    words = shlex.split(said.splitlines()[-1].removeprefix("next: run: "))
    assert Path(words[0]).absolute() == Path(sys.executable)
    assert Path(words[1]) == project / "render.py"


def test_a_secret_of_the_command_line_is_in_no_command_that_is_named_next(project: Path, run: Run) -> None:
    root = (project / "rendered/root.yaml").read_text().replace("  Motto:\n", "  Motto:\n    NoEcho: true\n")
    (project / "rendered/root.yaml").write_text(root)
    assert run("--env", "dev", "--rehearse", "--yes", "--set", "Motto=hunter2secret")[0] == 0
    (project / "rendered/app.yaml").write_text(APP.replace("GroupDescription: app", "GroupDescription: other"))
    set_ = ("--set", "Motto=other3secret", "--set", "Hours=7")
    gone = "arn:aws:cloudformation:eu-west-1:111122223333:changeSet/plan-x/1"
    code, said = run("--env", "dev", "--rehearse", *set_, "--change-set", gone)
    assert code == 2
    assert "other3secret" not in said
    assert _pasted(said)[-4:] == ["--set", "Hours=7", "--set-from-stdin", "Motto"]


@pytest.mark.slow
def test_whoever_interrupts_is_told_the_command_that_goes_on(run: Run) -> None:
    assert run("--env", "dev", "--rehearse", "--yes", rehearsal=RehearsalHere)[0] == 0
    set_ = ("--set", f"Motto={_ODD}", "--set", "Hours=8")
    at_work = _AtWork()
    code, said = run(
        *("--env", "dev", "--rehearse", "--yes", "--pace", "20"),
        *set_,
        interruptions=at_work,
        rehearsal=at_work.rehearsal,
    )
    assert code == 130
    arguments = _pasted(said)
    assert arguments == ["status", "--follow", "--env", "dev", "--rehearse", "--pace", "20", *set_]
    assert run(*arguments, rehearsal=RehearsalHere)[0] == 0


class _AtWork(Interruptions):
    """Ctrl-C at the first pause once CloudFormation updates the stack; nobody is at the terminal."""

    _here: RehearsalHere

    def rehearsal(self, project: Path, arguments: Sequence[str]) -> RehearsalHere:
        self._here = RehearsalHere(project, arguments)
        return self._here

    def slept(self, seconds: float, clock: Clock, tick: Callable[[], None]) -> None:
        with closing(client("cloudformation", self._here.url(), region=REGION)) as cloudformation:
            [stack] = cloudformation.describe_stacks(StackName="shop-dev")["Stacks"]
        if stack["StackStatus"].startswith("UPDATE"):
            raise KeyboardInterrupt
        super().slept(seconds, clock, tick)


@pytest.mark.slow
def test_the_way_back_that_releases_names_runs_whatever_tree_was_named_before(run: Run, project: Path) -> None:
    shown = ("--env", "dev", "--rehearse", "--rendered", str(project / "rendered"))
    assert run(*shown, "--yes", "--set", "Motto=a")[0] == run(*shown, "--yes", "--set", "Motto=b")[0] == 0
    _, said = run(*shown, "releases")
    arguments = shlex.split(said.partition("to go back to the previous one: ")[2])[2:]
    assert "--to" in arguments
    code, said = run(*arguments, "--yes")
    assert (code, "going back to " in said, "shop-dev is UPDATE_COMPLETE" in said) == (0, True, True), said
    assert run(*shown, "delete", "--yes", "--allow", "shop-dev")[0] == 0
    _, said = run(*shown, "releases")
    assert "to deploy an earlier one: " in said, said
