"""The checklist of an environment more: its blocks make a file of it that render.py takes, whatever it begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from render import main as render
from templates.new_project.answers import Answers
from templates.new_project.environment_checklist import SECTION, most_like, with_checklist
from templates.new_project.forms_filled import environment_file
from tests.yours.checklists import follow, steps

PAGE = f"""# Yours

## {SECTION}

One file:

```sh
cp params/a.yaml params/b.yaml
```

In it, change:

```diff
+++ params/b.yaml
-a
```

```sh
.venv/bin/python deploy.py --env b --rehearse
```

## A service

```diff
+++ params/a.yaml
   Last: 1
+services:
```
"""


@pytest.mark.parametrize("names", [("dev", "prod"), ("staging", "live"), ("prod",), ("prod", "qa", "staging", "trial")])
def test_the_blocks_make_an_environment_beside_the_others(
    names: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = Answers("shop", "shop.example.com", "eu-central-1", "210987654321", environments=names)
    (tmp_path / "params").mkdir()
    files = {name: environment_file(answers, name, number) for number, name in enumerate(names)}
    for name, text in files.items():
        (tmp_path / f"params/{name}.yaml").write_text(text)
    like = most_like(answers)
    page = with_checklist(PAGE, answers, files[like], like)
    assert page.endswith(f"```diff\n+++ params/{like}.yaml\n {files[like].splitlines()[-1]}\n+services:\n```\n")
    for step in steps(page, SECTION):
        follow(step, tmp_path, without=[".venv/bin/python"])
    [new] = {file.stem for file in (tmp_path / "params").iterdir()} - set(names)
    assert f"--env {new} --rehearse" in page
    assert render(["--no-diagram"], tmp_path) == 0, capsys.readouterr().err
    text = (tmp_path / f"params/{new}.yaml").read_text()
    assert f"stack: shop-{new} " in text
    assert f"DomainName: {new}.shop.example.com\n" in text
    assert not [line for line in text.splitlines() if f"shop-{like}" in line and not line.startswith("#")]


def test_what_is_most_like_a_new_environment_is_none_of_production() -> None:
    answers = Answers("s", "s.example.com", "eu-central-1", "210987654321", environments=("prod-eu", "qa", "trial"))
    assert most_like(answers) == "qa"


def test_a_page_without_the_section_is_left_alone() -> None:
    answers = Answers("s", "s.example.com", "eu-central-1", "210987654321")
    assert with_checklist("# A page\n", answers, "", "dev") == "# A page\n"
