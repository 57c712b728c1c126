"""The options of render.py, and its help on files and exit codes."""

import argparse
from collections.abc import Sequence

# What differs between two projects: the options of --new, each with its metavar and help.
OF_NEW = {
    "name": ("NAME", "name of the system, for example shop; the names of its stacks and resources start with it"),
    "domain": ("DOMAIN", "domain name of production, for example shop.example.com; dev uses dev.DOMAIN"),
    "region": ("REGION", "Region, for example eu-central-1; the subnets use its first two Availability Zones"),
    "account": ("IDS", "AWS account ID, twelve digits; or one for each environment, separated by commas"),
    "zone_id": ("ID", "ID of the domain's public hosted zone; without it, a value that only a rehearsal accepts"),
    "environments": ("NAMES", "environments, separated by commas (default: dev,prod); prod* and live* are protected"),
    "branch": ("NAME", "branch that the workflow deploys (default: main)"),
}

EPILOG = """\
input
  templates/layers/*.py     the system, layer by layer
  templates/services/*.py   additional services, each with its own stack
  params/<env>.yaml         the parameters and settings of each environment
  params/prices.yaml        prices for the cost of a change in deploy.py; only their format is checked

output (commit all of it)
  rendered/root.yaml           the root template, beside one file for each layer
  rendered/services/*.yaml     one file for each service
  rendered/policies/*.json     the IAM permissions of deploy.py in each environment
  rendered/policies/*.yaml     the CloudFormation service role of each environment; create this stack once, manually
  rendered/ci-role.yaml        the IAM roles that a pipeline assumes to deploy; create this stack once, manually
  rendered/params/<env>.json   the parameters of root.yaml, for aws cloudformation --parameters
  rendered/params/<env>.at-creation.json   the same for the creation of the stack, where values differ
  rendered/params/services/<env>.<service>.json   the parameters of each service
  rendered/schema/environment.json   the JSON schema of params/<env>.yaml, for editors
  docs/environments.md         the table of parameter values of each environment
  docs/security.md             the tables of Security Hub controls and how each environment meets them
  docs/ci.md                   the table of GitHub environments
  docs/architecture*.svg       diagrams of the system and of each environment, if any file above changed
  .cfnlintrc                   the Regions of the environments

--new creates your own project in DIR, from the committed files of this one, with your names, domain, Region and
account. In a terminal it asks for missing values. It writes only into DIR. See docs/make-it-yours.md.

--bundle creates a release bundle in DIR, which deploys rendered/ of the checked-out commit with the AWS CLI and without
Python. It writes only into DIR and replaces an earlier bundle there, but no other files. See docs/handoff.md.

Files that an earlier run wrote and that are no longer needed are removed; other files are left alone. The same input
always gives the same bytes.

exit codes
  0   the files were written, or are up to date
  1   --check: a file is stale, or reading it back does not give the template it was written from
  2   invalid options, or an invalid file in params/; nothing was written

next
  git diff rendered/                       review what changed
  python render.py --diagram               redraw every diagram, even if nothing changed
  python deploy.py --env dev --rehearse    simulate the deployment on this machine
"""


def parsed(arguments: Sequence[str], description: str) -> argparse.Namespace:
    """The parsed options; ends the process, as argparse does, if the options contradict each other."""
    parser = _parser(description)
    options = parser.parse_args(arguments)
    if options.kind and not options.new_service:
        parser.error("--kind can be used only with --new-service")
    if options.new_service and (options.check or options.out):
        parser.error("--new-service cannot be used with --check or --out because it renders nothing")
    if options.new and (options.check or options.out or options.new_service):
        parser.error("--new cannot be used with --check, --out or --new-service because it writes another project")
    if options.bundle and (options.check or options.out or options.new_service or options.new):
        parser.error("--bundle cannot be used with --check, --out, --new-service or --new because it renders nothing")
    if (options.version is not None or options.since) and not options.bundle:
        parser.error("--version and --since can be used only with --bundle")
    if not options.new and any(getattr(options, name) for name in OF_NEW):
        parser.error(f"{', '.join(_typed(name) for name in OF_NEW)} can be used only with --new")
    return options


def _typed(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="render.py", description=description, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; show a diff of the stale files, and verify every file by reading it back",
    )
    parser.add_argument(
        "--diagram",
        action=argparse.BooleanOptionalAction,
        help="redraw the diagrams in docs/ even if nothing changed; --no-diagram skips them, also with --check",
    )
    parser.add_argument("--out", metavar="DIR", help="write into DIR instead of rendered/, and nothing into docs/")
    add = parser.add_argument_group("a bundle for an operations team").add_argument
    add("--bundle", metavar="DIR", help="write a release bundle, which deploys without Python, into DIR")
    add("--version", metavar="V", help="with --bundle: version of the release (default: its commit)")
    add("--since", metavar="REF", help="with --bundle: add a review of the changes since this commit, branch or tag")
    add = parser.add_argument_group("an additional service").add_argument
    add("--new-service", metavar="NAME", help="write only the module of the service, templates/services/NAME.py")
    add("--kind", choices=("web", "worker", "job"), help="with --new-service: kind of the service (default: web)")
    add = parser.add_argument_group("your own project").add_argument
    add("--new", metavar="DIR", help="write the project into DIR, which must be empty or must not exist")
    for name, (metavar, means) in OF_NEW.items():
        add(_typed(name), metavar=metavar, help=f"with --new: {means}")
    return parser
