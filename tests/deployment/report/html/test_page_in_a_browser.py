"""The page in a browser: filters, search, keyboard, print and no script at all. Needs chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployment.report.html.page import page
from tests.deployment.report.examples import EXAMPLES

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        # Where a check runs unattended, what is missing is a failure.
        CHROMIUM is None and not os.environ.get("CI"),
        reason="chromium is not installed: make browser",
    ),
]

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=3000",
]

# Plays a person and writes down what there is to see after each step.
_PERSON = """
const every = (selector) => [...document.querySelectorAll(selector)];
const shown = () => every("details.change").filter((each) => !each.hidden).map((each) => each.id);
const key = (name) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
const at = () => document.activeElement.textContent.trim().split(/\\s+/)[0];
const button = (kind) => document.querySelector(`[data-filter=${kind}]`);
const seen = {};
seen.all = shown();
button("replaced").click();
seen.pressed = button("replaced").getAttribute("aria-pressed");
seen.replaced = shown();
seen.told = document.querySelector("output").textContent;
seen.faded = document.querySelectorAll(".picture.wide a.faded").length;
seen.layers = every("details.layer").filter((each) => !each.hidden).length;
button("removed").click();
seen.both = shown();
key("Escape");
seen.reset = shown();
key("/");
seen.searching = document.activeElement.id;
document.activeElement.value = "MEMORY app";
document.activeElement.dispatchEvent(new Event("input"));
seen.found = shown();
document.activeElement.value = "nothing like this";
document.activeElement.dispatchEvent(new Event("input"));
seen.nothing = document.querySelector("output").textContent;
key("Escape");
document.querySelector("#close-all").click();
seen.closed = document.querySelectorAll(".tree details[open]").length;
document.querySelector(".tree summary").focus();
key("ArrowDown");
seen.onlyTheRoot = at();
key("ArrowRight");
seen.opened = document.activeElement.parentElement.open;
key("ArrowDown");
seen.down = at();
key("ArrowUp");
key("ArrowLeft");
seen.left = document.activeElement.parentElement.open;
const link = document.querySelector('.picture a[href="#change-7"]');
link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
setTimeout(() => {
  seen.jumped = at();
  seen.way = every("details.layer[open]").length;
  document.querySelector("#close-all").click();
  dispatchEvent(new Event("beforeprint"));
  seen.printing = document.querySelectorAll("details:not([open])").length;
  dispatchEvent(new Event("afterprint"));
  seen.printed = document.querySelectorAll(".tree details[open]").length;
  document.querySelector("#open-all").click();
  seen.openAll = document.querySelectorAll(".tree details:not([open])").length;
  const drawn = every(".picture").filter((svg) => svg.getBoundingClientRect().width > 0);
  const boxes = drawn.flatMap((svg) => [...svg.querySelectorAll("rect")]);
  seen.drawn = drawn.map((svg) => svg.classList[1]);
  document.documentElement.style.width = "420px"; // no window of this browser is narrower than 500
  seen.ends = Math.max(...boxes.map((box) => box.getBoundingClientRect().right));
  seen.wide = document.documentElement.scrollWidth <= innerWidth;
  const result = document.createElement("pre");
  result.id = "seen";
  result.textContent = JSON.stringify(seen);
  document.body.append(result);
}, 200);
"""


def _chromium(folder: Path, *arguments: str) -> str:
    assert CHROMIUM, "chromium is not installed: make browser"
    command = [CHROMIUM, *_FLAGS, f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the page of a plan that has every kind of change."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "page.html").write_text(page(EXAMPLES["planned"]), encoding="utf-8")
    yield folder
    shutil.rmtree(folder / "profile", ignore_errors=True)


@pytest.fixture(scope="module")
def still(folder: Path) -> Path:
    """The same page where no script may run."""
    path = folder / "still.html"
    path.write_text(re.sub(r"script-src '[^']*'", "script-src 'none'", page(EXAMPLES["planned"])), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def seen(folder: Path) -> dict[str, Any]:
    """What the person saw; the copy of the page has no policy, which would keep that person's script out."""
    text = re.sub(r"<meta http-equiv[^>]*>", "", page(EXAMPLES["planned"]))
    person = f'addEventListener("load", () => setTimeout(() => {{{_PERSON}}}));'
    copy = folder / "played.html"
    copy.write_text(text.replace("</body>", f"<script>{person}</script></body>"), encoding="utf-8")
    dom = _chromium(folder, "--window-size=500,900", "--dump-dom", copy.as_uri())
    found = re.search(r'<pre id="seen">(.*?)</pre>', dom, re.S)
    assert found, "the person's script did not come to its end"
    told: dict[str, Any] = json.loads(found[1].replace("&amp;", "&").replace("&gt;", ">").replace("&lt;", "<"))
    return told


