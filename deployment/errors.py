"""Every way a deployment can end badly, as one tree.

    DeploymentError
    ├── NothingSent                 wrong use, a wrong file, a wrong account: AWS was asked nothing or only read
    │   ├── UnknownEnvironment
    │   ├── UnknownService
    │   ├── FileProblems            one or many findings, each with its file and line
    │   ├── StaleRendered
    │   ├── NoCredentials
    │   ├── WrongAccount
    │   ├── WrongRegion
    │   ├── WrongHostedZone
    │   ├── UnknownPath             an option names a resource that it cannot be about
    │   ├── RehearsalFailed         the local CloudFormation did not start
    │   ├── TerminationProtected
    │   ├── UnknownAllowance        an approval for a change that is not guarded, or not there
    │   └── ChangeSetUnusable       a saved change set that cannot be executed
    ├── Unreachable                 the endpoint does not answer
    ├── AwsRefusal                  AWS answered with an error
    │   ├── Throttled
    │   ├── ServiceUnavailable
    │   ├── CredentialsExpired
    │   └── NotFound
    ├── BucketRefused               the artifacts bucket is not ours, or elsewhere
    │   ├── ObjectDiffers           what stands in it under a content's name are other bytes
    │   └── ObjectTooLarge          it does not take a file of that size
    ├── MissingPermissions          IAM denies what the changes need
    ├── DriftNotDetected            CloudFormation could not compare the resources
    ├── ChangeSetFailed             CloudFormation could not make the change set
    │   ├── ChecksFailed            hooks or validations refused it: each with its resource and where that is written
    │   ├── StoredValuesUnread      what templates read from Systems Manager cannot be held against the review
    │   └── Overtaken               somebody else deployed between review and execution
    ├── OperationFailed             the stack operation rolled back or failed
    │   └── Unconfirmed             CloudFormation calls it complete, and what it shows of it is not
    ├── TaskFailed                  a task never ran, or the job before a deployment failed
    ├── FaultsUnmet                 what was to go wrong in a rehearsal met nothing
    ├── WatchLost                   the operation goes on or is done; only our view of it is gone
    ├── Undelivered                 what was found cannot be written where it was asked for
    ├── Unexpected                  nobody foresaw it: an error of this program, or of what it runs on
    └── StackBlocked                nothing can be deployed to the stack in its present state
        ├── StackBusy
        └── StackStuck

Each error carries its facts as attributes, `happened` (one sentence), `findings` (one line each) and
`remedy` (what to do next). The command turns them into text and an exit code.
"""

# ruff: noqa: N818 - an error is named for what happened; the tree above says that they are errors.

from collections.abc import Collection, Mapping, Sequence

from cloudformation.environment.findings import Place, Problem
from cloudformation.template.failed_check import FailedCheck


class DeploymentError(Exception):
    """What happened, what was found, and what to do next.

    `places` are where in the files that is written, as far as it is known; the findings tell them too.
    """

    places: tuple[Problem, ...] = ()

    def __init__(self, happened: str, *, findings: Sequence[str] = (), remedy: str | None = None) -> None:
        super().__init__(happened)
        self.happened = happened
        self.findings = tuple(findings)
        self.remedy = remedy


class NothingSent(DeploymentError):
    """Found before anything was sent: nothing has changed anywhere."""


class UnknownEnvironment(NothingSent):
    """There is no params/<name>.yaml."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        listed = ", ".join(known) or "none"
        told = f"there is no environment named {name!r}; known: {listed}"
        super().__init__(told, remedy=f"write params/{name}.yaml, or name one of: {listed}")


class UnknownService(NothingSent):
    """The environment has no service of that name."""

    def __init__(self, name: str, environment: Place, known: Sequence[str]) -> None:
        names = f"{environment} names no service {name!r}; it names: {', '.join(known) or 'none'}"
        super().__init__(names, remedy=f"write its values in {environment.file}, under services: {name}:")


class FileProblems(NothingSent):
    """Everything that is wrong with what was written, all at once."""

    def __init__(self, subject: str, problems: Sequence[Problem], remedy: str) -> None:
        count = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
        super().__init__(f"{subject} has {count}", findings=[str(problem) for problem in problems], remedy=remedy)
        self.problems = self.places = tuple(problems)


class StaleRendered(NothingSent):
    """`rendered/` is not what the templates render now."""

    def __init__(self, findings: Sequence[str], render: str) -> None:
        super().__init__("rendered/ is not what the templates render now", findings=findings, remedy=f"run: {render}")


class NoCredentials(NothingSent):
    """boto3 found no usable credentials."""


class WrongAccount(NothingSent):
    """The credentials belong to another account than the environment."""

    def __init__(self, expected: str, actual: str, arn: str, place: Place) -> None:
        super().__init__(
            f"the credentials are of account {actual}, the environment is of account {expected}",
            findings=[f"{place}: account: {expected!r}", f"the credentials are of {arn}"],
            remedy="use credentials of the environment's account (AWS_PROFILE), or another --env",
        )


class WrongRegion(NothingSent):
    """The configured region is another one than the environment's."""

    def __init__(self, expected: str, actual: str, source: str, place: Place) -> None:
        super().__init__(
            f"{source} says region {actual}, the environment is in {expected}",
            findings=[f"{place}: region: {expected}"],
            remedy=f"unset it or set it to {expected}, or name another --env",
        )


class WrongHostedZone(NothingSent):
    """The hosted zone does not exist, is private, or does not hold the domain name."""


