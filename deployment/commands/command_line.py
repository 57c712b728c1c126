"""The options of deploy.py, and its --help."""

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from deployment.aws.shell_words import python_command
from deployment.commands.routing.request_options import ROUTE, add_request_options, request_given, request_problems
from deployment.commands.tasks.task_options import ABOUT_TASKS, span_of, task_problems
from deployment.stack.invocation import Invocation, option

ACTIONS = ("deploy", "plan", "status", "drift", "recover", "delete", "releases", "run", "logs", "exec", ROUTE)
EPILOG = """\
actions
  deploy    create or update the stack to match the rendered templates and parameters (the default action)
  plan      show what deploy would change, then delete the change set (--keep saves it)
  status    show the stack's state, its outputs and what a deployment would send; --follow watches the operation
  drift     show what was changed outside CloudFormation, in the stack and its nested stacks; --revert reverts it
  recover   bring a failed stack, step by step, to a state in which it can be deployed again
  delete    delete the stack; it never switches off termination protection
  releases  list what was deployed, when and by whom, the newest first; --to deploys one of them again
  run       run a task of a service once: a job, or with -- COMMAND any command; it returns the task's exit code
  logs      show what the tasks of a service have written; --follow also shows new lines
  exec      open a shell in a running task of a service, or run -- COMMAND there (needs the AWS CLI)
  route     show which service receives a request (route URL), and why; without a URL, compare routes: of the
            environment file with the existing listeners

examples
  python deploy.py --env dev --all                   the platform, then every service of the environment
  python deploy.py --env dev --rehearse              rehearse it on this machine: no account, no credentials
  python deploy.py --env dev plan                    look at the changes
  python deploy.py --env dev --set DesiredCount=3    one value for this run
  python deploy.py --env dev --yes --allow Cert/Certificate --allow Alb/AliasA
  python deploy.py --env dev --to v1.4               deploy the release of that tag, after the same review
  python deploy.py --env dev --rehearse --from main plan    look at what this branch would change
  python deploy.py --env dev --rehearse --fresh --fail Ecs/Service="The service did not stabilise"
  python deploy.py run migrate --env dev -- migrate --to 42
  python deploy.py route https://shop.example.com/api/x --env dev

exit codes
  0    done, or nothing to do
  1    failed: rolled back, or refused by AWS; route: another answer than expected, or unknown
  2    wrong use, an invalid file, or wrong credentials; nothing was changed
  3    declined, or an approval is missing: a guarded change needs --allow PATH, a guarded deletion --allow STACK,
       or that name typed at the question
  4    --exit-code: plan found changes, drift found differences
  5    an operation on the stack is in progress, or the stack is stuck; the last line is the next step
  6    executed, or perhaps executed, and the result could not be observed: run status --follow
  130  interrupted
With --all, the exit code is the worst of all stacks: 130, then 1, 6, 5, 2, 3, 4, 0.
run returns the exit code of the task's container, exec that of the AWS CLI. A container that never ran is a 1; the
reason is on stderr.

stdout is for the next command: outputs as NAME=VALUE, or the whole report in the form of --output (docs/report.md).
Everything else is written to stderr.
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors quote no value: `--set Password = secret` or a misspelt option may contain one."""

    given: Sequence[str] = ()

    def error(self, message: str) -> NoReturn:
        values_follow = bool({"--set", "--set-from-env"} & {*self.given})
        for argument in sorted(filter(None, self.given), key=len, reverse=True):
            name, equals, value = argument.partition("=")
            if equals and value:
                message = message.replace(argument, f"{name}=****")
            elif values_follow and not argument.startswith("--") and argument not in ACTIONS:
                message = re.sub(rf"(?<![\w-]){re.escape(argument)}(?![\w-])", "****", message)
        super().error(message)


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, checked against each other; argparse ends a wrong use with exit code 2."""
    parser = _Parser(
        prog="deploy.py",
        description="Deploy the rendered templates to CloudFormation through change sets that people review.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _general(parser)
    _later(parser.add_argument_group("now or later"))
    _recovery(parser.add_argument_group("recover and drift"))
    add_request_options(parser.add_argument_group("route"))
    _rehearsal(parser.add_argument_group("rehearsal"))
    own, words = _apart(arguments)
    parser.given = own
    options = parser.parse_args(own)
    options.command = words
    options.service = options.service or (options.name if options.action in ABOUT_TASKS else None)
    for problem in _problems(options):
        argparse.ArgumentParser.error(parser, problem)  # ours quote names alone
    options.request = request_given(options)
    return options


def _apart(arguments: Sequence[str]) -> tuple[Sequence[str], tuple[str, ...]]:
    """The options of deploy.py, and the command of a task, which follows `--`."""
    if "--" not in arguments:
        return arguments, ()
    place = [*arguments].index("--")
    return arguments[:place], tuple(arguments[place + 1 :])


def _general(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("action", nargs="?", default="deploy", choices=ACTIONS, metavar="ACTION", help=", ".join(ACTIONS))
    named = "with run, logs and exec: the service (or use --service NAME); with route: a URL"
    add("name", nargs="?", metavar="NAME", help=named)
    add("--env", required=True, metavar="NAME", help="the environment: params/NAME.yaml")
    add("--service", metavar="NAME", help="a service of the environment (a stack of its own), instead of the platform")
    together = f"the platform and every service of the environment together; with {', '.join(_TOGETHER)}"
    add("--all", action="store_true", help=together)
    add("--yes", action="store_true", help="answer every question with yes; guarded changes also need --allow")
    allow = "approve a guarded change: its path, a setting's name, or (delete, recover) the stack's name; repeatable"
    add("--allow", action="append", default=[], metavar="PATH", help=allow)
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="a parameter's value, for this run; repeatable")
    secret = "a parameter's value, for this run, from"
    add("--set-from-env", action="append", default=[], metavar="KEY=VARIABLE", help=f"{secret} an environment variable")
    add("--set-from-stdin", metavar="KEY", help=f"{secret} standard input; in a terminal you are asked for it")
    kept = "keep the value that the stack has for a NoEcho parameter; repeatable"
    add("--keep-value", action="append", default=[], metavar="KEY", help=kept)
    add("--rendered", type=_path, metavar="DIR", help="deploy the templates in DIR instead of rendered/")
    forms = ("text", "json", "markdown")
    add("--output", choices=forms, default="text", help="the form of the result on stdout (default: text)")
    add("--html", type=_file, metavar="FILE", help="also write the report as an HTML page, even if the run fails")
    add("--markdown", type=_file, metavar="FILE", help="also write the report as Markdown, even if the run fails")
    add("--preflight", action="store_true", help="stop if permissions that the changes need are missing")
    trace = "show the traceback of an unexpected error instead of writing it to a file"
    add("--debug", action="store_true", help=trace)
    add("--exit-code", action="store_true", help="with plan or drift: exit code 4 if there are differences")


def _later(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--keep", action="store_true", help="with plan: save the change set, so that --change-set can execute it later")
    add("--change-set", metavar="ARN", help="execute a saved change set exactly as reviewed; with delete: delete it")
    add("--to", metavar="REF|DIGEST", help="deploy an earlier release: of a git REF, or a DIGEST that releases lists")
    add("--detach", action="store_true", help="return as soon as the operation has started")
    follow = "with status: follow the last operation to its end, and fail if it fails; with logs: continue until Ctrl-C"
    add("--follow", action="store_true", help=follow)
    since = "with logs: how far back, for example 30s, 15m, 1h (the default) or 2d"
    add("--since", type=span_of, metavar="TIME", help=since)
    add("--wait", action="store_true", help="wait until an operation in progress has ended, then continue")


def _recovery(group: argparse._ArgumentGroup) -> None:
    skip = "with recover: skip a resource whose rollback failed, for example Ecs/Service; repeatable"
    keep = "with recover: retain a resource whose deletion failed; repeatable"
    group.add_argument("--skip", action="append", default=[], metavar="PATH", help=skip)
    group.add_argument("--retain", action="append", default=[], metavar="PATH", help=keep)
    revert = "with drift: revert what was changed outside CloudFormation"
    group.add_argument("--revert", action="store_true", help=revert)


def _rehearsal(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    failing = "make the creation of a resource fail; PATH:update=REASON: its update; repeatable"
    add("--rehearse", action="store_true", help="use the local CloudFormation instead of AWS")
    add("--from", dest="ref", metavar="REF", help="preview: deploy git REF there first, then compare this work tree")
    add("--fresh", action="store_true", help="begin with an empty rehearsal of this account and Region")
    state = "where the state of each account and Region is stored (default: .rehearsal/)"
    add("--state", type=_path, metavar="DIR", help=state)
    pace = "simulated seconds per real second (default: 60 in a terminal, otherwise unlimited)"
    add("--pace", type=_pace, metavar="X", help=pace)
    add("--scenario", type=_path, metavar="FILE", help="a YAML file of the failures to simulate (docs/rehearsal.md)")
    add("--fail", action="append", default=[], metavar="PATH=REASON", help=failing)


_TOGETHER = ("deploy", "plan", "status", "drift", "delete")
# What is about one stack alone: a value, a change set, a release, an operation.
_ALONE = (
    *("service", "set", "set_from_env", "set_from_stdin", "keep_value", "keep", "change_set", "to", "detach", "follow"),
    *("revert", "ref"),
)
# The options that belong to some actions only.
_ONLY_WITH = {
    "exit_code": ("plan", "drift"),
    "skip": ("recover",),
    "retain": ("recover",),
    "allow": ("deploy", "drift", "recover", "delete"),
    "keep": ("plan",),
    "to": ("deploy", "plan"),
    "change_set": ("deploy", "delete"),
    "detach": ("deploy",),
    "follow": ("status", "logs"),
    "since": ("logs",),
    "wait": ("deploy", "plan", "recover", "delete"),
    "revert": ("drift",),
    **dict.fromkeys(("method", "header", "source_ip"), (ROUTE,)),
}


def _problems(options: argparse.Namespace) -> Iterator[str]:
    """Options that exclude each other, and options whose value is empty, as that of an unset variable is."""
    if options.ref == "":
        yield "--from: it is empty"
    for name, value in vars(options).items():
        if name != "ref" and "" in (value if isinstance(value, list) else [value]):
            yield f"--{_FLAGS.get(name, name).replace('_', '-')}: it is empty"
    given = {
        "from": options.ref,
        **{name: getattr(options, name) for name in ("fresh", "state", "pace", "scenario", "fail")},
    }
    rehearsed = [f"--{name}" for name, value in given.items() if value]
    if rehearsed and not options.rehearse:
        yield f"{', '.join(rehearsed)}: only with --rehearse"
    sources = ("set", "set_from_env", "keep_value")
    given_names = [{text.partition("=")[0] for text in getattr(options, name)} for name in sources]
    named = Counter(name for names in [*given_names, {options.set_from_stdin} - {None}] for name in names)
    if twice := [name for name, count in named.items() if count > 1]:
        yield f"{', '.join(twice)}: given by more than one option"
    if options.ref and options.rendered:
        yield "--from: not with --rendered; it compares rendered/ with that of REF"
    for name in ("from", "rendered", "change_set") if options.to else ():
        if getattr(options, "ref" if name == "from" else name):
            yield f"--to: not with --{name.replace('_', '-')}; it says which templates are deployed"
    yield from task_problems(options)
    yield from request_problems(options)
    if options.all and options.action not in _TOGETHER:
        yield f"--all: only with {', '.join(_TOGETHER[:-1])} or {_TOGETHER[-1]}"
    for name in _ALONE if options.all else ():
        if getattr(options, name):
            yield f"--all: not with --{_FLAGS.get(name, name).replace('_', '-')}, which is about one stack"
    for name, actions in _ONLY_WITH.items():
        if getattr(options, name) and options.action not in actions:
            yield f"--{name.replace('_', '-')}: only with {' or '.join(actions)}"


def _pace(text: str) -> float:
    try:
        pace = float(text)
    except ValueError:
        pace = 0.0
    if not 0 < pace < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above zero")
    return pace


def _path(text: str) -> Path:
    if not text:  # which Path takes for this folder
        raise argparse.ArgumentTypeError("it is empty")
    return Path(text)


def _file(text: str) -> Path:
    path = Path(text)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not a file in a folder that exists")
    return path


_FLAGS = {"ref": "from"}


def invocation_of(options: argparse.Namespace, script: Path) -> Invocation:
    """What was typed, for the commands of next steps; `script` is the program itself."""
    return Invocation(
        tuple(_typed(options, ("env", "service", "all", "rendered", "rehearse", "ref", "state", "pace"))),
        python_command(script),
        options.action,
        tuple(options.set),
        tuple(_typed(options, ("to", "set_from_env", "set_from_stdin", "keep_value"))),
        tuple(_typed(options, ("preflight", "detach", "wait", "exit_code", "html", "markdown"))),
        words=options.command,
    )


def _typed(options: argparse.Namespace, names: Iterable[str]) -> Iterator[str]:
    """These options as they are typed, where they were."""
    for name in names:
        value = getattr(options, name)
        flag = f"--{_FLAGS.get(name, name).replace('_', '-')}"
        if value is True:
            yield flag
        elif value not in (None, False):
            for text in value if isinstance(value, list) else [value]:
                yield from option(flag, f"{text:g}" if isinstance(text, float) else str(text))
