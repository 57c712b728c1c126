"""Templates travel under names made of their content."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from deployment.artifacts.packaging import Artifact, Located, Package, Storage, package
from deployment.errors import NothingSent
from deployment.template.template import read_template
from tests.deployment.project import APP, NETWORK, write_project

STORAGE = Storage("artifacts", "111122223333", "eu-west-1", "aws", "amazonaws.com", "shop-dev")


def _pack(root: Path, versions: dict[str, str] | None = None) -> Package:
    """The package of a tree whose templates stand, each in the version that is given for its file, else in v1."""

    def located(artifact: Artifact) -> Located:
        return Located((versions or {}).get(artifact.key.split("/")[1].split("-")[0], "v1"))

    return package(read_template(root), STORAGE, located)


def _key(name: str, text: str) -> str:
    return f"shop-dev/{name}-{sha256(text.encode()).hexdigest()}.yaml"


def test_a_name_is_the_digest_of_the_exact_bytes(tmp_path: Path) -> None:
    packed = _pack(write_project(tmp_path) / "rendered/root.yaml")
    bodies = {artifact.key: artifact.body.decode() for artifact in packed.artifacts}
    assert bodies[_key("network", NETWORK)] == NETWORK
    assert bodies[_key("app", APP)] == APP
    assert bodies[_key("root", packed.text)] == packed.text
    assert packed.url == f"https://artifacts.s3.eu-west-1.amazonaws.com/{_key('root', packed.text)}?versionId=v1"
    network = f"https://artifacts.s3.eu-west-1.amazonaws.com/{_key('network', NETWORK)}?versionId=v1"
    assert f"TemplateURL: {network}" in packed.text


def test_an_unchanged_layer_keeps_its_url_when_another_changes(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    before = _pack(project / "rendered/root.yaml")
    (project / "rendered/app.yaml").write_text(APP + "# changed\n")
    after = _pack(project / "rendered/root.yaml")
    assert after.text.count(_key("network", NETWORK)) == before.text.count(_key("network", NETWORK)) == 1
    new = {artifact.key for artifact in after.artifacts} - {artifact.key for artifact in before.artifacts}
    assert sorted(key.split("-")[1] for key in new) == ["dev/app", "dev/root"]


def test_the_version_of_a_child_is_part_of_what_its_parent_says_and_is_named_for(tmp_path: Path) -> None:
    root = write_project(tmp_path) / "rendered/root.yaml"
    one, other = _pack(root), _pack(root, {"app": "v+/2"})
    assert "?versionId=v%2B%2F2" in other.text
    assert one.artifacts[-1].key != other.artifacts[-1].key
    assert {artifact.key for artifact in one.artifacts[:-1]} == {artifact.key for artifact in other.artifacts[:-1]}


def test_a_key_is_written_as_a_url_needs_it(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    (project / "rendered/a #?b.yaml").write_text(APP)
    root = project / "rendered/root.yaml"
    root.write_text(root.read_text().replace("app.yaml", "a #?b.yaml"))
    assert "/shop-dev/a%20%23%3Fb-" in _pack(root).text


def test_another_cloudformation_is_given_the_bucket_in_the_path_and_the_version_all_the_same(tmp_path: Path) -> None:
    root = read_template(write_project(tmp_path) / "rendered/root.yaml")
    url = package(root, replace(STORAGE, by_path=True), lambda _: Located("v 1")).url
    assert url.startswith(f"https://s3.{STORAGE.region}.{STORAGE.dns_suffix}/{STORAGE.bucket}/shop-dev/root-")
    assert url.endswith(".yaml?versionId=v%201")


def test_a_package_is_pinned_where_every_url_names_a_version(tmp_path: Path) -> None:
    root = read_template(write_project(tmp_path) / "rendered/root.yaml")
    assert package(root, STORAGE, lambda _: Located("v")).pinned
    open_ = package(root, STORAGE, lambda _: Located(None))
    assert not open_.pinned
    assert open_.missing == ()
    assert "versionId" not in open_.text + open_.url


def test_what_stands_nowhere_is_missing_and_so_is_what_names_it(tmp_path: Path) -> None:
    root = read_template(write_project(tmp_path) / "rendered/root.yaml")
    standing = {artifact.key for artifact in _pack(root.path).artifacts} - {_key("app", APP)}
    packed = package(root, STORAGE, lambda artifact: Located("v1") if artifact.key in standing else None)
    assert [artifact.key.split("-")[1] for artifact in packed.missing] == ["dev/app", "dev/root"]
    assert not packed.pinned


def test_children_are_located_before_what_names_them(tmp_path: Path) -> None:
    project = write_project(tmp_path, network="Resources:\n  Deep:\n    Type: AWS::CloudFormation::Stack\n"
                            "    Properties:\n      TemplateURL: deep.yaml\n")  # fmt: skip
    (project / "rendered/deep.yaml").write_text("Resources: {}\n")
    names: list[str] = []

    def located(artifact: Artifact) -> Located:
        names.append(artifact.key.split("/")[1].split("-")[0])
        return Located(None)

    package(read_template(project / "rendered/root.yaml"), STORAGE, located)
    assert names[0] == "deep"
    assert names[-1] == "root"
    assert sorted(names[1:3]) == ["app", "network"]


def test_the_same_child_twice_is_one_object(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    root = project / "rendered/root.yaml"
    root.write_text(root.read_text().replace("app.yaml", "network.yaml"))
    assert len(_pack(root).artifacts) == 2


def test_a_template_that_cloudformation_would_not_read_is_refused(tmp_path: Path) -> None:
    project = write_project(tmp_path, network=f"{NETWORK}# {'x' * 1_000_000}\n")
    with pytest.raises(NothingSent, match=r"network.yaml has 1,000,\d+ bytes"):
        _pack(project / "rendered/root.yaml")