class UnknownPath(NothingSent):
    """An option names a resource that it cannot be about."""

    def __init__(self, option: str, unknown: Sequence[str], known: Sequence[str]) -> None:
        told = f"{option} {', '.join(unknown)}: not among the resources that are stuck"
        remedy = f"name one of: {', '.join(known)}" if known else f"leave {option} out"
        super().__init__(told, findings=[f"stuck: {name}" for name in known], remedy=remedy)


class Unreachable(DeploymentError):
    """The endpoint did not answer."""


class AwsRefusal(DeploymentError):
    """AWS answered a call with an error: its code and message are kept as they came."""

    def __init__(self, operation: str, code: str, message: str, *, remedy: str | None = None) -> None:
        super().__init__(f"AWS refused {operation}: {message} ({code})", remedy=remedy)
        self.operation = operation
        self.code = code
        self.message = message


class Throttled(AwsRefusal):
    """Too many calls; the same call may succeed later."""


class ServiceUnavailable(AwsRefusal):
    """AWS failed at its own work (HTTP 5xx); the same call may succeed later."""


class CredentialsExpired(AwsRefusal):
    """The credentials were valid once and are no more."""


class NotFound(AwsRefusal):
    """The stack or change set that was asked for does not exist."""


class BucketRefused(DeploymentError):
    """The artifacts bucket exists but may not be used."""


class ObjectDiffers(BucketRefused):
    """An object that is named for its content has another one: somebody else wrote it, and it is never used."""


class ObjectTooLarge(BucketRefused):
    """A file is larger than S3, or what stands before it, takes."""


class TerminationProtected(NothingSent):
    """Termination protection is on, and a delete never turns it off."""


class UnknownAllowance(NothingSent):
    """--allow names what no guarded change has: `unknown`; what it could have named is in `guarded`."""

    def __init__(self, unknown: Sequence[str], guarded: Sequence[str]) -> None:
        listed = ", ".join(guarded) or "none"
        super().__init__(
            f"--allow names no guarded change: {', '.join(unknown)}; nothing was executed",
            findings=[f"guarded: {listed}"],
            remedy="allow only what is listed" if guarded else "leave --allow out",
        )
        self.unknown = tuple(unknown)
        self.guarded = tuple(guarded)


class ChangeSetUnusable(NothingSent):
    """A saved change set is gone, obsolete, executed, or another stack's."""


class RehearsalFailed(NothingSent):
    """The local CloudFormation did not start: most often because of what it was told."""


class MissingPermissions(DeploymentError):
    """IAM denies some action to whoever would call it; `missing` is resource type, or job -> actions."""

    def __init__(self, principal: str, missing: Mapping[str, Collection[str]], who: str = "service role") -> None:
        super().__init__(
            f"{principal} is not allowed what the changes need; nothing was executed",
            findings=[f"{name}: {', '.join(sorted(actions))}" for name, actions in missing.items()],
            remedy=f"grant what is missing (the {who}'s policy in rendered/policies/ holds all of it); deploying "
            "without --preflight goes on all the same, where a policy is limited to the right resources",
        )
        self.principal = principal
        self.missing = missing


class DriftNotDetected(DeploymentError):
    """CloudFormation could not compare the resources with what the stack made of them."""


class ChangeSetFailed(DeploymentError):
    """CloudFormation could not make the change set; nothing was executed."""


class ChecksFailed(ChangeSetFailed):
    """Hooks or validations refused the change set; `checks` are all that failed, in all layers."""

    def __init__(self, happened: str, checks: Sequence[FailedCheck], others: Sequence[str], remedy: str) -> None:
        super().__init__(happened, findings=[*map(str, checks), *others], remedy=remedy)
        self.checks = tuple(checks)


class StoredValuesUnread(ChangeSetFailed):
    """What templates read from Systems Manager cannot be held against what was reviewed."""


class Overtaken(ChangeSetFailed):
    """Somebody else deployed to the stack after it was reviewed, so that this change set is obsolete."""


class OperationFailed(DeploymentError):
    """The operation on the stack failed; `status` is the state that the stack is in now."""

    def __init__(self, happened: str, *, status: str, findings: Sequence[str] = (), remedy: str | None = None) -> None:
        super().__init__(happened, findings=findings, remedy=remedy)
        self.status = status


class Unconfirmed(OperationFailed):
    """CloudFormation says that all went well, and does not show all that must have come of it."""


class TaskFailed(DeploymentError):
    """A task never ran its container, or, as the job before a deployment, ended badly: nothing was executed."""


class FaultsUnmet(DeploymentError):
    """What was to go wrong in a rehearsal never met anything: whatever came of it proves nothing."""


class WatchLost(DeploymentError):
    """CloudFormation is at work and goes on, or may be; we can no longer see it."""


class Undelivered(DeploymentError):
    """The result cannot be written to standard output."""


class Unexpected(DeploymentError):
    """What nobody foresaw. `goes_on` is the stack on which CloudFormation was at work then, as far as is known."""

    def __init__(
        self, happened: str, *, findings: Sequence[str] = (), remedy: str | None = None, goes_on: str | None = None
    ) -> None:
        super().__init__(happened, findings=findings, remedy=remedy)
        self.goes_on = goes_on


class StackBlocked(DeploymentError):
    """The stack takes no change set in its present state."""


class StackBusy(StackBlocked):
    """Another operation is at work on the stack."""


class StackStuck(StackBlocked):
    """The last operation left the stack in a state that only a recovery leads out of."""
