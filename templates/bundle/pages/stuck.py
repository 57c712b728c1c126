"""Every status of a stack and its recovery: the table of deploy.py, with commands for people without deploy.py."""

from cloudformation.environment.delivery.stack_recovery import ADVICE, RecoveryAction
from cloudformation.statuses import StackStatus
from templates.bundle.pages.markdown import Lines, bullets, commands, heading, link, paragraph, table
from templates.bundle.pages.stack_facts import CERTIFICATE, SERVICE, StackFacts, path_of

_HEADINGS = {
    RecoveryAction.WAIT: "an operation is in progress",
    RecoveryAction.DISCARD: "a change set without resources",
    RecoveryAction.DELETE: "a creation that failed",
    RecoveryAction.DELETE_AGAIN: "a deletion that failed",
    RecoveryAction.ROLL_BACK: "a failed update that was not rolled back",
    RecoveryAction.CONTINUE_ROLLBACK: "a rollback that failed",
    RecoveryAction.UNKNOWN: "an import that failed",
}


def stuck(facts: StackFacts) -> Lines:
    """The statuses, then a section for each recovery."""
    lines = heading(3, f"{facts.title}: the stack is stuck")
    lines += paragraph("Find the status of the stack in the table, then follow the link in its row.")
    lines += commands(facts.of_stack("describe-stacks", "--query 'Stacks[0].StackStatus' --output text"))
    lines += table(["Status", "What it means", "Recovery"], [_row(facts, status) for status in StackStatus])
    lines += paragraph(
        "Then find the **first** failure in the deepest nested stack. *Embedded stack was not created* and *Resource",
        "creation cancelled* are never the cause.",
    )
    lines += commands(
        facts.program("events"),
        facts.of_stack(
            "describe-stack-events",
            "--query \"StackEvents[?contains(ResourceStatus, 'FAILED')].[Timestamp,LogicalResourceId,"
            'ResourceStatusReason]" --output text',
        ),
    )
    lines += paragraph(facts.console(*facts.in_console, "Events"), "*Detect root cause* shows it.")
    for part in (_at_work, _discard, _delete, _delete_again, _roll_back, _continue, _import):
        lines += part(facts)
    return lines


def _row(facts: StackFacts, status: StackStatus) -> list[str]:
    advice = ADVICE[status]
    named = _HEADINGS.get(advice.action)
    way = link(f"{facts.title}: {named}") if named else "no recovery is needed: deploy"
    return [f"`{status.value}`", advice.why, way]


def _part(facts: StackFacts, action: RecoveryAction) -> Lines:
    return heading(4, f"{facts.title}: {_HEADINGS[action]}")


def _at_work(facts: StackFacts) -> Lines:
    lines = _part(facts, RecoveryAction.WAIT)
    lines += paragraph(
        "Follow the operation. No other operation can start until it ends; most operations end without help."
    )
    lines += commands(facts.program("events", "--follow"))
    lines += paragraph("If it takes more than an hour, find the resources in progress and what they wait for.")
    lines += commands(
        facts.of_stack(
            "describe-stack-resources",
            "--query \"StackResources[?contains(ResourceStatus, 'IN_PROGRESS')].[LogicalResourceId,Timestamp]\"",
        )
    )
    lines += bullets(_waits(facts))
    lines += paragraph(
        "**An update** (only in `UPDATE_IN_PROGRESS`) can be cancelled; it is then rolled back. A rollback and a "
        "cleanup",
        "cannot be cancelled: wait. A creation ends early only if you delete the stack.",
        "A service that does not become stable can delay a stack for up to three hours.",
    )
    lines += commands(facts.of_stack("cancel-update-stack"), when="cancel")
    return lines + paragraph(facts.console(*facts.in_console, "Stack actions", "Cancel update stack"))


def _waits(facts: StackFacts) -> Lines:
    waits = [
        f"`{path_of(one)}` waits for its validation record in the public hosted zone of the domain."
        for one in facts.of(CERTIFICATE)
    ]
    waits += [
        f"`{path_of(one)}` waits until its tasks are healthy; see {link(f'{facts.title}: logs')}."
        for one in facts.of(SERVICE)
    ]
    return waits or ["A resource waits for its own AWS service: see its page in the console."]


