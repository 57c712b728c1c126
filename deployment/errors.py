"""Every failure of a deployment, as one tree.

    DeploymentError
    ├── NothingSent                 wrong use, a wrong file, a wrong account: nothing was sent to AWS except reads
    │   ├── UnknownEnvironment
    │   ├── UnknownService
    │   ├── FileProblems            one or many findings, each with its file and line
    │   ├── StaleRendered
    │   ├── NoCredentials
    │   ├── WrongAccount
    │   ├── WrongRegion
    │   ├── WrongHostedZone
    │   ├── UnknownPath             an option names a resource that it cannot apply to
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
    │   ├── ObjectDiffers           the object with a content's name has different content
    │   └── ObjectTooLarge          it does not accept a file of that size
    ├── MissingPermissions          IAM denies what the changes need
    ├── DriftNotDetected            CloudFormation could not compare the resources
    ├── ChangeSetFailed             CloudFormation could not create the change set
    │   ├── ChecksFailed            hooks or validations refused it: each with its resource and where that is written
    │   ├── StoredValuesUnread      values in Systems Manager that templates read cannot be compared with the review
    │   └── Overtaken               somebody else deployed between review and execution
    ├── OperationFailed             the stack operation rolled back or failed
    │   └── Unconfirmed             CloudFormation calls it complete, and what it shows of it is not
    ├── TaskFailed                  a task never ran, or the job before a deployment failed
    ├── FaultsUnmet                 no resource or call matched what was to fail in a rehearsal
    ├── WatchLost                   the operation continues or has ended; only this program's view of it is lost
    ├── Undelivered                 the result cannot be written where it was asked for
    ├── Unexpected                  an error that this program does not expect, in itself or in what it runs on
    └── StackBlocked                nothing can be deployed to the stack in its present state
        ├── StackBusy
        └── StackStuck

Each error has its facts as attributes: `happened` (one sentence), `findings` (one line each), `remedy` (the next step).
"""

# ruff: noqa: N818 - an error is named for what happened; the tree above says that they are errors.

from collections.abc import Collection, Mapping, Sequence

from cloudformation.environment.findings import Place, Problem
from cloudformation.template.failed_check import FailedCheck


class DeploymentError(Exception):
    """What happened, what was found, and what to do next.

    `places` are where in the files that is written, as far as it is known; the findings contain them too.
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
        unknown = f"there is no environment named {name!r}; known: {listed}"
        super().__init__(unknown, remedy=f"write params/{name}.yaml, or name one of: {listed}")


class UnknownService(NothingSent):
    """The environment has no service of that name."""

    def __init__(self, name: str, environment: Place, known: Sequence[str]) -> None:
        names = f"{environment} has no service named {name!r}; its services: {', '.join(known) or 'none'}"
        super().__init__(names, remedy=f"write its values in {environment.file}, under services: {name}:")


class FileProblems(NothingSent):
    """Everything that is wrong in the files and options, all at once."""

    def __init__(self, subject: str, problems: Sequence[Problem], remedy: str) -> None:
        count = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
        super().__init__(f"{subject} has {count}", findings=[str(problem) for problem in problems], remedy=remedy)
        self.problems = self.places = tuple(problems)


class StaleRendered(NothingSent):
    """`rendered/` differs from what the templates render now."""

    def __init__(self, findings: Sequence[str], render: str) -> None:
        happened = "rendered/ differs from what the templates render now"
        super().__init__(happened, findings=findings, remedy=f"run: {render}")


class NoCredentials(NothingSent):
    """boto3 found no usable credentials."""


class WrongAccount(NothingSent):
    """The credentials belong to another account than the environment."""

    def __init__(self, expected: str, actual: str, arn: str, place: Place) -> None:
        super().__init__(
            f"the credentials belong to account {actual}, but the environment is in account {expected}",
            findings=[f"{place}: account: {expected!r}", f"the credentials belong to {arn}"],
            remedy="use credentials of the environment's account (AWS_PROFILE), or another --env",
        )


class WrongRegion(NothingSent):
    """The configured Region differs from the environment's."""

    def __init__(self, expected: str, actual: str, source: str, place: Place) -> None:
        super().__init__(
            f"{source} is Region {actual}, but the environment is in {expected}",
            findings=[f"{place}: region: {expected}"],
            remedy=f"unset it or set it to {expected}, or name another --env",
        )


class WrongHostedZone(NothingSent):
    """The hosted zone does not exist, is private, or does not contain the domain name."""


class UnknownPath(NothingSent):
    """An option names a resource that it cannot apply to."""

    def __init__(self, option: str, unknown: Sequence[str], known: Sequence[str]) -> None:
        happened = f"{option} {', '.join(unknown)}: not among the resources that are stuck"
        remedy = f"name one of: {', '.join(known)}" if known else f"omit {option}"
        super().__init__(happened, findings=[f"stuck: {name}" for name in known], remedy=remedy)


class Unreachable(DeploymentError):
    """The endpoint did not answer."""


