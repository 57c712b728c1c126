"""What this project calls its system: its names, and its environments as params/ has them.

A test that speaks of rendered/ or params/ takes them from here; it then holds for whoever makes the project theirs.
"""

from __future__ import annotations

from pathlib import Path

from cloudformation.environment.environment_file import environment_files, read_file
from templates.parts.parameters import app_name

PROJECT = Path(__file__).resolve().parents[1]
APP_NAME = str(app_name.properties["Default"])
ENVIRONMENTS = {file.stem: read_file(file).environment for file in environment_files(PROJECT / "params")}
DEV, PROD = ENVIRONMENTS["dev"], ENVIRONMENTS["prod"]


def host(environment: str) -> str:
    """The name that an environment answers to."""
    return str(ENVIRONMENTS[environment].parameters["DomainName"].text)
