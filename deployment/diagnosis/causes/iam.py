"""IAM denied an action: which one, to whom, on what."""

from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.diagnosis.causes.wording import denied
from deployment.stack.events import Event

_HOLDS_ALL = "the service role's policy in rendered/policies/ contains everything that is needed"


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """CloudFormation acts with the caller's permissions, or with those of the stack's role."""
    denial = denied(failed.reason or "")
    if denial is None:
        return None
    labels = (("denied", "action"), ("to", "user"), ("on", "resource"), ("why", "why"))
    facts = tuple(f"{label}: {denial[name]}" for label, name in labels if name in denial)
    action = denial.get("action", "the action that the reason names")
    return Explanation("iam", facts, f"allow {action} ({_HOLDS_ALL})")
