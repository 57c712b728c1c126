"""The checklist of an environment more, in docs/make-it-yours.md: what it changes in the file that it begins with."""

import re
from collections.abc import Iterator

from templates.new_project.answers import Answers

SECTION = "An environment"
_NAMES = ("staging", "qa", "trial", "review", "another")
# Within this range no environment of a new project is: they are counted from 10.0.
_RANGE = "10.20."
_OWN = re.compile(r"(?:stack|role| {2}(?:environment|DomainName|AlternativeDomainName1|AppName|VpcCidr|P\w+Cidr)):.*")
_BESIDE = ("AppName", "VpcCidr", "PublicSubnet1Cidr", "PublicSubnet2Cidr")


def with_checklist(page: str, answers: Answers, text: str, like: str) -> str:
    """The page with the checklist of a name that is not taken, which begins with `text`, the file of `like`."""
    new = next(name for name in _NAMES if name not in answers.environments)
    heading = f"## {SECTION}\n"
    before, _, rest = page.partition(heading)
    section, mark, after = rest.partition("\n## ")
    section = re.sub(r"cp params/\S+ params/\S+", f"cp params/{like}.yaml params/{new}.yaml", section)
    section = re.sub(r"--env \S+ --rehearse", f"--env {new} --rehearse", section)
    parts = "@@\n".join(_parts(text, answers, like, new))
    diff = f"```diff\n+++ params/{new}.yaml\n{parts}```"
    section = re.sub(r"```diff\n.*?```", lambda _: diff, section, flags=re.DOTALL)
    return f"{before}{heading}{section}{mark}{_with_service(after, text, like)}" if rest else page


def _with_service(rest: str, text: str, like: str) -> str:
    """The checklist of a service writes its values behind the last line of the same file."""
    last = text.splitlines()[-1]
    return re.sub(r"\+\+\+ params/\S+\n .*\n", lambda _: f"+++ params/{like}.yaml\n {last}\n", rest)


def _parts(text: str, answers: Answers, like: str, new: str) -> Iterator[str]:
    """Each line that only one environment can have, and what another one has beside it."""
    own = [line for line in text.splitlines() if _OWN.fullmatch(line)]
    known = {line.split(":")[0].strip() for line in own}
    host = f"{new}.{answers.domain}"
    values = (answers.stack(new), f"{_RANGE}0.0/16", f"{_RANGE}1.0/24", f"{_RANGE}2.0/24")
    beside = [f"+  {key}: {value}\n" for key, value in zip(_BESIDE, values, strict=True) if key not in known]
    for line in own:
        changed = line.replace(answers.stack(like), answers.stack(new)).replace(answers.host(like), host)
        changed = re.sub(rf"\b10\.{answers.environments.index(like)}\.", _RANGE, changed)
        changed = re.sub(rf"(environment: ){like}\b", rf"\g<1>{new}", changed)
        added = "".join(beside) if "  DomainName:" in line else ""
        if changed != line:
            yield f"-{line}\n+{changed}\n{added}"


def most_like(answers: Answers) -> str:
    """The environment that one more begins with, and the one of most examples: one that is not production's."""
    return answers.counterpart("dev")
