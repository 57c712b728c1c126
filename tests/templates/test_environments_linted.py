"""Every environment file is linted as it will be deployed: cfn-lint alone looks at no parameter's value."""

import json
import time

import pytest

from cloudformation.environment.environment_file import environment_files
from tests.templates.resolved import RENDERED
from tests.templates.specialised import specialised

pytestmark = pytest.mark.slow

PROJECT = RENDERED.parent
CHILDREN = ["network", "cert", "alb", "app-sg", "ecs"]
# W3010: zones are written out because they are put in here; the templates have parameters for them.
# W2001: what a sibling feeds is a parameter of the layer, used or not.
EXPECTED = {"W3010", "W2001"}
ENVIRONMENTS = [path.stem for path in environment_files(PROJECT / "params")]


def values(environment: str) -> dict[str, str]:
    rows = json.loads((RENDERED / "params" / f"{environment}.json").read_text(encoding="utf-8"))
    return {row["ParameterKey"]: row["ParameterValue"] for row in rows}


def test_no_environment_has_a_finding_and_the_rules_are_loaded_once() -> None:
    # Three seconds of imports, which the tests of make test do not pay.
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs
    from cfnlint.core import get_rules

    started = time.process_time()
    rules = get_rules([], [], [])
    config = ManualArgs(regions=["ap-northeast-1"])
    found = [
        f"{environment} {layer}: {match}"
        for environment in ENVIRONMENTS
        for layer in CHILDREN
        for match in lint(json.dumps(specialised(layer, values(environment)), indent=1), rules=rules, config=config)
        if match.rule.id not in EXPECTED
    ]
    assert found == []
    assert time.process_time() - started < 8
