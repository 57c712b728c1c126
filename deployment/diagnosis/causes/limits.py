"""A quota is used up."""

from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.diagnosis.causes.wording import limit
from deployment.stack.events import Event


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """Quotas are per account and Region, most of them."""
    what = limit(failed.reason or "")
    if what is None:
        return None
    service = failed.type.split("::")[1] if failed.type.count("::") == 2 else failed.type
    facts = (f"limit reached: {what}",) if what else ()
    return Explanation(
        "limit", facts, f"remove what is not needed, or request an increase in Service Quotas ({service}, this Region)"
    )
