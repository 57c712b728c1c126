"""What is written anew for a project: its environment files, its README, its page of environments, its changelog."""

import re
from collections.abc import Mapping
from pathlib import Path

from templates.new_project.answers import Answers, is_production
from templates.new_project.deploy_workflow import deploy_workflow
from templates.new_project.environment_checklist import most_like, with_checklist

_FORMS = Path(__file__).with_name("forms")
_BLANK = re.compile(r"\{\{(\w+)\}\}")
_ENVIRONMENTS, _YOURS = "docs/environments.md", "docs/make-it-yours.md"
# From here on the page speaks of values, and of no environment in particular.
_WAYS = "## From "


def written_anew(answers: Answers, pages: Mapping[str, str]) -> dict[str, str]:
    """Path -> text; `pages` are those of this project, in the new one's words, by path."""
    first, like = answers.environments[0], most_like(answers)
    readme = {"name": answers.name, "domain": answers.domain, "first": first, "table": _table(answers)}
    readme["branch"] = answers.branch
    pictures = "\n\n".join(f"![{name}](architecture-{name}.svg)" for name in answers.environments)
    ways = pages[_ENVIRONMENTS].partition(_WAYS)
    environments = {
        f"params/{name}.yaml": environment_file(answers, name, number)
        for number, name in enumerate(answers.environments)
    }
    return environments | {
        "README.md": _filled("README.md", readme),
        "CHANGELOG.md": _filled("CHANGELOG.md", {}),
        _ENVIRONMENTS: _filled("environments.md", {"pictures": pictures}) + "".join(ways[1:]),
        _YOURS: with_checklist(pages[_YOURS], answers, environments[f"params/{like}.yaml"], like),
        ".github/workflows/deploy.yml": deploy_workflow(answers.environments, answers.branch),
    }


def environment_file(answers: Answers, name: str, number: int) -> str:
    """The file of one environment; `number` sets its address ranges apart, and 0 takes those of the templates."""
    form = "production.yaml" if is_production(name) else "small.yaml"
    zone1, zone2 = answers.zones
    blanks = {
        "name": answers.name,
        "domain": answers.domain,
        "account": answers.account_of(name),
        "region": answers.region,
    }
    blanks |= {"partition": answers.partition, "hosted_zone": answers.zone_id, "zone1": zone1, "zone2": zone2}
    blanks |= {"environment": name, "stack": answers.stack(name), "app": answers.stack(name)}
    blanks |= {"host": answers.host(name), "number": str(number), "beside": _beside(answers, name, number)}
    return _filled(form, blanks)


def _beside(answers: Answers, name: str, number: int) -> str:
    """What a small environment needs beside another one in its account."""
    if not number:
        return ""
    return (
        f"  # Its own, beside the other environments of the account.\n  AppName: {answers.stack(name)}\n"
        f"  VpcCidr: 10.{number}.0.0/16\n  PublicSubnet1Cidr: 10.{number}.1.0/24\n"
        f"  PublicSubnet2Cidr: 10.{number}.2.0/24\n\n"
    )


def _table(answers: Answers) -> str:
    rows = [f"| {name} | {answers.host(name)} | {answers.stack(name)} |" for name in answers.environments]
    return "\n".join(rows)


def _filled(form: str, blanks: Mapping[str, str]) -> str:
    text = (_FORMS / form).read_text(encoding="utf-8")
    return _BLANK.sub(lambda match: blanks[match[1]], text)
