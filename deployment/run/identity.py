"""Who deploys, and whether that is allowed: the account and the Region must be those of the environment."""

from cloudformation.environment.environment_file import Environment
from deployment.aws.answers import needed
from deployment.aws.calls import call
from deployment.aws.session import Session
from deployment.errors import WrongAccount, WrongRegion
from deployment.run.run import Run


def caller_of(run: Run) -> str:
    """The ARN of a run's credentials; raises as `caller_in` does."""
    return run.known.caller if run.known else caller_in(run.session, run.environment)


def caller_in(session: Session, environment: Environment) -> str:
    """The ARN of the credentials.

    Raises WrongRegion, before any request, where the machine is configured for another Region than the environment's,
    and WrongAccount where the credentials belong to another account.
    """
    configured = session.configured_region
    if configured and configured[0] != environment.region:
        raise WrongRegion(environment.region, *configured, environment.place_of("region"))
    identity = call(session.client("sts", attempts=2).get_caller_identity)
    account, arn = needed(identity, "Account", "Arn")
    if account != environment.account:
        raise WrongAccount(environment.account, str(account), str(arn), environment.place_of("account"))
    return str(arn)
