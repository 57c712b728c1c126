"""What exists in params/<env>.yaml is read with its line, as it was written."""

from pathlib import Path

import pytest

from cloudformation.environment.environment_file import AssignmentError
from cloudformation.environment.findings import Place
from deployment.errors import FileProblems, UnknownEnvironment
from deployment.template.environments import read_environment
from tests.deployment.project import ENVIRONMENT


def _folder(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "params"
    folder.mkdir()
    (folder / "dev.yaml").write_text(text)
    return folder


def _problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(FileProblems) as caught:
        read_environment(_folder(tmp_path, text), "dev")
    return [str(problem) for problem in caught.value.problems]


def test_every_key_is_read(tmp_path: Path) -> None:
    text = ENVIRONMENT.replace("false", "true") + "protect: [App/Group]\nhosted_zone: example.com\n"
    environment = read_environment(_folder(tmp_path, text), "dev")
    assert (environment.account, environment.region, environment.stack) == ("111122223333", "eu-west-1", "shop-dev")
    assert environment.termination_protection is True
    assert environment.tags == {"application": "shop"}
    assert environment.protect == ("App/Group",)
    assert environment.parameters["DesiredCount"].text == "2"
    assert str(environment.parameters["DesiredCount"].place) == "params/dev.yaml:10"


def test_the_bucket_has_a_name_of_its_own_unless_one_is_given(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    assert read_environment(_folder(tmp_path, ENVIRONMENT), "dev").bucket == "cfn-artifacts-111122223333-eu-west-1"
    text = ENVIRONMENT + "artifacts_bucket: ours\n"
    assert read_environment(_folder(given, text), "dev").bucket == "ours"


def test_cloudformation_works_as_a_role_only_where_one_is_named(tmp_path: Path) -> None:
    role = "arn:aws-cn:iam::111122223333:role/path/cloudformation"
    for number, (text, read) in enumerate((("", None), (f"role: {role}\n", role))):
        (folder := tmp_path / str(number)).mkdir()
        assert read_environment(_folder(folder, ENVIRONMENT + text), "dev").role == read
    assert _problems(tmp_path, f"{ENVIRONMENT}role: admin\n") == [
        "params/dev.yaml:11: role: 'admin' is not the ARN of the IAM role that CloudFormation takes"
    ]


@pytest.mark.parametrize("written", ["0123", "true", "1.0", "1e3", "2026-01-01", "0x10", "no", "''", "a: b"])
def test_scalars_keep_the_text_that_was_written(tmp_path: Path, written: str) -> None:
    quoted = f"'{written}'" if written == "a: b" else written
    environment = read_environment(_folder(tmp_path, f"{ENVIRONMENT}  Stage: {quoted}\n"), "dev")
    assert environment.parameters["Stage"].text == ("" if written == "''" else written)


def test_a_list_is_joined_and_remembered_as_one(tmp_path: Path) -> None:
    environment = read_environment(_folder(tmp_path, f"{ENVIRONMENT}  Paths: [/a, /b]\n"), "dev")
    assert environment.parameters["Paths"].text == "/a,/b"
    assert environment.parameters["Paths"].items == ("/a", "/b")


def test_an_unknown_environment_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownEnvironment, match="known: dev"):
        read_environment(_folder(tmp_path, ENVIRONMENT), "stg")


def test_an_environment_is_a_name_and_not_a_path(tmp_path: Path) -> None:
    with pytest.raises(UnknownEnvironment):
        read_environment(_folder(tmp_path, ENVIRONMENT), "../params/dev")


def test_invalid_yaml_names_its_line(tmp_path: Path) -> None:
    assert _problems(tmp_path, "account: [1\nregion: x: y\n")[0].startswith("params/dev.yaml:2: is not valid YAML")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "")
    (folder / "dev.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileProblems, match="dev"):
        read_environment(folder, "dev")


def test_everything_wrong_is_told_at_once_in_order(tmp_path: Path) -> None:
    text = """\
acount: "111122223333"
region: Tokyo
stack: 9lives
termination_protection: maybe
termination_protection: true
tags: none
protect: App/Group
parameters:
  DomainName:
  Size: {a: 1}
"""
    assert _problems(tmp_path, text) == [
        "params/dev.yaml:1: acount is not a key of an environment file; did you mean account?",
        "params/dev.yaml:1: account is missing: the account's 12 digits, in quotes",
        "params/dev.yaml:2: region: 'Tokyo' is not a region, for example ap-northeast-1",
        "params/dev.yaml:3: stack: '9lives' is not a letter, then letters, digits and hyphens, at most 128 characters",
        "params/dev.yaml:5: termination_protection is written twice; first in line 4",
        "params/dev.yaml:6: tags: a mapping is needed",
        "params/dev.yaml:7: protect: a list is needed",
        "params/dev.yaml:9: DomainName has no value; write '' for an empty one",
        "params/dev.yaml:10: Size: one value is needed",
    ]


def test_an_empty_file_misses_everything(tmp_path: Path) -> None:
    assert "params/dev.yaml:1: params/dev.yaml: a mapping is needed" in _problems(tmp_path, "")


def test_set_overrides_one_value_and_says_so(tmp_path: Path) -> None:
    environment = read_environment(_folder(tmp_path, ENVIRONMENT), "dev").overriding(["DesiredCount=3", "Stage=a=b"])
    assert environment.parameters["DesiredCount"].text == "3"
    assert environment.parameters["DesiredCount"].place == Place("--set DesiredCount")
    assert environment.parameters["Stage"].text == "a=b"
    assert environment.overridden == ("DesiredCount", "Stage")


@pytest.mark.parametrize("assignment", ["DesiredCount", "=3"])
def test_set_needs_a_key_and_a_value(tmp_path: Path, assignment: str) -> None:
    with pytest.raises(AssignmentError, match="KEY=VALUE is needed"):
        read_environment(_folder(tmp_path, ENVIRONMENT), "dev").overriding([assignment])
