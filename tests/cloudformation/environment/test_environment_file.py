"""What exists in params/<env>.yaml is read with its line, as it was written."""

from pathlib import Path

import pytest

from cloudformation.environment.environment_file import AssignmentError, Reading, environment_files, read_file
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


def _read(folder: Path, text: str) -> Reading:
    file = folder / "dev.yaml"
    file.write_text(text)
    return read_file(file, "dev.yaml")


def _many(tags: int) -> str:
    return f"{{{', '.join(f'k{number}: v' for number in range(tags))}}}"


_REST = 'account: "111122223333"\nstack: shop\nparameters: {A: a}\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("region: eu-west-1\n", None),
        ("region: eu-wets-1\n", "dev.yaml:4: region: AWS has no eu-wets-1; did you mean eu-west-1?"),
        (
            "region: xx-yyyyyyy-9\n",
            "dev.yaml:4: region: AWS has no xx-yyyyyyy-9; a Region that is new comes with a newer botocore",
        ),
        ("region: ''\n", "dev.yaml:4: region: '' is not a region, for example ap-northeast-1"),
        ("region: eu-west-1\nrole: ''\n", None),
        ("region: eu-west-1\nrole: arn:aws:iam::111122223333:role/x\n", None),
        (
            "region: eu-west-1\nrole: arn:aws:iam::444455556666:role/x\n",
            "dev.yaml:5: role: is of account 444455556666, the environment of 111122223333",
        ),
        ("region: eu-west-1\ntermination_protection: ''\n", None),
        (
            "region: eu-west-1\ntermination_protection: maybe\n",
            "dev.yaml:5: termination_protection: 'maybe' is not true or false",
        ),
        ("region: eu-west-1\ntags: {aws:x: a}\n", "dev.yaml:5: tag 'aws:x': its key begins with aws:"),
        ("region: eu-west-1\ntags: {x: }\n", "dev.yaml:5: x has no value; write '' for an empty one"),
        (f"region: eu-west-1\ntags: {_many(50)}\n", None),
        (
            f"region: eu-west-1\ntags: {_many(51)}\n",
            "dev.yaml:5: tags: 51 are written; AWS takes at most 50",
        ),
    ],
)
def test_each_key_is_held_to_what_aws_takes_with_its_line(tmp_path: Path, text: str, problem: str | None) -> None:
    found = [str(one) for one in _read(tmp_path, _REST + text).problems]
    assert len(found) == (problem is not None)
    assert all(one.startswith(str(problem)) for one in found)


def test_what_is_not_written_has_its_default(tmp_path: Path) -> None:
    environment = _read(tmp_path, f"{_REST}region: eu-west-1\n").environment
    assert (environment.termination_protection, environment.protect, environment.tags) == (False, (), {})
    assert (environment.role, environment.rendered, environment.service, environment.platform) == (None,) * 4
    assert (environment.overridden, environment.replaced, dict(environment.services)) == ((), (), {})
    assert (environment.place_of("stack"), environment.place_of("tags")) == (Place("dev.yaml", 2), Place("dev.yaml"))
    assert (environment.name, environment.bucket) == ("dev", "cfn-artifacts-111122223333-eu-west-1")


@pytest.mark.parametrize(
    ("written", "tree"),
    [
        ("rendered", None),
        ("./rendered/", None),
        ("''", None),
        ("../shop/rendered/", "../shop/rendered"),
        ("a/../b", "b"),
    ],
)
def test_another_tree_is_the_folder_as_it_is_compared(tmp_path: Path, written: str, tree: str | None) -> None:
    assert _read(tmp_path, f"{_REST}region: eu-west-1\nrendered: {written}\n").environment.rendered == tree


def test_a_service_lies_within_its_platform(tmp_path: Path) -> None:
    platform = _read(tmp_path, f"{_REST}region: eu-west-1\n").environment
    service = platform._replace(stack="shop-api", service="api", platform="shop")
    assert (platform.owner, platform.folder, platform.root) == ("shop", "shop", "root.yaml")
    assert (service.owner, service.folder, service.root) == ("shop", "shop/services/api", "services/api.yaml")


def test_what_the_file_says_of_an_overridden_parameter_is_kept_each_time(tmp_path: Path) -> None:
    environment = _read(tmp_path, f"{_REST}region: eu-west-1\n").environment.overriding(["A=b", "A=c", "B=d"])
    assert environment.overridden == ("A", "B")
    assert [(name, setting.text) for name, setting in environment.replaced] == [("A", "a"), ("A", "b")]
    assert {name: setting.text for name, setting in environment.parameters.items()} == {"A": "c", "B": "d"}


@pytest.mark.parametrize(
    ("assignments", "said"),
    [(["secret"], "--set: KEY"), (["A=b", "secret"], "--set number 2: KEY"), (["=b", "A=b"], "--set number 1: KEY")],
)
def test_a_slip_is_named_by_its_number_and_never_shown(tmp_path: Path, assignments: list[str], said: str) -> None:
    with pytest.raises(AssignmentError) as caught:
        _read(tmp_path, f"{_REST}region: eu-west-1\n").environment.overriding(assignments)
    assert str(caught.value) == f"{said}=VALUE is needed"


def test_nothing_is_said_of_a_value_that_nobody_asks_for(tmp_path: Path) -> None:
    reading = _read(tmp_path, _REST.replace("{A: a}", "{A: a, B: {from_environment: X}}") + "region: eu-west-1\n")
    assert (reading.unread, reading.as_written.unread) == (frozenset(), frozenset({"B"}))
    read = reading.environment.read({"X": "x"}, None)
    assert {name: setting.text for name, setting in read.parameters.items()} == {"A": "a", "B": "x"}
    assert reading._replace(environment=read).as_written.unread == frozenset()


def test_the_table_of_prices_is_no_environment(tmp_path: Path) -> None:
    for name in ("prod.yaml", "dev.yaml", "prices.yaml", "notes.txt"):
        (tmp_path / name).write_text("")
    assert [file.name for file in environment_files(tmp_path)] == ["dev.yaml", "prod.yaml"]
