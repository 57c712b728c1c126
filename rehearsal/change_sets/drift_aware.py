"""Drift-aware change sets (DeploymentMode REVERT_DRIFT): the review starts from what resources really are.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
The members are those of ResourceChange and ResourceTargetDefinition in the API reference; no answer of
AWS's own has been seen, so the details beside them are an interpretation of those pages.
"""

from dataclasses import replace
from typing import Any

from rehearsal.change_sets.planning.change_rows import Row
from rehearsal.change_sets.planning.planner import Plan, plan
from rehearsal.drift.detection import property_differences
from rehearsal.properties.live_properties import live_properties, supports_drift
from rehearsal.state.events import iso, properties_text
from rehearsal.state.stacks import Stack, StackResource, Target
from rehearsal.state.world import World


def drift_aware_plan(world: World, stack: Stack, target: Target) -> Plan:
    """What executing the target would do to the stack as it really is."""
    live = {
        name: live_properties(world, stack, entry)
        for name, entry in stack.resources.items()
        if supports_drift(world, stack, entry)
    }
    real = {name: _as_it_is(entry, live.get(name, entry.properties)) for name, entry in stack.resources.items()}
    actual_plan = plan(world, replace(stack, resources=real), target, nested=False, importing=False)
    ordinary = plan(world, stack, target, nested=False, importing=False)
    drifted = {
        name: _Drift(world, stack, stack.resources[name], actual)
        for name, actual in live.items()
        if actual != stack.resources[name].properties
    }
    for rows, others in ((actual_plan.plain, ordinary.plain), (actual_plan.valued, ordinary.valued)):
        _annotate(rows, drifted)
        rows += _synchronised(rows, others, drifted)
        rows.sort(key=lambda row: row["ResourceChange"]["LogicalResourceId"])
    return actual_plan


def _as_it_is(entry: StackResource, actual: dict[str, Any] | None) -> StackResource:
    return replace(entry, physical_id="") if actual is None else replace(entry, properties=actual)


class _Drift:
    """One resource that has drifted, and by its path the drift of each property, as a change's target shows it."""

    def __init__(self, world: World, stack: Stack, entry: StackResource, actual: dict[str, Any] | None) -> None:
        kind = world.kind(stack.region, entry.type)
        self.entry = entry
        self.status = "DELETED" if actual is None else "MODIFIED"
        property_drifts = [] if actual is None else property_differences(kind, entry.properties, actual)
        now = iso(world.clock.now())
        self.by_path = {
            f"/Properties{drift['PropertyPath']}": {
                "PreviousValue": drift["ExpectedValue"],
                "ActualValue": drift["ActualValue"],
                "DriftDetectionTimestamp": now,
            }
            for drift in property_drifts
        }


def _annotate(rows: list[Row], drifted: dict[str, _Drift]) -> None:
    for row in rows:
        change = row["ResourceChange"]
        drift = drifted.get(change["LogicalResourceId"])
        if drift is None:
            continue
        change["ResourceDriftStatus"] = drift.status
        if "AfterContext" in change:
            change["PreviousDeploymentContext"] = properties_text({"Properties": drift.entry.properties})
        for detail in change["Details"]:
            target = detail["Target"]
            if "Path" in target:
                target |= {"BeforeValueFrom": "ACTUAL_STATE", "AfterValueFrom": "TEMPLATE"}
                property_drift = drift.by_path.get(target["Path"])
                detail["Target"] = target | ({"Drift": property_drift} if property_drift else {})


def _synchronised(rows: list[Row], ordinary: list[Row], drifted: dict[str, _Drift]) -> list[Row]:
    """Resources that need no change because the template has come to say what they already are."""
    named = {row["ResourceChange"]["LogicalResourceId"] for row in rows}
    synchronised_rows = []
    for row in ordinary:
        change = row["ResourceChange"]
        drift = drifted.get(change["LogicalResourceId"])
        if drift is None or drift.entry.logical_id in named or change["Action"] != "Modify":
            continue
        kept = {key: value for key, value in change.items() if key not in ("Replacement", "PolicyAction")}
        details = [
            detail | {"ChangeSource": "NoModification", "Target": _unchanged(detail["Target"])}
            for detail in change["Details"]
        ]
        synchronised = {"Action": "SyncWithActual", "ResourceDriftStatus": drift.status, "Details": details}
        synchronised_rows.append({"Type": "Resource", "ResourceChange": kept | synchronised})
    return synchronised_rows


def _unchanged(target: Row) -> Row:
    return target | ({"AttributeChangeType": "SyncWithActual"} if "Path" in target else {})
