"""A name is taken already."""

from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.diagnosis.causes.wording import taken_name
from deployment.stack.events import Event

_UNKNOWN = "choose another name (AppName), or find the resource that has it: import it, or delete it if nobody needs it"


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """CloudFormation makes the new resource before it removes the old one: a fixed name collides with itself too."""
    told = taken_name(failed.reason or "")
    if told is None:
        return None
    name, owner = told
    facts = ((f"taken: {name}",) if name else ()) + ((f"by stack: {owner}",) if owner else ())
    if evidence.holder:
        line, remedy = evidence.holder
        return Explanation("name", (*facts, line), remedy)
    if owner:
        return Explanation("name", facts, "choose another name (AppName), or delete the resource that has it")
    return Explanation("name", (*facts, "the resource that has it is unknown"), _UNKNOWN)


def taken(reason: str | None) -> str | None:
    """The name that is taken according to a failure, where AWS does not say itself by whom."""
    name, owner = taken_name(reason or "") or (None, None)
    return None if owner else name
