"""The stamp of a release in the root template of a bundle: which version it is, and whom to ask about it.

    # Rendered from templates/layers/root.py by render.py. ...
    # Release: version 1.4.0, commit 3f2a..., digest sha256:9c1e...
    # Release: without its sources, change values in config/ alone, and ask the people who made it for anything else.
    ...
    Metadata:
      Release:
        Version: "1.4.0"
        Commit: "3f2a..."
        Digest: "sha256:9c1e..."

The stamp is the only thing in which the root of a bundle differs from the rendered one, and it says nothing of any
resource: two roots that differ in their stamps alone are the same template. Whatever else stands there, in whatever
other form, is no stamp and stays a difference. sed finds it by line: what begins with `# Release: `, and from
`  Release:` to the line of the digest.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

DIRTY = "-dirty"
"""What follows a commit whose work tree had other content."""
NO_COMMIT = "unknown"
"""The commit of a project without a history."""
ASK = (
    "# Release: without its sources, change values in config/ alone, and ask the people who made it for anything else."
)
_VERSION = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}"
_COMMIT = rf"(?:[0-9a-f]{{40}}|[0-9a-f]{{64}})(?:{DIRTY})?|{NO_COMMIT}"
_DIGEST = r"sha256:[0-9a-f]{64}"
_STAMP = re.compile(
    rf"\A(?P<first># Rendered from [^\n]*\n)"
    rf"# Release: version (?P<version>{_VERSION}), commit (?P<commit>{_COMMIT}), digest (?P<digest>{_DIGEST})\n"
    rf"{re.escape(ASK)}\n"
    r"(?P<before>(?!Metadata:)(?:[^\n]*\n(?!Metadata:))*[^\n]*\n)"
    r"Metadata:\n"
    r"  Release:\n"
    r'    Version: "(?P=version)"\n'
    r'    Commit: "(?P=commit)"\n'
    r'    Digest: "(?P=digest)"\n'
    r"(?=  [^ \n])"
)
_PLAIN = re.compile(r"\A(?P<first># Rendered from [^\n]*\n)(?P<before>(?:.*\n)*?)Metadata:\n(?=  [^ \n])")
_TAKEN = re.compile(r"^(# Release: |  Release:$)", re.MULTILINE)


class StampError(ValueError):
    """A version that no stamp holds, or a template that takes none."""


@dataclass(frozen=True)
class Stamp:
    """A release: the version that people call it, the commit that it was rendered from, the digest of its templates."""

    version: str
    commit: str
    digest: str


def is_version(text: str) -> bool:
    """Whether a stamp can hold it as a version."""
    return re.fullmatch(_VERSION, text) is not None


def digest_of(templates: Mapping[str, bytes]) -> str:
    """The digest of templates by their paths: the SHA-256 of what `sha256sum` says of them, sorted by path.

    Those are the templates as they are rendered, without a stamp.
    """
    lines = (f"{sha256(body).hexdigest()}  {path}\n" for path, body in sorted(templates.items()))
    return f"sha256:{sha256(''.join(lines).encode()).hexdigest()}"


def stamped(text: str, stamp: Stamp) -> str:
    """The root with the stamp; raises StampError where it could not be taken off again."""
    plain = _PLAIN.match(text)
    if plain is None:
        raise StampError("the root template has no header, or no Metadata, that a stamp could stand in")
    if _TAKEN.search(text):
        raise StampError("the root template has something else that is called Release")
    header = f"# Release: version {stamp.version}, commit {stamp.commit}, digest {stamp.digest}\n{ASK}\n"
    metadata = (
        f'  Release:\n    Version: "{stamp.version}"\n    Commit: "{stamp.commit}"\n    Digest: "{stamp.digest}"\n'
    )
    marked = f"{plain['first']}{header}{plain['before']}Metadata:\n{metadata}{text[plain.end() :]}"
    if without_stamp(marked) != text:
        raise StampError(f"{stamp.version!r}, {stamp.commit!r} and {stamp.digest!r} are no version, commit and digest")
    return marked


def without_stamp(text: str) -> str:
    """The template as it was rendered; one that has no stamp, in exactly this form, as it is."""
    found = _STAMP.match(text)
    return text if found is None else f"{found['first']}{found['before']}Metadata:\n{text[found.end() :]}"
