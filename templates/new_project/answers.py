"""What is asked for a new project: names, domain, Region, account; each answer is validated immediately."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cloudformation.environment.environment_file import PRICES_FILE
from cloudformation.environment.findings import nearest
from cloudformation.environment.keys.availability_zones import zones_of_region
from cloudformation.environment.keys.partitions import partition_of
from cloudformation.environment.keys.regions import has_the_form, is_known, known_regions

UNKNOWN_ZONE = "Z0123456789EXAMPLE"
"""Stands where the hosted zone's id is not known yet: a rehearsal takes it, AWS has no such zone."""
ENVIRONMENTS, BRANCH = "dev,prod", "main"
PRODUCTION = ("prod", "prd", "live")
"""How the name of an environment of production begins."""
_HYPHENATED = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
_OF_PIPELINES = ("-plan", "-services")
_RESERVED = PRICES_FILE.partition(".")[0]
# The pattern and the length of AppName, of which the name is the start, and the length of DomainName.
_LONGEST_NAME, _LONGEST_HOST = 32, 64


class AnswersError(ValueError):
    """What is missing and what is wrong, one line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Answers:
    """What sets one project apart from another; `environments` are in the order in which they were named."""

    name: str
    domain: str
    region: str
    account: str
    zone_id: str = UNKNOWN_ZONE
    environments: tuple[str, ...] = ("dev", "prod")
    branch: str = BRANCH
    accounts: tuple[str, ...] = ()
    """One for each environment, if they are not all in one account."""

    @property
    def zones(self) -> tuple[str, str]:
        """The two Availability Zones that the subnets begin in."""
        first, second = zones_of_region(self.region)[:2]
        return first, second

    @property
    def partition(self) -> str:
        """The partition that ARNs of the Region name."""
        return partition_of(self.region).name

    def account_of(self, environment: str) -> str:
        """The account that an environment is in."""
        return self.accounts[self.environments.index(environment)] if self.accounts else self.account

    def counterpart(self, environment: str) -> str:
        """The environment here that is the model for another project's: the one of that name, else one of its kind."""
        if environment in self.environments:
            return environment
        production = is_production(environment)
        alike = [name for name in self.environments if is_production(name) == production]
        return alike[0] if alike else self.environments[-1 if production else 0]

    def stack(self, environment: str) -> str:
        """The name of an environment's stack."""
        return f"{self.name}-{environment}"

    def host(self, environment: str) -> str:
        """The name that an environment answers to: production's is the domain itself."""
        return self.domain if is_production(environment) else f"{environment}.{self.domain}"


def is_production(environment: str) -> bool:
    """Whether an environment of this name begins with the values of production."""
    return environment.startswith(PRODUCTION)


@dataclass(frozen=True)
class Question:
    """One option of the command and what a terminal is asked for it; `otherwise` is taken for an empty answer."""

    option: str
    text: str
    refusal: Callable[[str], str | None]
    otherwise: str | None = None


def complete(given: Mapping[str, str | None], ask: Callable[[str], str] | None) -> Answers:
    """Give the answers; `ask` is given the text of a question, and is None where nobody can be asked.

    Raises AnswersError with all that is missing and all that is wrong.
    """
    wrong = [line for question in QUESTIONS if (text := given.get(question.option)) for line in _said(question, text)]
    if wrong:
        raise AnswersError(wrong)
    if ask is None and (missing := [one for one in QUESTIONS if one.otherwise is None and not given.get(one.option)]):
        raise AnswersError([f"{_typed(one)} is missing: {one.text}" for one in missing])
    texts = {one.option: given.get(one.option) or _asked(one, ask) for one in QUESTIONS}
    answers = _answers(texts)
    if wrong := [*_unequal(answers), *_too_long(answers)]:
        raise AnswersError(wrong)
    return answers


def _answers(texts: Mapping[str, str]) -> Answers:
    accounts, environments = _listed(texts["account"]), _listed(texts["environments"])
    several = {"account": accounts[0], "accounts": tuple(accounts) if len(accounts) > 1 else ()}
    return Answers(**{**texts, **several, "environments": tuple(environments)})  # type: ignore[arg-type]


