"""What stays as it is while a resource is updated in place: the name that CloudFormation and others know it by.

`Ref` gives the physical id, and another physical id is a replacement (user guide, "Update behaviors of stack
resources"). Of attributes, that holds of ARNs and ids that are the resource's own. It never holds of a custom
resource: its function is free to answer another id or another value with every update.
"""

import re

from cloudformation.resource_types.constant_attributes import GIVEN_ONCE, OF_SOMETHING_ELSE
from deployment.review.review import WillChange

_OWN = re.compile(r"(?P<noun>\w*)(Arn|Id|FullName)$")
_CUSTOM = ("AWS::CloudFormation::CustomResource", "Custom::")


def is_constant(kind: str, attribute: str | None) -> bool:
    """Whether Ref (None or '') or an attribute of a type stays what it is while the resource is updated in place."""
    if kind.startswith(_CUSTOM) or not kind.startswith("AWS::") or (kind, attribute) in OF_SOMETHING_ELSE:
        return False
    if not attribute:
        return True
    own = _OWN.match(attribute)
    noun = own["noun"] if own else None
    is_own = noun is not None and kind.rpartition("::")[2].lower().endswith(noun.lower())
    return is_own or attribute in GIVEN_ONCE.get(kind, ())


def made_anew(kind: str, attribute: str | None) -> WillChange:
    """Whether an attribute is another one where a resource takes another's place; one may repeat a property."""
    return WillChange.YES if is_constant(kind, attribute) else WillChange.MAY
