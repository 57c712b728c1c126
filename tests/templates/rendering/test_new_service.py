"""A service to begin with: its module renders as it is written, and nothing that stands is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from render import main as render
from tests.deployment.shop import write_shop
from tests.own_system import TEXTS


@pytest.mark.parametrize("kind", ["web", "worker", "job"])
def test_what_is_written_is_a_service_once_its_values_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    shop = write_shop(tmp_path, {}, {})
    capsys.readouterr()
    assert render(["--new-service", "front-end", "--kind", kind], shop) == 0
    told = capsys.readouterr()
    assert told.out == f"added {shop}/templates/services/front_end.py\n"
    values = told.err.split("each environment that needs the service\n")[1].split("then run")[0]
    text = "\n".join(line.removeprefix("  ") for line in values.splitlines()).replace("<image>", "shop/front:1")
    (shop / "params/dev.yaml").write_text(TEXTS["dev"] + f"\n{text}\n")
    assert render([], shop) == 0, capsys.readouterr().err
    assert (shop / "rendered/services/front-end.yaml").exists()


def test_a_module_that_stands_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = write_shop(tmp_path)
    before = (shop / "templates/services/mail_sender.py").read_text()
    assert render(["--new-service", "mail-sender"], shop) == 2
    assert "mail_sender.py already exists" in capsys.readouterr().err
    assert (shop / "templates/services/mail_sender.py").read_text() == before


@pytest.mark.parametrize("name", ["Api", "-api", "a" * 33, "../api"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    shop = write_shop(tmp_path, {}, {})
    assert render([f"--new-service={name}"], shop) == 2
    assert "is not a valid service name" in capsys.readouterr().err
    assert list((shop / "templates/services").iterdir()) == []


@pytest.mark.parametrize("arguments", [["--kind", "web"], ["--new-service", "a", "--check"]])
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        render(arguments, tmp_path)
    assert ended.value.code == 2
