"""One project and one bundle of it for all that is played in a process; nobody writes into them."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates.bundle.bundle import write_bundle
from tests.handoff.project import own_project


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own_project(tmp_path_factory.mktemp("handed over") / "project")


@pytest.fixture(scope="session")
def release(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle alone, in a folder of its own."""
    folder = tmp_path_factory.mktemp("the bundle") / "of a release"
    write_bundle(project, folder, "1.4.0")
    return folder
