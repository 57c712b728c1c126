"""What is done on an ordinary day: look, verify, deploy, change a value, go back, scale."""

from templates.bundle.pages.markdown import Lines, bullets, commands, heading, numbered, paragraph
from templates.bundle.pages.stack_facts import SCALABLE_TARGET, SERVICE, StackFacts, shown_name, variable
from templates.service.parameters import container_image, desired_count
from templates.service.scaling import max_tasks, min_tasks


def looking(facts: StackFacts) -> Lines:
    return [
        *heading(3, f"{facts.title}: see how it is"),
        *commands(facts.program("status"), facts.program("events")),
        *paragraph(
            "`status` ends with what a deployment of this bundle would change, and with the next command where the",
            "stack is stuck. Without the program:",
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
            "A nested stack has a page of its own: switch *View nested* on.",
        ),
    ]


def verifying(facts: StackFacts) -> Lines:
    return [
        *heading(3, f"{facts.title}: verify the bundle, and what runs"),
        *commands("sha256sum -c --quiet SHA256SUMS", facts.program("verify")),
        *paragraph(
            "The first says nothing where every file is as it was made. The second also compares the templates of the",
            "running stack with the bundle's, and names each that differs: then somebody deployed another release.",
        ),
        *paragraph(facts.console(*facts.in_console, "Template"), "*Metadata, Release* of root has the version."),
    ]


def deploying(facts: StackFacts) -> Lines:
    return [
        *heading(3, f"{facts.title}: deploy"),
        *paragraph("Look first. `plan` changes nothing and leaves nothing behind:"),
        *commands(facts.program("plan")),
        *paragraph("Then deploy: it shows the same, asks, executes exactly that, and follows it to its end."),
        *commands(facts.program("deploy")),
        *bullets(
            [
                "A row that is *listed because a sibling's output is not known yet* does not change.",
                "What is guarded needs its own `--allow KEY`; the review names the key and what would be lost. `--yes`"
                " never approves it. If you do not know why it is guarded, answer no and ask.",
                "Exit code 6: it was executed and its end was not seen. Do not deploy again: "
                f"`{facts.program('events', '--follow')}`.",
                f"`{facts.program('protect')}` sets termination protection and stack policy as this bundle has them.",
            ]
        ),
        *paragraph(facts.console(*facts.in_console, "Change sets"), "The change set stays there while it is asked."),
    ]


def changing(facts: StackFacts) -> Lines:
    name = container_image.title if facts.declares(container_image.title) else next(iter(facts.one.values), "")
    value = facts.one.values.get(name) or ""
    folder = f"config/{facts.one.folder}"
    return [
        *heading(3, f"{facts.title}: change a parameter"),
        *paragraph(f"For this run only, as an emergency needs it; here `{name}`, with the value of this bundle:"),
        *commands(facts.program("plan", "--set", f"{name}={value or 'VALUE'}")),
        *paragraph(
            "Put the new value in, read the review, then the same with `deploy`. **The next deployment without `--set`",
            f"brings the value of the bundle back.** To keep it, copy `{folder}`, change `parameters.json` there, and",
            "deploy with `--config` and the copy; and ask whoever made the bundle to take it up.",
        ),
        *paragraph(f"What each parameter means and replaces: {PARAMETERS_LINK}."),
        *paragraph(
            facts.console(*facts.in_console, "Update stack", "Create a change set", "Use existing template"),
            "Read the change set before you execute it: parameters that you leave keep their value.",
        ),
    ]


PARAMETERS_LINK = "[Parameters](#parameters)"


def going_back(facts: StackFacts) -> Lines:
    return [
        *heading(3, f"{facts.title}: go back to an earlier bundle"),
        *numbered(
            [
                f"What runs: `{facts.program('verify')}` says whether it is this bundle; `Release` in root's Metadata"
                " names the version.",
                "Change into the folder of the earlier bundle. Verify it: `sha256sum -c --quiet SHA256SUMS`.",
                "There, look and deploy. It goes through the same review, and what it would remove is guarded.",
            ]
        ),
        *commands(facts.program("plan"), facts.program("deploy")),
        *paragraph(
            "An earlier bundle brings earlier templates **and earlier values** back. It brings no data back, and it",
            "undoes nothing that a task did to a database. Where the container image alone is bad, set that parameter.",
        ),
        *paragraph(
            facts.console(*facts.in_console, "Change sets"),
            "CloudFormation itself keeps no earlier template to go back to.",
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
        "The number of tasks follows the load between two bounds: raise these. A number of tasks that you set by hand"
        " is set back."
        if targets
        else "The number of tasks is fixed by a parameter.",
        "With other numbers than those of this bundle, which stand here:",
    )
    lines += commands(facts.program("plan", *options), facts.program("deploy", *options))
    lines += paragraph("How many run, and how many are wanted:")
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
        "A change in the console is drift: the next deployment does not know of it.",
    )
