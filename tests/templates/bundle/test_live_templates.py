"""templates.tsv says of each stack what GetTemplate gives once the bundle is deployed."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

import deploy as command
from render import main as render
from templates.bundle.errors import BundleError
from templates.bundle.files import BundleFile
from templates.bundle.live_templates import live_file, live_templates
from tests.deployment.this_process import RehearsalHere
from tests.own_system import DEV, PROJECT
from tests.rehearsal.boto import client
from tests.templates.bundle.shop import stacks_of

_REGION = DEV.region


def _rows(file: BundleFile) -> list[dict[str, str]]:
    header, *lines = [line.split("\t") for line in file.content.decode().splitlines()]
    return [dict(zip(header, line, strict=True)) for line in lines]


@pytest.mark.slow
def test_what_runs_is_what_the_table_says(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert render(["--bundle", str(tmp_path / "bundle"), "--version", "1.4.0"], shop) == 0
    project = tmp_path / "project"
    shutil.copytree(shop, project)
    table = (tmp_path / "bundle/config/dev/templates.tsv").read_bytes()
    rows = {row["stack"]: row for row in _rows(BundleFile("templates.tsv", table))}
    params = project / "params/dev.yaml"
    params.write_text(
        re.sub(r"(?m)^(role|rollback_triggers|stack_policy|monitoring_minutes):.*\n", "", params.read_text())
    )
    with RehearsalHere(PROJECT, ["--account", DEV.account, "--params", str(project / "params")]) as here:
        given = {"AWS_ENDPOINT_URL": here.url(), "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
        for name, value in (given | {"AWS_REGION": _REGION}).items():
            monkeypatch.setenv(name, value)
        deployed = ["--env", "dev", "--yes", "--rendered", str(tmp_path / "bundle/templates")]
        assert command.main(deployed, project) == 0, capsys.readouterr().err
        with closing(client("cloudformation", here.url(), region=_REGION)) as asked:
            ids = {".": DEV.stack} | {
                row["LogicalResourceId"]: row["PhysicalResourceId"]
                for row in asked.describe_stack_resources(StackName=DEV.stack)["StackResources"]
                if row["ResourceType"] == "AWS::CloudFormation::Stack"
            }
            assert rows.keys() == ids.keys() >= {".", "Network", "Ecs"}
            for name, row in rows.items():
                body = asked.get_template(StackName=ids[name], TemplateStage="Original")["TemplateBody"]
                text = re.sub(r"(?m)\?versionId=[^ \n]*$", "", body)
                # The rehearsal's own endpoint names the bucket in the path.
                text = text.replace(
                    f"//s3.{_REGION}.amazonaws.com/{DEV.bucket}/", f"//{DEV.bucket}.s3.{_REGION}.amazonaws.com/"
                )
                assert sha256(text.encode()).hexdigest() == row["sha256"], name


def test_an_object_is_named_by_what_the_table_says_of_it(shop: Path) -> None:
    one = stacks_of(shop)["dev/services/api"]
    text = (shop / "rendered/services/api.yaml").read_text()
    [row] = live_templates(one, {"services/api.yaml": text})
    digest = sha256(text.encode()).hexdigest()
    assert (row.path, row.file, row.sha256) == (".", "services/api.yaml", digest)
    folder = f"{DEV.stack}/services/api"
    assert row.url == f"https://{DEV.bucket}.s3.{_REGION}.amazonaws.com/{folder}/api-{digest}.yaml"
    assert live_file(one, [row]).path == "config/dev/services/api/templates.tsv"


def test_a_root_that_sed_could_not_pin_is_refused(shop: Path) -> None:
    texts = {path.relative_to(shop / "rendered").as_posix(): path.read_text() for path in shop.rglob("rendered/*.yaml")}
    quoted = texts | {"root.yaml": texts["root.yaml"].replace("TemplateURL: ecs.yaml", 'TemplateURL: "ecs.yaml"')}
    with pytest.raises(BundleError, match=r"no line of the template is TemplateURL: ecs\.yaml"):
        live_templates(stacks_of(shop)["dev"], quoted)
