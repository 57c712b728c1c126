"""The review as people see it, at 80 columns and without colour."""

from dataclasses import replace

import pytest

from cloudformation.statuses import RequiresRecreation
from deployment.report.tree import review_text
from deployment.review.review import Folded, Kind, LayerReview, OutputChange, Review
from deployment.run.telling import Reviewed
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.facts import an_update, changed, resource
from tests.deployment.report.examples import COMPARED


def _lines(reviewed: Reviewed) -> list[str]:
    shown = review_text(reviewed, 80, colour=False).splitlines()
    assert all(len(line) <= 80 for line in shown)
    return [line.rstrip() for line in shown]


def test_one_changed_property_is_one_line_and_unchanged_layers_are_one_more() -> None:
    reviewed = an_update(
        resource("App", "Service", properties=(changed(),)),
        folded=(Folded(ResourcePath(("App", "Rule")), "AWS::X", ("Alb.Arn", "Network.VpcId")),),
    )
    assert _lines(reviewed) == [
        "shop-dev: update, 1 changed in place",
        "├── App",
        "│   ├── ~ Service  changed in place  AWS::ECS::Service",
        "│   │   └── DesiredCount: 2 -> 3",
        "│   └── Rule: no change; listed because not known yet: Alb.Arn, Network.VpcId",
        "└── Network: unchanged",
        "--set for this run only: DesiredCount=3",
        "1 more listed in unchanged nested stacks do not change: they read outputs that",
        "stay the same.",
    ]


def test_what_was_compared_here_is_marked_so_and_doubts_are_said() -> None:
    lines = _lines(COMPARED)
    assert lines[:5] == [
        "shop-dev: update, 1 added, 1 may be replaced, 1 removed",
        "├── -/+? Gone  may be replaced  AWS::CloudFormation::Stack",
        "└── App  (compared here)",
        "    ├── - Table  perhaps removed  AWS::ECS::Service",
        "    └── + New  perhaps added  AWS::ECS::Service",
    ]
    assert " ".join(lines[5:7]) == (
        "Below the root this is a local comparison of templates and parameters, not CloudFormation's own result:"
    )


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        (Kind.ADDED, "+ Service  AWS::ECS::Service"),
        (Kind.REMOVED, "- Service  removed  AWS::ECS::Service"),
        (Kind.REPLACED, "-/+ Service  replaced  AWS::ECS::Service"),
        (Kind.MAY_BE_REPLACED, "-/+? Service  may be replaced  AWS::ECS::Service"),
        (Kind.IMPORTED, "> Service  imported  AWS::ECS::Service"),
    ],
)
def test_every_fate_has_a_mark_and_a_word(kind: Kind, mark: str) -> None:
    assert f"│   └── {mark}" in _lines(an_update(resource("App", "Service", kind=kind)))


def test_what_is_kept_is_told() -> None:
    reviewed = an_update(resource("App", "Log", kind=Kind.REMOVED, policy="Retain"))
    assert "│   └── - Log  removed (Retain)  AWS::ECS::Service" in _lines(reviewed)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            changed("VpcId", "vpc-1", None, known=False, recreation=RequiresRecreation.ALWAYS, cause="Network.VpcId"),
            "VpcId: vpc-1 -> new Network.VpcId  (forces replacement)",
        ),
        (changed("Id", "a", None, known=False, certain=False, cause="X"), "Id: a -> perhaps a new X"),
        (changed("Id", "a", None, known=False), "Id: a -> new value, known after execution"),
        (changed("Id", "a", None), "Id: a -> (removed)"),
        (changed("Id", None, "b"), "Id: (not set) -> b"),
        (changed("Id", "", "b"), "Id: '' -> b"),
        (
            changed("Id", "a", "b", recreation=RequiresRecreation.CONDITIONALLY),
            "Id: a -> b  (may force replacement)",
        ),
        (changed("Id", "a\x1b", "b"), "Id: a\\x1b -> b"),
    ],
)
def test_a_property_is_told_before_and_after(change: object, line: str) -> None:
    reviewed = an_update(resource("App", "Service", properties=(change,)))  # type: ignore[arg-type]
    assert f"│       └── {line}" in _lines(reviewed)


def test_a_value_without_end_is_cut() -> None:
    reviewed = an_update(resource("App", "Service", properties=(changed("Body", "x" * 1000, "y"),)))
    assert "x..." in "".join(_lines(reviewed))


def test_a_new_stack_is_told_layer_by_layer() -> None:
    layer = LayerReview(ResourcePath(("App",)), Kind.ADDED, (resource("App", "Service", kind=Kind.ADDED),), (), ())
    reviewed = Reviewed("shop-dev", True, Review(LayerReview(ROOT, None, (), (), (layer,)), ()), ())
    assert _lines(reviewed) == [
        "shop-dev: create, 1 added",
        "└── App  added, 1 resource",
        "    └── + Service  AWS::ECS::Service",
    ]


def test_a_change_of_text_alone_is_named() -> None:
    reviewed = Reviewed(
        "shop-dev", False, Review(LayerReview(ROOT, None, (), (), ()), (ROOT, ResourcePath(("App",)))), ()
    )
    assert _lines(reviewed) == [
        "shop-dev: update, no resource changes",
        "only text that no resource uses changes, in: root, App",
    ]


def test_colour_adds_codes_and_changes_no_word() -> None:
    import re

    reviewed = an_update(resource("App", "Service", kind=Kind.REPLACED, properties=(changed(),)))
    coloured = review_text(reviewed, 80, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == review_text(reviewed, 80, colour=False)


def test_an_arn_is_told_as_it_is_whatever_stands_between_its_colons() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-1"
    output = OutputChange(ROOT / "SecretArn", arn, None, known=False, certain=False)
    reviewed = an_update(resource("App", "Service"))
    lines = _lines(replace(reviewed, review=replace(reviewed.review, outputs=(output,))))
    assert arn in "".join(line.strip() for line in lines)
