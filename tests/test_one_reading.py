"""A template's text says the same to the deployer and to the rehearsal, and what CloudFormation refuses both refuse."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from cloudformation.environment.parameter_values import declared_parameters
from cloudformation.refusals import CloudFormationError
from deployment.artifacts.packaging import Storage, package
from deployment.errors import FileProblems, NothingSent
from deployment.template.template import read_template
from rehearsal.state.s3_object import read_url
from tests.rehearsal.play import REGION, Play

_TEMPLATE = "Parameters:\n  {name}: {{Type: String, Default: {written}}}\nResources:\n  A: {{Type: AWS::SNS::Topic}}\n"
_URL = f"https://templates.s3.{REGION}.amazonaws.com/t.yaml"
_ALIASED = "Parameters:\n  P: &one {Type: String, Default: x}\n  Q: *one\nResources: {A: {Type: AWS::SNS::Topic}}\n"


def _read(folder: Path, body: str) -> dict[str, str | None]:
    """The defaults as the deployer reads them."""
    (folder / "root.yaml").write_text(body, encoding="utf-8")
    declared = declared_parameters(read_template(folder / "root.yaml"))
    return {name: parameter.default for name, parameter in declared.items()}


def _answered(body: str) -> dict[str, str | None]:
    """The defaults as CloudFormation's ValidateTemplate reports them."""
    rows = Play()("ValidateTemplate", TemplateBody=body)["Parameters"]
    return {row["ParameterKey"]: row.get("DefaultValue") for row in rows}


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [
        ("P", "2026-11-30", "2026-11-30"),  # a date to YAML 1.1
        ("P", "2026-11-30T10:00:00Z", "2026-11-30T10:00:00Z"),
        ("P", "=", "="),  # YAML 1.1's value tag
        ("P", "yes", "true"),
        ("P", "off", "false"),
        ("P", "012", "10"),
        ("P", "y", "y"),
        ("On", "x", "x"),  # keys that YAML 1.1 reads as booleans
        ("No", "x", "x"),
        ("yes", "x", "x"),
        ("off", "x", "x"),
        ("null", "x", "x"),
        ('"12"', "x", "x"),
        ("P", "012345678901", "1.2345678901E10"),
    ],
)
def test_scalars_and_keys_are_read_alike(tmp_path: Path, name: str, written: str, meant: str) -> None:
    body = _TEMPLATE.format(name=name, written=written)
    assert _read(tmp_path, body) == _answered(body) == {name.strip('"'): meant}


def test_a_number_as_a_key_is_refused_in_both_and_told_with_its_line(tmp_path: Path) -> None:
    body = _TEMPLATE.format(name="12", written="x")
    refused = "Template format error: [/Parameters] map keys must be strings; received numeric [12] instead"
    with pytest.raises(CloudFormationError) as answered:
        _answered(body)
    with pytest.raises(FileProblems) as caught:
        _read(tmp_path, body)
    assert answered.value.message == refused
    assert caught.value.findings[0].endswith(refused)


def test_json_keeps_characters_that_are_written_as_two_escapes(tmp_path: Path) -> None:
    parameters = '{"P": {"Type": "String", "Default": "\\ud83d\\ude00"}}'
    body = f'{{"Parameters": {parameters}, "Resources": {{"A": {{"Type": "AWS::SNS::Topic"}}}}}}'
    assert _read(tmp_path, body) == _answered(body) == {"P": "\N{GRINNING FACE}"}


def test_an_alias_is_refused_in_both_and_told_with_its_line(tmp_path: Path) -> None:
    refused = "Template error: YAML aliases are not allowed in CloudFormation templates"
    with pytest.raises(CloudFormationError, match=refused):
        _answered(_ALIASED)
    with pytest.raises(FileProblems) as caught:
        _read(tmp_path, _ALIASED)
    assert caught.value.findings == (f"root.yaml:3: {refused}",)


def test_a_nested_stack_under_any_name_is_found_and_replaced(tmp_path: Path) -> None:
    (tmp_path / "child.yaml").write_text("Resources: {A: {Type: AWS::SNS::Topic}}\n")
    body = 'Resources:\n  No: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "child.yaml"}}\n'
    (tmp_path / "root.yaml").write_text(body)
    root = read_template(tmp_path / "root.yaml")
    assert list(root.nested) == ["No"]
    assert root.with_urls({"No": "https://x"}) == body.replace("child.yaml", "https://x")


def test_a_template_may_have_as_many_bytes_to_both(tmp_path: Path) -> None:
    """CloudFormation names a million bytes where its page says 1 MB (aws-samples/aws-vpc-cidr-mgmt#10)."""
    body = "Resources: {A: {Type: AWS::SNS::Topic}}\n#"
    storage = Storage("artifacts", "123456789012", REGION, "aws", "amazonaws.com", "shop")
    for size, fits in ((1_000_000, True), (1_000_001, False)):
        text = body + "x" * (size - len(body))
        (tmp_path / "root.yaml").write_text(text)
        play = Play()
        play.services.objects[read_url(_URL)] = text.encode()
        with nullcontext() if fits else pytest.raises(CloudFormationError, match="exceed 1000000 bytes in size"):
            play("ValidateTemplate", TemplateURL=_URL)
        with nullcontext() if fits else pytest.raises(NothingSent, match="reads at most 1,000,000"):
            package(read_template(tmp_path / "root.yaml"), storage, lambda _: None)
