"""`python -m rehearsal`: CloudFormation on this machine, for any SDK or tool that accepts an endpoint URL."""

import argparse
import contextlib
import random
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, TextIO

from rehearsal.control.child import UNMET, UNSTRUCK
from rehearsal.loopback.endpoint import Cloud
from rehearsal.loopback.server import serve
from rehearsal.neighbours.containers.kept_tasks import tasks_file
from rehearsal.neighbours.hosted_zones import HostedZone, zones_in
from rehearsal.neighbours.journal import journal_in
from rehearsal.neighbours.moto_services import Neighbours
from rehearsal.scenario.faults import Scenario
from rehearsal.scenario.scenario_file import read_scenario
from rehearsal.scenario.scenario_text import ScenarioError
from rehearsal.state.services import Services
from rehearsal.state.store import Store, StoreError

_EPILOG = """\
examples:
  python -m rehearsal --port 4566
      then, in another terminal:
      export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x
      aws cloudformation describe-stacks --region ap-northeast-1

  python -m rehearsal --port 4566 --state .rehearsal
      saves its stacks, buckets, parameters and secrets for the next run

  python -m rehearsal --port 4566 --fail Ecs/Service="The service did not stabilise"
      simulates a deployment in which that resource fails

docs/rehearsal.md describes which parts of CloudFormation are simulated. moto simulates S3, STS, Route 53, Systems
Manager, Secrets Manager and others. Nothing is provisioned and nothing leaves this machine. To stop the rehearsal,
press Ctrl-C or send SIGTERM.
"""
_ENDS = (signal.SIGTERM, signal.SIGINT)


class OpenCloud(Cloud, Protocol):
    """An account's CloudFormation, in use until it is closed."""

    def start(self) -> None:
        """Start the simulated clock."""

    def close(self) -> None:
        """Complete the running operations in simulated time, and save the state."""


class Opener(Protocol):
    """`rehearsal.control.cloud.open_cloud`."""

    def __call__(
        self,
        state: Path | None,
        account: str,
        services: Services,
        *,
        pace: float,
        scenario: Scenario,
        seed: int | None,
    ) -> OpenCloud: ...


def main(arguments: Sequence[str], out: TextIO, errors: TextIO, stop: threading.Event, opener: Opener) -> int:
    """Serve until `stop` is set. `out` gets one line, the endpoint URL; everything else goes to `errors`.

    Exit codes: 0 it was stopped; 1 it could not start; 2 invalid arguments; 3 it was stopped, and a fault named a
    resource, alarm or task that never existed.
    """
    parser = _parser()
    options = parser.parse_args(arguments)

    def report(text: str) -> None:
        errors.write(f"{text.rstrip()}\n")
        errors.flush()

    try:
        scenario = read_scenario(options.scenario, options.fail)
    except ScenarioError as error:
        parser.exit(
            2, f"rehearsal: {error}\nnext: correct the value of --fail or the file of --scenario, then try again\n"
        )
    if options.end_with_stdin:
        threading.Thread(target=_stop_at_end, args=(sys.stdin, stop), daemon=True).start()
    try:
        # moto prints; stdout is for the URL alone.
        with contextlib.redirect_stdout(errors), _serving(options, scenario, report, opener) as url:
            out.write(f"{url}\n")
            out.flush()
            stop.wait()
    except (OSError, StoreError, ModuleNotFoundError) as error:
        report(f"rehearsal: {error}")
        if isinstance(error, StoreError):
            report(f"next: {error.remedy}")
        return 1
    for line in scenario.unmet():
        report(f"{UNMET}{line}")
    for line in scenario.unstruck():
        report(f"{UNSTRUCK}{line}")
    return 3 if scenario.unmet() else 0


