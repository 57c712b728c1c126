"""What may hold a secret that is not known is masked by where it stands, and sought from then on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cloudformation.parameters.declarations import MASK
from deployment.report.masking import Masking, masked_names
from deployment.review.review import Kind
from deployment.review.secret_places import SecretPlaces
from deployment.run.outcome import Deleted, PropertyDrift, ResourceDrift, Unchanged
from deployment.run.telling import Deletion, Progress
from deployment.stack.events import Event
from deployment.stack.stack import Output
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.facts import stack
from tests.deployment.report.examples import resource
from tests.deployment.shapes import START, stack_arn

_TOPIC, _OTHER, _GONE = (ResourcePath((name,)) for name in ("Topic", "Other", "Gone"))
_ROOT: dict[str, Any] = {
    "Parameters": {"Password": {"NoEcho": True}},
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Password"}, "Plain": "x"}},
        "Other": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "other"}},
    },
    "Outputs": {"Url": {"Value": {"Ref": "Password"}}, "Open": {"Value": "open"}},
}
_ARN = "arn:aws:sns:eu-west-1:111122223333:old-name"


def _masking(*sides: dict[str, Any]) -> Masking:
    masking = Masking()
    for side in sides or (_ROOT,):
        masking.add_places(SecretPlaces({ROOT: side}))
    return masking


def _outputs(masking: Masking, **values: str) -> dict[str, str]:
    outputs = tuple(Output(name, value, None) for name, value in values.items())
    masked = masking.masked(Unchanged(replace(stack(), outputs=outputs)))
    return {output.name: output.value for output in masked.stack.outputs}


def _event(path: ResourcePath, physical_id: str, reason: str | None = None) -> Event:
    return Event("1", START, stack_arn(), path, "AWS::X", physical_id, "X", reason, of_stack=False, properties="{}")


def test_outputs_are_masked_by_what_they_read_and_where_nothing_is_known_of_them() -> None:
    assert _outputs(_masking(), Url="u", Open="open", Unknown="v") == {"Url": MASK, "Open": "open", "Unknown": MASK}


def test_what_either_side_tells_of_an_output_is_enough() -> None:
    before = {**_ROOT, "Outputs": {"Open": {"Value": {"Ref": "Password"}}, "Old": {"Value": "x"}}}
    masked = _outputs(_masking(_ROOT, before), Url="u", Open="open", Old="shown")
    assert masked == {"Url": MASK, "Open": MASK, "Old": "shown"}


def test_without_a_secret_nothing_is_masked() -> None:
    masking = _masking({"Outputs": {}})
    assert _outputs(masking, Any="value") == {"Any": "value"}
    assert masking.masked(_event(_GONE, "id-of-it")).physical_id == "id-of-it"


def test_physical_ids_are_masked_wherever_they_are_told() -> None:
    masking = _masking()
    rows = tuple((path, "AWS::X", f"id-of-{path}") for path in (_TOPIC, _OTHER, _GONE))
    deletion = masking.masked(Deletion("shop-dev", rows, ((_GONE, "AWS::EC2::VPC", "vpc-0123456789abcdef0"),)))
    assert [physical for _, _, physical in deletion.goes] == [MASK, "id-of-Other", MASK]
    assert deletion.stays[0][2] == "vpc-0123456789abcdef0", "what AWS assigns is made of nothing that it was given"
    assert masking.masked(resource("Topic", Kind.CHANGED)).physical_id in (None, MASK)
    event = masking.masked(_event(_TOPIC, "t-old"))
    assert (event.physical_id, event.properties) == (MASK, MASK)
    shown = masking.masked(_event(_OTHER, "t-other"))
    assert (shown.physical_id, shown.properties) == ("t-other", "{}")


def test_drift_is_masked_property_by_property() -> None:
    differences = (PropertyDrift("TopicName/0", "a", None), PropertyDrift("Plain", "a", "b"))
    drift = _masking().masked(ResourceDrift(_TOPIC, "AWS::SNS::Topic", "t-old", False, differences))
    assert drift.physical_id == MASK
    assert drift.properties == (PropertyDrift("TopicName/0", MASK, None), PropertyDrift("Plain", "a", "b"))


def test_what_a_secret_place_held_is_masked_in_reasons_too() -> None:
    masking = _masking()
    masking.masked(_event(_TOPIC, _ARN))
    assert _outputs(masking, Url="https://u:old-word@h")["Url"] == MASK
    told = masking.masked(Progress("old-name exists already, see https://u:old-word@h"))
    assert told.text == f"{MASK} exists already, see {MASK}"


def test_of_what_nothing_is_known_nothing_is_learnt() -> None:
    masking = _masking()
    _outputs(masking, Unknown="shop-dev")
    assert masking.masked(Deleted("shop-dev", "arn", 1.0)).stack == "shop-dev"


def test_the_parameters_that_a_stack_hides_are_those_that_it_masks() -> None:
    assert masked_names({"A": MASK, "B": "b", "C": ""}) == {"A"}
