"""How CloudFormation writes and reads scalars: as text, whatever YAML or JSON made of them."""

import re
from typing import Any

NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
"""What a number looks like to CloudFormation: an integer or a float."""
_NUMBER = re.compile(NUMBER)
_LONGEST_NUMBER = 400


def text_of(value: Any) -> str:
    """A scalar as CloudFormation writes it: `true`, `80`, the text itself."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def double_text(value: float) -> str:
    """A floating-point number as Java writes it, in which CloudFormation is written: `8.0`, `1.2345678901E10`."""
    from decimal import Decimal  # a millisecond to import, and few templates have such a number

    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    power = len(digits) + int(exponent) - 1
    if value == 0 or -3 <= power < 7:
        return repr(float(value))
    first, *rest = map(str, digits)
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{power}"


def is_true(value: Any) -> bool:
    """Whether a scalar counts as true: YAML's own (`true`, `yes`, `on`), or the text in any case (`"True"`).

    cfn-lint, `BOOLEAN_STRINGS_TRUE`; nothing else does, an absent one neither.
    """
    return text_of(value).lower() == "true"


def is_number(text: str) -> bool:
    """Whether a text is a number to CloudFormation: an integer or a float.

    `1_0`, ` 3 ` and digits of other scripts are numbers to Python, not to CloudFormation.
    """
    return len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) is not None