def _unequal(answers: Answers) -> Iterator[str]:
    accounts, environments = len(answers.accounts), len(answers.environments)
    if accounts and accounts != environments:
        yield f"--account: {accounts} accounts for {environments} environments: specify one for all, or one for each"


def _asked(question: Question, ask: Callable[[str], str] | None) -> str:
    if ask is None:
        return question.otherwise or ""
    otherwise = f" [{question.otherwise}]" if question.otherwise else ""
    said = ""
    while True:
        text = ask(f"{said}{question.text}{otherwise}: ").strip() or question.otherwise or ""
        refused = list(_said(question, text)) if text else [f"{_typed(question)} is missing"]
        if not refused:
            return text
        said = f"{refused[0]}\n"


def _said(question: Question, text: str) -> Iterator[str]:
    if refused := question.refusal(text):
        yield f"{_typed(question)}: {refused}"


def _typed(question: Question) -> str:
    return f"--{question.option.replace('_', '-')}"


def _too_long(answers: Answers) -> Iterator[str]:
    """What each answer allows by itself and all of them together do not."""
    for environment in answers.environments:
        if len(stack := answers.stack(environment)) > _LONGEST_NAME:
            yield f"--name: {stack} has {len(stack)} characters; an AppName can have at most {_LONGEST_NAME}"
        if len(host := answers.host(environment)) > _LONGEST_HOST:
            yield f"--domain: {host} has {len(host)} characters; ACM allows {_LONGEST_HOST}"


def _name(text: str) -> str | None:
    if _HYPHENATED.fullmatch(text):
        return None
    return f"{text!r} is not valid: use lower-case letters, digits and single hyphens, starting with a letter"


def _domain(text: str) -> str | None:
    return None if _DOMAIN.fullmatch(text) else f"{text!r} is not a fully qualified domain name in lower case"


def _region(text: str) -> str | None:
    known = known_regions()
    if not has_the_form(text) or not is_known(text, known):
        return f"AWS has no Region {text}{nearest(text, known or ())}"
    return None if len(zones_of_region(text)) > 1 else f"{text} has fewer than two Availability Zones"


def _account(text: str) -> str | None:
    bad = [account for account in _listed(text) if not re.fullmatch(r"[0-9]{12}", account)]
    return f"{bad[0]!r} is not twelve digits" if bad else None


def _branch(text: str) -> str | None:
    return None if _BRANCH.fullmatch(text) else f"{text!r} is not a branch name that the pages can show"


def _zone(text: str) -> str | None:
    return (
        None
        if re.fullmatch(r"Z[0-9A-Z]{1,31}", text)
        else f"{text!r} is not the ID of a hosted zone, such as Z0123456789"
    )


def _environments(text: str) -> str | None:
    names = _listed(text)
    for name in names:
        if name.endswith(_OF_PIPELINES):
            return f"{name!r} has an ending that the pipeline uses for jobs and environments of other environments"
        if not _HYPHENATED.fullmatch(name) or name == _RESERVED:
            return f"{name!r} is not a valid environment name: use lower-case letters, digits and hyphens, as in "
            "params/<name>.yaml"
    return None if len(set(names)) == len(names) else "an environment is listed twice"


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


QUESTIONS = (
    Question("name", "the name of the system, for example shop", _name),
    Question("domain", "the domain name of production, for example shop.example.com", _domain),
    Question("region", "the Region, for example eu-central-1", _region),
    Question(
        "account", "the AWS account ID, twelve digits; or one for each environment, separated by commas", _account
    ),
    Question("zone_id", "the ID of the public hosted zone of that domain, if you know it", _zone, UNKNOWN_ZONE),
    Question("environments", "the environments, separated by commas, production last", _environments, ENVIRONMENTS),
    Question("branch", "the branch that is deployed", _branch, BRANCH),
)
