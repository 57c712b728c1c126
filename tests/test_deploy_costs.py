"""What a change costs, as each form of the review shows it: differences, only where a price is known, and no guess."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import deploy as command
from tests.deployment.listed import LISTED_APP, LISTED_NETWORK, LISTED_ROOT
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.standing import PROJECT, REGION, Standing, standing
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, str, str]]
_SCHEMA = json.loads((PROJECT / "docs/report.schema.json").read_text(encoding="utf-8"))
_NOT_IN_IT = "(eu-west-1, prices of 2026-09; without traffic, logs and discounts)"

# Round numbers, which no AWS has: what is shown can be counted by hand. 730 hours make 73 dollars of a tenth.
PRICES = """\
sources:
  list:
    title: a price list
    dated: 2026-10-02
    read: 2026-11-30
  older:
    title: another
    dated: 2026-09-01
    read: 2026-11-30
prices:
  eu-west-1:
    nat-gateway-hour: {usd: 0.1, source: older}
    interface-endpoint-zone-hour: {usd: 0.02, source: older}
    application-load-balancer-hour: {usd: 0.03, source: older}
    public-ipv4-address-hour: {usd: 0.01, source: older}
    fargate-x86-vcpu-hour: {usd: 0.4, source: older}
    fargate-x86-gb-hour: {usd: 0.2, source: older}
    db-postgres-single-az-db.t4g.micro-hour: {usd: 0.05, source: list}
"""
ROOT = """\
Parameters:
  DomainName: {Type: String}
  HostedZoneId: {Type: String}
  DesiredCount: {Type: Number, Default: 1}
  Cpu: {Type: String, Default: "256"}
  Extra: {Type: String, Default: "no"}
  Weight: {Type: Number, Default: 0}
Conditions:
  ExtraGiven: !Equals [!Ref Extra, "yes"]
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: network.yaml
      Parameters: {Extra: !Ref Extra}
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: app.yaml
      Parameters:
        SubnetIds: !GetAtt Network.Outputs.SubnetIds
        DesiredCount: !Ref DesiredCount
        Cpu: !Ref Cpu
        Weight: !Ref Weight
"""
NETWORK = """\
Parameters:
  Extra: {Type: String}
Conditions:
  ExtraGiven: !Equals [!Ref Extra, "yes"]
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  One:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}
  Two:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}
  Three:
    Type: AWS::EC2::Subnet
    Condition: ExtraGiven
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24}
  Gateway:
    Type: AWS::EC2::NatGateway
    Properties: {SubnetId: !Ref One, ConnectivityType: private}
  ExtraGateway:
    Type: AWS::EC2::NatGateway
    Condition: ExtraGiven
    Properties: {SubnetId: !Ref Two, ConnectivityType: private}
Outputs:
  SubnetIds:
    Value: !Join [",", [!Ref One, !Ref Two, !If [ExtraGiven, !Ref Three, !Ref AWS::NoValue]]]
"""
APP = """\
Parameters:
  SubnetIds: {Type: CommaDelimitedList}
  DesiredCount: {Type: Number}
  Cpu: {Type: String}
  Weight: {Type: Number}
