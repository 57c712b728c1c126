"""The form of a scenario file: sections, entries, and the place of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehearsal.scenario.scenario_text import ScenarioError, read_sections

NAMES = ("resources", "api")


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_entries_know_their_lines(tmp_path: Path) -> None:
    sections = read_sections(written(tmp_path, "resources:\n- path: A\n  times: 1\n- {path: B}\n"), NAMES)
    assert [(entry.place.rpartition(":")[2], entry.values["path"]) for entry in sections["resources"]] == [
        ("2", "A"),
        ("4", "B"),
    ]


def test_on_is_a_word_and_not_a_boolean(tmp_path: Path) -> None:
    (entry,) = read_sections(written(tmp_path, "api: [{on: off, yes: true}]\n"), NAMES)["api"]
    assert entry.values == {"on": "off", "yes": True}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[1]", r":1: a scenario must be a mapping with resources, api"),
        ("{", r": not valid YAML"),
        ("a: 1\nb: [", r": not valid YAML"),
        ("\nsurprise: []\n", r":2: unknown section surprise; the sections are resources, api"),
        ("resources: {path: A}\n", r":1: resources must be a list of entries"),
        ("api:\n  - text\n", r":2: an entry must be a mapping"),
        ("api:\n  - {? [1] : 2}\n", r":2: "),
    ],
)
def test_another_form_is_refused_with_file_and_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ScenarioError, match=rf"scenario\.yaml{complaint}"):
        read_sections(written(tmp_path, text), NAMES)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nowhere\.yaml: No such file"):
        read_sections(tmp_path / "nowhere.yaml", NAMES)
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match=r"bytes\.yaml: not valid YAML"):
        read_sections(tmp_path / "bytes.yaml", NAMES)


def test_an_entry_holds_everywhere_or_in_the_account_and_region_that_it_names(tmp_path: Path) -> None:
    text = "api:\n- {}\n- {account: '111122223333', region: eu-west-1}\n- {account: 111122223333}\n- {region: tokyo}\n"
    everywhere, there, number, town = read_sections(written(tmp_path, text), NAMES)["api"]
    assert everywhere.account_and_region() == (None, None)
    assert there.account_and_region() == ("111122223333", "eu-west-1")
    with pytest.raises(ScenarioError, match=r"scenario\.yaml:4: account must be twelve digits in quotes"):
        number.account_and_region()
    with pytest.raises(
        ScenarioError, match=r"scenario\.yaml:5: region must be a Region, for example eu-west-1, not 'tokyo'"
    ):
        town.account_and_region()
