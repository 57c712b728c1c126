"""The screens of docs/screens/ and docs/review.png, taken from real runs: `python docs/take_screens.py`.

Needs tmux (Debian's package of that name), which draws what a terminal of 80 columns would; rich makes pictures of it.
The page is drawn by chromium (make browser).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import shorten

from rich.console import Console
from rich.text import Text

PROJECT = Path(__file__).resolve().parents[1]
COLUMNS, ROWS = 80, 24
PATIENCE_SECONDS = 120.0
DEPLOY = f"{sys.executable} deploy.py --env dev --rehearse"
# The command, and then: the text to wait for, the picture that is taken of it, what is typed after.
RUNS: list[tuple[str, list[tuple[str, str, str]]]] = [
    (f"{DEPLOY} --fresh --yes", [("create  Service", "create", "")]),
    (
        f"{DEPLOY} --set TaskCpu=512 --set TaskMemory=1024",
        [("[y/N]", "update-review", "")],
    ),
    (
        f'{DEPLOY} --yes --set HealthCheckGracePeriodSeconds=90 --fail Ecs/Service:update="{{reason}}"',
        [("next:", "failure", "")],
    ),
]
MOVED = "VpcCidr=10.2.0.0/16", "PublicSubnet1Cidr=10.2.1.0/24", "PublicSubnet2Cidr=10.2.2.0/24"
PAGE_SIZE = "1000,1230"
TITLE = 74
REASON = "The service did not stabilise"


class Terminal:
    """One tmux of its own."""

    def __init__(self, socket: str) -> None:
        self._socket = socket

    def __call__(self, *arguments: str) -> str:
        command = ["tmux", "-L", self._socket, "-f", "/dev/null", *arguments]
        return subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout

    def shown(self, *, colour: bool = False) -> str:
        return self("capture-pane", "-p", *(["-e"] if colour else []))

    def expect(self, text: str) -> None:
        """Waits until the screen shows it."""
        until = time.monotonic() + PATIENCE_SECONDS
        while text not in self.shown():
            if time.monotonic() > until:
                raise TimeoutError(f"{text!r} did not come:\n{self.shown()}")
            time.sleep(0.05)


@contextmanager
def terminal(command: str) -> Iterator[Terminal]:
    """A command in a terminal, as long as the block lasts."""
    made = Terminal(f"screens-{uuid.uuid4()}")  # a server that is ending may still be there for a while
    made("new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), f"{command}; sleep 600")
    try:
        yield made
    finally:
        made("kill-server")


def draw(text: str, title: str, file: Path) -> None:
    """The screen as a picture that fetches nothing: the fonts are the reader's own."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi(text.rstrip()), soft_wrap=True)
    picture = console.export_svg(title=title, unique_id=file.stem)
    picture = re.sub(r"\s*@font-face \{.*?\}", "", picture, flags=re.S).replace("Fira Code, ", "")
    file.write_text(re.sub(r"<!-- .*? -->", "", picture))


def draw_page(file: Path) -> None:
    """The page of a review, as a browser shows it, over the existing stack."""
    values = [word for value in MOVED for word in ("--set", value)]
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise FileNotFoundError("chromium: make browser installs it")
    with TemporaryDirectory() as folder:
        page = Path(folder) / "review.html"
        plan = [sys.executable, "deploy.py", "--env", "dev", "--rehearse", "plan", *values, "--html", str(page)]
        subprocess.run(plan, cwd=PROJECT, check=True, capture_output=True)
        drawn = [f"--screenshot={file}", f"--window-size={PAGE_SIZE}", page.as_uri()]
        still = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        subprocess.run([browser, *still, *drawn], check=True, capture_output=True)


def main() -> None:
    """Take them all, and show each screen as text too."""
    for command, steps in RUNS:
        command = command.replace("{reason}", REASON)
        title = shorten(command.removeprefix(f"{sys.executable} "), TITLE, placeholder=" …")
        with terminal(command) as screen:
            for text, name, keys in steps:
                screen.expect(text)
                draw(screen.shown(colour=True), title, PROJECT / f"docs/screens/{name}.svg")
                sys.stdout.write(screen.shown())
                if keys:
                    screen("send-keys", keys, "Enter")
    draw_page(PROJECT / "docs/review.png")


if __name__ == "__main__":
    main()
