"""What deploy.py may be told, and what it says of itself with --help."""

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
  deploy    create or update the stack as the files say (when no action is named)
  plan      show what deploy would change, and delete the change set again (--keep saves it)
  status    show the stack's state, its outputs and what the next deploy would send; --follow watches the last operation
  drift     show what was changed by hand, in the stack and all its layers; --revert reverts it
  recover   bring a stuck stack, step by step, to a state in which it can be deployed again
  delete    delete the stack; termination protection is never switched off by it
  releases  list what was deployed, when and by whom, the newest first; --to goes back to one of them
  run       run a task of a service once: a job, or with -- COMMAND any command; ends with its exit code
  logs      show what the tasks of a service have written; --follow goes on with what they write
  exec      open a shell in a running task of a service, or execute -- COMMAND there (needs the AWS CLI)
  route     say which service gets a request (route URL), and why; without a URL hold routes: of the environment file
            against the listeners as they stand

examples
  python deploy.py --env dev --all                   the platform, then every service beside it
  python deploy.py --env dev --rehearse              rehearse it on this machine: no account, no credentials
  python deploy.py --env dev plan                    look at the changes
  python deploy.py --env dev --set DesiredCount=3    one value for this run
  python deploy.py --env dev --yes --allow Cert/Certificate --allow Alb/AliasA
  python deploy.py --env dev --to v1.4               go back to what that tag holds, after the same review
  python deploy.py --env dev --rehearse --from main plan    look at what this branch would change
  python deploy.py --env dev --rehearse --fresh --fail Ecs/Service="The service did not stabilise"
  python deploy.py run migrate --env dev -- migrate --to 42
  python deploy.py route https://shop.example.com/api/x --env dev

exit codes
  0    done, or nothing to do
  1    failed: rolled back, or refused by AWS; route: answered otherwise than expected, or not decided
  2    wrong use, a bad file, or wrong credentials; nothing was changed
  3    declined, or an approval is missing: a guarded change needs --allow PATH, a guarded deletion --allow STACK,
       or that name typed at the question
  4    --exit-code: plan found changes, drift found differences
  5    the stack is busy or stuck; the last line says what to do next
  6    executed, or perhaps executed, and how it ended could not be observed: run status --follow
  130  interrupted
with --all the worst of all stacks: 130, then 1, 6, 5, 2, 3, 4, 0
run ends with the exit code of the task's container, exec with that of the AWS CLI: what they say themselves stands
on stderr, and a container that never ran is a 1.

stdout carries what a next command uses (outputs as NAME=VALUE, or the whole report as --output says: docs/report.md);
everything else goes to stderr.
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints quote no value: `--set Password = secret` or a misspelt option may hold one."""

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
    """What deploy.py is told, and the command of a task, which stands after `--`."""
    if "--" not in arguments:
        return arguments, ()
    place = [*arguments].index("--")
    return arguments[:place], tuple(arguments[place + 1 :])


def _general(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("action", nargs="?", default="deploy", choices=ACTIONS, metavar="ACTION", help=", ".join(ACTIONS))
    add(
        "name",
        nargs="?",
        metavar="NAME",
        help="with run, logs and exec: the service (or --service NAME); with route: a URL",
    )
    add("--env", required=True, metavar="NAME", help="the environment: params/NAME.yaml")
    add("--service", metavar="NAME", help="a service of the environment, which is a stack of its own, not the platform")
    together = f"the platform and every service of the environment together; with {', '.join(_TOGETHER)}"
    add("--all", action="store_true", help=together)
    add("--yes", action="store_true", help="answer every question with yes; guarded changes need --allow")
    allow = (
        "approve one guarded change, by its path or a setting's name (with delete and recover: the stack's); repeatable"
    )
    add("--allow", action="append", default=[], metavar="PATH", help=allow)
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="one parameter, for this run; repeatable")
    secret = "a parameter's value, for this run, from"
    add("--set-from-env", action="append", default=[], metavar="KEY=VARIABLE", help=f"{secret} an environment variable")
    add("--set-from-stdin", metavar="KEY", help=f"{secret} standard input, which is asked for on a terminal")
    add("--keep-value", action="append", default=[], metavar="KEY", help="leave a NoEcho parameter as the stack has it")
    add("--rendered", type=_path, metavar="DIR", help="deploy the templates in DIR instead of rendered/")
    forms = ("text", "json", "markdown")
    add("--output", choices=forms, default="text", help="the form of the result on stdout (text)")
    add("--html", type=_file, metavar="FILE", help="write the report as an HTML page too, however the run ends")
    add("--markdown", type=_file, metavar="FILE", help="write the report as Markdown too, however the run ends")
    add("--preflight", action="store_true", help="stop if IAM does not allow what the changes need")
    add(
        "--debug",
        action="store_true",
        help="show the traceback of an unexpected error instead of writing it to a file",
    )
    add("--exit-code", action="store_true", help="with plan or drift: exit code 4 if there are differences")


def _later(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--keep", action="store_true", help="with plan: save the change set, to be executed later")
    add("--change-set", metavar="ARN", help="execute a saved change set exactly as reviewed; with delete: delete it")
    add("--to", metavar="REF|DIGEST", help="deploy an earlier release: what git REF holds, or one that releases lists")
    add("--detach", action="store_true", help="return once the operation has begun")
    follow = "with status: follow the last operation, and end as it ends; with logs: go on until Ctrl-C"
    add("--follow", action="store_true", help=follow)
    add(
        "--since",
        type=span_of,
        metavar="TIME",
        help="with logs: how far back, for example 30s, 15m, 1h (default) or 2d",
    )
    add("--wait", action="store_true", help="wait until an operation in progress has ended, then go on")


def _recovery(group: argparse._ArgumentGroup) -> None:
    skip = "with recover: leave a resource whose rollback failed as it is (Ecs/Service); repeatable"
    keep = "with recover: leave a resource whose deletion failed behind; repeatable"
    group.add_argument("--skip", action="append", default=[], metavar="PATH", help=skip)
    group.add_argument("--retain", action="append", default=[], metavar="PATH", help=keep)
    group.add_argument("--revert", action="store_true", help="with drift: revert what was changed by hand")


def _rehearsal(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    failing = "make a resource fail on create; PATH:update=REASON on update; repeatable"
    add("--rehearse", action="store_true", help="use the local CloudFormation instead of AWS")
    add("--from", dest="ref", metavar="REF", help="preview: deploy what git REF holds there first, then compare")
    add("--fresh", action="store_true", help="delete what was rehearsed before in this account and Region")
    add("--state", type=_path, metavar="DIR", help="where the state of each account and Region is kept (.rehearsal/)")
    add("--pace", type=_pace, metavar="X", help="virtual seconds per second (60 on a terminal, else no waiting)")
    add("--scenario", type=_path, metavar="FILE", help="a YAML file that says what goes wrong (docs/rehearsal.md)")
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
    """What does not go together, and options whose value is empty, as a variable is that nobody has set."""
    if options.ref == "":
        yield "--from: names no ref; it is empty"
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
    """What was typed, for the commands that are named next; `script` is the program itself."""
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
