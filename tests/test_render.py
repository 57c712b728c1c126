"""python render.py: what it writes, what it says, and how it ends."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import render
from cloudformation.environment.environment_file import environment_files
from tests.own_system import OWN as ENVIRONMENTS
from tests.own_system import write_params

PROJECT = Path(render.__file__).parent
# What render.py of this project reads.
OWN = [name for name in ("params", "templates/services") if (PROJECT / name).is_dir()]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with environment files of dev and prod, and nothing rendered yet."""
    write_params(tmp_path)
    return tmp_path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with this project's environment files and services, and nothing rendered yet."""
    for name in OWN:
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_committed_is_what_is_rendered(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render.main([], own) == 0
    committed = contents(PROJECT / "rendered")
    assert contents(own / "rendered") == committed
    written = capsys.readouterr()
    assert f"added {own}/rendered/root.yaml" in written.out.splitlines()
    assert f"{len(committed)} changed" in written.err


def test_a_second_run_changes_nothing_and_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    render.main([], project)
    before = {path: path.stat().st_mtime_ns for path in (project / "rendered").rglob("*")}
    capsys.readouterr()
    assert render.main([], project) == 0
    written = capsys.readouterr()
    assert written.out == ""
    assert "none changed" in written.err
    assert {path: path.stat().st_mtime_ns for path in (project / "rendered").rglob("*")} == before


def test_a_file_that_vanished_and_one_that_changed_are_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    render.main([], project)
    (project / "params" / "prod.yaml").unlink()
    (project / "rendered" / "cert.yaml").write_text("edited\n", encoding="utf-8")
    capsys.readouterr()
    assert render.main([], project) == 0
    rendered = project / "rendered"
    assert capsys.readouterr().out.splitlines() == [
        f"changed {rendered}/cert.yaml",
        f"changed {rendered}/ci-role.yaml",
        f"removed {rendered}/params/prod.at-creation.json",
        f"removed {rendered}/params/prod.json",
        f"removed {rendered}/policies/prod-deployer.json",
        f"removed {rendered}/policies/prod-service-role.yaml",
    ]
    assert not (rendered / "params" / "prod.json").exists()


def test_the_policies_that_were_for_every_environment_are_removed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    render.main([], project)
    old = [project / "rendered" / name for name in ("deployer-policy.json", "service-role-policy.json")]
    for file in old:
        file.write_text('{"Version": "2012-10-17", "Statement": []}', encoding="utf-8")
    (project / "rendered/policies/notes.json").write_text('{"by": "somebody"}', encoding="utf-8")
    capsys.readouterr()
    assert render.main([], project) == 0
    assert capsys.readouterr().out.splitlines() == [f"removed {file}" for file in old]
    assert (project / "rendered/policies/notes.json").exists()


@pytest.mark.parametrize(
    "principal", ["{'Federated': 'arn:aws:iam::123456789012:oidc-provider/x'}", "{'AWS': '123456789012'}"]
)
def test_a_role_that_no_service_takes_is_rendered(tmp_path: Path, principal: str) -> None:
    program = (
        "import render\n"
        "from templates.layers import ecs\n"
        "from troposphere.iam import Role\n"
        "made, layers = ecs.template, __import__('templates.layers').layers.LAYERS\n"
        "def with_a_role():\n"
        "    template = made()\n"
        f"    trust = {{'Version': '2012-10-17', 'Statement': [{{'Effect': 'Allow', 'Principal': {principal}}}]}}\n"
        "    template.add_resource(Role('Ci', AssumeRolePolicyDocument=trust))\n"
        "    return template\n"
        "layers['ecs'] = with_a_role\n"
        f"raise SystemExit(render.main(['--out', {str(tmp_path)!r}]))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Federated" in (tmp_path / "ecs.yaml").read_text(encoding="utf-8") or "AWS" in principal
    policy = tmp_path / f"policies/{next(iter(ENVIRONMENTS))}-service-role.yaml"
    assert "ecs-tasks.amazonaws.com" in policy.read_text(encoding="utf-8")


def test_check_of_a_fresh_tree_is_silent(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    render.main([], project)
    capsys.readouterr()
    assert render.main(["--check"], project) == 0
    assert capsys.readouterr() == ("", "")


def test_check_of_a_stale_tree_shows_a_diff_and_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    render.main([], project)
    cert = project / "rendered" / "cert.yaml"
    cert.write_text(cert.read_text(encoding="utf-8").replace("DNS", "EMAIL"), encoding="utf-8")
    (project / "rendered" / "ecs.yaml").unlink()
    schema = project / "rendered/schema/environment.json"
    schema.write_text(schema.read_text(encoding="utf-8").replace("DesiredCount", "Count"), encoding="utf-8")
    (project / "params" / "prod.yaml").unlink()
    before = contents(project)
    capsys.readouterr()
    assert render.main(["--check"], project) == 1
    written = capsys.readouterr()
    assert f"--- {cert}\n+++ {cert}\n" in written.out
    assert "-      ValidationMethod: EMAIL\n+      ValidationMethod: DNS\n" in written.out
    assert f"--- /dev/null\n+++ {project}/rendered/ecs.yaml\n" in written.out
    assert f"--- {project}/rendered/params/prod.json\n+++ /dev/null\n" in written.out
    assert "8 stale; run python render.py" in written.err
    assert contents(project) == before


@pytest.mark.parametrize("lost", ["cert.yaml", "root.yaml"])
def test_check_ends_quietly_when_nobody_reads_its_diff_any_more(tmp_path: Path, lost: str) -> None:
    render.main(["--out", str(tmp_path)])
    (tmp_path / lost).unlink()
    with subprocess.Popen(
        [sys.executable, "render.py", "--check", "--out", str(tmp_path)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_out_writes_the_same_tree_elsewhere(project: Path, tmp_path: Path) -> None:
    render.main([], project)
    assert render.main(["--out", str(tmp_path / "elsewhere")], project) == 0
    assert contents(tmp_path / "elsewhere") == contents(project / "rendered")


@pytest.mark.parametrize("arguments", [[], ["--check"]])
def test_a_bad_environment_file_is_named_with_its_line_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    file = project / "params" / "dev.yaml"
    file.write_text("parameters:\n  DomainNam: a\n", encoding="utf-8")
    assert render.main(arguments, project) == 2
    written = capsys.readouterr()
    assert f"{file}:2: parameter DomainNam does not exist in the template; did you mean DomainName?" in written.err
    assert f"{file}:1: AvailabilityZone1 must have a value" in written.err
    assert written.out == ""
    assert not (project / "rendered").exists()


def test_check_names_a_bad_table_of_prices_with_its_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing that is rendered needs a price."""
    assert render.main([], project) == 0
    file = project / "params" / "prices.yaml"
    file.write_text("prices:\n  eu-west-1:\n    nat-gateway-hour: {usd: 0.048}\n", encoding="utf-8")
    assert render.main([], project) == 0
    assert render.main(["--check"], project) == 2
    assert f"{file}:3: nat-gateway-hour: source is missing: no source, no price" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "rendered").write_text("in the way", encoding="utf-8")
    assert render.main([], project) == 2
    assert f"{project}/rendered" in capsys.readouterr().err


PICTURES = ["architecture-dev.svg", "architecture-prod.svg", "architecture.svg"]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of dev and prod, rendered and drawn."""
    folder = tmp_path_factory.mktemp("project")
    write_params(folder)
    (folder / "docs").mkdir()
    assert render.main([], folder) == 0
    return folder


@pytest.fixture
def drawn(once: Path, project: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The project rendered and drawn; its folder of pictures."""
    shutil.copytree(once, project, dirs_exist_ok=True)
    capsys.readouterr()
    return project / "docs"


def test_every_environment_has_a_picture(drawn: Path) -> None:
    assert sorted(path.name for path in drawn.iterdir()) == PICTURES


def test_what_is_drawn_is_what_is_committed(own: Path) -> None:
    (own / "docs").mkdir()
    assert render.main([], own) == 0
    committed = {path.name: path.read_bytes() for path in (PROJECT / "docs").glob("architecture*.svg")}
    assert contents(own / "docs") == committed
    assert len(committed) == len(environment_files(own / "params")) + 1


@pytest.mark.slow
def test_check_tells_a_stale_picture_and_the_command_that_draws_it(
    project: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = drawn / "architecture-dev.svg"
    picture.write_text(picture.read_text(encoding="utf-8").replace("1 to 2 tasks", "9 tasks"), encoding="utf-8")
    assert render.main(["--check"], project) == 1
    written = capsys.readouterr()
    assert f"--- {picture}\n+++ {picture}\n" in written.out
    assert "9 tasks" in written.out
    assert "1 stale; run python render.py --diagram and commit" in written.err
    assert render.main(["--check", "--no-diagram"], project) == 0
    assert render.main([], project) == 0
    assert "9 tasks" in picture.read_text(encoding="utf-8")
    assert render.main(["--diagram"], project) == 0
    assert f"changed {picture}" in capsys.readouterr().out.splitlines()
    assert render.main(["--check"], project) == 0


def test_a_changed_environment_is_drawn_again_without_being_asked(
    project: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "params" / "dev.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("MaxTasks: 2", "MaxTasks: 7"), encoding="utf-8")
    assert render.main([], project) == 0
    assert f"changed {drawn}/architecture-dev.svg" in capsys.readouterr().out.splitlines()
    assert "1 to 7 tasks" in (drawn / "architecture-dev.svg").read_text(encoding="utf-8")


def test_the_picture_of_an_environment_goes_with_it(
    project: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "params" / "prod.yaml").unlink()
    assert render.main([], project) == 0
    assert f"removed {drawn}/architecture-prod.svg" in capsys.readouterr().out.splitlines()
    assert not (drawn / "architecture-prod.svg").exists()


def test_a_tree_elsewhere_draws_nothing(project: Path, drawn: Path, tmp_path: Path) -> None:
    (drawn / "architecture.svg").unlink()
    assert render.main(["--out", str(tmp_path / "elsewhere"), "--diagram"], project) == 0
    assert not (drawn / "architecture.svg").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("option", "code"), [("--check", 2), ("--diagram", 2), ("--no-diagram", 0)])
def test_without_the_library_that_draws_it_is_said_rather_than_passed_over(
    project: Path,
    drawn: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    code: int,
) -> None:
    monkeypatch.setitem(sys.modules, "svg", None)
    monkeypatch.delitem(sys.modules, "templates.pictures.canvas.svg_writer", raising=False)
    assert render.main([option], project) == code
    said = capsys.readouterr().err
    missing = f"{drawn}/architecture*.svg cannot be drawn because svg.py is not installed; install requirements/run.txt"
    assert (missing in said) == bool(code)


def test_without_the_library_that_draws_everything_else_is_rendered_with_a_warning(
    project: Path, drawn: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "svg", None)
    monkeypatch.delitem(sys.modules, "templates.pictures.canvas.svg_writer", raising=False)
    (project / "rendered" / "cert.yaml").unlink()
    assert render.main([], project) == 0
    written = capsys.readouterr()
    assert f"added {project}/rendered/cert.yaml" in written.out
    assert "warning: " in written.err
    assert "then run python render.py --diagram" in written.err


def test_a_run_that_changes_nothing_does_not_load_what_draws() -> None:
    program = (
        "import sys, render; render.main([]); print('svg' in sys.modules, 'templates.pictures.page' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert ran.stdout == "False False\n"


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        render.main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for word in (
        "--check",
        "--diagram",
        "--no-diagram",
        "--out DIR",
        "exit codes",
        "params/<env>.yaml",
        "python deploy.py --env dev --rehearse",
    ):
        assert word in text


def test_an_unknown_option_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        render.main(["--chek"])
    assert ended.value.code == 2
    assert "unrecognized arguments: --chek" in capsys.readouterr().err


def test_the_command_runs_and_the_committed_tree_is_fresh() -> None:
    ran = subprocess.run(
        [sys.executable, "render.py", "--check"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_order_of_sets_does_not_show(tmp_path: Path, seed: str) -> None:
    subprocess.run(
        [sys.executable, "render.py", "--out", str(tmp_path)],
        cwd=PROJECT,
        env={"PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    assert contents(tmp_path) == contents(PROJECT / "rendered")


def test_the_press_needs_neither_credentials_nor_the_courier_s_libraries() -> None:
    program = (
        "import sys, render; render.main(['--check']); print([n for n in ('boto3', 'botocore') if n in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True, env={"PATH": ""}
    )
    assert ran.stdout == "[]\n"
