"""Services of a project: found by their modules, rendered one file each, compared, with file and line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudformation.text import read
from render import main as render
from tests.deployment.shop import API, API_VALUES, IMAGE, JOB, MODULES, VALUES, WORKER, write_shop
from tests.own_system import DEV, host

WEB = "from templates.service.declaration import web\n"


def refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What render.py says of a project that it refuses; it has then written nothing."""
    capsys.readouterr()
    assert render([], folder) == 2
    assert not (folder / "rendered").exists()
    said = capsys.readouterr().err
    assert said.endswith("render.py: nothing was written\n")
    return said.replace(f"{folder}/", "")


def document(folder: Path, service: str) -> dict[str, Any]:
    parsed: dict[str, Any] = read((folder / f"rendered/services/{service}.yaml").read_text())
    return parsed


def test_each_service_is_a_template_and_a_list_of_parameters(tmp_path: Path) -> None:
    folder = write_shop(tmp_path)
    assert sorted(file.name for file in (folder / "rendered/services").iterdir()) == [
        "api.yaml",
        "mail-sender.yaml",
        "migrate.yaml",
    ]
    rows = json.loads((folder / "rendered/params/services/dev.api.json").read_text())
    values = {row["ParameterKey"]: row["ParameterValue"] for row in rows}
    assert values["PlatformStackName"] == DEV.stack
    assert (values["ServiceName"], values["ContainerPort"], values["ListenerRulePaths"]) == ("api", "8080", "/api/*")
    assert set(values) == set(document(folder, "api")["Parameters"])
    assert render(["--check"], folder) == 0


def test_a_service_that_goes_takes_its_files_with_it(tmp_path: Path) -> None:
    folder = write_shop(tmp_path)
    (folder / "templates/services/mail_sender.py").unlink()
    text = (folder / "params/dev.yaml").read_text().replace(f"  mail-sender:\n{VALUES['mail-sender']}", "")
    (folder / "params/dev.yaml").write_text(text)
    assert render([], folder) == 0
    assert not (folder / "rendered/services/mail-sender.yaml").exists()
    assert not (folder / "rendered/params/services/dev.mail-sender.json").exists()


def test_the_policies_cover_what_the_services_of_an_environment_need(tmp_path: Path) -> None:
    write_shop(tmp_path / "with")
    write_shop(tmp_path / "without", {}, {})
    write_shop(tmp_path / "one", {"migrate": JOB}, {"migrate": IMAGE})
    roles = [(tmp_path / name / "rendered/policies/dev-service-role.yaml").read_text() for name in ("with", "without")]
    assert ["scheduler:CreateSchedule" in text for text in roles] == [True, False]
    names = ("with", "one", "without")
    deployers = [(tmp_path / name / "rendered/policies/dev-deployer.json").read_text() for name in names]
    assert deployers[0] == deployers[1]  # it may do with services what it may with its own stack, however many
    assert ["ecs:RunTask" in text for text in deployers] == [True, True, False]  # and it may run them, where any are


@pytest.mark.parametrize(
    ("module", "says"),
    [
        ("import nowhere\n", "templates/services/api.py:1: ModuleNotFoundError: No module named 'nowhere'"),
        ("SERVICE = 3\n", "templates/services/api.py: SERVICE is missing"),
        ("\nx = (\n", "templates/services/api.py:2: SyntaxError"),
        (f'{WEB}SERVICE = web("A", colour=1)\n', "templates/services/api.py:2: TypeError"),
        (
            f'{WEB}SERVICE = web("A", defaults={{"Colour": 1}})\n',
            "api: defaults has Colour, which is not a parameter of a web",
        ),
        (
            f"{WEB}from templates.parts.parameters import switch\n"
            'SERVICE = web("A", environment={"X": switch("TaskCpu", "", "true")})\n',
            "api: parameter TaskCpu is reserved",
        ),
        (
            f"{WEB}from templates.service.secrets import from_secrets_manager\n"
            'SERVICE = web("A", secrets={"X": from_secrets_manager("a b")})\n',
            "templates/services/api.py:3: SecretError: 'a b' is neither the name nor the ARN of a secret",
        ),
    ],
)
def test_a_module_that_makes_no_template_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], module: str, says: str
) -> None:
    write_shop(tmp_path, {"api": module}, {"api": API_VALUES}, rendered=False)
    assert says in refused(tmp_path, capsys)


def _line(folder: Path, text: str, nth: int = 0) -> int:
    lines = (folder / "params/dev.yaml").read_text().splitlines()
    return [number for number, line in enumerate(lines, 1) if text in line][nth]


def test_two_services_that_collide_are_told_with_the_lines_of_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = {"api": API_VALUES, "other": API_VALUES}
    write_shop(tmp_path, {"api": API, "other": API}, values, rendered=False)
    first, second = (_line(tmp_path, "ListenerRulePriority", nth) for nth in (0, 1))
    said = refused(tmp_path, capsys)
    shared = f"params/dev.yaml:{second}: ListenerRulePriority 10100 of other is that of api"
    assert f"{shared} (params/dev.yaml:{first}) already" in said
    assert f"params/dev.yaml:{_line(tmp_path, '/api/*', 1)}: other answers the same requests as api" in said


def test_what_collides_with_the_platforms_own_service_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = f"{IMAGE}    ListenerRulePriority: 50000\n    ServiceName: myservice\n"
    write_shop(tmp_path, {"api": API}, {"api": values}, rendered=False)
    said = refused(tmp_path, capsys)
    assert "ListenerRulePriority 50000 of api is that of myservice (params/dev.yaml:" in said
    assert "ServiceName myservice of api is that of the platform's own service (params/dev.yaml:" in said


