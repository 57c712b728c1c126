"""Which hosted zones the environment files ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehearsal.neighbours.hosted_zones import HostedZone, zones_in


def environment(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_zone_is_the_domain_without_its_first_label(tmp_path: Path) -> None:
    environment(tmp_path, "dev", "parameters: {HostedZoneId: Z1, DomainName: dev.example.com}")
    environment(tmp_path, "prod", "parameters: {HostedZoneId: Z2, DomainName: example.org.}")
    assert zones_in(tmp_path, pytest.fail) == (HostedZone("Z1", "example.com"), HostedZone("Z2", "example.org."))


def test_a_file_may_name_its_zone(tmp_path: Path) -> None:
    environment(tmp_path, "dev", "hosted_zone: com\nparameters: {HostedZoneId: Z1, DomainName: dev.example.com}")
    assert zones_in(tmp_path, pytest.fail) == (HostedZone("Z1", "com"),)


def test_environments_that_share_a_zone_make_one_with_the_shortest_name(tmp_path: Path) -> None:
    environment(tmp_path, "dev", "parameters: {HostedZoneId: Z1, DomainName: web.dev.example.com}")
    environment(tmp_path, "prod", "parameters: {HostedZoneId: Z1, DomainName: web.example.com}")
    assert zones_in(tmp_path, pytest.fail) == (HostedZone("Z1", "example.com"),)


@pytest.mark.parametrize(
    "text",
    ["", "- a", "parameters:", "parameters: {HostedZoneId: Z1}", "parameters: {HostedZoneId: 1, DomainName: a.b.c}"],
)
def test_a_file_without_a_zone_gives_none(tmp_path: Path, text: str) -> None:
    environment(tmp_path, "dev", text)
    assert zones_in(tmp_path, pytest.fail) == ()


def test_a_file_that_cannot_be_read_is_told_of_and_left_out(tmp_path: Path) -> None:
    environment(tmp_path, "broken", "parameters: [")
    (tmp_path / "latin.yaml").write_bytes(b"\xff")
    environment(tmp_path, "dev", "parameters: {HostedZoneId: Z1, DomainName: dev.example.com}")
    told: list[str] = []
    assert zones_in(tmp_path, told.append) == (HostedZone("Z1", "example.com"),)
    assert [text.partition(": skipped because")[0] for text in told] == [
        str(tmp_path / "broken.yaml"),
        str(tmp_path / "latin.yaml"),
    ]


def test_without_the_folder_there_are_none(tmp_path: Path) -> None:
    assert zones_in(tmp_path / "none", pytest.fail) == ()


def test_the_table_of_prices_is_no_environment(tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text("prices: [")
    assert zones_in(tmp_path, pytest.fail) == ()