Resources:
  Cluster:
    Type: AWS::ECS::Cluster
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: app
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      Cpu: !Ref Cpu
      Memory: "1024"
      ContainerDefinitions: [{Name: app, Image: "app:1"}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      Cluster: !Ref Cluster
      TaskDefinition: !Ref Task
      DesiredCount: !Ref DesiredCount
      CapacityProviderStrategy:
        - {CapacityProvider: FARGATE, Weight: 1}
        - {CapacityProvider: FARGATE_SPOT, Weight: !Ref Weight}
      NetworkConfiguration:
        AwsvpcConfiguration: {Subnets: !Ref SubnetIds, AssignPublicIp: ENABLED}
"""
_SERVICE = "App/Service"
_GATEWAY = "  Gateway:\n    Type: AWS::EC2::NatGateway\n"


@pytest.fixture(scope="module")
def stage() -> Iterator[Standing]:
    with standing() as here:
        yield here


@pytest.fixture
def fresh(stage: Standing, tmp_path: Path) -> Path:
    """A project that was never deployed, with prices."""
    stage.empty()
    project = write_project(
        tmp_path,
        environment=ENVIRONMENT.replace("DesiredCount: 2", "DesiredCount: 1"),
        root=ROOT,
        network=NETWORK,
        app=APP,
    )
    (project / "params/prices.yaml").write_text(PRICES)
    return project


@pytest.fixture
def play(fresh: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", *arguments], fresh, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return played


@pytest.fixture
def project(fresh: Path, play: Play) -> Path:
    """A project whose stack is deployed as its files say: one task, one gateway."""
    code, _, err = play("--yes")
    assert code == 0, err
    return fresh


def _cost(play: Play, *arguments: str) -> dict[str, Any] | None:
    code, out, err = play("--output", "json", *arguments, "plan")
    assert code == 0, err
    body = json.loads(out)
    jsonschema.Draft202012Validator(_SCHEMA).validate(body)
    cost: dict[str, Any] | None = body.get("cost")  # where nothing changes, nothing is reviewed
    return cost


def _items(cost: dict[str, Any] | None) -> dict[str, int]:
    return {item["what"]: item["count"] for item in (cost or {"items": []})["items"]}


def _unknown(cost: dict[str, Any] | None) -> dict[str, str]:
    return {gap["path"]: gap["why"] for gap in (cost or {"not_known": []})["not_known"]}


def _line(text: str) -> str:
    """The text of a screen without the breaks of its lines."""
    return " ".join(text.split())


def _write(project: Path, name: str, *pairs: tuple[str, str]) -> None:
    file = project / "rendered" / name
    text = file.read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    file.write_text(text)


def test_every_form_of_a_review_tells_what_two_gateways_cost(project: Path, play: Play, tmp_path: Path) -> None:
    second = (
        _GATEWAY.replace("Gateway:", "Second:") + "    Properties: {SubnetId: !Ref Two, ConnectivityType: private}\n"
    )
    _write(project, "network.yaml", ("  ExtraGateway:", f"{second}  ExtraGateway:"))
    told = f"about +146 $ a month: 2 x NatGateway {_NOT_IN_IT}"
    page = tmp_path / "review.html"
    code, out, _ = play("--set", "Extra=yes", "--html", str(page), "plan")
    assert code == 0
    assert f"cost: {told}" in _line(out)
    assert told in page.read_text()
    assert f"- {told.replace('$', '&#36;')}\n" in play("--set", "Extra=yes", "--output", "markdown", "plan")[1]
    cost = _cost(play, "--set", "Extra=yes")
    assert cost == {
        "region": "eu-west-1",
        "currency": "USD",
        "hours": 730,
        "prices_of": "2026-09",
        "monthly": 146.0,
        "items": [
            {"what": "NatGateway", "count": 2, "monthly": 146.0, "paths": ["Network/ExtraGateway", "Network/Second"]}
        ],
        "not_known": [],
        "at_fewest_tasks": [],
        "not_in_it": ["traffic", "logs", "discounts"],
    }


def test_a_creation_costs_what_it_adds(fresh: Path, play: Play) -> None:
    cost = _cost(play)
    # 0.1 for the gateway, a quarter of 0.4 and 0.2 for the task, 0.01 for its address: 0.41 of an hour.
    assert cost is not None
    assert cost["monthly"] == pytest.approx(0.41 * 730, abs=0.01)
    assert _items(cost) == {
        "Fargate task (0.25 vCPU, 1 GB, X86_64)": 1,
        "NatGateway": 1,
        "public IPv4 address": 1,
    }
    code, out, _ = play("plan")
    assert code == 0
    told = "about +299 $ a month: 1 x Fargate task (0.25 vCPU, 1 GB, X86_64) +219, 1 x NatGateway +73, "
    assert f"{told}1 x public IPv4 address +7 {_NOT_IN_IT}" in _line(out)


@pytest.mark.parametrize(
    ("values", "items", "monthly"),
    [
        (["DesiredCount=3"], {"Fargate task (0.25 vCPU, 1 GB, X86_64)": 2, "public IPv4 address": 2}, 0.62 * 730),
        (
            ["Cpu=512"],
            {"Fargate task (0.5 vCPU, 1 GB, X86_64)": 1, "Fargate task (0.25 vCPU, 1 GB, X86_64)": -1},
            0.1 * 730,
        ),
        (["DesiredCount=0"], {"Fargate task (0.25 vCPU, 1 GB, X86_64)": -1, "public IPv4 address": -1}, -0.31 * 730),
        (["Extra=yes"], {"NatGateway": 1}, 73),
    ],
)
def test_a_value_that_changes_costs_the_difference(
    project: Path, play: Play, values: list[str], items: dict[str, int], monthly: float
) -> None:
    cost = _cost(play, *(word for value in values for word in ("--set", value)))
    assert cost is not None
    assert _items(cost) == items
    assert cost["monthly"] == pytest.approx(monthly, abs=0.01)
    assert cost["not_known"] == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("app.yaml", "Image: app:1", "Image: app:2"),
        ("app.yaml", '"app:1"', '"app:2"'),
        ("network.yaml", "Ref One, ConnectivityType", "Ref Two, ConnectivityType"),
        ("network.yaml", "  Gateway:\n", "  OtherGateway:\n"),
    ],
    ids=["nothing", "a new revision of the task", "a gateway that is replaced", "a gateway of another name"],
)
def test_what_costs_the_same_is_not_told(project: Path, play: Play, file: str, old: str, new: str) -> None:
    if old in (project / "rendered" / file).read_text():
        _write(project, file, (old, new))
    assert _cost(play) is None
    assert "cost:" not in play("plan")[1]


def test_a_layer_that_goes_costs_less_with_all_that_is_in_it(project: Path, play: Play) -> None:
    _write(project, "root.yaml", (ROOT[ROOT.index("  App:") :], ""))
    cost = _cost(play)
    assert _items(cost) == {"Fargate task (0.25 vCPU, 1 GB, X86_64)": -1, "public IPv4 address": -1}
    code, out, _ = play("plan")
    assert code == 0
    told = "about -226 $ a month: -1 x Fargate task (0.25 vCPU, 1 GB, X86_64) -219, -1 x public IPv4 address -7"
    assert told in _line(out)


def test_what_is_kept_goes_on_being_paid_for(project: Path, play: Play) -> None:
    _write(
        project, "network.yaml", (_GATEWAY, f"{_GATEWAY}    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n")
    )
    assert play("--yes")[0] == 0
    whole = NETWORK[NETWORK.index(_GATEWAY) : NETWORK.index("  ExtraGateway:")]
    kept = whole.replace(_GATEWAY, f"{_GATEWAY}    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n")
    _write(project, "network.yaml", ("SubnetId: !Ref One, Conn", "SubnetId: !Ref Two, Conn"))
    assert _items(_cost(play)) == {"NatGateway": 1}, "a replacement beside the old one"
    _write(project, "network.yaml", (kept.replace("Ref One", "Ref Two"), ""))
    assert _cost(play) is None


def test_what_is_not_known_is_told_and_in_no_sum(project: Path, play: Play) -> None:
    cost = _cost(play, "--set", "Weight=1", "--set", "DesiredCount=4", "--set", "Extra=yes")
    assert _items(cost) == {"NatGateway": 1}
    assert _unknown(cost) == {_SERVICE: "the price of Fargate Spot varies"}
    code, out, _ = play("--set", "Weight=1", "plan")
    assert code == 0
    assert f"cost: unknown for {_SERVICE}: the price of Fargate Spot varies" in _line(out)
    assert "about" not in _line(out).partition("cost:")[2].partition("--set")[0]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("'{{resolve:ssm:/count:1}}'", "DesiredCount is not known here"),
        ("!GetAtt Number.Value", "DesiredCount is not known here"),
    ],
)
def test_a_number_that_only_the_execution_knows_is_never_priced(
    project: Path, play: Play, stage: Standing, value: str, why: str
) -> None:
    client("ssm", stage.url(), region=REGION).put_parameter(Name="/count", Value="3", Type="String", Overwrite=True)
    number = "  Number:\n    Type: AWS::SSM::Parameter\n    Properties: {Type: String, Value: '3'}\n"
    _write(project, "app.yaml", ("DesiredCount: !Ref DesiredCount", f"DesiredCount: {value}"))
    _write(project, "app.yaml", ("Resources:\n", f"Resources:\n{number}"))
    cost = _cost(play)
    assert (_items(cost), _unknown(cost)) == ({}, {_SERVICE: why})


def test_a_secret_number_is_never_priced(fresh: Path, play: Play) -> None:
    _write(
        fresh, "root.yaml", ("DesiredCount: {Type: Number, Default: 1}", "DesiredCount: {Type: Number, NoEcho: true}")
    )
    cost = _cost(play, "--set", "DesiredCount=7")
    assert _unknown(cost) == {_SERVICE: "DesiredCount is not known here"}
    assert "7" not in str(_items(cost))
    assert play("--yes", "--set", "DesiredCount=7")[0] == 0
    cost = _cost(play, "--set", "DesiredCount=9")
    assert _items(cost) == {}


def test_a_regional_gateway_and_what_has_no_price_are_not_known(project: Path, play: Play) -> None:
    more = """\
  Regional:
    Type: AWS::EC2::NatGateway
    Properties: {VpcId: !Ref Vpc, AvailabilityMode: regional}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Type: network, Subnets: [!Ref One, !Ref Two]}
  Public:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Subnets: [!Ref One, !Ref Two]}
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      ServiceName: com.amazonaws.eu-west-1.logs
      VpcEndpointType: Interface
      SubnetIds: [!Ref One, !Ref Two]
  Bucket:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.eu-west-1.s3}
