"""IAM roles of stacks, with their trust and the policies that the roles themselves name."""

from typing import Any

from cloudformation.scalars import text_of
from rehearsal.neighbours.made.played_type import (
    PlayedType,
    changed,
    document_text,
    dropped_tags,
    has_new_tags,
    tag_list,
)
from rehearsal.neighbours.service_calls import ServiceCalls
from rehearsal.state.services import Made


def _make(call: ServiceCalls, made: Made) -> None:
    given, seconds = made.properties, made.properties.get("MaxSessionDuration")
    call(
        "iam",
        "CreateRole",
        RoleName=made.physical_id,
        Path=given.get("Path"),
        AssumeRolePolicyDocument=document_text(given.get("AssumeRolePolicyDocument", {})),
        Description=given.get("Description"),
        MaxSessionDuration=None if seconds is None else int(text_of(seconds)),
        PermissionsBoundary=given.get("PermissionsBoundary"),
        Tags=tag_list(made) or None,
    )
    _give_id(call, made)


def _give_id(call: ServiceCalls, made: Made) -> None:
    roles = call.backend("iam").roles
    kept, wanted = _find(call.backend("iam"), made.physical_id), made.attributes.get("RoleId")
    if kept is not None and wanted:
        roles[wanted] = roles.pop(kept.id)
        kept.id = wanted


def _settle(call: ServiceCalls, made: Made, before: Made | None) -> None:
    name = made.physical_id
    if before and changed(before, made, "AssumeRolePolicyDocument"):
        document = document_text(made.properties.get("AssumeRolePolicyDocument", {}))
        call("iam", "UpdateAssumeRolePolicy", RoleName=name, PolicyDocument=document)
    if before and changed(before, made, "Description", "MaxSessionDuration"):
        seconds = int(text_of(made.properties.get("MaxSessionDuration", 3600)))
        description = made.properties.get("Description", "")
        call("iam", "UpdateRole", RoleName=name, Description=description, MaxSessionDuration=seconds)
    _settle_policies(call, made, before)
    if dropped := dropped_tags(before, made):
        call("iam", "UntagRole", RoleName=name, TagKeys=dropped)
    if has_new_tags(before, made):
        call("iam", "TagRole", RoleName=name, Tags=tag_list(made))


def _settle_policies(call: ServiceCalls, made: Made, before: Made | None) -> None:
    name = made.physical_id
    old, new = _inline(before), _inline(made)
    for policy in old.keys() - new.keys():
        call("iam", "DeleteRolePolicy", RoleName=name, PolicyName=policy)
    for policy, document in new.items():
        if old.get(policy) != document:
            call("iam", "PutRolePolicy", RoleName=name, PolicyName=policy, PolicyDocument=document)
    attached, wanted = _attached(before), _attached(made)
    for arn in sorted(attached - wanted):
        call("iam", "DetachRolePolicy", RoleName=name, PolicyArn=arn)
    for arn in sorted(wanted - attached):
        _know(call, arn)
        call("iam", "AttachRolePolicy", RoleName=name, PolicyArn=arn)


def _know(call: ServiceCalls, arn: str) -> None:
    """A policy of AWS's own can be attached: moto reads all of them, or none. Its document is AWS's to know."""
    from moto.iam.models import AWSManagedPolicy

    kept = call.backend("iam").managed_policies
    path, is_own, name = arn.partition(":iam::aws:policy")[2].rpartition("/")
    if is_own and arn not in kept:
        dates = {"CreateDate": "2015-02-06T18:39:46+00:00", "UpdateDate": "2015-02-06T18:39:46+00:00"}
        data = {"DefaultVersionId": "v1", "Path": f"{path}/", "Document": {}} | dates
        kept[arn] = AWSManagedPolicy.from_data(name, call.account, call.region, data)


def _inline(made: Made | None) -> dict[str, str]:
    policies = made.properties.get("Policies", ()) if made else ()
    return {text_of(policy["PolicyName"]): document_text(policy["PolicyDocument"]) for policy in policies}


def _attached(made: Made | None) -> set[str]:
    return {text_of(arn) for arn in made.properties.get("ManagedPolicyArns", ())} if made else set()


def _remove(call: ServiceCalls, made: Made) -> None:
    """Policies that other resources attached go with the role, whenever these are deleted."""
    roles = call.backend("iam").roles
    kept = _find(call.backend("iam"), made.physical_id)
    if kept is not None:
        del roles[kept.id]


def _find(backend: Any, name: str) -> Any:
    return next((role for role in backend.roles.values() if role.name == name), None)


ROLE = PlayedType("iam", _make, _settle, _remove, _find)
