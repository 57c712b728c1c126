"""CloudFormation's service model as botocore ships it: which operations there are, and the shapes they take and give.

The model is read from disk once, when the first request needs it; boto3 is not imported for it.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

API_VERSION = "2010-05-15"
NAMESPACE = f"http://cloudformation.amazonaws.com/doc/{API_VERSION}/"

# One entry of the model's `shapes`: `type`, and depending on it `members`, `required`, `member`, `enum`, `min`, ...
Shape = Mapping[str, Any]


@cache
def _service() -> Mapping[str, Mapping[str, Shape]]:
    from botocore.loaders import Loader

    service: Mapping[str, Mapping[str, Shape]] = Loader().load_service_model("cloudformation", "service-2", API_VERSION)
    return service


def shape(name: str) -> Shape:
    """The shape of that name. KeyError: the model has none."""
    return _service()["shapes"][name]


def operations() -> Mapping[str, Mapping[str, Any]]:
    """Every operation of the service by its name."""
    return _service()["operations"]


def shape_of(operation: str, side: Literal["input", "output"]) -> str | None:
    """The name of the structure that an operation takes, or answers with; None where there is none."""
    name: str | None = operations()[operation].get(side, {}).get("shape")
    return name
