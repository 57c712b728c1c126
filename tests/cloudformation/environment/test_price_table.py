"""The table of prices: read with the line of everything that is wrong, and no price without a source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cloudformation.environment.environment_file import PRICES_FILE, environment_files
from cloudformation.environment.price_table import NO_PRICES, Price, read_prices

PROJECT = Path(__file__).resolve().parents[3]
TABLE = """\
sources:
  list:
    title: a price list
    page: https://aws.amazon.com/vpc/pricing/
    dated: 2026-10-02
    read: 2026-11-30
prices:
  eu-west-1:
    nat-gateway-hour: {usd: 0.048, source: list}
    db-postgres-multi-az-db.t4g.micro-hour: {usd: "0.05", source: list}
"""


def problems(folder: Path, text: str) -> list[str]:
    (folder / "params").mkdir(exist_ok=True)
    (folder / "params/prices.yaml").write_text(text)
    return [str(problem) for problem in read_prices(folder / "params").problems]


def test_a_table_in_order_has_prices_by_region(tmp_path: Path) -> None:
    assert problems(tmp_path, TABLE) == []
    table = read_prices(tmp_path / "params")
    assert table.of("eu-west-1")["nat-gateway-hour"] == Price("0.048", date(2026, 10, 2), "list")
    assert table.of("eu-west-1")["nat-gateway-hour"].usd == Decimal("0.048")
    assert table.of("eu-west-1").keys() == {"nat-gateway-hour", "db-postgres-multi-az-db.t4g.micro-hour"}
    assert table.of("us-east-1") == {}


def test_no_table_has_no_prices(tmp_path: Path) -> None:
    assert read_prices(tmp_path) == NO_PRICES


_PRICE = "nat-gateway-hour"
_NO_PRICE = "is not US dollars for an hour, as 0.062"
_TWICE = f"    {_PRICE}: {{usd: 1, source: list}}\n    {_PRICE}:"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("usd: 0.048", "usd: free", f"9: usd: 'free' {_NO_PRICE}"),
        ("usd: 0.048", "usd: 0", f"9: usd: '0' {_NO_PRICE}"),
        ("usd: 0.048", "usd: -1", f"9: usd: '-1' {_NO_PRICE}"),
        ("usd: 0.048", "usd: 4e9", f"9: usd: '4e9' {_NO_PRICE}"),
        ("0.048, source: list", "0.048", f"9: {_PRICE}: source is missing: no source, no price"),
        ("usd: 0.048, source", "source", f"9: {_PRICE}: usd is missing: no source, no price"),
        ("0.048, source: list", "0.048, source: lst", "9: source: lst is not among the sources; did you mean list?"),
        (_PRICE, "nat-gatway-hour", f"9: nat-gatway-hour is nothing that is priced here; did you mean {_PRICE}?"),
        ("eu-west-1", "eu-west-9", "8: 'eu-west-9' is not a Region; did you mean eu-west-"),
        ("title: a price list", "titel: x", "3: titel is not a key of a source; did you mean title?"),
        ("dated: 2026-10-02", "dated: autumn", "5: dated: 'autumn' is not a day, as 2026-11-30"),
        ("read: 2026-11-30", "read: 2026-11-31", "6: read: '2026-11-31' is not a day, as 2026-11-30"),
        ("    read: 2026-11-30\n", "", "2: list: read is missing: a price needs a source that was read"),
        ("prices:", "price:", "7: price is not a key of the table of prices; did you mean prices?"),
        ("{usd: 0.048", "[usd: 0.048", "9: is not valid YAML"),
        (f"    {_PRICE}:", _TWICE, f"10: {_PRICE} is written twice; first in line 9"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in TABLE
    said = problems(tmp_path, TABLE.replace(old, new, 1))
    assert [text for text in said if text.startswith(f"params/prices.yaml:{told}")], said


def test_a_price_that_is_wrong_is_none(tmp_path: Path) -> None:
    problems(tmp_path, TABLE.replace("usd: 0.048, source: list", "usd: 0.048, source: lost"))
    assert "nat-gateway-hour" not in read_prices(tmp_path / "params").of("eu-west-1")


def test_the_table_is_no_environment_file() -> None:
    names = {file.name for file in (PROJECT / "params").glob("*.yaml")}
    assert {file.name for file in environment_files(PROJECT / "params")} == names - {PRICES_FILE}
    assert PRICES_FILE in names


def test_the_project_s_own_table_is_in_order_and_prices_what_its_system_pays_by_the_hour() -> None:
    table = read_prices(PROJECT / "params")
    assert table.problems == ()
    own = {"nat-gateway-hour", "interface-endpoint-zone-hour", "application-load-balancer-hour"}
    own |= {"public-ipv4-address-hour", "fargate-x86-vcpu-hour", "fargate-x86-gb-hour"}
    own |= {"fargate-arm-vcpu-hour", "fargate-arm-gb-hour"}
    assert all(own <= table.of(region).keys() for region in ("ap-northeast-1", "us-east-1"))
