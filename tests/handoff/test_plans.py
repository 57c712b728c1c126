"""What a plan says, leaves and refuses where files, values and its reader are not as they usually are."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.handoff.ops import SHELLS, Ops
from tests.handoff.small import ROOT, small, small_bundle
from tests.handoff.test_small import ODD, answering, change_sets

pytestmark = pytest.mark.slow
KEEP = ("--env", "dev", "--keep-value", "Password")
RESOURCES, OUTPUTS = ROOT.index("Resources:"), ROOT.index("Outputs:")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ops]:
    with small(tmp_path_factory.mktemp("plans")) as someone:
        someone("deploy", "--env", "dev", "--yes").ended(0)
        yield someone


def rows(*left_out: str, **values: str) -> str:
    given = {"Words": "hello", "Name": "words", "Seconds": "30"} | values
    return json.dumps(
        [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items() if key not in left_out]
    )


def with_files(someone: Ops, folder: Path, **settings: Any) -> Ops:
    """The same person with such files in the bundle; `parameters` is config/dev/parameters.json."""
    files = {f"config/dev/{name.replace('_', '-')}.json": text for name, text in settings.items() if name.islower()}
    own = {name: text for name, text in settings.items() if name.isupper()}
    return someone.with_bundle(small_bundle(folder, files=files, **own))


def test_a_resource_that_is_called_as_the_stamp_is_missed_when_it_goes(here: Ops, tmp_path: Path) -> None:
    plain = ROOT[:RESOURCES] + ROOT[OUTPUTS:] + "\n" + ROOT[RESOURCES:OUTPUTS].rstrip() + "\n"
    more = plain + "\n  Release:\n    Type: AWS::SNS::Topic\n"
    before, after = (
        here.with_bundle(
            small_bundle(
                tmp_path / str(at), values={"Name": "release"}, files={"templates/root.yaml": text}, STACK="released"
            )
        )
        for at, text in enumerate((more, plain))
    )
    before("deploy", "--env", "dev", "--yes").ended(0)
    assert "nothing to do" in before("plan", *KEEP, "--exit-code").ended(0).err
    told = after("plan", *KEEP, "--exit-code").ended(4).err
    assert "- Release  removed  AWS::SNS::Topic" in told


def test_a_parameter_that_is_not_given_and_has_its_default_is_no_difference(here: Ops, tmp_path: Path) -> None:
    someone = with_files(here, tmp_path / "b", parameters=rows("Seconds"))
    assert "nothing to do" in someone("plan", *KEEP, "--exit-code").ended(0).err
    told = someone("plan", *KEEP, "--set", "Words=others").ended(0).err
    assert "parameter Words: hello -> others" in told
    assert "Seconds" not in told
    assert "parameters may differ: Words" in told


def test_one_that_goes_back_to_its_default_is_shown_with_it(here: Ops, tmp_path: Path) -> None:
    someone = with_files(here, tmp_path / "b", parameters=rows("Seconds", Name="defaults"), STACK="defaults")
    someone("deploy", "--env", "dev", "--yes", "--set", "Seconds=45").ended(0)
    told = someone("plan", *KEEP, "--exit-code").ended(4).err
    assert "parameter Seconds: 45 -> 30" in told
    assert "~ Queue  changed in place  AWS::SQS::Queue  (VisibilityTimeout)" in told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("parameters", '{"Parameters": {"Words": "hello"}}'),
        ("parameters", '["Words=hello"]'),
        ("parameters", '[{"ParameterKey": "Words"}]'),
        ("parameters", '[{"ParameterKey": "Words", "ParameterValue": ["a", "b"]}]'),
        ("parameters", '[{"ParameterKey": "Words", "UsePreviousValue": false}]'),
        ("parameters", "{}"),
        ("tags", '{"environment": "dev"}'),
        ("tags", '["environment=dev"]'),
        ("tags", '[{"Key": "environment"}]'),
        ("tags", '[{"key": "environment", "value": "dev"}]'),
    ],
)
def test_a_file_of_another_form_is_not_taken_for_an_empty_one(here: Ops, tmp_path: Path, name: str, text: str) -> None:
    told = with_files(here, tmp_path / "b", **{name: text})("plan", *KEEP).ended(2).err
    assert f"{name}.json is no list of objects" in told or "has no ParameterKey" in told


def test_a_policy_is_the_same_whatever_signs_it_holds(here: Ops, tmp_path: Path) -> None:
    condition = {"StringEquals": {"ResourceType": [ODD, "C:\\new\\table\n"]}}
    allowed = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*", "Condition": condition}
    files = {"parameters": rows(Name="policy"), "STACK": "policy"}
    someone = with_files(here, tmp_path / "b", stack_policy=json.dumps({"Statement": [allowed]}), **files)
    someone("deploy", "--env", "dev", "--yes").ended(0)
    told = someone("plan", *KEEP, "--exit-code").ended(0).err
    assert "stack-policy" not in told
    less = with_files(here, tmp_path / "c", stack_policy=json.dumps({"Statement": [allowed, allowed]}), **files)
    assert "! stack-policy weakens a protection" in less("deploy", *KEEP, "--yes").ended(3).err


def test_publish_writes_what_others_need(here: Ops) -> None:
    told = here("publish", "--env", "dev").ended(0).out.splitlines()
    assert told[0].startswith("https://")
    assert "?versionId=" in told[0]
    assert "quickcreate?templateURL=https%3A%2F%2F" in told[1]
    assert "param_Name=words" in told[1]
    assert "Password" not in told[1]
    written = (here.bundle / "published/root.yaml").read_text()
    assert written.count("?versionId=") == 2
    here("verify").ended(0)


def test_an_address_that_creates_the_stack_has_every_value_as_it_is(here: Ops) -> None:
    value = f"C:\\new\\table{ODD}\r\n\x1b"
    told = here("publish", "--env", "dev", "--set", f"Words={value}").ended(0).out.splitlines()
    assert parse_qs(told[1].partition("?region=")[2].partition("?")[2])["param_Words"] == [value]


def test_nothing_is_published_outside_its_folder(here: Ops, tmp_path: Path) -> None:
    path = json.dumps({"template-file-path": "published/../../root.yaml"}, indent=2)
    someone = with_files(here, tmp_path / "b", deployment=path)
    assert "leads out of published/" in someone("publish", "--env", "dev").ended(2).err
    assert not (tmp_path / "root.yaml").exists()


def test_what_was_published_for_another_bucket_is_not_replaced_unsaid(here: Ops, tmp_path: Path) -> None:
    someone = with_files(here, tmp_path / "b")
    assert "another bucket" not in someone("publish", "--env", "dev").ended(0).err
    assert "another bucket" not in someone("publish", "--env", "dev").ended(0).err
    shutil.copytree(someone.bundle / "config/dev", own := tmp_path / "own")
    text = (own / "environment.sh").read_text()
    (own / "environment.sh").write_text(text.replace("BUCKET='cfn-artifacts", "BUCKET='other"))
    told = someone("publish", "--env", "dev", "--yes", "--config", str(own)).ended(0).err
    assert "published/root.yaml named templates in another bucket" in told


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_whoever_reads_only_the_first_line_leaves_no_change_set(here: Ops, shell: tuple[str, ...]) -> None:
    before = change_sets(here)
    words = " ".join([*shell, "bin/deploy.sh", "plan", *KEEP, "--set", "Seconds=64"])
    script = f"{{ {words}; echo $? >&3; }} 2>&1 | head -n 1"
    told = subprocess.run(
        ["bash", "-c", f"exec 3>&1; ({script}) >/dev/null"],
        cwd=here.bundle,
        env=here.environment,
        capture_output=True,
        text=True,
        restore_signals=True,
    )
    assert told.stdout == "130\n"
    assert change_sets(here) == before


def test_an_answer_that_is_late_at_the_end_leaves_no_change_set(here: Ops, tmp_path: Path) -> None:
    before = change_sets(here)
    someone = answering(here, tmp_path, "describe-change-set", "Throttling", times=6)
    assert "Throttling" in someone("plan", *KEEP, "--set", "Seconds=65").ended(1).err
    assert change_sets(here) == before


def test_what_cannot_be_taken_away_is_told(here: Ops, tmp_path: Path) -> None:
    someone = answering(here, tmp_path, "describe-change-set", "Throttling")
    told = someone("plan", *KEEP, "--set", "Seconds=66").ended(1).err
    [made] = [row for row in summaries(here) if row["ExecutionStatus"] == "AVAILABLE"]
    assert f"aws cloudformation delete-change-set --change-set-name {made['ChangeSetId']}" in told
    here.aws("cloudformation", "delete-change-set", "--change-set-name", made["ChangeSetId"])


def summaries(someone: Ops) -> list[dict[str, str]]:
    return list(someone.aws("cloudformation", "list-change-sets", "--stack-name", "small")["Summaries"])


def test_a_kept_plan_of_another_configuration_is_not_shown_as_this_one(here: Ops, tmp_path: Path) -> None:
    planned = here("plan", *KEEP, "--keep", "--set", "Seconds=67").ended(0).err
    [arn] = [line.split()[-1] for line in planned.splitlines() if line.startswith("saved: change set ")]
    tags, topics = '[{"Key": "environment", "Value": "other"}]', '["arn:aws:sns:ap-northeast-1:123456789012:ops"]'
    for at, (name, files) in enumerate(
        {"tags": {"tags": tags}, "notifications": {"notifications": topics}, "rollback triggers": {}}.items()
    ):
        triggers = json.dumps([{"Arn": "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:a", "Type": "x"}])
        someone = with_files(here, tmp_path / str(at), **(files or {"rollback_triggers": triggers}))
        told = someone("deploy", "--env", "dev", "--plan", arn, "--yes").ended(2).err
        assert f"made with other {name} than this configuration's" in told
    here.aws("cloudformation", "delete-change-set", "--change-set-name", arn)