def test_a_button_shows_one_kind_and_two_show_both(seen: dict[str, Any]) -> None:
    everything = [f"change-{number}" for number in range(1, 8)]
    assert seen["all"] == seen["reset"] == everything
    assert (seen["pressed"], seen["replaced"], seen["told"]) == ("true", ["change-2"], "1 of 7 shown")
    assert seen["both"] == ["change-2", "change-4"]
    assert seen["layers"] == 2  # the root and the layer; what has nothing to show is hidden
    assert seen["faded"] == 6


def test_the_search_finds_words_of_paths_and_properties(seen: dict[str, Any]) -> None:
    assert seen["searching"] == "search"
    assert seen["found"] == ["change-7"]
    assert seen["nothing"] == "0 of 7 shown"


def test_arrows_walk_open_and_close(seen: dict[str, Any]) -> None:
    assert (seen["closed"], seen["onlyTheRoot"], seen["opened"]) == (0, "shop-dev", True)
    assert (seen["down"], seen["left"]) == ("Network", False)


def test_the_picture_leads_to_a_change_and_opens_the_way(seen: dict[str, Any]) -> None:
    assert seen["jumped"].endswith("Task")
    assert seen["way"] == 2


def test_a_printer_gets_everything_opened_and_the_screen_its_state_back(seen: dict[str, Any]) -> None:
    assert (seen["printing"], seen["printed"], seen["openAll"]) == (0, 0, 0)


def test_a_narrow_window_is_not_scrolled_sideways(seen: dict[str, Any]) -> None:
    assert seen["wide"]


def test_the_drawing_for_a_narrow_window_is_whole(seen: dict[str, Any]) -> None:
    assert seen["drawn"] == ["narrow"]
    assert 380 < seen["ends"] <= 420


def test_the_pages_own_policy_lets_its_script_run(folder: Path) -> None:
    dom = _chromium(folder, "--dump-dom", (folder / "page.html").as_uri())
    assert re.search(r'<div class="filters"[^>]*>', dom)
    assert not re.search(r'<div class="filters"[^>]* hidden', dom)


def test_without_script_the_filters_stay_away_and_all_is_told(folder: Path, still: Path) -> None:
    dom = _chromium(folder, "--dump-dom", still.as_uri())
    assert re.search(r'<div class="filters"[^>]* hidden', dom)
    assert dom.count('<details class="change ') == 7


def test_print_is_the_same_with_and_without_script(folder: Path, still: Path) -> None:
    pages = []
    for each in (folder / "page.html", still):
        printed = each.with_suffix(".pdf")
        _chromium(folder, f"--print-to-pdf={printed}", "--no-pdf-header-footer", each.as_uri())
        pages.append(printed.read_bytes().count(b"/Type /Page\n"))
    assert pages[0] == pages[1] >= 2


def test_it_is_painted_in_dark_and_in_light(folder: Path) -> None:
    shots = []
    for preference in ("0", "1"):
        shot = folder / f"shot-{preference}.png"
        more = (f"--blink-settings=preferredColorScheme={preference}", f"--screenshot={shot}")
        _chromium(folder, "--window-size=40,40", *more, (folder / "page.html").as_uri())
        shots.append(shot.read_bytes())
    assert all(shot.startswith(b"\x89PNG") for shot in shots)
    assert shots[0] != shots[1]
