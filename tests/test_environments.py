"""Environment files as both commands take them: what one refuses, the other refuses, with file and line, and all of it.

The project is this one's own tree; deploy.py stands before an AWS that keeps what it was asked.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import deploy
import render
from tests import own_system
from tests.deployment.fake_aws import FakeAws, fake_aws
from tests.deployment.project import FRESH, write_project

PROJECT = Path(deploy.__file__).parent
OWN = own_system.DEV
ACCOUNT, REGION = OWN.account, OWN.region
THERE = f"{ACCOUNT}/{REGION}"
HOST, ZONES = own_system.host("dev"), [OWN.parameters[f"AvailabilityZone{number}"].text for number in (1, 2)]
# One that the environments are not in.
ELSEWHERE = next(name for name in ("eu-west-1", "eu-west-2") if name != REGION)
DEV = own_system.TEXTS["dev"]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeAws]:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with fake_aws(ACCOUNT) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """This project's environments and templates; its render.py has nothing to say against them."""
    (folder := tmp_path / "project").mkdir()
    shutil.copytree(PROJECT / "rendered", folder / "rendered")
    own_system.write_params(folder)
    (folder / "render.py").write_text(FRESH, encoding="utf-8")
    return folder


def write(project: Path, name: str, text: str) -> None:
    (project / f"params/{name}.yaml").write_text(text, encoding="utf-8")


def line_of(text: str, start: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.strip().startswith(start))


def dev_at(start: str) -> str:
    return f"params/dev.yaml:{line_of(DEV, start)}"


