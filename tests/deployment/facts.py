"""Values that reports are made from."""

from __future__ import annotations

from dataclasses import replace

from cloudformation.statuses import RequiresRecreation
from deployment.review.review import Folded, Kind, LayerReview, PropertyChange, ResourceChange, Review
from deployment.run.outcome import Deployed
from deployment.run.telling import Reviewed
from deployment.stack.events import Duration, Event
from deployment.stack.stack import Stack, stack_from
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.shapes import at, stack_arn, stack_body


def stack(status: str = "CREATE_COMPLETE", **members: object) -> Stack:
    """A stack with two outputs."""
    outputs = [{"OutputKey": "Url", "OutputValue": "https://x"}, {"OutputKey": "Id", "OutputValue": "vpc-1"}]
    return stack_from(stack_body(status, Outputs=outputs, **members))


def rehearsed(status: str = "CREATE_COMPLETE") -> Stack:
    """The same as a rehearsal shows it, in which one output rests on two forms that it made up."""
    made_up = {"Id": ("Network/Vpc", "Network/Lookup.Name")}
    outputs = (replace(output, made_up=made_up.get(output.name, ())) for output in stack().outputs)
    return replace(stack(status), outputs=tuple(outputs))


def an_event(
    status: str = "CREATE_COMPLETE",
    path: ResourcePath = ROOT / "App" / "Group",
    reason: str | None = None,
    **more: bool,
) -> Event:
    return Event("1", at(65), stack_arn(), path, "AWS::X", "id", status, reason, more.get("of_stack", False))


def changed(
    name: str = "DesiredCount",
    before: str | None = "2",
    after: str | None = "3",
    *,
    known: bool = True,
    certain: bool = True,
    recreation: RequiresRecreation = RequiresRecreation.NEVER,
    cause: str | None = None,
) -> PropertyChange:
    return PropertyChange(name, before, after, known, certain, recreation, cause)


def resource(
    *path: str, kind: Kind = Kind.CHANGED, properties: tuple[PropertyChange, ...] = (), policy: str | None = None
) -> ResourceChange:
    return ResourceChange(ResourcePath(path), "AWS::ECS::Service", kind, "id", policy, properties)


def an_update(*resources: ResourceChange, folded: tuple[Folded, ...] = ()) -> Reviewed:
    """An update of the app layer; the network waits for nothing and does not change."""
    elsewhere = (Folded(ResourcePath(("Network", "Route")), "AWS::EC2::Route", ("Alb.Arn",)),)
    app = LayerReview(ResourcePath(("App",)), None, resources, folded, ())
    network = LayerReview(ResourcePath(("Network",)), None, (), elsewhere, ())
    return Reviewed(
        "shop-dev", False, Review(LayerReview(ROOT, None, (), (), (network, app)), ()), (("DesiredCount", "3"),)
    )


def deployed() -> Deployed:
    review = an_update(resource("App", "Service", properties=(changed(),))).review
    return Deployed(
        stack(), review, 125.0, (Duration(ResourcePath(("App",)), 61.0), Duration(ResourcePath(("Network",)), 3.5))
    )
