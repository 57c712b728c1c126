"""A second SDK, AWS's for JavaScript, drives the rehearsal: what it parses, throws and waits for is CloudFormation's.

The story is tests/second_sdk/story.mjs; here stands what it has to come to. `make check` installs the SDK where npm is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from rehearsal.control.child import RehearsalProcess

PROJECT = Path(__file__).parent.parent
FOLDER = PROJECT / "tests" / "second_sdk"
SMALL_PAGES = """\
api:
  - {operation: DescribeStackEvents, fault: "pages:3"}
  - {operation: DescribeChangeSet, fault: "pages:1"}
"""
TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:second-topic"


INSTALLED = "tests/second_sdk/node_modules/.package-lock.json"  # npm writes it last


def need_sdk(npm: str | None, installed: Path, environment: Mapping[str, str]) -> None:
    """Skip where there is no npm; where it has failed to install the SDK, skip too, but fail in CI."""
    if npm is None:
        pytest.skip("npm is not on this machine: install Node.js 20 or newer, and run make check")
    if not installed.is_file():
        text = f"npm has not installed the SDK, there is no {installed}: see what make check says of it"
        if environment.get("CI"):
            pytest.fail(text)
        pytest.skip(text)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the SDK made of a stack's whole life."""
    need_sdk(shutil.which("npm"), PROJECT / INSTALLED, os.environ)
    scenario = tmp_path_factory.mktemp("second") / "scenario.yaml"
    scenario.write_text(SMALL_PAGES, encoding="utf-8")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "NODE_"))}
    with RehearsalProcess(PROJECT, ["--scenario", str(scenario)]) as rehearsal:
        done = subprocess.run(
            ["node", str(FOLDER / "story.mjs"), rehearsal.url()],
            env=own | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull},
            capture_output=True,
            text=True,
            timeout=100,
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_a_creation_is_reviewed_page_by_page_with_its_property_values(told: Any) -> None:
    first = told["first"]
    assert re.fullmatch(
        r"arn:aws:cloudformation:ap-northeast-1:123456789012:changeSet/first/[0-9a-f-]{36}", first["id"]
    )
    assert (first["status"], first["created"], first["nested"]) == ("CREATE_COMPLETE", True, False)
    assert first["tags"] == [{"Key": "owner", "Value": "ops & co"}]
    assert first["pages"] == 2
    rows = {row["LogicalResourceId"]: row for row in first["rows"]}
    assert {row["Action"] for row in rows.values()} == {"Add"}
    assert json.loads(rows["Topic"]["AfterContext"]) == {
        "Properties": {"DisplayName": "one", "TopicName": "second-topic"}
    }
    assert json.loads(rows["Value"]["AfterContext"])["Properties"]["Value"] == "{{changeSet:KNOWN_AFTER_APPLY}}"


@pytest.mark.slow
def test_an_update_is_reviewed_with_what_was_and_what_will_be(told: Any) -> None:
    (row,) = told["second"]["rows"]
    assert (row["Action"], row["Replacement"], row["PhysicalResourceId"]) == ("Modify", "False", TOPIC)
    (detail,) = row["Details"]
    assert (detail["Target"]["Path"], detail["Target"]["BeforeValue"], detail["Target"]["AfterValue"]) == (
        "/Properties/DisplayName",
        "one",
        "two",
    )


@pytest.mark.slow
def test_waiters_come_to_their_end_and_the_stack_is_typed(told: Any) -> None:
    stack = told["stack"]
    assert (stack["status"], stack["updated"], stack["protected"]) == ("UPDATE_COMPLETE", True, False)
    assert stack["outputs"] == [
        {"OutputKey": "Arn", "OutputValue": TOPIC, "Description": 'Tom & "Jerry" <> 日本'},
    ]
    assert stack["parameters"] == [{"ParameterKey": "Show", "ParameterValue": "x"}]
    assert stack["notified"] == []


