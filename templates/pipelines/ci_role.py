"""The roles that GitHub Actions assumes to plan and to deploy: a separate stack; the account's owner creates it once.

Two roles an environment. Only jobs of one repository in one of its environments can assume each, with a token that
GitHub signs, so that no key is stored. Both have the deployer policy of the environment; the one for
plans is denied whatever executes. An environment of another account has none: one template serves every account.
https://docs.github.com/en/actions/reference/security/oidc
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from awacs.aws import Action, Allow, Condition, Deny, PolicyDocument, Principal, Statement, StringEquals
from awacs.sts import AssumeRoleWithWebIdentity
from troposphere import AccountId, Equals, GetAtt, If, Output, Parameter, Ref, Sub, Template
from troposphere.iam import ManagedPolicy, OIDCProvider, Role

from templates.parts.document import document
from templates.parts.parameters import BOUNDARY, given, is_given, optional, permissions_boundary_arn
from templates.parts.policies import document as policy_document
from templates.parts.policies import inline
from templates.parts.policy_parts import Document
from templates.parts.wiring import WiringError

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
# Three hours, in seconds: with credentials that expire before the deployment ends, its result cannot be read.
LONGEST_DEPLOYMENT = 10800
PLAN = "-plan"
# What a plan needs beside what only reads: a change set, the templates that it names, the role that it names.
_PLANNING = {
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "iam:PassRole",
    "s3:PutObject",
}
_READING = re.compile(r"\w+:(Batch)?(Describe|Get|List|Simulate)\w*")

# Conditions
CREATE_PROVIDER = "CreateOidcProvider"

repository = Parameter(
    "Repository",
    Type="String",
    Description=(
        "The repository whose jobs may assume the roles, as OWNER/NAME: what follows repo: in the subject of its "
        "tokens."
    ),
    AllowedPattern="^[A-Za-z0-9_.@-]+/[A-Za-z0-9_.@-]+$",
    ConstraintDescription="OWNER/NAME, without a wildcard",
)
oidc_provider_arn = optional(
    "OidcProviderArn",
    "GitHub's identity provider, where the account has it already: it can have it once. Empty: it is created, and "
    "stays when this stack is deleted.",
    rf"arn:aws[a-z-]*:iam::[0-9]{{12}}:oidc-provider/{re.escape(ISSUER)}",
    f"the ARN of an identity provider for {ISSUER}",
)


class Deployer(NamedTuple):
    """An environment by its name, its account, and its deployer policies: most have one."""

    environment: str
    account: str
    policies: Sequence[Document]


class _Names(NamedTuple):
    """How an environment is called in the template."""

    environment: str
    logical_id: str

    @property
    def parameter(self) -> Parameter:
        """The environment as GitHub calls it."""
        return Parameter(
            f"{self.logical_id}Environment",
            Type="String",
            Description=(
                f"GitHub's environment whose jobs deploy {self.environment}: protect it. That of its plans has {PLAN} "
                "behind the name."
            ),
            Default=self.environment,
            AllowedPattern="^[A-Za-z0-9_.-]+$",
            ConstraintDescription="letters, digits, hyphens, underscores and dots",
        )


def template(deployers: Sequence[Deployer]) -> Template:
    """Give the template with the roles of all environments, each under the condition that the account is its own.

    Raises WiringError where jobs that only plan could take a role that deploys.
    """
    _refuse_clash({deployer.environment for deployer in deployers})
    named = list(zip(deployers, _names(deployer.environment for deployer in deployers), strict=True))
    accounts = dict.fromkeys(deployer.account for deployer in deployers)
    return document(
        "What GitHub Actions takes to deploy: an identity provider, and two roles for each environment of this "
        "account. Create it once, by hand: docs/ci.md.",
        parameters=[
            repository,
            *(name.parameter for _, name in named),
            oidc_provider_arn,
            permissions_boundary_arn,
        ],
        conditions={
            CREATE_PROVIDER: Equals(Ref(oidc_provider_arn), ""),
            BOUNDARY: is_given(permissions_boundary_arn),
            **{_in_account(account): Equals(AccountId, account) for account in accounts},
        },
        resources=[_PROVIDER, *(resource for one, name in named for resource in _resources(one, name))],
        outputs=[output for one, name in named for output in _outputs(one, name)],
    )


def _refuse_clash(environments: Collection[str]) -> None:
    for environment in sorted(environments):
        if (clash := f"{environment}{PLAN}") in environments:
            raise WiringError(
                f"params/{clash}.yaml: GitHub's environment {clash} is that of the plans of {environment}, which nobody"
                f" approves: its jobs could take the role that deploys {clash}; give the environment another name"
            )


# Others may have come to rely on it, and an account has one provider of a URL.
_PROVIDER = OIDCProvider(
    "OidcProvider",
    Condition=CREATE_PROVIDER,
    DeletionPolicy="Retain",
    UpdateReplacePolicy="Retain",
    Url=f"https://{ISSUER}",
    ClientIdList=[AUDIENCE],
)


def logical_ids(environments: Iterable[str]) -> dict[str, str]:
    """How each environment is called in the template: the start of its roles' outputs."""
    return {name.environment: name.logical_id for name in _names(environments)}


