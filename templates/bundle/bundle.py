"""Every file of a bundle, made in memory from what is rendered and committed: the same input gives the same bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cloudformation.environment.delivery.release_stamp import (
    Stamp,
    StampError,
    digest_of,
    is_version,
    stamped,
)
from templates.bundle.configuration import configuration
from templates.bundle.deployables import deployables
from templates.bundle.errors import BundleError
from templates.bundle.files import BundleFile, assignments, text_file
from templates.bundle.folder import refuse_folder, write_folder
from templates.bundle.live_templates import live_file, live_templates
from templates.bundle.manifest import checksums, manifest
from templates.bundle.pages.readme import readme
from templates.bundle.pages.runbook import runbook_file
from templates.bundle.permissions.guards_table import guards_file
from templates.bundle.permissions.policies import policies
from templates.bundle.review import Since, pictures, reviews, since_of
from templates.bundle.source import Source, source_of
from templates.bundle.system import ROOT, System, read_system

_PROGRAMS = Path(__file__).parent / "bin"


@dataclass(frozen=True)
class Bundle:
    """What is written: the release, where it comes from, the files sorted by path, and what to warn of."""

    stamp: Stamp
    source: Source
    files: tuple[BundleFile, ...]
    warnings: tuple[str, ...]


def write_bundle(project: Path, folder: Path, version: str | None = None, since: str | None = None) -> Bundle:
    """Makes the folder a bundle of the project; raises BundleError, and then the folder is as it was."""
    refuse_folder(folder)
    made = bundle(project, version, since)
    try:
        write_folder(folder, made.files, made.source.time)
    except OSError as error:
        raise BundleError(
            f"{error.filename}: {error.strerror}", f"free disk space, or get write permission for {folder}"
        ) from error
    return made


def bundle(project: Path, version: str | None = None, ref: str | None = None) -> Bundle:
    """The bundle of a project, with a review of what it changes since `ref` where one is named; raises BundleError."""
    system, source = read_system(project), source_of(project)
    since = since_of(project, ref) if ref else None
    stamp = _stamp(system, source, version)
    files = [*_deployed(system, stamp, since), *pictures(system.draw)]
    if since:
        files += reviews(project, source, since, [one.environment.name for one in system.environments])
    files.append(_manifest(system, stamp, files, since))
    files.append(checksums(files))
    return Bundle(stamp, source, tuple(sorted(files, key=lambda file: file.path)), tuple(_warnings(system, source)))


def _deployed(system: System, stamp: Stamp, since: Since | None) -> Iterator[BundleFile]:
    """Templates, what is sent beside them, who may send it, and what sends it."""
    stacks, texts = list(deployables(system)), _texts(system, stamp)
    yield from (text_file(f"templates/{path}", text) for path, text in texts.items())
    for one in stacks:
        yield from configuration(one)
        yield live_file(one, live_templates(one, texts))
    yield from policies(system, [one for one in stacks if one.environment.service is None])
    yield from _programs(stamp)
    yield guards_file(one.tree for one in stacks)
    yield readme(stamp, stacks, since)
    yield runbook_file(stacks, stamp)


def _texts(system: System, stamp: Stamp) -> dict[str, str]:
    """The templates, the root with its stamp."""
    texts = {path: file.text for path, file in system.templates.items()}
    try:
        return texts | {ROOT: stamped(texts[ROOT], stamp)}
    except StampError as error:
        raise BundleError(str(error), "fix the root template: templates/layers/root.py") from error


def _manifest(system: System, stamp: Stamp, files: list[BundleFile], since: Since | None) -> BundleFile:
    texts = _texts(system, stamp)
    rendered = {path: sha256(file.text.encode()).hexdigest() for path, file in system.templates.items()}
    live = [(one, live_templates(one, texts)) for one in deployables(system)]
    return manifest(stamp, files, rendered, live, since)


def _stamp(system: System, source: Source, version: str | None) -> Stamp:
    """The release; raises BundleError for a version that nobody could find again."""
    if version is not None and not is_version(version):
        remedy = "use at most 64 letters, digits and . _ + -, beginning with a letter or a digit"
        raise BundleError(f"--version: {version!r} is not a valid version", remedy)
    if version is not None and source.dirty:
        remedy = "commit the changes, or omit --version: the version of the bundle then ends with -dirty"
        raise BundleError(
            f"--version {version} cannot be used: no commit has exactly these files (commit {source.commit})", remedy
        )
    digest = digest_of({path: file.text.encode() for path, file in system.templates.items()})
    return Stamp(source.short if version is None else version, source.commit, digest)


def _programs(stamp: Stamp) -> Iterator[BundleFile]:
    """bin/: what works with the bundle, byte for byte as the project has it."""
    release = {"VERSION": stamp.version, "COMMIT": stamp.commit, "DIGEST": stamp.digest}
    yield assignments("bin/release.sh", release)
    for file in sorted(_PROGRAMS.rglob("*")):
        if file.is_file():
            path = file.relative_to(_PROGRAMS).as_posix()
            yield BundleFile(f"bin/{path}", file.read_bytes(), executable="/" not in path)


def _warnings(system: System, source: Source) -> Iterator[str]:
    yield from system.warnings
    if source.dirty:
        yield (
            f"commit {source.commit}: no commit has exactly the files of this bundle; "
            "use it for tests, not for production"
        )
