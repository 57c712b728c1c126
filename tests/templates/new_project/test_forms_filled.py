"""The environment files of a new project: of one account, beside each other, and in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from render import main as render
from templates.new_project.answers import Answers
from templates.new_project.forms_filled import environment_file, written_anew

SHOP = Answers("shop", "shop.example.com", "eu-central-1", "210987654321", "Z777", ("dev", "staging", "prod"))
PAGES = {
    "docs/environments.md": "# Environments\n\nthis project's own\n\n## From dev's values to prod's\n\nsteps\n",
    "docs/make-it-yours.md": "# Yours\n\n## An environment\n\n```diff\n+++ params/x.yaml\n-a\n```\n\n## A service\n",
}


@pytest.mark.parametrize("names", [("dev",), ("prod",), ("prod", "dev"), ("dev", "staging", "prod", "production-eu")])
def test_whatever_the_environments_are_called_render_py_takes_their_files(
    names: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = Answers("shop", "shop.example.com", "eu-central-1", "210987654321", environments=names)
    if "production-eu" in names:
        answers = Answers("shop", "shop.example.com", "us-gov-west-1", "210987654321", environments=names[:3])
    (tmp_path / "params").mkdir()
    for number, name in enumerate(answers.environments):
        (tmp_path / f"params/{name}.yaml").write_text(environment_file(answers, name, number))
    assert render(["--no-diagram"], tmp_path) == 0, capsys.readouterr().err
    assert "warning" not in capsys.readouterr().err.replace("warning: params", "")


def test_an_arn_is_of_the_region_s_partition() -> None:
    answers = Answers("shop", "shop.example.cn", "cn-north-1", "210987654321")
    assert "role: arn:aws-cn:iam::210987654321:role/cloudformation-shop-prod\n" in environment_file(answers, "prod", 1)


def test_no_blank_is_left_and_the_ways_between_environments_are_kept() -> None:
    files = written_anew(SHOP, PAGES)
    assert set(files) == {
        *("params/dev.yaml", "params/staging.yaml", "params/prod.yaml"),
        *("README.md", "CHANGELOG.md", "docs/environments.md"),
        *("docs/make-it-yours.md", ".github/workflows/deploy.yml"),
    }
    forms = {path: text for path, text in files.items() if not path.startswith(".github/")}
    assert [path for path, text in forms.items() if "{{" in text or "}}" in text] == []
    assert "| staging | staging.shop.example.com | shop-staging |" in files["README.md"]
    assert "![staging](architecture-staging.svg)" in files["docs/environments.md"]
    assert files["docs/environments.md"].endswith("## From dev's values to prod's\n\nsteps\n")
    assert "this project's own" not in files["docs/environments.md"]