@pytest.mark.slow
def test_events_come_whole_over_many_pages(told: Any) -> None:
    events = told["events"]
    assert len(events["rows"]) == events["ids"] == 14
    assert events["pages"] == 5
    assert events["rows"][:2] == [["second", "REVIEW_IN_PROGRESS"], ["second", "CREATE_IN_PROGRESS"]]
    assert events["rows"][-5:] == [
        ["second", "UPDATE_IN_PROGRESS"],
        ["Topic", "UPDATE_IN_PROGRESS"],
        ["Topic", "UPDATE_COMPLETE"],
        ["second", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"],
        ["second", "UPDATE_COMPLETE"],
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("refusal", "name", "message", "status"),
    [
        ("exists", "AlreadyExistsException", "Stack [second] already exists", 400),
        ("gone", "ChangeSetNotFoundException", "ChangeSet [none] does not exist", 404),
        ("capabilities", "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]", 400),
    ],
)
def test_a_refusal_is_thrown_as_the_class_of_its_code(
    told: Any, refusal: str, name: str, message: str, status: int
) -> None:
    error = told["refusals"][refusal]
    assert (error["name"], error["message"], error["status"]) == (name, message, status)
    assert error["classes"] == [name, "CloudFormationServiceException"]
    assert (error["requestId"], error["fault"]) == ("string", "client")


@pytest.mark.slow
def test_a_refusal_without_a_class_keeps_its_code(told: Any) -> None:
    error = told["refusals"]["invalid"]
    assert error["classes"] == ["CloudFormationServiceException"]
    assert (error["name"], error["message"]) == ("ValidationError", "Stack with id nowhere does not exist")


@pytest.mark.slow
def test_a_deleted_stack_is_told_by_its_arn_alone(told: Any) -> None:
    assert told["deleted"] == {"status": "DELETE_COMPLETE", "at": True}
    assert told["left"] == 0


def test_without_npm_the_story_is_skipped_with_the_reason_in_ci_too(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="npm is not on this machine"):
        need_sdk(None, tmp_path / "none", {"CI": "true"})


def test_an_sdk_that_npm_did_not_install_is_skipped_at_home_and_fails_in_ci(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="npm has not installed the SDK"):
        need_sdk("/usr/bin/npm", tmp_path / "none", {"CI": ""})
    with pytest.raises(pytest.fail.Exception, match="npm has not installed the SDK"):
        need_sdk("/usr/bin/npm", tmp_path / "none", {"CI": "true"})
    (tmp_path / "there").touch()
    need_sdk("/usr/bin/npm", tmp_path / "there", {"CI": "true"})


@pytest.mark.parametrize(
    ("npm", "said"),
    [
        (None, "npm is not installed; the second SDK is not tested\n"),
        ("exit 1", "npm cannot install the second SDK; it is not tested\n"),
        ('echo "npm $*"', ""),
    ],
)
def test_make_installs_the_sdk_where_npm_is_and_never_fails_for_it(npm: str | None, said: str, tmp_path: Path) -> None:
    shutil.copy(PROJECT / "Makefile", tmp_path)
    (tmp_path / "tests/second_sdk").mkdir(parents=True)
    (tmp_path / "tests/second_sdk/package-lock.json").touch()
    (tmp_path / "bin").mkdir()
    if npm is not None:
        program = tmp_path / "bin/npm"
        program.write_text(f"#!/bin/sh\n{npm}\n", encoding="utf-8")
        program.chmod(0o755)
    make = shutil.which("make")
    assert make is not None
    done = subprocess.run(
        [make, "--no-print-directory", INSTALLED],
        cwd=tmp_path,
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, said)
    assert done.stdout == ("" if said else "npm ci --prefix tests/second_sdk\n")


def test_the_lock_file_pins_every_package_by_its_content_and_no_address() -> None:
    text = (FOLDER / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    own = packages.pop("")
    assert own["dependencies"] == json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert "://" not in text
