"""What a failed event says of the properties that were wanted."""

from dataclasses import replace

from deployment.diagnosis.causes.explanation import properties_of
from tests.deployment.diagnosis.causes.failures import failed


def test_the_properties_are_read_from_the_event() -> None:
    assert properties_of(failed("x", Cluster="app")) == {"Cluster": "app"}


def test_properties_that_are_missing_or_cut_are_none() -> None:
    for text in (None, "", '{"Cluster": "ap', "[1]"):
        assert properties_of(replace(failed("x"), properties=text)) == {}
