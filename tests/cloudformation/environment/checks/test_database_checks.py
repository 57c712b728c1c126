"""What Rules cannot say of the database's values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudformation.environment.checks.database_checks import database_findings

VALUES = {
    "DatabaseMode": "instance",
    "DatabaseStorageGb": "20",
    "DatabaseMaxStorageGb": "100",
    "DatabaseBackupWindow": "17:00-17:30",
    "DatabaseMaintenanceWindow": "sun:18:00-sun:18:30",
}


def found(**values: str) -> list[str]:
    return [says for _, says in database_findings({**VALUES, **values})]


def test_the_defaults_are_in_order() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"DatabaseStorageGb": "100", "DatabaseMaxStorageGb": "109"},
            "DatabaseMaxStorageGb (109) must be a tenth more than DatabaseStorageGb (100) at least",
        ),
        ({"DatabaseBackupWindow": "17:00-17:29"}, "DatabaseBackupWindow (17:00-17:29) must have 30 minutes at least"),
        ({"DatabaseBackupWindow": "23:50-00:10"}, "DatabaseBackupWindow (23:50-00:10) must have 30 minutes at least"),
        (
            {"DatabaseMaintenanceWindow": "sun:23:50-mon:00:10"},
            "DatabaseMaintenanceWindow (sun:23:50-mon:00:10) must have 30 minutes at least",
        ),
        *(
            (
                {"DatabaseBackupWindow": backup, "DatabaseMaintenanceWindow": maintenance},
                f"DatabaseMaintenanceWindow ({maintenance}) must not overlap DatabaseBackupWindow ({backup}), which is "
                "daily",
            )
            for backup, maintenance in (
                ("17:00-18:01", "sun:18:00-sun:18:30"),
                ("18:29-19:00", "sun:18:00-sun:18:30"),
                ("23:45-00:15", "mon:00:00-mon:00:30"),
                ("00:00-00:30", "sun:23:45-mon:00:15"),
                ("12:00-13:00", "mon:00:00-wed:00:00"),
            )
        ),
    ],
)
def test_what_rds_would_refuse_is_found_before(values: dict[str, str], said: str) -> None:
    assert found(**values) == [said]


@pytest.mark.parametrize(
    ("backup", "maintenance"),
    [
        ("17:00-18:00", "sun:18:00-sun:18:30"),
        ("18:30-19:00", "sun:18:00-sun:18:30"),
        ("23:30-00:00", "mon:00:00-mon:00:30"),
        ("00:30-01:00", "sun:23:45-mon:00:15"),
    ],
)
def test_windows_that_only_meet_are_apart(backup: str, maintenance: str) -> None:
    assert found(DatabaseBackupWindow=backup, DatabaseMaintenanceWindow=maintenance) == []


def test_a_cluster_has_no_storage_of_its_own() -> None:
    assert found(DatabaseMode="aurora", DatabaseMaxStorageGb="22", DatabaseStorageGb="22") == []
    assert found(DatabaseMaxStorageGb="22", DatabaseStorageGb="20") == []


def test_without_a_database_nothing_is_asked_and_what_no_pattern_fits_is_not_judged_here() -> None:
    assert found(DatabaseMode="none", DatabaseBackupWindow="17:00-17:01") == []
    assert list(database_findings({})) == []
    assert found(DatabaseBackupWindow="at night", DatabaseStorageGb="much") == []


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_QUARTERS = st.integers(0, 7 * 24 * 4 - 1)


def _quarter(number: int) -> str:
    """A quarter of an hour of a day as a time."""
    return f"{number // 4 % 24:02}:{number % 4 * 15:02}"


@given(_QUARTERS, st.integers(2, 60), st.integers(0, 95), st.integers(2, 90))
def test_windows_overlap_where_they_have_a_quarter_of_an_hour_in_common(
    begin: int, length: int, daily: int, hours: int
) -> None:
    end = (begin + length) % (7 * 24 * 4)
    kept = {(daily + day * 96 + more) % (7 * 96) for day in range(7) for more in range(hours)}
    worked = {(begin + more) % (7 * 96) for more in range(length)}
    texts = {
        "DatabaseBackupWindow": f"{_quarter(daily)}-{_quarter((daily + hours) % 96)}",
        "DatabaseMaintenanceWindow": f"{_DAYS[begin // 96]}:{_quarter(begin)}-{_DAYS[end // 96]}:{_quarter(end)}",
    }
    assert any("must not overlap" in said for said in found(**texts)) is bool(kept & worked)


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"DatabaseStorageGb": "100", "DatabaseMaxStorageGb": "110"}, 1),
        ({"DatabaseStorageGb": "100", "DatabaseMaxStorageGb": "111"}, 0),
        ({"DatabaseStorageGb": "x", "DatabaseMaxStorageGb": "1"}, 0),
        ({"DatabaseStorageGb": "100", "DatabaseMaxStorageGb": "x"}, 0),
        ({"DatabaseBackupWindow": "17:00"}, 0),
        ({"DatabaseBackupWindow": "17:00-18:00-19:00"}, 0),
        ({"DatabaseBackupWindow": "17:00-x"}, 0),
        ({"DatabaseBackupWindow": "23:45-00:15", "DatabaseMaintenanceWindow": "x"}, 0),
        ({"DatabaseBackupWindow": "x", "DatabaseMaintenanceWindow": "sun:23:45-mon:00:15"}, 0),
        ({"DatabaseBackupWindow": "x", "DatabaseMaintenanceWindow": "sun:23:45-mon:00:14"}, 1),
    ],
)
def test_a_value_at_its_limit_and_one_that_no_pattern_fits(values: dict[str, str], count: int) -> None:
    assert len(found(**values)) == count