def rendered(project: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What render.py --check says; its exit code stands first."""
    code = render.main(["--check"], project)
    err = capsys.readouterr().err.replace(f"{project}/", "")
    return [str(code), *err.splitlines()]


def deployed(project: Path, name: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """What deploy.py says; its exit code stands first."""
    code = deploy.main(["--env", name, *arguments], project)
    return [str(code), *(line.strip() for line in capsys.readouterr().err.splitlines())]


def refused_by_both(project: Path, name: str, capsys: pytest.CaptureFixture[str], aws: FakeAws, *told: str) -> None:
    for said in (rendered(project, capsys), deployed(project, name, capsys)):
        assert said[0] == "2", said
        assert [line for line in told if line not in said] == [], said
    assert aws.asked == []


_ZONE1, _VALUES, _TAG = "AvailabilityZone1:", "parameters:", "environment: dev"
_NO_ZONE = f"is no Availability Zone of {REGION}"
_ONE_TEXT = "a key is one text, not a list or a mapping"
_WHOLE = "Parameter 'DesiredCount' must be a whole number: AWS::ECS::Service DesiredCount is an integer"
# What is written in place of a line of dev.yaml -> what is said of it.
WRONG = [
    ("region:", "region: ap-northest-1", "region: AWS has no ap-northest-1; did you mean ap-northeast-1?"),
    ("region:", "region: aws-global", "region: 'aws-global' is not a region, for example ap-northeast-1"),
    (_ZONE1, f"  {_ZONE1} us-west-2a", f"AvailabilityZone1 {_NO_ZONE}: 'us-west-2a'"),
    (_ZONE1, f"  {_ZONE1} {REGION}2a", f"AvailabilityZone1 {_NO_ZONE}: '{REGION}2a'"),
    (_VALUES, f"{_VALUES}\n  DesiredCount: 1_000", "Parameter 'DesiredCount' must be a number."),
    (_VALUES, f"{_VALUES}\n  DesiredCount: 2.5", f"{_WHOLE}; it is '2.5'"),
    (_VALUES, f"{_VALUES}\n  DesiredCount: 2e0", f"{_WHOLE}; it is '2e0'"),
    (_VALUES, f"{_VALUES}\n  DesiredCount: 2\n  DesiredCount: 3", "DesiredCount is written twice; first in line "),
    (_VALUES, f"{_VALUES}\n  ? [DesiredCount, 3]\n  : 1", f"parameters: {_ONE_TEXT}"),
    ("protect:", "? {a: b}\n: c\nprotect: []", _ONE_TEXT),
    ("protect:", "protct: []", "protct is not a key of an environment file; did you mean protect?"),
    ("protect:", "protect: Ecs/Service", "protect: a list is needed"),
    ("termination_protection:", "termination_protection: maybe", "'maybe' is not true or false"),
    ("stack:", "stack: 9lives", "stack: '9lives' is not a letter, then letters, digits and hyphens, at most 128"),
    (_TAG, "  environment: ''", "tag 'environment': its value is empty; AWS takes at least one character"),
    (_TAG, "  AWS:environment: dev", "tag 'AWS:environment': its key begins with aws:, which AWS keeps for itself"),
    (_TAG, "  environment: aws:x", "tag 'environment': its value begins with aws:, which AWS keeps for itself"),
    (_TAG, "  environment: a!", "tag 'environment': its value holds '!'; AWS takes letters, digits, spaces and _ . :"),
    (_TAG, f"  environment: {'x' * 257}", "its value has 257 characters; AWS takes at most 256"),
    (_TAG, f"  {'k' * 129}: dev", "its key has 129 characters; AWS takes at most 128"),
    ("tags:", "tags:\n" + "\n".join(f"  t{n}: x" for n in range(49)), "tags: 51 are written; AWS takes at most 50"),
    ("role:", "role: arn:aws:iam::999988887777:role/x", f"is of account 999988887777, the environment of {ACCOUNT}"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("start", "line", "said"), WRONG)
def test_what_aws_would_refuse_is_refused_by_both_before_anything_is_sent(
    project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws, start: str, line: str, said: str
) -> None:
    lines = DEV.splitlines()
    place = next((number for number, text in enumerate(lines) if text.strip(" #").startswith(start)), None)
    assert place is not None
    lines[place] = line
    write(project, "dev", "\n".join(lines) + "\n")
    for output in (rendered(project, capsys), deployed(project, "dev", capsys)):
        assert output[0] == "2", output
        told = [text for text in output if said in text]
        assert told, output
        assert told[0].startswith("params/dev.yaml:")
        shown = int(told[0].split(":")[1])
        assert place + 1 <= shown <= place + 1 + line.count("\n")
    assert aws.asked == []


def test_a_local_zone_and_a_wavelength_zone_are_of_their_region(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = DEV.replace(f"{REGION}\n", "us-west-2\n").replace(ZONES[0], "us-west-2-lax-1a")
    write(project, "dev", text.replace(ZONES[1], "us-west-2-wl1-las-wlz-1"))
    assert not [line for line in rendered(project, capsys) if "Availability Zone" in line]


def test_everything_wrong_is_told_at_once(project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws) -> None:
    text = DEV.replace("protect: []", "protct: []").replace("environment: dev", "environment: ''")
    text = text.replace(ZONES[1], f"{ELSEWHERE}c") + "  DesiredCount: 2.5\n  DomainNam: x\n"
    write(project, "dev", text)
    last = len(text.splitlines())
    refused_by_both(
        *(project, "dev", capsys, aws),
        f"params/dev.yaml:{line_of(text, 'environment')}: tag 'environment': its value is empty; "
        "AWS takes at least one character",
        f"params/dev.yaml:{line_of(text, 'protct')}: protct is not a key of an environment file; did you mean protect?",
        f"params/dev.yaml:{line_of(text, 'AvailabilityZone2')}: AvailabilityZone2 is no Availability Zone of "
        f"{REGION}: '{ELSEWHERE}c'",
        f"params/dev.yaml:{last - 1}: Parameter 'DesiredCount' must be a whole number: AWS::ECS::Service DesiredCount "
        "is an integer; it is '2.5'",
        f"params/dev.yaml:{last}: parameter DomainNam does not exist in the template; did you mean DomainName?",
    )


def test_a_copied_file_that_names_the_same_stack_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws
) -> None:
    write(project, "staging", DEV)
    told = (
        f"stack {OWN.stack} of {THERE} is that of dev already ({dev_at('stack:')}): "
        "each would be deployed over the other"
    )
    refused_by_both(project, "staging", capsys, aws, f"params/staging.yaml:{line_of(DEV, 'stack:')}: {told}")
    # The one that was there before is not deployed either: which of the two the stack is, only a person knows.
    assert deployed(project, "dev", capsys)[0] == "2"


def staging(**values: str) -> str:
    """dev.yaml with another stack, and no value in common with it but what is left out."""
    text = DEV.replace(f"stack: {OWN.stack}", "stack: a-staging")
    given = {"DomainName": "staging.example.com", "VpcCidr": "10.7.0.0/16"}
    given |= {"PublicSubnet1Cidr": "10.7.1.0/24", "PublicSubnet2Cidr": "10.7.2.0/24", "AppName": "a-staging"}
    text = text.replace(f"  DomainName: {HOST}\n", "")
    return text + "".join(f"  {name}: {value}\n" for name, value in (given | values).items() if value)


def test_an_environment_beside_another_is_taken_where_nothing_is_shared(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "staging", staging())
    assert not [line for line in rendered(project, capsys) if "staging" in line and ".yaml:" in line]


def test_two_clusters_of_one_name_are_refused(project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws) -> None:
    text = staging(AppName="")  # the default is dev's name
    write(project, "staging", text)
    told = (
        f"AppName: Ecs/Cluster (AWS::ECS::Cluster) would be {own_system.APP_NAME}, as in dev "
        f"({dev_at('parameters:')}); AWS has only one of that name"
    )
    refused_by_both(project, "staging", capsys, aws, f"params/staging.yaml:{line_of(text, 'parameters:')}: {told}")


def test_two_records_of_one_name_are_refused_in_whatever_region(
    project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws
) -> None:
    text = staging(DomainName=HOST.upper()).replace(REGION, ELSEWHERE)
    write(project, "staging", text)
    told = (
        f"params/staging.yaml:{line_of(text, 'DomainName')}: DomainName: Alb/AliasA (AWS::Route53::RecordSet) would be "
        f"{HOST.upper()}, {OWN.parameters['HostedZoneId'].text}, A, as in dev ({dev_at('DomainName')}); "
        "AWS has only one of that name"
    )
    refused_by_both(project, "staging", capsys, aws, told)


def test_clusters_of_one_name_in_two_regions_or_accounts_are_no_clash(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = staging(AppName="").replace(REGION, ELSEWHERE)
    for text in (elsewhere, staging(AppName="").replace(ACCOUNT, "999988887777")):
        write(project, "staging", text)
        assert not [line for line in rendered(project, capsys) if "Cluster" in line]


@pytest.mark.slow
def test_ranges_that_overlap_are_warned_of_and_taken(
    project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws
) -> None:
    text = staging(VpcCidr="10.0.0.0/17", PublicSubnet1Cidr="10.0.1.0/24", PublicSubnet2Cidr="10.0.2.0/24")
    write(project, "staging", text)
    told = (
        f"warning: params/staging.yaml:{line_of(text, 'VpcCidr')}: VpcCidr (10.0.0.0/17) overlaps that of dev "
        f"({dev_at('parameters:')}), 10.0.0.0/16: the two can never be peered"
    )
    assert told in rendered(project, capsys)
    assert told in deployed(project, "staging", capsys, "plan")
    assert "GetCallerIdentity" in aws.asked


SHOP = f'account: "{ACCOUNT}"\nregion: {REGION}\nstack: shop\nrendered: ../shop/rendered\nparameters:\n'


@pytest.fixture
def shop(project: Path) -> Path:
    """Another tree beside the project, with an environment file among the project's."""
    (folder := project.parent / "shop").mkdir()
    write_project(folder)
    values = "  DomainName: dev.example.com\n  HostedZoneId: Z0123456789\n  DesiredCount: 2\n"
    write(project, "shop", SHOP + values)
    return folder


def test_a_file_for_another_tree_breaks_neither_command_for_the_others(
    project: Path, shop: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws
) -> None:
    assert [line for line in rendered(project, capsys) if "params/shop.yaml:" in line] == []
    assert render.main([], project) == 0
    assert not (project / "rendered/params/shop.json").exists()
    capsys.readouterr()
    deployed(project, "dev", capsys, "plan")
    assert "GetCallerIdentity" in aws.asked


def test_a_file_for_another_tree_is_deployed_from_there(
    project: Path, shop: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws
) -> None:
    deployed(project, "shop", capsys, "plan")
    assert "GetCallerIdentity" in aws.asked
    write(project, "shop", f"{SHOP}  DomainName: dev.example.com\n  DesiredCuont: 2\n")
    said = deployed(project, "shop", capsys, "plan")
    assert said[0] == "2"
    assert (
        "params/shop.yaml:7: parameter DesiredCuont does not exist in the template; did you mean DesiredCount?" in said
    )
    (shop / "rendered/root.yaml").unlink()
    assert [line for line in deployed(project, "shop", capsys) if line.startswith("rendered/root.yaml: cannot be read")]


def test_a_file_for_another_tree_is_not_compared_with_a_ref_of_this_one(
    project: Path, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = deployed(project, "shop", capsys, "--rehearse", "--from", "main", "plan")
    assert said[0] == "2"
    assert any("params/shop.yaml:4: shop belongs to ../shop/rendered" in line for line in said)


def test_a_stack_that_another_tree_s_environment_names_too_is_refused(
    project: Path, shop: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws
) -> None:
    text = (project / "params/shop.yaml").read_text(encoding="utf-8")
    write(project, "shop", text.replace("stack: shop", f"stack: {OWN.stack}"))
    told = f"stack {OWN.stack} of {THERE} is that of dev already ({dev_at('stack:')})"
    refused_by_both(project, "shop", capsys, aws, f"params/shop.yaml:3: {told}: each would be deployed over the other")


def test_every_finding_of_every_file_is_told_by_a_deployment_of_any(
    project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws
) -> None:
    shutil.copy(PROJECT / "render.py", project / "render.py")
    (project / "templates").symlink_to(PROJECT / "templates")
    (project / "cloudformation").symlink_to(PROJECT / "cloudformation")
    broken = staging() + "".join(f"  Unknown{number}: x\n" for number in range(6))
    write(project, "staging", broken)
    said = deployed(project, "dev", capsys)
    assert said[0] == "2"
    assert [line for line in said if line.startswith("params/staging.yaml:")] == [
        f"params/staging.yaml:{len(broken.splitlines()) - 5 + number}: parameter Unknown{number} does not exist in the "
        "template"
        for number in range(6)
    ]
    assert aws.asked == []


def test_what_could_not_be_read_of_another_file_is_said(
    project: Path, shop: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws
) -> None:
    write(project, "odd", "account: [\n")
    told = "names no account, Region and stack that could be compared with this environment's"
    assert f"warning: params/odd.yaml: {told}" in deployed(project, "shop", capsys, "plan")


def test_a_value_that_could_not_be_read_is_told_once(
    project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws
) -> None:
    write(project, "dev", DEV.replace(f"DomainName: {HOST}", "DomainName:"))
    for said in (rendered(project, capsys), deployed(project, "dev", capsys)):
        assert [line for line in said if f"{dev_at('DomainName')}:" in line] == [
            f"{dev_at('DomainName')}: DomainName has no value; write '' for an empty one"
        ]


def test_what_comes_from_elsewhere_is_no_finding_of_the_check_and_is_needed_by_what_sends_it(
    project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NUMBER", raising=False)
    count = f"{dev_at(_VALUES).partition(':')[0]}:{line_of(DEV, _VALUES) + 1}"
    write(project, "dev", DEV.replace(_VALUES, f"{_VALUES}\n  DesiredCount: {{from_environment: NUMBER}}"))
    assert [line for line in rendered(project, capsys) if line.startswith("params/")] == []
    said = deployed(project, "dev", capsys, "plan")
    assert said[0] == "2"
    assert f"{count}: DesiredCount must have a value: environment variable NUMBER is not set" in said
    monkeypatch.setenv("NUMBER", "2.5")
    said = deployed(project, "dev", capsys, "plan")
    assert said[0] == "2"
    assert f"{count}: {_WHOLE}; it is '2.5'" in said
    assert aws.asked == []


def test_a_value_that_another_environment_has_from_elsewhere_is_compared_with_nothing(
    project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws
) -> None:
    domain = next(line for line in DEV.splitlines() if line.strip().startswith("DomainName:"))
    twin = DEV.replace(f"stack: {OWN.stack}", "stack: a-twin")
    write(project, "twin", twin)
    assert [line for line in rendered(project, capsys) if "as in dev" in line and "RecordSet" in line]
    write(project, "twin", twin.replace(domain, "  DomainName: {from_environment: DOMAIN}"))
    assert not [line for line in rendered(project, capsys) if "as in dev" in line and "RecordSet" in line]
    assert not [line for line in deployed(project, "dev", capsys, "plan") if "as in twin" in line and "Record" in line]


def test_only_a_no_echo_value_is_kept_by_both(project: Path, capsys: pytest.CaptureFixture[str], aws: FakeAws) -> None:
    write(project, "dev", DEV.replace(_VALUES, f"{_VALUES}\n  DesiredCount: {{keep: true}}"))
    told = "DesiredCount cannot be kept: only a NoEcho parameter can; write its value"
    refused_by_both(project, "dev", capsys, aws, f"params/dev.yaml:{line_of(DEV, _VALUES) + 1}: {told}")
