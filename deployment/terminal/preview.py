"""The templates and values of another git ref, deployed to an endpoint first, so that the review shows the difference.

It is meant for the local CloudFormation: everything is approved. Only files are read from git.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from cloudformation.environment.environment_file import Environment
from deployment.aws.session import Session
from deployment.commands.deploy import deploy
from deployment.errors import DeploymentError, RehearsalFailed
from deployment.run.choices import NO_CHOICES
from deployment.run.run import Context, begin
from deployment.run.telling import Progress, Tell
from deployment.template.checkout import Checkout
from deployment.template.environments import read_environment


def environment_of(
    checkout: Checkout, now: Environment, tell: Tell, variables: Mapping[str, str] | None = None
) -> Environment | None:
    """The environment as the ref has it; None, with a note, where the ref has nothing for this account.

    A local CloudFormation has no value to keep: one that the ref keeps, or cannot have here, is this run's.
    """
    if not (checkout.folder / "params" / f"{now.name}.yaml").is_file():
        tell(Progress(f"{checkout.ref} has no params/{now.name}.yaml: everything is new"))
        return None
    with _explained(checkout.ref):
        environment = read_environment(checkout.folder / "params", now.name)
    if environment.account != now.account:
        tell(Progress(f"{checkout.ref} is for account {environment.account}: in {now.account} everything is new"))
        return None
    environment = environment.read(variables or {}, None)
    lacking = [name for name, setting in environment.parameters.items() if setting.source and not setting.text]
    given = {name: now.parameters[name] for name in lacking if name in now.parameters}
    return environment._replace(parameters={**environment.parameters, **given})


def bring(checkout: Checkout, environment: Environment, context: Context, connect: Callable[[str], Session]) -> None:
    """Deploys the ref as deploy.py would, without showing it; raises RehearsalFailed where that fails."""
    with _explained(checkout.ref):
        quiet = replace(context, tell=lambda _: None, approve=lambda _: True, choices=NO_CHOICES)
        run = begin(checkout.folder / "rendered", environment, quiet, connect)
        try:
            deploy(run)
        finally:
            run.session.close()
    context.say(f"{checkout.ref} is deployed to the local CloudFormation; what follows is compared with it")


@contextmanager
def _explained(ref: str) -> Iterator[None]:
    try:
        yield
    except DeploymentError as error:
        raise RehearsalFailed(
            f"{ref} could not be deployed to the local CloudFormation: {error.happened}",
            findings=error.findings,
            remedy="name another ref: --from REF",
        ) from error
