"""The blocks of docs/make-it-yours.md, applied to a project as somebody does who reads the page.

A block of Python is a new file, named at the end of the line before it; a block of `diff` begins with `+++ path`, and
each of its parts, between `@@`, has one place in the file. A block of `sh` is typed.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = "docs/make-it-yours.md"
_SECTION = re.compile(r"^## (.*)\n", re.MULTILINE)
_BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
# What the walk itself types, of a section that a test plays: the rest needs a repository, or is there to be looked at.
_TYPED = (".venv/bin/python ", "cp ")


CHECKLISTS = ("A layer more", "A parameter", "An environment", "A service")
PROJECT = Path(__file__).resolve().parents[2]
FIRST_OF_ALL = (PROJECT / "tests/example").is_dir()
"""Whether this is the project that others are made of: in one of those, somebody may have followed the page already."""
# A second port of the container, and a topic in a layer that is there.
PORT = """+++ templates/service/task.py
-        **({"PortMappings": [port]} if
+        **({"PortMappings": [port, PortMapping(ContainerPort=9102, Protocol="tcp")]} if
"""
TOPIC = """+++ templates/layers/app_sg.py
 from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule
+from troposphere.sns import Topic
@@
-        resources=[app_security_group,
+        resources=[Topic("Events", KmsMasterKeyId="alias/aws/sns"), app_security_group,
"""
FAST_TESTS = [*("-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "-m", "not slow")]
SLOW_TESTS = [*("-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "-m", "slow")]


@dataclass(frozen=True)
class Step:
    """One block: what is to be done with `text`, and of a new file its path."""

    language: str
    text: str
    path: str = ""


def steps(page: str, section: str) -> list[Step]:
    """The blocks of a section, in its order."""
    parts = _SECTION.split(page)
    text = parts[parts.index(section) + 1]
    return [
        Step(block["language"], block["text"], "".join(re.findall(r"`([\w/.]+)`:$", block["before"])))
        for block in _BLOCK.finditer(text)
    ]


def follow(step: Step, project: Path, *, without: Sequence[str] = ()) -> None:
    """Do what a block says; of what is typed not the commands that begin with one of `without`."""
    if step.language == "sh":
        typed(step, project, without=without)
    else:
        apply(step, project)


def apply(step: Step, project: Path) -> None:
    """Write or change the file that a block speaks of."""
    if step.language == "python":
        file = project / step.path
        assert step.path, f"the page does not say which file this is:\n{step.text}"
        assert not file.exists(), f"{step.path} is there already"
        file.write_text(step.text, encoding="utf-8")
        return
    path, _, changes = step.text.removeprefix("+++ ").partition("\n")
    text = (project / path).read_text(encoding="utf-8")
    for change in re.split(r"^@@\n", changes, flags=re.MULTILINE):
        text = changed(text, change, path)
    (project / path).write_text(text, encoding="utf-8")


def changed(text: str, change: str, path: str) -> str:
    """The text after one part of a diff; the lines that stay and go stand in one place of it, and no other."""
    lines = change.splitlines()
    assert all(line[:1] in " +-" for line in lines), f"{path}: neither stays, nor comes, nor goes:\n{change}"
    old, new = ("\n".join(line[1:] for line in lines if line[:1] != sign) for sign in "+-")
    # A line may be given by its beginning; it stays as it goes on.
    assert text.count(old) == 1, f"{path}: stands there {text.count(old)} times:\n{old}"
    return text.replace(old, new)


def typed(step: Step, project: Path, *, without: Sequence[str] = ()) -> list[str]:
    """Type the commands of a block of `sh`, but those that begin so; give what they reported."""
    told = []
    for line in step.text.splitlines():
        if line.startswith(_TYPED) and not line.startswith(tuple(without)):
            told.append(run(shlex.split(line), project))
    return told


def run(words: Sequence[str], project: Path) -> str:
    """One command in the project, with the Python of this process; its text, or an error with it."""
    command = [sys.executable if word == ".venv/bin/python" else word for word in words]
    if "--rehearse" in command and "plan" not in command:
        command.append("--yes")
    ended = subprocess.run(
        command, cwd=project, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=1500
    )
    text = ended.stdout + ended.stderr
    assert ended.returncode == 0, f"{' '.join(words)} ended with {ended.returncode}:\n{text[-3000:]}"
    return text


def extended(project: Path, environments: Sequence[str]) -> None:
    """Apply every checklist; then what the page has no block for: a port, a topic, a service of each other kind."""
    page = (project / PAGE).read_text(encoding="utf-8")
    for section in CHECKLISTS:
        for step in steps(page, section):
            # Rendered and rehearsed once, at the end.
            follow(step, project, without=[".venv/bin/python deploy.py", ".venv/bin/python render.py\n"])
    for change in (PORT, TOPIC):
        follow(Step("diff", change), project)
    for kind in ("worker", "job"):
        run([sys.executable, "render.py", "--new-service", f"a-{kind}", "--kind", kind], project)
        for name in environments:
            _name(project / f"params/{name}.yaml", f"a-{kind}")
    run([sys.executable, "render.py"], project)


def _name(file: Path, service: str) -> None:
    """The service's values, in the file of an environment that is to have it."""
    text = file.read_text(encoding="utf-8")
    heading = "" if "\nservices:\n" in text else "services:\n"
    file.write_text(f"{text}{heading}  {service}:\n    ContainerImage: shop/{service}:1\n", encoding="utf-8")
