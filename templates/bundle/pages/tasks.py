"""Everyday operations: check the status, verify, deploy, change a value, go back, scale."""

from templates.bundle.pages.markdown import Lines, bullets, commands, heading, numbered, paragraph
from templates.bundle.pages.stack_facts import SCALABLE_TARGET, SERVICE, StackFacts, shown_name, variable
from templates.service.parameters import container_image, desired_count
from templates.service.scaling import max_tasks, min_tasks


def looking(facts: StackFacts) -> Lines:
    return [
        *heading(3, f"{facts.title}: check the status"),
        *commands(facts.program("status"), facts.program("events")),
        *paragraph(
            "`status` also shows what a deployment of this bundle would change and, if the stack is stuck, the next",
            "command. With the AWS CLI alone:",
        ),
        *commands(
            facts.of_stack("describe-stacks", "--query", "'Stacks[0].[StackStatus,StackStatusReason]'"),
            facts.of_stack(
                "describe-stack-events",
                "--max-items 20 --query 'StackEvents[].[Timestamp,LogicalResourceId,ResourceStatus]' --output text",
            ),
        ),
        *paragraph(
            facts.console(*facts.in_console, "Events"),
            "To see nested stacks, turn on *View nested*.",
        ),
    ]


def verifying(facts: StackFacts) -> Lines:
    return [
        *heading(3, f"{facts.title}: verify the bundle, and what runs"),
        *commands("sha256sum -c --quiet SHA256SUMS", facts.program("verify")),
        *paragraph(
            "The first command prints nothing if every file is unchanged. The second also compares the templates "
            "of the",
            "stack with those of the bundle, and names each that differs: then another release was deployed.",
        ),
        *paragraph(
            facts.console(*facts.in_console, "Template"), "`Metadata`, `Release` of the root template has the version."
        ),
    ]


def deploying(facts: StackFacts) -> Lines:
    return [
        *heading(3, f"{facts.title}: deploy"),
        *paragraph("First review the changes. `plan` changes nothing and deletes its change set:"),
        *commands(facts.program("plan")),
        *paragraph(
            "Then deploy. The command shows the same review, asks, executes exactly that change set, and follows "
            "it to the end."
        ),
        *commands(facts.program("deploy")),
        *bullets(
            [
                "A row that is *listed because a sibling's output is not known yet* does not change.",
                "A guarded change needs its own `--allow KEY`; the review shows the key and what would be lost. `--yes`"
                " never approves it. If you do not know why a change is guarded, answer no and ask.",
                "Exit code 6: the change set was executed, and its result is unknown. Do not deploy again; run "
                f"`{facts.program('events', '--follow')}`.",
                f"`{facts.program('protect')}` sets termination protection and stack policy as this bundle "
                "defines them.",
            ]
        ),
        *paragraph(
            facts.console(*facts.in_console, "Change sets"),
            "The change set stays there while `deploy` waits for the answer.",
        ),
    ]


def changing(facts: StackFacts) -> Lines:
    name = container_image.title if facts.declares(container_image.title) else next(iter(facts.one.values), "")
    value = facts.one.values.get(name) or ""
    folder = f"config/{facts.one.folder}"
    return [
        *heading(3, f"{facts.title}: change a parameter"),
        *paragraph(f"For this run only, for example in an emergency; here `{name}`, with the value of this bundle:"),
        *commands(facts.program("plan", "--set", f"{name}={value or 'VALUE'}")),
        *paragraph(
            "Insert the new value, read the review, then run the same with `deploy`. **The next deployment "
            "without `--set`",
            f"restores the value of the bundle.** To keep the new value, copy `{folder}`, change "
            "`parameters.json` there, and",
            "deploy with `--config` and the copy; and ask the team that made the bundle to include it.",
        ),
        *paragraph(f"The meaning of each parameter, and what a change replaces: {PARAMETERS_LINK}."),
        *paragraph(
            facts.console(*facts.in_console, "Update stack", "Create a change set", "Use existing template"),
            "Parameters that you do not change keep their value. Read the change set before you execute it.",
        ),
    ]


PARAMETERS_LINK = "[Parameters](#parameters)"


def going_back(facts: StackFacts) -> Lines:
    return [
        *heading(3, f"{facts.title}: go back to an earlier bundle"),
        *numbered(
            [
                f"Find the deployed release: `{facts.program('verify')}` shows if it is this bundle; `Release` in "
                "the Metadata of"
                " the root template has the version.",
                "Change to the folder of the earlier bundle, and verify it: `sha256sum -c --quiet SHA256SUMS`.",
                "Plan and deploy there. The review is the same, and removals are guarded.",
            ]
        ),
        *commands(facts.program("plan"), facts.program("deploy")),
        *paragraph(
            "An earlier bundle restores earlier templates **and earlier values**. It restores no data, and it",
            "does not undo what a task did to a database. If only the container image is wrong, set that parameter.",
        ),
        *paragraph(
            facts.console(*facts.in_console, "Change sets"),
            "CloudFormation itself stores no earlier templates.",
        ),
    ]


def scaling(facts: StackFacts) -> Lines:
    if not facts.of(SERVICE):
        return []
    targets = facts.of(SCALABLE_TARGET)
    service = facts.of(SERVICE)[0]
    values = facts.one.values
    names = [min_tasks.title, max_tasks.title] if targets else [desired_count.title]
    options = [word for name in names if values.get(name) for word in ("--set", f"{name}={values[name]}")]
    lines = heading(3, f"{facts.title}: scale")
    lines += paragraph(
        "The number of tasks follows the load between two limits: increase these. A number of tasks that you set "
        "yourself"
        " is overwritten."
        if targets
        else "A parameter sets the number of tasks.",
        "Replace the numbers in these commands, which are those of this bundle:",
    )
    lines += commands(facts.program("plan", *options), facts.program("deploy", *options))
    lines += paragraph("Show how many tasks run, and how many are desired:")
    lines += commands(
        facts.aws(
            "ecs describe-services",
            f'--cluster {facts.cluster} --services "{variable(service)}"',
            "--query 'services[0].[desiredCount,runningCount,pendingCount,events[:5].message]'",
        )
    )
    return lines + paragraph(
        facts.console(
            "Elastic Container Service", "Clusters", facts.cluster, "Services", shown_name(facts, service), "Tasks"
        ),
        "A change in the console is drift: the next deployment does not take it into account.",
    )
