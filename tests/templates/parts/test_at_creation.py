"""What layers state of a creation, gathered for root."""

from __future__ import annotations

import pytest
from troposphere import Template

from templates.parts.at_creation import at_creation, stated_at_creation
from templates.parts.wiring import WiringError
from templates.rendering.tree import templates


def _layer(**values: str) -> Template:
    return Template(Metadata=at_creation(values))


def test_root_states_what_its_layers_do() -> None:
    stated = stated_at_creation([_layer(A="1"), _layer(), _layer(B="2", A="1")])
    assert stated == {"Deployment": {"AtCreation": {"A": "1", "B": "2"}}}
    assert stated_at_creation([_layer()]) == {}


def test_two_layers_that_disagree_are_refused() -> None:
    with pytest.raises(WiringError, match="parameter A is 1 at creation in one layer, 2 in another"):
        stated_at_creation([_layer(A="1"), _layer(A="2")])


def test_what_could_not_be_deleted_is_stated_by_the_system() -> None:
    root = dict(templates())["root"].to_dict()
    assert root["Metadata"]["Deployment"]["AtCreation"] == {
        "AlbDeletionProtection": "false",
        "AccessLogsMode": "none",
        "ConnectionLogs": "false",
        "HealthCheckLogs": "false",
        "DatabaseDeletionProtection": "false",
    }
