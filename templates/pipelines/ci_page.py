"""docs/ci.md: the table of GitHub's environments, between two marks of a page that people write."""

from collections.abc import Mapping, Sequence

from cloudformation.environment.environment_file import Environment
from templates.pipelines.ci_role import PLAN, logical_ids

SetEnvironments = Sequence[tuple[Environment, Mapping[str, str | None] | None]]
"""Environments with the values of their parameters; None of one that another tree is deployed in."""

PAGE = "docs/ci.md"
BEGIN, END = "   <!-- GitHub's environments, written by render.py -->\n", "   <!-- end of GitHub's environments -->\n"
_HEAD = """
   | environment | deployment branches | required reviewers | variable `AWS_ROLE_ARN` |
   |---|---|---|---|
"""
_ROW = "   | `{name}` | the deploying branch alone | {reviewers} | output `{role}` |\n"
_PRODUCTION = "those who may deploy to production; prevent self-review"


def with_environments(page: str, project: SetEnvironments) -> str:
    """Give the page with its table anew; a page without the two marks is left as it is."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return page
    return f"{before}{BEGIN}{_table(project)}\n{END}{after}"


def _table(project: SetEnvironments) -> str:
    names = logical_ids(environment.name for environment, _ in project)
    rows = []
    for environment, values in project:
        name, protected = environment.name, (values or {}).get("EnvironmentClass") == "prod"
        rows += [
            _ROW.format(name=f"{name}{PLAN}", reviewers="none", role=f"{names[name]}PlanRoleArn"),
            _ROW.format(
                name=name,
                reviewers=_PRODUCTION if protected else "none, or as you like",
                role=f"{names[name]}DeployRoleArn",
            ),
        ]
    return _HEAD + "".join(rows)