def _discard(facts: StackFacts) -> Lines:
    return [
        *_part(facts, RecoveryAction.DISCARD),
        *paragraph(
            "A change set was created and not executed; the stack has no resources. Deploy, or delete the empty "
            "stack. First",
            "make sure that nobody is reviewing the change set.",
        ),
        *commands(
            facts.of_stack("list-change-sets", "--query 'Summaries[].[ChangeSetName,CreationTime]'"),
            facts.program("delete"),
            when="review",
        ),
        *paragraph(facts.console(*facts.in_console, "Change sets")),
    ]


def _delete(facts: StackFacts) -> Lines:
    return [
        *_part(facts, RecoveryAction.DELETE),
        *paragraph(
            "The stack cannot be updated: delete it and create it again. In `ROLLBACK_COMPLETE` it has no "
            "resources. **In",
            "`CREATE_FAILED` and `ROLLBACK_FAILED` it still has resources**: check them before you delete it.",
        ),
        *commands(
            facts.of_stack(
                "list-stack-resources", "--query 'StackResourceSummaries[].[LogicalResourceId,ResourceStatus]'"
            ),
            facts.program("delete"),
            facts.program("deploy"),
            when="failed-creation",
        ),
        *paragraph(
            "Fix the cause before you deploy, or the creation fails again.", facts.console(*facts.in_console, "Delete")
        ),
    ]


def _delete_again(facts: StackFacts) -> Lines:
    return [
        *_part(facts, RecoveryAction.DELETE_AGAIN),
        *paragraph(
            "Read the reason: a bucket that is not empty, a protection, or something outside the stack that uses "
            "the resource.",
            "Fix it and delete the stack again.",
        ),
        *commands(
            facts.program("delete"),
            when="failed-deletion",
        ),
        *paragraph(
            "A resource that cannot be deleted can be retained in the account: `--retain` and its logical ID. It "
            "then belongs",
            "to no stack, still incurs costs, and its name may prevent the next creation.",
            facts.console(*facts.in_console, "Delete"),
        ),
    ]


def _roll_back(facts: StackFacts) -> Lines:
    return [
        *_part(facts, RecoveryAction.ROLL_BACK),
        *paragraph(
            "The stack was deployed with *Preserve successfully provisioned resources*. Roll back, or deploy again."
        ),
        *commands(
            facts.program("continue"),
            when="failed-update",
        ),
        *paragraph("With the AWS CLI alone: `" + facts.of_stack("rollback-stack") + "`."),
        *paragraph(facts.console(*facts.in_console, "Stack actions", "Roll back")),
    ]


def _continue(facts: StackFacts) -> Lines:
    example = next((path_of(one) for one in facts.named() if one.path), None)
    lines = _part(facts, RecoveryAction.CONTINUE_ROLLBACK)
    lines += paragraph(
        "`status` lists the resources that failed to roll back. Fix the reason of each (a dependency that was "
        "deleted, a",
        "quota, a permission), then continue the rollback:",
    )
    lines += commands(facts.program("status"), facts.program("continue"), when="failed-rollback")
    lines += bullets(
        [
            "**Do not delete the stack.** It has all running resources.",
            "**Skip only resources that cannot be fixed**, one at a time, never a whole nested stack. A skipped"
            " resource differs from its template: the next update may fail because of it.",
            *(
                [
                    "To skip a resource, name it as `status` does, for example "
                    f"`{facts.program('continue', '--skip', example)}`."
                    " The AWS CLI needs the name of the nested stack before it, `NestedStackName.LogicalId`."
                ]
                if example
                else []
            ),
            "Always continue the rollback of the root stack; a nested stack cannot be continued alone.",
        ]
    )
    lines += paragraph("With the AWS CLI alone: `" + facts.of_stack("continue-update-rollback") + "`.")
    return lines + paragraph(facts.console(*facts.in_console, "Stack actions", "Continue update rollback"))


def _import(facts: StackFacts) -> Lines:
    return [
        *_part(facts, RecoveryAction.UNKNOWN),
        *paragraph(
            "This bundle never imports resources: a person started the import. Find that person with the events, "
            "and ask them",
            "to complete it. A stack in `IMPORT_ROLLBACK_FAILED` cannot be updated or continued: contact AWS Support.",
        ),
        *commands(
            facts.of_stack(
                "describe-stack-events",
                "--max-items 50 --query 'StackEvents[].[Timestamp,LogicalResourceId,ResourceStatus]' --output text",
            )
        ),
        *paragraph(facts.console(*facts.in_console, "Events")),
    ]
