"""What Ref and identifying attributes of a resource type look like, as AWS publishes it: a row a fact, with its source.

`return_values.tsv` is written by `published.py`. A type without a row for Ref has one that is made up.
"""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from functools import cache
from pathlib import Path

from rehearsal.resources.made_up.noted_forms import DRAWN, NOTED

TABLE = Path(__file__).with_name("return_values.tsv")
REF = "Ref"


@cache
def return_values() -> Mapping[str, Mapping[str, str]]:
    """Type -> what (Ref or an attribute) -> form."""
    table: dict[str, dict[str, str]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, what, form, _ = line.split("\t")
            table.setdefault(name, {})[what] = form
    return table


@cache
def arn_services() -> Mapping[str, str]:
    """`AWS::MSK` -> kafka: the service that most published ARNs of those types name."""
    counted: dict[str, Counter[str]] = {}
    for name, forms in (*return_values().items(), *NOTED.items()):
        for form in forms.values():
            if form.startswith("arn:"):
                counted.setdefault(name.rpartition("::")[0], Counter())[form.split(":")[2]] += 1
    return {group: services.most_common(1)[0][0] for group, services in counted.items()}


def forms_of(type_name: str, drawn: Sequence[str], known: Container[str]) -> Mapping[str, str]:
    """What (Ref or an attribute) -> form; `drawn` are the parts of its identifier that AWS writes.

    `known` are the registry's properties. What was published when the part that AWS draws was an `Id` means the same
    part by its present name.
    """
    forms = return_values().get(type_name, {})
    if drawn and "Id" not in known:
        forms = {
            _renamed(what, "Id", drawn[0]): form.replace("{Id}", f"{{{drawn[0]}}}") for what, form in forms.items()
        }
    noted = NOTED.get(type_name, {})
    return {**forms, **{_renamed(what, DRAWN, drawn[0] if drawn else what): form for what, form in noted.items()}}


def _renamed(what: str, old: str, new: str) -> str:
    return new if what == old else what
