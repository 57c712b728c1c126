"""Going back (--to): an earlier release as a tree and an environment, which then is deployed as any other.

What git's REF rendered and set is taken as it was then; of a release that the artifacts bucket has a record of, the
templates, the parameters and the tags are, and all else is as the environment file says now. In both, what is NoEcho
stays as the stack has it, for no earlier value of it is known, and what is protected now stays guarded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.findings import Place
from cloudformation.environment.parameter_values import declared_parameters
from cloudformation.environment.value_sources import KEPT, Setting
from deployment.artifacts.bucket import recorded_releases
from deployment.artifacts.packaging import Storage
from deployment.artifacts.releases import SHORT, Release, StoredTemplate, read_release, short_digest
from deployment.artifacts.stored import ABSENT
from deployment.aws.calls import at_once, call, streamed
from deployment.aws.session import Client, Session
from deployment.errors import AwsRefusal, NothingSent, UnknownEnvironment, UnknownService
from deployment.review.stack_templates import template_urls
from deployment.run.identity import caller_in
from deployment.run.prepare import storage_in
from deployment.run.run import Run
from deployment.stack.stack import Stack
from deployment.template.checkout import checked_out, commit_of
from deployment.template.environments import environment_reading, other_environments, service_reading
from deployment.template.template import parse_document, read_template

_DIGEST = re.compile(r"(sha256:)?([0-9a-f]{7,64})")


@dataclass(frozen=True)
class Earlier:
    """A release as it is deployed again: how it is called, its tree, and its environment beside others."""

    name: str
    folder: Path
    reading: Reading
    others: tuple[Environment, ...] = ()


@contextmanager
def earlier_release(project: Path, wanted: str, now: Environment, session: Session) -> Iterator[Earlier]:
    """What `wanted` names: a release in the bucket by its digest (7 digits or more), else a git ref.

    Raises NothingSent where it names neither, or both, or something that is not there any more.
    """
    digest = _DIGEST.fullmatch(wanted)
    if digest:
        caller_in(session, now)
    storage = storage_in(session, now)
    keys = _keys(session.s3, storage, digest[2]) if digest else []
    if digest and digest[1] and not keys:
        raise _unknown(wanted, now)
    ref = None if digest and digest[1] else _ref(project, wanted, unless=bool(keys), digest=bool(digest), now=now)
    if keys and ref:
        raise NothingSent(
            f"{wanted} names a release and a commit",
            findings=[f"release {keys[0]}", f"commit {ref}"],
            remedy=f"say which: --to sha256:{short_digest(keys[0])}, or --to {ref}",
        )
    if keys:
        with _recorded(session.s3, storage, keys, now) as earlier:
            yield earlier
    else:
        with checked_out(project, wanted, "--to") as checkout:
            yield _of_ref(checkout.folder, wanted, now)


def tell_release(run: Run, name: str, stack: Stack | None) -> None:
    """Says to what the stack goes back, and which of its parameters were not there then."""
    run.say(f"going back to {name}")
    missing = [parameter for parameter in (stack.parameters if stack else ()) if parameter not in run.values]
    if missing:
        run.say(f"note: {name} has no parameter {', '.join(missing)}; its effect is removed")


def _keys(s3: Client, storage: Storage, digest: str) -> list[str]:
    keys = [key for key in recorded_releases(s3, storage) if short_digest(key).startswith(digest[:SHORT])]
    kinds = {short_digest(key) for key in keys}
    if len(kinds) > 1:
        raise NothingSent(
            f"{digest} names more than one release", findings=sorted(kinds), remedy="give more digits of its digest"
        )
    return keys


def _ref(project: Path, wanted: str, *, unless: bool, digest: bool, now: Environment) -> str | None:
    """The commit that git knows under that name; None where it knows none and that does not matter."""
    try:
        return commit_of(project, wanted, "--to")
    except NothingSent as error:
        if unless:
            return None
        if digest:
            raise _unknown(wanted, now) from error
        raise


def _unknown(wanted: str, now: Environment) -> NothingSent:
    return NothingSent(
        f"bucket {now.bucket} has no release {wanted} of stack {now.stack}, and git has no such commit",
        remedy="list the releases with the action releases, or name a git ref",
    )


def _of_ref(folder: Path, ref: str, now: Environment) -> Earlier:
    params = folder / "params"
    try:
        reading = environment_reading(params, now.name)
        if now.service:
            reading = service_reading(reading, now.service, folder / "rendered")
    except (UnknownEnvironment, UnknownService) as error:
        older = f"no service {now.service}" if isinstance(error, UnknownService) else f"no params/{now.name}.yaml"
        raise NothingSent(
            f"{ref} has {older}: it is older than this {'service' if now.service else 'environment'}",
            remedy="name a later ref, or a release: the action releases lists them",
        ) from error
    then = reading.environment
    if tree := then.rendered or now.rendered:
        raise NothingSent(
            f"environment {now.name} belongs to {tree}, and {ref} is of this project",
            remedy="name a release: the action releases lists them",
        )
    if not reading.problems and (then.account, then.region, then.stack) != (now.account, now.region, now.stack):
        raise NothingSent(
            f"{ref} is for another stack",
            findings=[
                f"params/{now.name}.yaml then: {then.stack} in {then.account}/{then.region}",
                f"params/{now.name}.yaml now: {now.stack} in {now.account}/{now.region}",
            ],
            remedy="name a later ref",
        )
    root = read_template(folder / "rendered" / now.root, f"rendered/{now.root}")
    secret = {name for name, parameter in declared_parameters(root).items() if parameter.secret}
    environment = _kept(then._replace(bucket=now.bucket, protect=_together(now, then)), secret, f"--to {ref}")
    return Earlier(
        ref, folder / "rendered", reading._replace(environment=environment), other_environments(params, now.name)
    )


def _together(now: Environment, then: Environment) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*now.protect, *then.protect]))


def _kept(environment: Environment, secret: set[str], place: str) -> Environment:
    kept = {name: Setting("", Place(place), source=KEPT) for name in sorted(secret)}
    return environment._replace(parameters={**environment.parameters, **kept})


@contextmanager
def _recorded(s3: Client, storage: Storage, keys: list[str], now: Environment) -> Iterator[Earlier]:
    release = read_release(s3, storage, keys[0])
    if release is None:
        raise NothingSent(
            f"s3://{storage.bucket}/{keys[0]} is not the record of a release",
            findings=["another program wrote it, or a later version of deploy.py"],
            remedy="name another release, or the git ref: --to REF",
        )
    name = f"release {release.digest[:SHORT]} of {release.time.isoformat(sep=' ', timespec='seconds')}"
    texts = _texts(s3, storage, release, name)
    with TemporaryDirectory(prefix="release-") as folder:
        root = _write(Path(folder), storage, release, texts, now.root)
        settings = {key: Setting(text, Place(name)) for key, text in release.parameters.items()}
        environment = now._replace(parameters=settings, tags=dict(release.tags))
        yield Earlier(name, root, Reading(_kept(environment, set(release.withheld), name), ()))


def _texts(s3: Client, storage: Storage, release: Release, name: str) -> dict[str, str]:
    """Each template by its SHA-256, which it is compared with; raises NothingSent where one is gone or another."""
    bodies = at_once(
        lambda template: _body(s3, storage, template), {template.sha256: template for template in release.templates}
    )
    keys = {template.sha256: template.key for template in release.templates}
    gone = [keys[digest] for digest, body in bodies.items() if body is None]
    gone += [] if release.root in bodies else [f"root template {release.root}"]
    if gone:
        raise NothingSent(
            f"{name} cannot be deployed again: some of its templates are no longer in bucket {storage.bucket}",
            findings=gone,
            remedy="name the git ref that rendered it: --to REF; a lifecycle rule of the bucket may delete templates",
        )
    return {digest: body.decode() for digest, body in bodies.items() if body is not None}


def _body(s3: Client, storage: Storage, template: StoredTemplate) -> bytes | None:
    named = {"Bucket": storage.bucket, "Key": template.key, "ExpectedBucketOwner": storage.account}
    version = {"VersionId": template.version} if template.version else {}
    try:
        body = streamed(call(s3.get_object, **named, **version))
    except AwsRefusal as error:
        if error.code in ABSENT:
            return None
        raise
    return body if sha256(body).hexdigest() == template.sha256 else None


def _write(folder: Path, storage: Storage, release: Release, texts: Mapping[str, str], file: str) -> Path:
    """The tree as files that name each other as rendered ones do: they are packed to the same bytes.

    It gives the folder from which `file`, the root template's, is seen.
    """
    urls = {
        storage.url(template.key, template.version): f"../{template.sha256}/{_file(template)}"
        for template in release.templates
    }
    for template in release.templates:
        text = texts[template.sha256]
        for url in template_urls(parse_document(text)).values():
            text = text.replace(url, urls.get(url, url))
        own = folder / template.sha256 / (file if template.sha256 == release.root else _file(template))
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_bytes(text.encode())
    return folder / release.root


def _file(template: StoredTemplate) -> str:
    """`network.yaml` of `shop/network-<sha256>.yaml`."""
    return f"{Path(template.key).name.removesuffix(f'-{template.sha256}.yaml')}.yaml"
