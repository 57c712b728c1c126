"""The actions of deploy.py by their names, and what each of them asks of the files."""

from collections.abc import Callable, Mapping

from deployment.commands import delete, deploy, recover, releases, status
from deployment.commands.drift import drift
from deployment.commands.routing import route
from deployment.commands.routing.request_options import ROUTE
from deployment.commands.tasks import run_once, service_log, shell
from deployment.commands.tasks.task_options import ABOUT_TASKS
from deployment.run.outcome import Outcome
from deployment.run.run import Run

ACTIONS: Mapping[str, Callable[[Run], Outcome]] = {
    "deploy": deploy.deploy,
    "plan": deploy.plan,
    "status": status.status,
    "drift": drift.drift,
    "recover": recover.recover,
    "delete": delete.delete,
    "releases": releases.releases,
    "run": run_once.run_once,
    "logs": service_log.service_log,
    "exec": shell.shell,
    "route": route.route,
}
# What is about earlier releases, or about the existing stack: for these, a stale rendered tree changes nothing.
UNCOMPARED = ("releases", ROUTE, *ABOUT_TASKS)
