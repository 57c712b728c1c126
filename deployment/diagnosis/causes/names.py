"""A name is taken already."""

from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.diagnosis.causes.wording import taken_name
from deployment.stack.events import Event


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """CloudFormation makes the new resource before it removes the old one: a fixed name collides with itself too."""
    taken = taken_name(failed.reason or "")
    if taken is None:
        return None
    name, owner = taken
    facts = ((f"taken: {name}",) if name else ()) + ((f"by stack: {owner}",) if owner else ())
    return Explanation(
        "name", facts, "delete or import what has that name where it is not needed, or choose another name (AppName)"
    )
