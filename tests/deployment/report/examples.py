"""Reports of every ending, and any report at all: what each form must be able to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from cloudformation.environment.keys.routing.answers import Answer, AskedCondition, AskedRule, Step
from cloudformation.statuses import RequiresRecreation
from deployment.diagnosis.diagnosis import Cause
from deployment.report.architecture import Block, Part
from deployment.report.facts import Ending, Failure, Report, Subject
from deployment.review.review import Folded, Kind, LayerReview, Local, PropertyChange, ResourceChange, Review
from deployment.run.outcome import (
    Absent,
    Declined,
    Deleted,
    Deployed,
    Detached,
    Difference,
    Discarded,
    Drifted,
    Followed,
    LayerStatus,
    Listed,
    ListedRelease,
    Logged,
    Planned,
    PropertyDrift,
    Ran,
    Recovered,
    ResourceDrift,
    Routed,
    SettingsChanged,
    Shown,
    Unchanged,
)
from deployment.run.telling import Deletion, Reviewed
from deployment.settings.setting_change import SettingChange
from deployment.stack.events import Duration
from deployment.template.costs.cost_change import CostChange, CostItem, NotKnown
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.facts import rehearsed, stack

SUBJECT = Subject("dev", "111122223333", "eu-west-1", "shop-dev")
WRITTEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOSTILE = '</title></style></script><script>alert("x")</script>|`<!--&amp; @team #1\x1b[2J\u202e'


def change(
    name: str, before: str | None = "2", after: str | None = "3", force: str = "Never", **more: Any
) -> PropertyChange:
    """A property that changes."""
    facts = {"known": True, "certain": True, "cause": None, **more}
    return PropertyChange(name=name, before=before, after=after, recreation=RequiresRecreation(force), **facts)


def resource(path: str, kind: Kind, *properties: PropertyChange, **more: Any) -> ResourceChange:
    """A resource that changes; all are of one type unless said."""
    facts = {"type": "AWS::ECS::Service", "physical_id": f"{path}-1", "policy": None, "guard": None, **more}
    return ResourceChange(path=ResourcePath(path.split("/")), kind=kind, properties=properties, **facts)


APP = LayerReview(
    path=ResourcePath(("App",)),
    kind=None,
    resources=(
        resource("App/Service", Kind.CHANGED, change("DesiredCount")),
        resource(
            "App/Cluster",
            Kind.REPLACED,
            change("Name", "a", "b", "Always"),
            change("Tags"),
            policy="Retain",
            guard="what runs in it",
        ),
        resource("App/Rule", Kind.MAY_BE_REPLACED, change("Arn", "x", None, "Conditionally", known=False, cause="Y.Z")),
        resource("App/Old", Kind.REMOVED),
        resource("App/New", Kind.ADDED, physical_id=None),
        resource("App/Found", Kind.IMPORTED),
        resource("App/Task", Kind.CHANGED, change("Memory", "512", None), change("Cpu", None, "256")),
    ),
    folded=(Folded(ResourcePath(("App", "Group")), "AWS::EC2::SecurityGroup", ("Network.VpcId",)),),
    layers=(),
)
NETWORK = LayerReview(ResourcePath(("Network",)), None, (), (), ())
REVIEW = Review(LayerReview(ROOT, None, (), (), (NETWORK, APP)), (ResourcePath(("App",)),))
REVIEWED = Reviewed("shop-dev", False, REVIEW, (("DesiredCount", "3"),))
COMPARED = Reviewed(
    "shop-dev",
    False,
    Review(
        LayerReview(
            ROOT,
            None,
            (resource("Gone", Kind.MAY_BE_REPLACED, type="AWS::CloudFormation::Stack", local=True),),
            (),
            (
                LayerReview(
                    ResourcePath(("App",)),
                    None,
                    (
                        resource("App/Table", Kind.REMOVED, local=True, certain=False, policy="Delete"),
                        resource("App/New", Kind.ADDED, local=True, certain=False, physical_id=None),
                    ),
                    (),
                    (),
                ),
            ),
        ),
        (ResourcePath(("App",)),),
        Local((f"App: {HOSTILE}",), ("the stack's tags change",)),
    ),
    (),
)
ONLY_TEXT = Reviewed(
    "shop-dev", False, Review(LayerReview(ROOT, None, (), (), (NETWORK,)), (ROOT, ResourcePath(("Network",)))), ()
)
SETTINGS = (
    SettingChange("termination-protection", "on", "off", "after the operation", "weakens a protection"),
    SettingChange("role", None, HOSTILE, "not by this run", deferred=True),
    SettingChange("parameter:Protected", "false", "true", "by a second change set"),
)
COST = CostChange(
    "eu-west-1",
    (
        CostItem("NatGateway", 20, Decimal("1460"), (ResourcePath(("Network", "Gateway")),)),
        CostItem(HOSTILE, -1, Decimal("-0.0976"), (ResourcePath(("App", "Service")),)),
    ),
    (NotKnown(ResourcePath(("App", "Database")), "AWS::RDS::DBInstance", HOSTILE),),
    "2026-09",
    (ResourcePath(("App", "Service")),),
)
SETTINGS_ONLY = Reviewed(
    "shop-dev",
    False,
    Review(LayerReview(ROOT, None, (), (), (NETWORK,)), (), settings=SETTINGS, notes=(HOSTILE,), cost=COST),
    (),
)
USED = (("shop-vpc", "api-dev, web-dev"),)
GOES = ((ResourcePath(("App", "Service")), "AWS::ECS::Service", "service-1"),)
STAYS = ((ResourcePath(("App", "Log")), "AWS::Logs::LogGroup", "log-1"),)
LOST = ((ResourcePath(("App", "Service")), "serves others: it is deleted"),)

SYSTEM = Block(
    ROOT,
    1,
    (),
    (Part(ResourcePath(("Topic",)), "AWS::SNS::Topic", None),),
    (
        Block(
            ResourcePath(("Network",)),
            1,
            (),
            tuple(Part(ResourcePath(("Network", f"S{n}")), "AWS::EC2::Subnet", "Big") for n in range(3)),
            (),
        ),
        Block(
            ResourcePath(("App",)),
            2,
            ("Network",),
            tuple(Part(each.path, each.type, None) for each in APP.resources if each.kind is not Kind.REMOVED),
            (),
        ),
    ),
)
SHOWN = Shown(
    stack("UPDATE_ROLLBACK_COMPLETE", StackStatusReason="why"),
    (
        LayerStatus(ResourcePath(("App",)), "UPDATE_COMPLETE", "said"),
        LayerStatus(ResourcePath(("Network",)), "CREATE_COMPLETE", None),
    ),
    (Difference("A", "1", None), Difference("tag b", None, "")),
    True,
    settings=SETTINGS,
)
FAILURE = Failure(
    "OperationFailed",
    "stack shop-dev is in ROLLBACK_COMPLETE",
    ("App/Service CREATE_FAILED: no\nroom", "task t-1 stopped: no image"),
    "again",
    "ROLLBACK_COMPLETE",
    False,
)
NOTHING_SENT = Failure("FileProblems", "params/dev.yaml has a problem", ("params/dev.yaml:1: bad",), "mend", None, True)
CAUSE = Cause(ResourcePath(("App", "Service")), "AWS::ECS::Service", "CREATE_FAILED", "no\nroom")
LAYERS = (Duration(ResourcePath(("Network",)), 4.0), Duration(ResourcePath(("App",)), 61.5))

DRIFTED = Drifted(
    "shop-dev",
    2,
    (
        ResourceDrift(
            ResourcePath(("App", "Service")), "AWS::ECS::Service", "s-1", False, (PropertyDrift("Count", "2", None),)
        ),
        ResourceDrift(ResourcePath(("Network", "S1")), "AWS::EC2::Subnet", "subnet-1", True, ()),
    ),
    (ResourcePath(("App",)),),
)


def report(ending: Ending, **more: Any) -> Report:
    """A report of the example system."""
    return Report(ending, **{"subject": SUBJECT, "system": SYSTEM, "written": WRITTEN, **more})


LISTED = Listed(
    "shop-dev",
    (
        ListedRelease(
            datetime(2026, 11, 1, tzinfo=UTC), "ab" * 32, "arn:aws:iam::1:user/me", "UPDATE_COMPLETE", current=True
        ),
        ListedRelease(datetime(2026, 11, 1, tzinfo=UTC), "cd" * 32, "arn:aws:iam::1:user/you", None, current=False),
    ),
    3,
    ("_releases/shop-dev/x.json",),
    "python deploy.py --to",
)
RAN = Ran("shop-dev-migrate", "migrate", "arn:task/shop/12", 0, 32.0, "python deploy.py logs migrate")
_TAKEN = AskedRule(10100, "arn:rule/1", True, "api", (AskedCondition("path-pattern /api/*", True, "it has /api/x"),))
_OPEN = AskedRule(None, "arn:rule/2", None, HOSTILE, (AskedCondition("source-ip", None, "not said"),))
ANSWERED = Answer(
    "https://shop.example.com/api/x",
    "GET",
    (Step("https://shop.example.com/api/x", "HTTPS 443", "forward", "api", ("api",), _TAKEN, (_OPEN,), (HOSTILE,)),),
)
NOT_KNOWN = Answer(
    "https://shop.example.com/",
    "GET",
    (Step("https://shop.example.com/", "HTTPS 443", "undecided", HOSTILE, before=(_OPEN,)),),
    "api",
    "params/dev.yaml",
    7,
)
EXAMPLES = {
    "unchanged": report(Unchanged(stack())),
    "unchanged in a rehearsal": report(Unchanged(rehearsed())),
    "settings changed": report(SettingsChanged(stack(), SETTINGS_ONLY.review), reviewed=SETTINGS_ONLY),
    "planned settings": report(Planned("shop-dev", SETTINGS_ONLY), reviewed=SETTINGS_ONLY),
    "unchanged but for a role": report(Unchanged(stack(), SETTINGS[1:]), reviewed=SETTINGS_ONLY),
    "followed with settings to come": report(Followed(stack(), 125.0, LAYERS, SETTINGS), layers=LAYERS),
    "planned": report(Planned("shop-dev", REVIEWED), reviewed=REVIEWED),
    "planned, compared here": report(Planned("shop-dev", COMPARED), reviewed=COMPARED),
    "planned without changes": report(Planned("shop-dev", None)),
    "planned text only": report(Planned("shop-dev", ONLY_TEXT), reviewed=ONLY_TEXT),
    "declined": report(Declined("shop-dev", "Update?"), reviewed=REVIEWED),
    "declined bucket": report(Declined("shop-dev", "Make bucket x?")),
    "declined deletion": report(
        Declined("shop-dev", "Delete?", ("shop-dev",)), deletion=Deletion("shop-dev", GOES, (), LOST, USED)
    ),
    "deployed": report(Deployed(stack(), REVIEW, 125.0, LAYERS), reviewed=REVIEWED, layers=LAYERS),
    "planned and kept": report(
        Planned("shop-dev", REVIEWED, "arn:set", ("python deploy.py --change-set arn:set --env dev",)),
        reviewed=REVIEWED,
    ),
    "declined guard": report(Declined("shop-dev", "Replace App/Cluster?", ("App/Cluster",)), reviewed=REVIEWED),
    "detached": report(Detached("shop-dev", REVIEW), reviewed=REVIEWED),
    "followed": report(Followed(stack(), 125.0, LAYERS), layers=LAYERS),
    "discarded": report(Discarded("shop-dev", "arn:set")),
    "deleted": report(
        Deleted("shop-dev", "arn", 61.0), deletion=Deletion("shop-dev", GOES, STAYS, LOST), layers=LAYERS
    ),
    "absent": report(Absent("shop-dev")),
    "shown": report(SHOWN),
    "shown the same": report(Shown(stack(), (), (), False)),
    "recovered": report(Recovered("shop-dev", "UPDATE_ROLLBACK_COMPLETE", ("continued", "skipped App/Service"))),
    "recovered by deleting": report(
        Recovered("shop-dev", None, ("deleted the stack",)), deletion=Deletion("shop-dev", GOES, STAYS, LOST)
    ),
    "recovered to nothing": report(Recovered("shop-dev", None, ())),
    "drift": report(DRIFTED),
    "no drift": report(Drifted("shop-dev", 2, ())),
    "releases": report(LISTED),
    "no releases": report(Listed("shop-dev", ())),
    "ran": report(RAN),
    "ran badly": report(replace(RAN, exit_code=3)),
    "a shell": report(Ran("shop-dev-api", "api", "arn:task/shop/12", 0, through="aws ecs execute-command")),
    "logged": report(Logged("shop-dev-api", "api", "shop-dev-api-LogGroup-1", 1200)),
    "routed": report(Routed("shop-dev", "lb.example.com", (ANSWERED,), held=False)),
    "routed otherwise": report(Routed("shop-dev", "lb.example.com", (ANSWERED, NOT_KNOWN), held=True)),
    "failed": report(FAILURE, reviewed=REVIEWED, cause=CAUSE, layers=LAYERS),
    "failed deletion": report(FAILURE, deletion=Deletion("shop-dev", GOES, STAYS), cause=CAUSE),
    "nothing sent": report(NOTHING_SENT),
    "no environment": Report(NOTHING_SENT),
}

_texts = st.text(max_size=40) | st.sampled_from([HOSTILE, "", "[1, 2]", '{"a": {"b": 1}}', "two\nlines", "ascii"])
_values = st.none() | _texts
_properties = st.builds(
    PropertyChange,
    name=_texts,
    before=_values,
    after=_values,
    known=st.booleans(),
    certain=st.booleans(),
    recreation=st.sampled_from(RequiresRecreation),
    cause=_values,
)


# Strategies of what exists at the root, built once for all examples; `_below` puts what is drawn in its place.
_resources = st.lists(
    st.builds(
        ResourceChange,
        path=_texts.map(ROOT.__truediv__),
        type=_texts,
        kind=st.sampled_from(Kind),
        physical_id=_values,
        policy=st.sampled_from([None, "Retain", "ReplaceAndDelete"]),
        properties=st.lists(_properties, max_size=3).map(tuple),
        guard=_values,
        local=st.booleans(),
        certain=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda change: change.path,
).map(tuple)
_folded = st.lists(st.builds(Folded, st.just(ROOT / "F"), _texts, st.tuples(_texts)), max_size=2).map(tuple)


def _layers(below: st.SearchStrategy[tuple[LayerReview, ...]]) -> st.SearchStrategy[LayerReview]:
    return st.builds(
        LayerReview,
        path=st.just(ROOT),
        kind=st.sampled_from([None, Kind.ADDED]),
        resources=_resources,
        folded=_folded,
        layers=below,
    )


def _named(one: st.SearchStrategy[LayerReview]) -> st.SearchStrategy[tuple[LayerReview, ...]]:
    """Up to three layers of different names."""
    pairs = st.lists(st.tuples(_texts, one), max_size=3, unique_by=lambda pair: pair[0])
    return pairs.map(lambda pairs: tuple(_below(ROOT / name, layer) for name, layer in pairs))


def _below(path: ResourcePath, layer: LayerReview) -> LayerReview:
    return replace(
        layer,
        path=ResourcePath(path + layer.path),
        resources=tuple(replace(change, path=ResourcePath(path + change.path)) for change in layer.resources),
        folded=tuple(replace(folded, path=ResourcePath(path + folded.path)) for folded in layer.folded),
        layers=tuple(_below(path, below) for below in layer.layers),
    )


# Any tree of layers, three deep at most.
_trees = _layers(_named(_layers(_named(_layers(st.just(()))))))
_local = st.none() | st.builds(Local, st.tuples(_texts), st.tuples(_texts))
_answers = st.tuples(st.tuples(_texts, _texts))
_failures = st.builds(Failure, _texts, _texts, st.tuples(_texts), _values, _values, st.booleans())
_declined = st.builds(Declined, st.just("shop-dev"), _texts)
_causes = st.none() | st.builds(Cause, st.tuples(_texts).map(ResourcePath), _texts, _texts, _texts)
_systems = st.sampled_from([None, SYSTEM])


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Any report that holds a review: planned, declined, deployed or failed."""
    review = Review(draw(_trees), (), draw(_local))
    reviewed = Reviewed("shop-dev", draw(st.booleans()), review, draw(_answers))
    reviewed_so: list[Ending] = [Planned("shop-dev", reviewed), Deployed(stack(), review, 1.0, ())]
    ending = draw(st.one_of(st.sampled_from(reviewed_so), _declined, _failures))
    cause = draw(_causes) if isinstance(ending, Failure) else None
    system = draw(_systems)
    return Report(ending, subject=SUBJECT, reviewed=reviewed, cause=cause, system=system)
