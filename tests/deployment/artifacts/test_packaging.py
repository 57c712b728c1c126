"""Templates travel under names made of their content."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from deployment.artifacts.packaging import Storage, missing, package, upload
from deployment.errors import NothingSent
from deployment.template.template import read_template
from tests.deployment.fake_client import FakeClient
from tests.deployment.project import APP, NETWORK, write_project

STORAGE = Storage("artifacts", "111122223333", "eu-west-1", "aws", "amazonaws.com", "shop-dev")


def _key(name: str, text: str) -> str:
    return f"shop-dev/{name}-{sha256(text.encode()).hexdigest()}.yaml"


def test_a_name_is_the_digest_of_the_exact_bytes(tmp_path: Path) -> None:
    packed = package(read_template(write_project(tmp_path) / "rendered/root.yaml"), STORAGE)
    bodies = {artifact.key: artifact.body.decode() for artifact in packed.artifacts}
    assert bodies[_key("network", NETWORK)] == NETWORK
    assert bodies[_key("app", APP)] == APP
    assert bodies[_key("root", packed.text)] == packed.text
    assert packed.url == f"https://artifacts.s3.eu-west-1.amazonaws.com/{_key('root', packed.text)}"
    assert f"TemplateURL: https://artifacts.s3.eu-west-1.amazonaws.com/{_key('network', NETWORK)}" in packed.text


def test_an_unchanged_layer_keeps_its_url_when_another_changes(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    before = package(read_template(project / "rendered/root.yaml"), STORAGE)
    (project / "rendered/app.yaml").write_text(APP + "# changed\n")
    after = package(read_template(project / "rendered/root.yaml"), STORAGE)
    present = frozenset(artifact.key for artifact in before.artifacts)
    assert [artifact.key.split("-")[1] for artifact in missing(after, present)] == ["dev/app", "dev/root"]


def test_children_are_uploaded_before_what_names_them(tmp_path: Path) -> None:
    project = write_project(tmp_path, network="Resources:\n  Deep:\n    Type: AWS::CloudFormation::Stack\n"
                            "    Properties:\n      TemplateURL: deep.yaml\n")  # fmt: skip
    (project / "rendered/deep.yaml").write_text("Resources: {}\n")
    packed = package(read_template(project / "rendered/root.yaml"), STORAGE)
    answers: dict[str, Any] = {"ETag": '"x"'}
    s3 = FakeClient("s3", put_object=answers)
    upload(s3, STORAGE, packed.artifacts)
    names = [arguments["Key"].split("/")[1].split("-")[0] for arguments in s3.named("put_object")]
    assert names[0] == "deep"
    assert names[-1] == "root"
    assert sorted(names[1:3]) == ["app", "network"]
    assert all(arguments["ExpectedBucketOwner"] == "111122223333" for arguments in s3.named("put_object"))


def test_the_same_child_twice_is_one_object(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    root = project / "rendered/root.yaml"
    root.write_text(root.read_text().replace("app.yaml", "network.yaml"))
    assert len(package(read_template(root), STORAGE).artifacts) == 2


def test_a_template_that_cloudformation_would_not_read_is_refused(tmp_path: Path) -> None:
    project = write_project(tmp_path, network=f"{NETWORK}# {'x' * 1_000_000}\n")
    with pytest.raises(NothingSent, match=r"network.yaml has 1,000,\d+ bytes"):
        package(read_template(project / "rendered/root.yaml"), STORAGE)