@pytest.mark.parametrize(
    ("modules", "values", "says"),
    [
        ({}, {"api": API_VALUES}, "services: there is no template services/api.yaml"),
        ({"api": API}, {"api": IMAGE}, "ListenerRulePriority must have a value"),
        ({"api": API}, {"api": f"{API_VALUES}    Colour: red\n"}, "parameter Colour does not exist in the template"),
        ({"api": API}, {"api": f"{API_VALUES}    TaskCpu: 512\n"}, "Rule Cpu512"),
        ({"api": API}, {"api": f"{API_VALUES}    MinTasks: 9\n"}, "MinTasks (9) must not be more than MaxTasks (4)"),
        ({"mail-sender": WORKER}, {"mail-sender": f"{IMAGE}    ListenerRulePriority: 1\n"}, "does not exist"),
        (
            {"api": API.replace('"The API.",', '"The API.", before="migrate",')},
            {"api": API_VALUES},
            "api is deployed after the job migrate, which is no service of dev",
        ),
        (
            {"api": API.replace('"The API.",', '"The API.", before="mail",'), "mail": WORKER},
            {"api": API_VALUES, "mail": IMAGE},
            "api is deployed after the job mail, which is no job",
        ),
        (
            {
                "migrate": JOB.replace('"Migrates.",', '"Migrates.", before="seed",'),
                "seed": JOB.replace('"Migrates.",', '"Seeds.", before="migrate",'),
            },
            {"migrate": IMAGE, "seed": IMAGE},
            "migrate is deployed after the job seed, which waits for migrate in turn",
        ),
    ],
)
def test_a_service_whose_values_are_wrong_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    modules: dict[str, str],
    values: dict[str, str],
    says: str,
) -> None:
    write_shop(tmp_path, modules, values, rendered=False)
    assert says in refused(tmp_path, capsys)


def test_a_service_has_no_stack_of_another_environment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_shop(tmp_path, {"api": API}, {"api": API_VALUES}, rendered=False)
    text = (tmp_path / "params/dev.yaml").read_text().split("\nservices:")[0]
    (tmp_path / "params/other.yaml").write_text(text.replace(f"stack: {DEV.stack}", f"stack: {DEV.stack}-api"))
    assert "is that of api of dev already" in refused(tmp_path, capsys)


def test_a_module_that_others_share_is_no_service(tmp_path: Path) -> None:
    api = f'{WEB}from templates.services._common import LEVEL\n\nSERVICE = web("A", environment={{"LEVEL": LEVEL}})\n'
    for level in ("debug", "info"):  # in one process: each project has its own
        shared = {"_common": f"LEVEL = {level!r}\n"}
        folder = write_shop(tmp_path / level, {**shared, "api": api}, {"api": API_VALUES})
        [container] = document(folder, "api")["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"]
        assert container["Environment"] == [{"Name": "LEVEL", "Value": level}]


def test_a_service_may_be_called_as_a_module_of_pythons_own_is(tmp_path: Path) -> None:
    folder = write_shop(tmp_path, {"email": WORKER, "queue": WORKER}, {"email": IMAGE, "queue": IMAGE})
    assert document(folder, "email")["Metadata"]["Deployment"]["Service"]["Kind"] == "worker"


def test_a_service_renders_the_same_bytes_twice(tmp_path: Path) -> None:
    one, other = write_shop(tmp_path / "one"), write_shop(tmp_path / "other")
    for name in MODULES:
        path = f"rendered/services/{name}.yaml"
        assert (one / path).read_bytes() == (other / path).read_bytes()


def test_what_an_environment_expects_of_its_routing_is_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_shop(tmp_path, {"api": API}, {"api": API_VALUES}, rendered=False)
    params = tmp_path / "params/dev.yaml"
    written = params.read_text()
    url = f"https://{host('dev')}"
    params.write_text(f"{written}\nroutes:\n  {url}/api/x: api\n  {url}/: myservice\n")
    assert render([], tmp_path) == 0
    (params.parent.parent / "rendered").rename(tmp_path / "before")
    params.write_text(f"{written}\nroutes:\n  {url}/apis: api\n")
    said = refused(tmp_path, capsys)
    assert f"routes: {url}/apis would be answered by myservice, not by api" in said
    assert f"params/dev.yaml:{_line(tmp_path, '/apis')}: " in said


@pytest.mark.parametrize(
    ("module", "says"),
    [
        ("raise SystemExit(0)\n", "templates/services/api.py:1: SystemExit: 0"),
        (f'{WEB}SERVICE = web("x", defaults={{"ContainerPort": "http"}})\n', "Parameter default type mismatch"),
        (
            "from templates.parts.parameters import switch\n"
            f'{WEB}SERVICE = web("x", environment={{"A": switch("D", "a", "true"), "B": switch("D", "b", "true")}})\n',
            "parameter D is declared twice with different definitions",
        ),
    ],
)
def test_a_module_that_ends_python_or_misuses_a_parameter_is_told(
    module: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_shop(tmp_path, {"api": module}, {"api": API_VALUES}, rendered=False)
    assert says in refused(tmp_path, capsys)


def test_two_modules_of_one_service_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_shop(tmp_path, {"mail-sender": WORKER}, {"mail-sender": IMAGE}, rendered=False)
    (tmp_path / "templates/services/mail-sender.py").write_text(WORKER)
    assert "mail-sender is already the service of templates/services/mail-sender.py" in refused(tmp_path, capsys)
