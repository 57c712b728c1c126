"""The role that CloudFormation works as in one environment: a stack of its own, which the account's owner makes once.

Its policies attach themselves to the role, and each is called after what it says. So an update of this stack makes and
attaches every policy that is new before it detaches, as its cleanup, any that is no more: at no moment does the role
lack what both the old and the new template give it. A policy that is changed in place would, where an action moves from
one to another. An existing role gets the same policies, and keeps its own.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from troposphere import Equals, GetAtt, If, Output, Ref, Sub, Template
from troposphere.iam import ManagedPolicy, Role

from cloudformation.environment.environment_file import Environment
from templates.parts.document import document
from templates.parts.parameters import BOUNDARY, given, is_given, optional, permissions_boundary_arn
from templates.parts.policies import trusted_by

_LONGEST_NAME = 64

# Conditions
CREATE_ROLE = "CreateRole"

existing_role_name = optional(
    "ExistingRoleName",
    "Existing role that gets the policies, for example one that was created manually. It keeps its own, and its trust. "
    "Empty: a role is created.",
    r"[A-Za-z0-9_+=,.@-]{1,64}",
    "the name of an IAM role",
)


def template(environment: Environment, policies: Sequence[Mapping[str, Any]]) -> Template:
    """Give the template of an environment's role, whose policies these are."""
    role = _role(environment)
    return document(
        f"What CloudFormation works as in environment {environment.name}: a role and its policies. Create it once, by "
        "hand, and update it where it changed, before what needs it: docs/deploying.md.",
        parameters=[existing_role_name, permissions_boundary_arn],
        conditions={
            CREATE_ROLE: Equals(Ref(existing_role_name), ""),
            BOUNDARY: is_given(permissions_boundary_arn),
        },
        resources=[role, *(_policy(environment, role, policy) for policy in policies)],
        outputs=[
            Output(
                "RoleArn",
                Description=f"ARN of the role: what role of params/{environment.name}.yaml names.",
                Value=If(
                    CREATE_ROLE,
                    GetAtt(role, "Arn"),
                    Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/${{{existing_role_name.title}}}"),
                ),
            )
        ],
    )


def _role(environment: Environment) -> Role:
    """Called as the environment's file names it. It must not begin as its stack does: such roles it may change."""
    _, _, named = (environment.role or "").partition(":role/")
    path, _, name = named.rpartition("/")
    return Role(
        "Role",
        Condition=CREATE_ROLE,
        Description=f"What CloudFormation works as in environment {environment.name}.",
        RoleName=name or f"cloudformation-{environment.stack}"[:_LONGEST_NAME],
        Path=f"/{path}/" if path else "/",
        AssumeRolePolicyDocument=trusted_by("cloudformation"),
        PermissionsBoundary=given(BOUNDARY, Ref(permissions_boundary_arn)),
    )


def _policy(environment: Environment, role: Role, policy: Mapping[str, Any]) -> ManagedPolicy:
    number = crc32(json.dumps(policy, sort_keys=True).encode())
    return ManagedPolicy(
        f"Resources{number:08X}",
        Description=f"What CloudFormation does with the resources of environment {environment.name}, or a part of it.",
        Roles=[If(CREATE_ROLE, Ref(role), Ref(existing_role_name))],
        PolicyDocument=policy,
    )
