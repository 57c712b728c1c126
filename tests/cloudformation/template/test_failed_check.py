"""What a check before the execution found, as a line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudformation.template.failed_check import FailedCheck

WHOLE = FailedCheck(
    "App", "Topic", "AWS::SNS::Topic", "/Properties/A", "PROPERTY_VALIDATION", "it is wrong", None, False, "app.yaml", 7
)


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (WHOLE, "app.yaml:7: App/Topic AWS::SNS::Topic: it is wrong (PROPERTY_VALIDATION /Properties/A)"),
        (
            replace(WHOLE, line=None),
            "app.yaml: App/Topic AWS::SNS::Topic: it is wrong (PROPERTY_VALIDATION /Properties/A)",
        ),
        (
            replace(WHOLE, file=None, line=None, path=None),
            "App/Topic AWS::SNS::Topic: it is wrong (PROPERTY_VALIDATION)",
        ),
        (
            replace(WHOLE, layer="", type=None, path=None, warning=True),
            "app.yaml:7: Topic: it is wrong (PROPERTY_VALIDATION, a warning)",
        ),
        (
            replace(WHOLE, layer="", resource=None, type=None, path=None),
            "app.yaml:7: root: it is wrong (PROPERTY_VALIDATION)",
        ),
    ],
)
def test_a_check_tells_where_it_failed_as_far_as_that_is_known(check: FailedCheck, line: str) -> None:
    assert str(check) == line
