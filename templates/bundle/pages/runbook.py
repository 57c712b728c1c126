"""RUNBOOK.md: one page for all environments of a bundle; each has a chapter with its own names."""

from collections.abc import Callable, Iterable, Sequence

from cloudformation.environment.delivery.release_stamp import Stamp
from templates.bundle.deployables import Deployable
from templates.bundle.files import BundleFile, text_file
from templates.bundle.pages.alarms import alarms
from templates.bundle.pages.inside import logs, shell
from templates.bundle.pages.leaving import deleting
from templates.bundle.pages.markdown import Lines, bullets, commands, heading, link, paragraph, table
from templates.bundle.pages.parameters import parameters
from templates.bundle.pages.rotations import rotating
from templates.bundle.pages.stack_facts import StackFacts, path_of, variable
from templates.bundle.pages.stuck import stuck
from templates.bundle.pages.tasks import changing, deploying, going_back, looking, scaling, verifying

RUNBOOK = "RUNBOOK.md"
_PARTS: Sequence[Callable[[StackFacts], Lines]] = (
    *(looking, verifying, deploying, changing, going_back, scaling),
    *(logs, shell, rotating, alarms, stuck, deleting),
)


def runbook_file(deployables: Iterable[Deployable], stamp: Stamp) -> BundleFile:
    """The page; `deployables` are the platform of each environment, and behind it its services."""
    stacks = list(_facts(deployables))
    lines = heading(1, "Runbook")
    lines += paragraph(
        f"Release {stamp.version}, commit {stamp.commit}. This page is part of the bundle: `bin/deploy.sh` "
        "refuses the bundle if it is changed."
    )
    lines += _before(stacks)
    for facts in stacks:
        lines += _chapter(facts)
    lines += heading(2, "Parameters")
    lines += parameters(stacks)
    return text_file(RUNBOOK, "\n".join(lines).rstrip("\n") + "\n")


def _facts(deployables: Iterable[Deployable]) -> Iterable[StackFacts]:
    platform: StackFacts | None = None
    for one in deployables:
        if one.environment.service is None:
            platform = StackFacts(one)
            yield platform
        else:
            yield StackFacts(one, platform)


def _before(stacks: Sequence[StackFacts]) -> Lines:
    """Which chapter is whose, and what every command needs."""
    rows = [
        [link(facts.title), f"`{facts.stack}`", f"`{facts.one.environment.account}`", facts.region] for facts in stacks
    ]
    lines = table(["Chapter", "Stack", "Account", "Region"], rows)
    lines += bullets(
        [
            "Run every command in the folder of the bundle, with AWS credentials of the account. Version 1 or version"
            " 2 of the AWS CLI is needed.",
            "Run the first block of a chapter first, in the same shell: the other blocks use the variables that "
            "it sets.",
            "Each environment has its own chapter, with its own names: never use a command from another chapter.",
            "`bin/deploy.sh` asks before it changes anything, and shows the next command at the end. It refuses "
            "any other"
            " account or Region.",
            "`status` and `plan` change nothing: you can always run them.",
        ]
    )
    return lines


def _chapter(facts: StackFacts) -> Lines:
    lines = heading(2, facts.title)
    lines += _sought(facts)
    lines += _begin(facts)
    for part in _PARTS:
        lines += part(facts)
    return lines


def _sought(facts: StackFacts) -> Lines:
    rows = [
        ["An alarm is in ALARM state", link(f"{facts.title}: alarms")],
        [
            "A status with `FAILED` or `ROLLBACK`, or an operation that does not end",
            link(f"{facts.title}: the stack is stuck"),
        ],
        ["The new release has a problem", link(f"{facts.title}: go back to an earlier bundle")],
        ["Slow answers, too many requests", link(f"{facts.title}: scale")],
        ["The problem is unknown", link(f"{facts.title}: check the status")],
    ]
    return table(["What you see", "Go to"], [row for row in rows if "scale" not in row[1] or facts.has_tasks])


def _begin(facts: StackFacts) -> Lines:
    lines = heading(3, f"{facts.title}: begin here")
    lines += paragraph("Check the account, and set the names that CloudFormation generated:")
    lines += commands(
        f"export AWS_REGION={facts.region} AWS_DEFAULT_REGION={facts.region} AWS_PAGER=",
        "aws sts get-caller-identity --query Account --output text",
        "# physical PATH: the physical ID of a resource, by its path through the nested stacks.",
        "physical() {",
        f"  id={facts.stack}",
        "  for part in $(echo \"$1\" | tr / ' '); do",
        '    id=$(aws cloudformation describe-stack-resource --stack-name "$id" --logical-resource-id "$part" '
        f"--region {facts.region} --query StackResourceDetail.PhysicalResourceId --output text) || return",
        "  done",
        '  echo "$id"',
        "}",
        *(f"{variable(one)[1:]}=$(physical {path_of(one)})" for one in facts.named()),
    )
    account = facts.one.environment.account
    return lines + paragraph(
        f"The account must be `{account}`. If a resource does not exist, the AWS CLI shows an error and its "
        "variable is empty.",
        "In the console, account and Region are at the top right.",
        facts.console(*facts.in_console, "Resources"),
    )
