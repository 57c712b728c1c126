"""README.md of a bundle is one page, and names nothing that is not in it."""

from __future__ import annotations

import re

from templates.bundle.bundle import Bundle


def _page(made: Bundle) -> str:
    [page] = [file for file in made.files if file.path == "README.md"]
    return page.content.decode()


def test_it_is_one_page(made: Bundle) -> None:
    assert len(_page(made).splitlines()) <= 80


def test_it_names_every_stack_with_account_and_region(made: Bundle) -> None:
    rows = [line for line in _page(made).splitlines() if line.endswith("/` |") and "config/" in line]
    folders = {re.sub(r"/environment\.sh$", "/", file.path) for file in made.files if "environment.sh" in file.path}
    assert {row.split("`")[-2] for row in rows} == folders
    assert any("service api" in row for row in rows)


def test_every_file_that_it_names_is_there(made: Bundle) -> None:
    paths = {file.path for file in made.files}
    page = _page(made)
    [table] = re.findall(r"\| In `config/<environment>/` .*?\n\n", page, re.DOTALL)
    for name in re.findall(r"`([a-z-]+\.(?:json|sh|tsv))`", table):
        assert f"config/dev/{name}" in paths, name
    for name in ("MANIFEST.json", "SHA256SUMS", "bin/guards.tsv"):
        assert f"`{name}`" in page
        assert name in paths
    for folder in ("templates/", "policy/", "review/"):
        assert f"`{folder}`" in page
        assert any(path.startswith(folder) for path in paths)