class AwsRefusal(DeploymentError):
    """AWS answered a call with an error: its code and message are kept as AWS wrote them."""

    def __init__(self, operation: str, code: str, message: str, *, remedy: str | None = None) -> None:
        super().__init__(f"AWS refused {operation}: {message} ({code})", remedy=remedy)
        self.operation = operation
        self.code = code
        self.message = message


class Throttled(AwsRefusal):
    """Too many calls; the same call may succeed later."""


class ServiceUnavailable(AwsRefusal):
    """AWS failed internally (HTTP 5xx); the same call may succeed later."""


class CredentialsExpired(AwsRefusal):
    """The credentials were valid and have expired."""


class NotFound(AwsRefusal):
    """The stack or change set that was asked for does not exist."""


class BucketRefused(DeploymentError):
    """The artifacts bucket exists but may not be used."""


class ObjectDiffers(BucketRefused):
    """An object whose name is the digest of a content has other content: somebody else wrote it. It is not used."""


class ObjectTooLarge(BucketRefused):
    """A file is larger than S3, or a limit in front of it, accepts."""


class TerminationProtected(NothingSent):
    """Termination protection is on, and a deletion never turns it off."""


class UnknownAllowance(NothingSent):
    """--allow names something that is not a guarded change: `unknown`; `guarded` is what it can name."""

    def __init__(self, unknown: Sequence[str], guarded: Sequence[str]) -> None:
        listed = ", ".join(guarded) or "none"
        super().__init__(
            f"--allow names no guarded change: {', '.join(unknown)}; nothing was executed",
            findings=[f"guarded: {listed}"],
            remedy="allow only what is listed" if guarded else "omit --allow",
        )
        self.unknown = tuple(unknown)
        self.guarded = tuple(guarded)


class ChangeSetUnusable(NothingSent):
    """A saved change set is deleted, obsolete or executed, or belongs to another stack."""


class RehearsalFailed(NothingSent):
    """The local CloudFormation did not start, most often because of its options."""


class MissingPermissions(DeploymentError):
    """IAM denies an action to the principal that would call it; `missing` is resource type, or job -> actions."""

    def __init__(self, principal: str, missing: Mapping[str, Collection[str]], who: str = "service role") -> None:
        super().__init__(
            f"{principal} does not have the permissions that the changes need; nothing was executed",
            findings=[f"{name}: {', '.join(sorted(actions))}" for name, actions in missing.items()],
            remedy=f"grant what is missing (the {who}'s policy in rendered/policies/ contains all of it); if it is "
            "granted for the right resources only, deploy without --preflight",
        )
        self.principal = principal
        self.missing = missing


class DriftNotDetected(DeploymentError):
    """CloudFormation could not compare the resources with their expected configuration."""


class ChangeSetFailed(DeploymentError):
    """CloudFormation could not create the change set; nothing was executed."""


class ChecksFailed(ChangeSetFailed):
    """Hooks or validations refused the change set; `checks` are all that failed, in all nested stacks."""

    def __init__(self, happened: str, checks: Sequence[FailedCheck], others: Sequence[str], remedy: str) -> None:
        super().__init__(happened, findings=[*map(str, checks), *others], remedy=remedy)
        self.checks = tuple(checks)


class StoredValuesUnread(ChangeSetFailed):
    """Values in Systems Manager that templates read cannot be compared with what was reviewed."""


class Overtaken(ChangeSetFailed):
    """The stack was deployed to by somebody else after the review, so that this change set is obsolete."""


class OperationFailed(DeploymentError):
    """The operation on the stack failed; `status` is the state that the stack is in now."""

    def __init__(self, happened: str, *, status: str, findings: Sequence[str] = (), remedy: str | None = None) -> None:
        super().__init__(happened, findings=findings, remedy=remedy)
        self.status = status


class Unconfirmed(OperationFailed):
    """CloudFormation reports success, but not everything that must exist after it."""


class TaskFailed(DeploymentError):
    """A task never ran its container, or failed as the job before a deployment: nothing was executed."""


class FaultsUnmet(DeploymentError):
    """No resource or call matched what was to fail in a rehearsal, so that its result proves nothing."""


class WatchLost(DeploymentError):
    """An operation of CloudFormation continues, or may continue, and can no longer be observed."""


class Undelivered(DeploymentError):
    """The result cannot be written to standard output."""


class Unexpected(DeploymentError):
    """An unexpected error. `goes_on` is the stack on which an operation was in progress, as far as is known."""

    def __init__(
        self, happened: str, *, findings: Sequence[str] = (), remedy: str | None = None, goes_on: str | None = None
    ) -> None:
        super().__init__(happened, findings=findings, remedy=remedy)
        self.goes_on = goes_on


class StackBlocked(DeploymentError):
    """The stack accepts no change set in its present state."""


class StackBusy(StackBlocked):
    """Another operation on the stack is in progress."""


class StackStuck(StackBlocked):
    """The last operation left the stack in a state that it leaves only by a recovery."""