def _names(environments: Iterable[str]) -> Iterator[_Names]:
    """A logical id for each environment: `eu-prod` is EuProd; what would be called as another gets a number."""
    taken: set[str] = set()
    for environment in environments:
        plain = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", environment))
        numbered = (f"{plain}{number or ''}" for number in range(len(taken) + 1))
        logical_id = next(name for name in numbered if name not in taken)
        taken.add(logical_id)
        yield _Names(environment, logical_id)


def _in_account(account: str) -> str:
    return f"InAccount{account}"


def _resources(one: Deployer, name: _Names) -> list[ManagedPolicy | Role]:
    policies = [
        ManagedPolicy(
            f"{name.logical_id}Deployer{number if number > 1 else ''}",
            Condition=_in_account(one.account),
            Description=f"What deploy.py calls in environment {one.environment}.",
            PolicyDocument=policy,
        )
        for number, policy in enumerate(one.policies, start=1)
    ]
    return [*policies, _plan_role(one, name, policies), _deploy_role(one, name, policies)]


def _plan_role(one: Deployer, name: _Names, policies: Sequence[ManagedPolicy]) -> Role:
    """Takes the same policies, so that a plan sees what a deployment does, and can execute nothing."""
    executes = Statement(Sid="ExecutesNothing", Effect=Deny, Action=list(_executing(one.policies)), Resource=["*"])
    return Role(
        f"{name.logical_id}PlanRole",
        Condition=_in_account(one.account),
        Description=f"Plans environment {one.environment} from GitHub Actions.",
        AssumeRolePolicyDocument=_trust(PLAN, name),
        ManagedPolicyArns=list(map(Ref, policies)),
        Policies=[inline("executes-nothing", executes)],
        PermissionsBoundary=given(BOUNDARY, Ref(permissions_boundary_arn)),
    )


def _deploy_role(one: Deployer, name: _Names, policies: Sequence[ManagedPolicy]) -> Role:
    return Role(
        f"{name.logical_id}DeployRole",
        Condition=_in_account(one.account),
        Description=f"Deploys environment {one.environment} from GitHub Actions.",
        MaxSessionDuration=LONGEST_DEPLOYMENT,
        AssumeRolePolicyDocument=_trust("", name),
        ManagedPolicyArns=list(map(Ref, policies)),
        PermissionsBoundary=given(BOUNDARY, Ref(permissions_boundary_arn)),
    )


def _executing(policies: Iterable[Document]) -> Iterator[Action]:
    """Whatever policies allow that neither reads nor plans: what is added to them one day, too."""
    allowed = {
        action
        for policy in policies
        for statement in policy["Statement"]
        if statement["Effect"] == Allow
        for action in statement["Action"]
    }
    for text in sorted(allowed):
        if text not in _PLANNING and not _READING.fullmatch(text):
            yield Action(*text.split(":"))


def _trust(suffix: str, name: _Names) -> PolicyDocument:
    """Lets jobs of the repository take a role that run in the environment, and no pull request of anybody.

    GitHub puts a job's environment into the subject in place of its branch: which branches may use the environment is
    one of its protection rules.
    """
    provider = If(CREATE_PROVIDER, GetAtt(_PROVIDER, "Arn"), Ref(oidc_provider_arn))
    subject = Sub(f"repo:${{{repository.title}}}:environment:${{{name.parameter.title}}}{suffix}")
    return policy_document(
        Statement(
            Effect=Allow,
            Principal=Principal("Federated", provider),
            Action=[AssumeRoleWithWebIdentity],
            Condition=Condition(StringEquals({f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": subject})),
        )
    )


def _outputs(one: Deployer, name: _Names) -> Iterator[Output]:
    for kind, verb, suffix in (("Plan", "plans", PLAN), ("Deploy", "deploys", "")):
        yield Output(
            f"{name.logical_id}{kind}RoleArn",
            Condition=_in_account(one.account),
            Description=(
                f"ARN of the role that {verb} {one.environment}: the variable AWS_ROLE_ARN of GitHub's environment "
                f"{one.environment}{suffix}."
            ),
            Value=GetAtt(f"{name.logical_id}{kind}Role", "Arn"),
        )
