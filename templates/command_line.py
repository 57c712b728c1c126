"""The options of render.py, and what its help says of files and exit codes."""

import argparse
from collections.abc import Sequence

# What sets one project apart from another: the options of --new, with what each is.
OF_NEW = {
    "name": ("NAME", "name of the system, for example shop: the start of its stacks' names and of many others"),
    "domain": ("DOMAIN", "what production answers to, for example shop.example.com; dev answers to dev.DOMAIN"),
    "region": ("REGION", "Region, for example eu-central-1; the subnets begin in its first two zones"),
    "account": ("ID", "AWS account, twelve digits"),
    "zone_id": ("ID", "public hosted zone of the domain; without it a value that only a rehearsal takes"),
    "environments": ("NAMES", "environments, joined by commas (dev,prod); one that begins with prod is protected"),
}

EPILOG = """\
what it reads
  templates/layers/*.py     the system, layer by layer
  templates/services/*.py   further services, each a stack of its own
  params/<env>.yaml         what differs between environments
  params/prices.yaml        what deploy.py tells of the cost of a change: held to its form, and no more

what it writes, all of it to be committed
  rendered/root.yaml and one file a layer
  rendered/services/*.yaml     one file a service
  rendered/policies/*.json     what deploy.py and CloudFormation's service role may do, in each environment
  rendered/ci-role.yaml        what a pipeline takes to deploy: a stack that is made once, by hand
  rendered/params/<env>.json   every parameter of root.yaml, for aws cloudformation --parameters
  rendered/params/<env>.at-creation.json   the same for a first creation, where that leaves something out
  rendered/params/services/<env>.<service>.json   the same for each service
  docs/environments.md         its table of what the environments set
  docs/security.md             its tables of what Security Hub's controls say of each environment
  docs/architecture*.svg       the system, and each environment, where something of the above changed
  .cfnlintrc                   its Regions: those of the environments

With --new it writes into DIR and nowhere else: a project of your own, from the committed files of this one, with
your names, domain, Region and account. It asks on a terminal for what is not given (docs/make-it-yours.md).

With --bundle it writes into DIR and nowhere else: what deploys rendered/ with the AWS CLI alone, of the commit that is
checked out (docs/handoff.md). A bundle in DIR is replaced; what others put there is not.

It removes what it wrote once and would not write again; files of others stay. The same input gives the same bytes.

exit codes
  0   done, or up to date
  1   --check: something is stale, or does not read back as what it was written from
  2   wrong use, or a bad file in params/; nothing was written

next
  git diff rendered/                       what people review
  python render.py --diagram               draw every picture again, whatever changed
  python deploy.py --env dev --rehearse    play the deployment on this machine
"""


def parsed(arguments: Sequence[str], description: str) -> argparse.Namespace:
    """What was asked for; ends the process, as argparse does, where the options contradict each other."""
    parser = _parser(description)
    options = parser.parse_args(arguments)
    if options.kind and not options.new_service:
        parser.error("--kind: only with --new-service")
    if options.new_service and (options.check or options.out):
        parser.error("--new-service: not with --check or --out; it renders nothing")
    if options.new and (options.check or options.out or options.new_service):
        parser.error("--new: not with --check, --out or --new-service; it writes another project")
    if options.bundle and (options.check or options.out or options.new_service or options.new):
        parser.error("--bundle: not with --check, --out, --new-service or --new; it renders nothing")
    if (options.version is not None or options.since) and not options.bundle:
        parser.error("--version, --since: only with --bundle")
    if not options.new and any(getattr(options, name) for name in OF_NEW):
        parser.error(f"{', '.join(_typed(name) for name in OF_NEW)}: only with --new")
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
        help="write nothing; show a diff of what is stale, and prove every file by reading it back",
    )
    parser.add_argument(
        "--diagram",
        action=argparse.BooleanOptionalAction,
        help="draw the pictures of docs/ also where nothing changed; --no-diagram: leave them alone, with --check, too",
    )
    parser.add_argument(
        "--out", metavar="DIR", help="write the tree into DIR instead of rendered/, and nothing into docs/"
    )
    add = parser.add_argument_group("a bundle for an operations team").add_argument
    add("--bundle", metavar="DIR", help="write into DIR all that deploys without Python")
    add("--version", metavar="V", help="with --bundle: what the release is called; without it, as its commit")
    add("--since", metavar="REF", help="with --bundle: a review of what it changes since this commit, branch or tag")
    add = parser.add_argument_group("a service more").add_argument
    add("--new-service", metavar="NAME", help="write the module of a service, templates/services/NAME.py, and no more")
    add("--kind", choices=("web", "worker", "job"), help="with --new-service: what it is (web)")
    add = parser.add_argument_group("a project of your own").add_argument
    add("--new", metavar="DIR", help="write it into DIR, which is empty or not there")
    for name, (metavar, means) in OF_NEW.items():
        add(_typed(name), metavar=metavar, help=f"with --new: {means}")
    return parser