"""
    _write(project, "network.yaml", ("Outputs:\n", f"{more}Outputs:\n"))
    cost = _cost(play)
    assert _items(cost) == {
        "application LoadBalancer": 1,
        "interface VPCEndpoint in a zone": 2,
        "public IPv4 address": 2,
    }
    unknown = _unknown(cost)
    assert unknown.keys() == {"Network/Regional", "Network/Balancer"}
    assert unknown["Network/Regional"].startswith("a regional NAT gateway is paid for in every zone")
    assert unknown["Network/Balancer"] == "params/prices.yaml has no price of network-load-balancer in this Region"


def test_layers_that_are_compared_here_cost_the_same(
    stage: Standing, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.empty()
    second = LISTED_APP[LISTED_APP.index("  Gateway:") :].replace("Gateway:", "Second:", 1)
    project = write_project(tmp_path, root=LISTED_ROOT, network=LISTED_NETWORK, app=LISTED_APP)
    (project / "params/prices.yaml").write_text(PRICES)

    def told(*arguments: str) -> str:
        assert command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=stage) == 0
        captured = capsys.readouterr()
        return _line(captured.out + captured.err)

    assert f"cost: about +73 $ a month: 1 x NatGateway {_NOT_IN_IT}" in told("--yes")
    (project / "rendered/app.yaml").write_text(LISTED_APP + second)
    text = told("plan")
    assert "a local comparison of templates and parameters" in text
    assert f"cost: about +73 $ a month: 1 x NatGateway {_NOT_IN_IT}" in text
    (project / "rendered/app.yaml").write_text(LISTED_APP[: LISTED_APP.index("  Gateway:")])
    assert f"cost: about -73 $ a month: -1 x NatGateway {_NOT_IN_IT}" in told("plan")


def test_a_saved_change_set_tells_it_again(project: Path, play: Play) -> None:
    code, out, err = play("--output", "json", "--set", "Extra=yes", "--keep", "plan")
    assert code == 0, err
    saved = json.loads(out)
    code, out, err = play("--output", "json", "--yes", "--change-set", saved["kept"])
    assert code == 0, err
    assert json.loads(out)["cost"] == saved["cost"]
    assert _items(saved["cost"]) == {"NatGateway": 1}


def test_a_region_without_prices_and_a_project_without_a_table_show_nothing(project: Path, play: Play) -> None:
    table = project / "params/prices.yaml"
    table.write_text(PRICES.replace("eu-west-1", "us-east-1"))
    assert _cost(play, "--set", "Extra=yes") is None
    table.unlink()
    assert _cost(play, "--set", "Extra=yes") is None
    assert "cost:" not in play("--set", "Extra=yes", "plan")[1]


def test_a_bad_table_is_refused_with_its_lines_and_nothing_is_sent(project: Path, play: Play) -> None:
    table = project / "params/prices.yaml"
    table.write_text(PRICES.replace("usd: 0.1,", "usd: free,").replace("source: list}", "source: lost}"))
    line = PRICES.splitlines().index("    nat-gateway-hour: {usd: 0.1, source: older}") + 1
    for action in (["plan"], ["--yes"]):
        code, _, err = play(*action)
        assert code == 2
        assert "error: params/prices.yaml has 2 problems" in err
        assert f"params/prices.yaml:{line}: usd: 'free' is not US dollars for an hour, as 0.062" in err
        assert "source: lost is not among the sources; did you mean list?" in err
    assert play("status")[0] == 0, "what sends nothing needs no prices"


def test_the_table_is_no_environment(
    project: Path, play: Play, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("prices", "pries"):
        assert command.main(["--env", name, "plan"], project, rehearsal=stage) == 2
        err = capsys.readouterr().err
        assert f"there is no environment named {name!r}" in err
        assert "known: dev\n" in err
    assert "is the table of prices" in play("plan", "--env", "prices")[2]


def test_a_foreign_tree_is_priced_by_its_types(project: Path, play: Play, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    (project / "rendered").rename(other)
    (project / "params/other.yaml").write_text(f"{ENVIRONMENT.replace('shop-dev', 'shop-other')}rendered: elsewhere\n")
    code, out, err = play("--output", "json", "--env", "other", "plan")
    assert code == 0, err
    assert _items(json.loads(out)["cost"])["NatGateway"] == 1
    assert _items(_cost(play, "--rendered", str(other), "--set", "Extra=yes")) == {"NatGateway": 1}
