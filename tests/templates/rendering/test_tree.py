"""The tree: what is stale is found, what is found is fixed, and what is not ours stays."""

import json
from pathlib import Path

import pytest

from templates.layers import LAYERS
from templates.rendering.environment import EnvironmentFileError
from templates.rendering.tree import (
    FileChange,
    RenderedFile,
    bring_up_to_date,
    render,
    stale,
    stale_pictures,
    unproved,
)
from templates.rendering.yaml_writer import MARK

ENVIRONMENT = """\
account: "123456789012"
region: ap-northeast-1
stack: shop-stg
parameters:
  DomainName: a.example
  HostedZoneId: Z0123456789
  AvailabilityZone1: ap-northeast-1a
  AvailabilityZone2: ap-northeast-1c
"""


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    file = tmp_path / "params" / "stg.yaml"
    file.parent.mkdir()
    file.write_text(ENVIRONMENT, encoding="utf-8")
    return file


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_tree_is_root_every_layer_and_every_environment(environment: Path) -> None:
    assert [file.path for file in render([environment])[0]] == [
        "root.yaml",
        *(f"{layer}.yaml" for layer in LAYERS),
        "schema/environment.json",
        "policies/stg-deployer.json",
        "policies/stg-service-role.yaml",
        "policies/artifacts-bucket.json",
        "ci-role.yaml",
        "params/stg.json",
    ]


def test_rendering_twice_gives_the_same_bytes(environment: Path) -> None:
    first, second = render([environment])[0], render([environment])[0]
    assert [file.text.encode() for file in first] == [file.text.encode() for file in second]


def test_every_file_reads_back_as_what_it_was_written_from(environment: Path) -> None:
    assert unproved(render([environment])[0]) == []


def test_a_file_that_reads_back_as_something_else_is_named() -> None:
    broken = [RenderedFile("a.yaml", "A: yes\n", {"A": "yes"}), RenderedFile("params/b.json", "[]", ["x"])]
    assert unproved([*broken, RenderedFile("c.yaml", "A: 'yes'\n", {"A": "yes"})]) == ["a.yaml", "params/b.json"]


def test_mistakes_of_all_environments_are_told_together(environment: Path) -> None:
    other = environment.with_name("prod.yaml")
    other.write_text(ENVIRONMENT.partition("  DomainName")[0].replace("-stg", "") + "  Stage: x\n", encoding="utf-8")
    environment.write_text(f"{ENVIRONMENT}  Unknown: x\n", encoding="utf-8")
    with pytest.raises(EnvironmentFileError) as caught:
        render([environment, other])
    assert {problem.place.file for problem in caught.value.problems} == {str(environment), str(other)}
    assert len(caught.value.problems) == 7


def test_a_tree_that_is_brought_up_to_date_is_not_stale(environment: Path, tmp_path: Path) -> None:
    files, folder = render([environment])[0], tmp_path / "out"
    bring_up_to_date(stale(folder, files))
    assert files_below(folder) == {file.path for file in files}
    assert stale(folder, files) == []


def test_only_what_differs_is_stale(environment: Path, tmp_path: Path) -> None:
    files, folder = render([environment])[0], tmp_path / "out"
    bring_up_to_date(stale(folder, files))
    (folder / "cert.yaml").write_text("edited\n", encoding="utf-8")
    (folder / "alb.yaml").unlink()
    found = {change.path.name: (change.now, change.wanted is None) for change in stale(folder, files)}
    assert found == {"cert.yaml": ("edited\n", False), "alb.yaml": (None, False)}


def test_a_line_ending_that_differs_is_stale(environment: Path, tmp_path: Path) -> None:
    files, folder = render([environment])[0], tmp_path / "out"
    bring_up_to_date(stale(folder, files))
    cert = folder / "cert.yaml"
    cert.write_bytes(cert.read_bytes().replace(b"\n", b"\r\n"))
    assert [change.path for change in stale(folder, files)] == [cert]


def test_what_was_rendered_once_and_is_no_more_is_removed(environment: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "params").mkdir(parents=True)
    (folder / "old.yaml").write_text(f"{MARK}templates/old.py by render.py.\n", encoding="utf-8")
    rows = [{"ParameterKey": "A", "ParameterValue": "b"}, {"ParameterKey": "C", "UsePreviousValue": True}]
    (folder / "params" / "old.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "old-policy.json").write_text(json.dumps({"Version": "x", "Statement": []}), encoding="utf-8")
    files = render([environment])[0]
    bring_up_to_date(stale(folder, files))
    assert files_below(folder) == {file.path for file in files}


def test_files_of_others_stay(environment: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "params").mkdir(parents=True)
    others = {"ours.yaml": "Resources: {}\n", "notes.txt": "x", "params/a.json": "{}", "params/b.json": "not json"}
    others |= {"notes.json": '{"Version": "x", "Statement": []}', "my-policy.json": "[]", "old-policy.json": "{}"}
    others |= {"params/c.json": '[{"a": 1}]', "params/d.json": "[]", "binary.yaml": "\udcff"}
    for name, text in others.items():
        (folder / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    files = render([environment])[0]
    bring_up_to_date(stale(folder, files))
    assert files_below(folder) == {file.path for file in files} | set(others)


def test_a_file_is_replaced_at_once_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old", encoding="utf-8")
    with path.open(encoding="utf-8") as reader:
        bring_up_to_date([FileChange(path, "old", "new")])
        assert reader.read() == "old"
    assert path.read_text(encoding="utf-8") == "new"
    assert files_below(tmp_path) == {"a.yaml"}


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.mkdir()
    with pytest.raises(OSError, match=r"a\.yaml"):
        bring_up_to_date([FileChange(path, None, "new")])
    assert path.is_dir()
    assert files_below(tmp_path) == set()


def test_a_picture_of_ours_is_written_changed_and_removed_and_another_is_left_alone(tmp_path: Path) -> None:
    ours = "<svg>\n<!-- Drawn by render.py"
    for name in ("architecture.svg", "architecture-gone.svg"):
        (tmp_path / name).write_text(ours, encoding="utf-8")
    (tmp_path / "architecture-by-hand.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "logo.svg").write_text(ours, encoding="utf-8")
    changes = stale_pictures(tmp_path, {"architecture.svg": "new", "architecture-dev.svg": "dev"})
    assert changes == [
        FileChange(tmp_path / "architecture.svg", ours, "new"),
        FileChange(tmp_path / "architecture-dev.svg", None, "dev"),
        FileChange(tmp_path / "architecture-gone.svg", ours, None),
    ]
    bring_up_to_date(changes)
    assert stale_pictures(tmp_path, {"architecture.svg": "new", "architecture-dev.svg": "dev"}) == []
