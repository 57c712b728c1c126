"""What a failure is, by its kind: from the failed event and what was asked about it to facts and a remedy.

Pure functions, one file a kind. What no kind knows stays as AWS said it: nothing is guessed.
"""

from collections.abc import Callable

from deployment.diagnosis.causes import (
    certificate,
    iam,
    limits,
    load_balancer,
    names,
    service,
    service_linked_role,
    stuck_layer,
    validation,
)
from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.stack.events import Event

# Asked in this order: a refusal by IAM, a limit or a hook is that, whatever the resource's type is.
_KINDS: tuple[Callable[[Event, Evidence], Explanation | None], ...] = (
    service_linked_role.explain,
    stuck_layer.explain,
    iam.explain,
    limits.explain,
    validation.explain,
    service.explain,
    certificate.explain,
    load_balancer.explain,
    names.explain,
)


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """The first kind that knows this failure; None where none does."""
    for kind in _KINDS:
        explanation = kind(failed, evidence)
        if explanation is not None:
            return explanation
    return None
