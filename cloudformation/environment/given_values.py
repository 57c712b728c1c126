"""The values that an environment gives to the parameters of a template, and what its file alone shows to be wrong."""

from collections.abc import Iterable

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.findings import Findings, Problem, in_order
from cloudformation.environment.one_stack import held_alone
from cloudformation.environment.parameter_values import Value, assign, declared_parameters
from cloudformation.limits import NAMED_ENTRIES
from cloudformation.template.tree import Tree


def given_values(
    template: Tree, reading: Reading, others: Iterable[Environment] = (), *, complete: bool = True
) -> tuple[dict[str, Value], Findings]:
    """A value for every parameter that has one; findings about the file, its names and values, and its stack.

    Where they need not be `complete`, a missing value is none of them: what is given is checked all the same.
    """
    environment, told = reading.environment, held_alone(reading, others)
    if "parameters" not in environment.places:  # the file says nothing of them that could be wrong
        return {}, told
    declared = declared_parameters(template)
    unread = reading.unread & declared.keys()
    given = {name: setting for name, setting in environment.parameters.items() if name not in unread}
    asked = {name: parameter for name, parameter in declared.items() if name not in unread}
    values, wrong = assign(asked, environment._replace(parameters=given), complete=complete)
    if len(declared) > NAMED_ENTRIES:
        wrong.append(Problem(environment.place, f"the template has more than {NAMED_ENTRIES} parameters"))
    return values, Findings(in_order([*told.problems, *wrong]))
