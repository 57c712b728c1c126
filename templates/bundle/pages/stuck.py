"""Every status of a stack, and its way out: the table of deploy.py, with the commands of people who have not that."""

from cloudformation.environment.delivery.stack_recovery import ADVICE, RecoveryAction
from cloudformation.statuses import StackStatus
from templates.bundle.pages.markdown import Lines, bullets, commands, heading, link, paragraph, table
from templates.bundle.pages.stack_facts import CERTIFICATE, SERVICE, StackFacts, path_of

_HEADINGS = {
    RecoveryAction.WAIT: "something is at work",
    RecoveryAction.DISCARD: "nothing but a change set",
    RecoveryAction.DELETE: "a creation that failed",
    RecoveryAction.DELETE_AGAIN: "a deletion that failed",
    RecoveryAction.ROLL_BACK: "an update that failed and stands",
    RecoveryAction.CONTINUE_ROLLBACK: "a rollback that failed",
    RecoveryAction.UNKNOWN: "an import that failed",
}


def stuck(facts: StackFacts) -> Lines:
    """The statuses, then a part for each way out."""
    lines = heading(3, f"{facts.title}: the stack is stuck")
    lines += paragraph("Find the status, then the part of its row.")
    lines += commands(facts.of_stack("describe-stacks", "--query 'Stacks[0].StackStatus' --output text"))
    lines += table(["Status", "What it means", "Way out"], [_row(facts, status) for status in StackStatus])
    lines += paragraph(
        "Then find the **first** failure, in the deepest nested stack: *Embedded stack was not created* and *Resource",
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
    lines += paragraph(facts.console(*facts.in_console, "Events"), "*Detect root cause* leads to it.")
    for part in (_at_work, _discard, _delete, _delete_again, _roll_back, _continue, _import):
        lines += part(facts)
    return lines


def _row(facts: StackFacts, status: StackStatus) -> list[str]:
    advice = ADVICE[status]
    named = _HEADINGS.get(advice.action)
    way = link(f"{facts.title}: {named}") if named else "none is needed: deploy"
    return [f"`{status.value}`", advice.why, way]


def _part(facts: StackFacts, action: RecoveryAction) -> Lines:
    return heading(4, f"{facts.title}: {_HEADINGS[action]}")


def _at_work(facts: StackFacts) -> Lines:
    lines = _part(facts, RecoveryAction.WAIT)
    lines += paragraph("Follow it. Nothing else can be begun meanwhile, and most of it ends by itself.")
    lines += commands(facts.program("events", "--follow"))
    lines += paragraph("It takes more than an hour: see what is at work, and what that waits for.")
    lines += commands(
        facts.of_stack(
            "describe-stack-resources",
            "--query \"StackResources[?contains(ResourceStatus, 'IN_PROGRESS')].[LogicalResourceId,Timestamp]\"",
        )
    )
    lines += bullets(_waits(facts))
    lines += paragraph(
        "**An update** (`UPDATE_IN_PROGRESS` only) can be cancelled, and rolls back. A rollback and a clean-up cannot:",
        "wait. A creation ends early only if the stack is deleted.",
        "A service that does not become steady holds a stack for up to three hours.",
    )
    lines += commands(facts.of_stack("cancel-update-stack"), when="cancel")
    return lines + paragraph(facts.console(*facts.in_console, "Stack actions", "Cancel update stack"))


def _waits(facts: StackFacts) -> Lines:
    waits = [
        f"`{path_of(one)}` waits for its validation record in the hosted zone that the public DNS leads to."
        for one in facts.of(CERTIFICATE)
    ]
    waits += [
        f"`{path_of(one)}` waits until its tasks are healthy: {link(f'{facts.title}: logs')}."
        for one in facts.of(SERVICE)
    ]
    return waits or ["A resource that its own service works on: its page in the console says more."]


def _discard(facts: StackFacts) -> Lines:
    return [
        *_part(facts, RecoveryAction.DISCARD),
        *paragraph(
            "A change set was made and not executed; nothing was created. Deploy, or take the empty stack away. Make",
            "sure first that nobody is reviewing it at this moment.",
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
            "The stack takes no update: it is deleted and created again. In `ROLLBACK_COMPLETE` it holds nothing. **In",
            "`CREATE_FAILED` and `ROLLBACK_FAILED` what was made still stands**: look at it before you delete it.",
        ),
        *commands(
            facts.of_stack(
                "list-stack-resources", "--query 'StackResourceSummaries[].[LogicalResourceId,ResourceStatus]'"
            ),
            facts.program("delete"),
            facts.program("deploy"),
            when="failed-creation",
        ),
        *paragraph("Fix the cause between the two, else it fails again.", facts.console(*facts.in_console, "Delete")),
    ]


def _delete_again(facts: StackFacts) -> Lines:
    return [
        *_part(facts, RecoveryAction.DELETE_AGAIN),
        *paragraph(
            "Read why: a bucket that is not empty, a protection that is on, something outside the stack that uses it.",
            "Put that right and delete again.",
        ),
        *commands(
            facts.program("delete"),
            when="failed-deletion",
        ),
        *paragraph(
            "What cannot be deleted at all can be left in the account: `--retain` and its logical id. It then belongs",
            "to no stack, still costs, and its name may be in the way of the next creation.",
            facts.console(*facts.in_console, "Delete"),
        ),
    ]


def _roll_back(facts: StackFacts) -> Lines:
    return [
        *_part(facts, RecoveryAction.ROLL_BACK),
        *paragraph("Somebody deployed with *preserve successfully provisioned resources*. Roll back, or deploy again."),
        *commands(
            facts.program("continue"),
            when="failed-update",
        ),
        *paragraph("Without the program: `" + facts.of_stack("rollback-stack") + "`."),
        *paragraph(facts.console(*facts.in_console, "Stack actions", "Roll back")),
    ]


def _continue(facts: StackFacts) -> Lines:
    example = next((path_of(one) for one in facts.named() if one.path), None)
    lines = _part(facts, RecoveryAction.CONTINUE_ROLLBACK)
    lines += paragraph(
        "`status` lists the resources that did not go back. Put the reason of each right (what it needs was deleted, a",
        "limit, a permission), then continue:",
    )
    lines += commands(facts.program("status"), facts.program("continue"), when="failed-rollback")
    lines += bullets(
        [
            "**Do not delete the stack.** It holds everything that runs.",
            "**Skip only what cannot be put right**, one resource at a time, never a whole nested stack. A skipped"
            " resource is not what its template says: the next update may fail at it.",
            *(
                [
                    f"To skip, name it as `status` does, for example `{facts.program('continue', '--skip', example)}`."
                    " AWS itself wants the nested stack's own name before it, `NestedStackName.LogicalId`."
                ]
                if example
                else []
            ),
            "A nested stack cannot be continued by itself: always the root.",
        ]
    )
    lines += paragraph("Without the program: `" + facts.of_stack("continue-update-rollback") + "`.")
    return lines + paragraph(facts.console(*facts.in_console, "Stack actions", "Continue update rollback"))


def _import(facts: StackFacts) -> Lines:
    return [
        *_part(facts, RecoveryAction.UNKNOWN),
        *paragraph(
            "This bundle never imports resources: somebody did it by hand. Find out who did, from the events, and have",
            "them finish it. `IMPORT_ROLLBACK_FAILED` takes no update, and cannot be continued: AWS Support can.",
        ),
        *commands(
            facts.of_stack(
                "describe-stack-events",
                "--max-items 50 --query 'StackEvents[].[Timestamp,LogicalResourceId,ResourceStatus]' --output text",
            )
        ),
        *paragraph(facts.console(*facts.in_console, "Events")),
    ]