@contextlib.contextmanager
def _serving(
    options: argparse.Namespace, scenario: Scenario, report: Callable[[str], None], opener: Opener
) -> Iterator[str]:
    _refuse_missing()
    zones = [*options.zone, *zones_in(options.params, report)]
    seeds = random.Random(options.seed) if options.seed is not None else random.SystemRandom()
    neighbours = Neighbours(
        options.account, options.state, zones, seed=lambda: seeds.getrandbits(32), scenario=scenario
    )
    if options.fresh and options.state:
        _forget(options.state)
    cloud = opener(options.state, options.account, neighbours, pace=options.pace, scenario=scenario, seed=options.seed)
    cloud.start()
    with contextlib.ExitStack() as opened:
        opened.callback(cloud.close)
        opened.callback(neighbours.close)
        server = serve(cloud, neighbours=neighbours.answer, port=options.port, log=report)
        opened.callback(server.close)
        if options.end_with_stdin:  # the command that started this child calls S3 and STS next
            neighbours.warm()
        yield server.url


def _refuse_missing() -> None:
    """Raises ModuleNotFoundError for a package that a call would import later, when it is too late to report it."""
    for name in ("moto", "cfnlint"):
        if find_spec(name) is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _forget(state: Path) -> None:
    """Delete the state of earlier runs. StoreError: another process is using it."""
    with contextlib.closing(Store(state)) as store:
        store.forget()
        journal_in(state).path.unlink(missing_ok=True)
        tasks_file(state).unlink(missing_ok=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal",
        description="Simulate CloudFormation on this machine. The command prints its endpoint URL when it is ready.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--port", type=_port, default=4566, help="port on 127.0.0.1; 0: any free port (default: %(default)s)")
    add("--state", type=Path, metavar="DIR", help="folder that stores the state between runs (default: in memory only)")
    add("--fresh", action="store_true", help="delete the stored state first")
    add("--account", type=_account, default="123456789012", help="account ID (default: %(default)s)")
    add(
        "--pace",
        type=_pace,
        default=0.0,
        metavar="X",
        help="simulated seconds per real second, to watch operations (default: 0, without waiting)",
    )
    add("--seed", type=int, metavar="N", help="generate the same IDs for the same requests (default: random IDs)")
    add("--scenario", type=Path, metavar="FILE", help="YAML file with faults of resources, API calls and others")
    add("--fail", action="append", default=[], metavar="PATH=REASON", help="make a resource fail; repeatable")
    add("--zone", type=_zone, action="append", default=[], metavar="ID=NAME", help="existing hosted zone; repeatable")
    add("--params", type=Path, default=Path("params"), metavar="DIR", help="environment files with hosted zones")
    add("--end-with-stdin", action="store_true", help="stop when stdin is closed, as a child of another command")
    return parser


def _stop_at_end(stream: TextIO, stop: threading.Event) -> None:
    """A parent that is killed still closes its end of the pipe."""
    while stream.read(1):
        pass
    stop.set()


def _stop_at_signal(stop: threading.Event) -> None:
    signal.sigwait(_ENDS)
    stop.set()


def _port(text: str) -> int:
    return int(
        _matching(text, r"\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]", "a number from 0 to 65535")
    )


def _account(text: str) -> str:
    return _matching(text, r"\d{12}", "twelve digits")


def _pace(text: str) -> float:
    return float(_matching(text, r"\d+(\.\d+)?|\.\d+", "a number of 0 or more"))


def _zone(text: str) -> HostedZone:
    id, _, name = _matching(
        text, r"Z[0-9A-Z]{1,31}=[A-Za-z0-9.-]+", "ID=NAME, such as Z0123456789=example.com"
    ).partition("=")
    return HostedZone(id, name)


def _matching(text: str, pattern: str, wanted: str) -> str:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
    return text


def _run() -> int:
    from rehearsal.control.cloud import open_cloud

    stop = threading.Event()
    # A signal handler runs only in the main thread, when that wakes: a signal just before it waits would be missed.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    threading.Thread(target=_stop_at_signal, args=(stop,), daemon=True).start()
    return main(sys.argv[1:], sys.stdout, sys.stderr, stop, open_cloud)


if __name__ == "__main__":
    sys.exit(_run())
