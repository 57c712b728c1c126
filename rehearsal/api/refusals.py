"""Operations that the rehearsal knows of and refuses, with the reason."""

from __future__ import annotations

from typing import Any

from cloudformation.refusals import CloudFormationError
from rehearsal.state.world import World

_REFACTORING = "stack refactoring moves resources between stacks, which no deployment of this project does"
REASONS = {
    "EstimateTemplateCost": "prices are known to AWS alone",
    "CreateStackRefactor": _REFACTORING,
    "DescribeStackRefactor": _REFACTORING,
    "ExecuteStackRefactor": _REFACTORING,
    "ListStackRefactors": _REFACTORING,
    "ListStackRefactorActions": _REFACTORING,
    "ImportStacksToStackSet": "a stack set makes its own stacks here",
}


class Refusal:
    """The answer to one such operation: always an error that names it."""

    def __init__(self, operation: str) -> None:
        self.operation = operation

    def __call__(self, world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
        reason = REASONS[self.operation]
        raise CloudFormationError("InvalidAction", f"{self.operation} is not simulated by the rehearsal: {reason}")
