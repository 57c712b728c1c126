"""The versions of the tools, as the files pin them that install them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial

from tests.tools.steps import PROJECT


def of_requirements(file: str, package: str) -> Callable[[], str]:
    """The version of a package in requirements/."""
    return partial(_required, file, package)


def of_lock_file(folder: str, package: str) -> Callable[[], str]:
    """The version of a package in a package-lock.json."""
    return partial(_locked, folder, package)


def _required(file: str, package: str) -> str:
    text = (PROJECT / "requirements" / file).read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(package)}==(\S+)", text, re.M)
    assert found is not None, f"requirements/{file} does not pin {package}"
    return found[1]


def _locked(folder: str, package: str) -> str:
    text = (PROJECT / folder / "package-lock.json").read_text(encoding="utf-8")
    return str(json.loads(text)["packages"][f"node_modules/{package}"]["version"])
