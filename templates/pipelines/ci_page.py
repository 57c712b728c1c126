"""docs/ci.md: the table of GitHub's environments, between two marks of a page that people write."""

from collections.abc import Sequence

from templates.pipelines.ci_role import PLAN, logical_ids
from templates.rendering.environment import SetEnvironment

PAGE = "docs/ci.md"
BEGIN, END = "   <!-- GitHub's environments, written by render.py -->\n", "   <!-- end of GitHub's environments -->\n"
_HEAD = """
   | environment | deployment branches | required reviewers | variable `AWS_ROLE_ARN` |
   |---|---|---|---|
"""
_ROW = "   | `{name}` | the deploying branch alone | {reviewers} | output `{role}` |\n"
_PRODUCTION = "those who may deploy to production; prevent self-review"


def with_environments(page: str, project: Sequence[SetEnvironment]) -> str:
    """Give the page with its table anew; a page without the two marks is left as it is."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return page
    return f"{before}{BEGIN}{_table(project)}\n{END}{after}"


def _table(project: Sequence[SetEnvironment]) -> str:
    names = logical_ids(one.environment.name for one in project)
    rows = []
    for one in project:
        name, protected = one.environment.name, (one.values or {}).get("EnvironmentClass") == "prod"
        rows += [
            _ROW.format(name=f"{name}{PLAN}", reviewers="none", role=f"{names[name]}PlanRoleArn"),
            _ROW.format(
                name=name,
                reviewers=_PRODUCTION if protected else "none, or as you like",
                role=f"{names[name]}DeployRoleArn",
            ),
        ]
    return _HEAD + "".join(rows)
