"""What becomes of a template that is played from its first change set to its deletion."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.corpus.folder import samples
from bench.corpus.life import Class, Outcome, life

REGION = "us-east-1"
TOPIC = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {%s}}}"


def played(folder: Path, text: str, **beside: str) -> Outcome:
    for name, other in beside.items():
        folder.joinpath(f"{name}.txt").write_text(other)
    folder.joinpath("a.yaml").write_text(text)
    sample = next(sample for sample in samples(folder, REGION) if sample.path.name == "a.yaml")
    return life(sample, folder, 1, REGION)


@pytest.mark.parametrize(
    ("text", "kind", "step"),
    [
        (TOPIC % "DisplayName: d", Class.PLAYED, ""),
        (TOPIC % "DisplayNam: d", Class.REFUSED, "create"),
        (TOPIC % "DisplayName: !Ref No", Class.REFUSED, "create"),
        ("Transform: Macro\n" + TOPIC % "DisplayName: d", Class.NOT_SIMULATED, "create"),
        (
            "Resources: {N: {Type: AWS::CloudFormation::Stack, "
            "Properties: {TemplateURL: https://elsewhere.s3.amazonaws.com/a/b.yaml}}}",
            Class.ELSEWHERE,
            "create",
        ),
        (
            "Resources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}, "
            "RoleName: !Join ['', ['a b', !Ref AWS::Region]]}}}",
            Class.ROLLED_BACK,
            "create",
        ),
    ],
)
def test_each_class_is_told_with_the_step_that_decided_it(tmp_path: Path, text: str, kind: Class, step: str) -> None:
    outcome = played(tmp_path, text)
    assert (outcome.kind, outcome.step) == (kind, step), outcome.reason


def test_a_template_by_a_local_path_is_played_with_the_file_beside_it(tmp_path: Path) -> None:
    child = "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./child.txt}}}"
    assert played(tmp_path, child, child=TOPIC % "DisplayName: d").kind is Class.PLAYED


def test_a_template_by_url_is_found_in_the_folder_by_the_end_of_its_key(tmp_path: Path) -> None:
    url = "https://their-bucket.s3.amazonaws.com/quickstart/child.txt"
    root = f"Resources: {{N: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {url}}}}}}}"
    assert played(tmp_path, root, child=TOPIC % "DisplayName: d").kind is Class.PLAYED


def test_what_a_template_imports_is_exported_by_somebody_before(tmp_path: Path) -> None:
    text = TOPIC % "DisplayName: !ImportValue their-name, TopicName: !ImportValue other-name"
    assert played(tmp_path, text).kind is Class.PLAYED


def test_a_snapshot_of_the_cdk_is_played_in_a_region_and_an_account(tmp_path: Path) -> None:
    text = "Resources: {S: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1, CidrBlock: 10.0.0.0/24, "
    text += "AvailabilityZone: test-region-1a}}}"
    assert played(tmp_path, text).kind is Class.PLAYED


def test_what_was_made_twice_of_one_name_is_a_replacement_that_aws_refuses_too(tmp_path: Path) -> None:
    text = (
        "Parameters: {Fifo: {Type: String, Default: '1', AllowedValues: ['1', '2']}}\n"
        "Resources: {R: {Type: AWS::IAM::Role, Properties: {RoleName: r, Path: !Sub '/${Fifo}/', "
        "AssumeRolePolicyDocument: {}}}}"
    )
    outcome = played(tmp_path, text)
    assert (outcome.kind, outcome.step) == (Class.NAMED, "parameter"), outcome.reason


@pytest.mark.parametrize("installed", ["@o/a", "@o-a@1.2.3"])
def test_a_module_that_npm_would_install_is_found_among_the_packages_and_its_own_modules_too(
    tmp_path: Path, installed: str
) -> None:
    nested = "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./node_modules/@o/%s/m.txt}}}"
    for package, text in ((installed, nested % "b"), (f"{installed}/node_modules/@o/b", TOPIC % "DisplayName: d")):
        (tmp_path / package).mkdir(parents=True)
        (tmp_path / package / "m.txt").write_text(text)
    assert played(tmp_path, nested % "a").kind is Class.PLAYED


def test_what_is_in_node_modules_is_no_sample_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "b.yaml").write_text(TOPIC % "DisplayName: d")
    assert list(samples(tmp_path, REGION)) == []


@pytest.mark.parametrize(
    "properties",
    [
        "Type: AWS::Lambda::Function, Properties: {Code: ./src/, Handler: i.h, Runtime: python3.13, Role: %s}",
        "Type: AWS::Lambda::LayerVersion, Properties: {Content: layer.zip}",
    ],
)
def test_code_by_a_local_path_is_played_as_an_object(tmp_path: Path, properties: str) -> None:
    resource = properties.replace("%s", "'arn:aws:iam::123456789012:role/r'")
    assert played(tmp_path, f"Resources: {{F: {{{resource}}}}}").kind is Class.PLAYED


def test_what_another_parameter_imports_is_exported_too(tmp_path: Path) -> None:
    text = "Parameters: {Name: {Type: String}}\n" + TOPIC % "DisplayName: !ImportValue {'Fn::Sub': '${Name}-out'}"
    assert played(tmp_path, text).kind is Class.PLAYED


def test_a_failure_within_a_nested_stack_is_told_with_its_own_reason(tmp_path: Path) -> None:
    child = "Resources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}, "
    child += "RoleName: !Join ['', ['a b', !Ref AWS::Region]]}}}"
    root = "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./child.txt}}}"
    outcome = played(tmp_path, root, child=child)
    assert outcome.kind is Class.ROLLED_BACK
    assert "N (AWS::CloudFormation::Stack): R (AWS::IAM::Role): " in outcome.reason


def test_an_export_that_another_nested_stack_imports_is_refused_as_on_aws(tmp_path: Path) -> None:
    giving = "Parameters: {Of: {Type: String}}\nResources: {T: {Type: AWS::SNS::Topic}}\n"
    giving += "Outputs: {O: {Value: !Ref Of, Export: {Name: shared}}}"
    taking = TOPIC % "DisplayName: !ImportValue shared"
    stack = "Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./%s.txt"
    root = "Parameters: {Of: {Type: String}}\nResources: {G: {" + stack % "giving" + ", Parameters: {Of: !Ref Of}}}, "
    root += "T: {DependsOn: G, " + stack % "taking" + "}}}"
    outcome = played(tmp_path, root, giving=giving, taking=taking)
    assert (outcome.kind, outcome.step) == (Class.IN_USE, "parameter"), outcome.reason
