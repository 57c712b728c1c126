"""Where a parameter's value comes from that is written nowhere: the process's environment, its input, or the stack."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple

from cloudformation.environment.findings import Place


class SourceKind(Enum):
    """The words are those that an environment file uses."""

    ENVIRONMENT = "from_environment"
    INPUT = "from_stdin"
    KEPT = "keep"


class Source(NamedTuple):
    """Where a value comes from; `variable` is the environment variable's name, `lacking` why there is no value."""

    kind: SourceKind
    variable: str = ""
    lacking: str | None = None

    @property
    def told(self) -> str:
        """The same for people, who never see the value."""
        return {
            SourceKind.ENVIRONMENT: f"from environment variable {self.variable}",
            SourceKind.INPUT: "from standard input",
            SourceKind.KEPT: "kept as the stack has it",
        }[self.kind]


KEPT = Source(SourceKind.KEPT)
"""UsePreviousValue: CloudFormation continues with what the stack has, which is not known here."""
INPUT = Source(SourceKind.INPUT, lacking="standard input was not read")


class Setting(NamedTuple):
    """One value as it was written; `items` holds the members where a list was written.

    One that is written nowhere has a `source`, and its text once that was read.
    """

    text: str
    place: Place
    items: tuple[str, ...] | None = None
    source: Source | None = None

    def read(self, name: str, variables: Mapping[str, str], read: Callable[[str], str] | None) -> "Setting":
        """The setting of the parameter `name` with the text that its source has."""
        if self.source is None:
            return self
        text, source = taken(self.source, variables, None if read is None else lambda: read(name))
        return self._replace(text=text, source=source)


def variable(name: str) -> Source:
    """An environment variable that was not looked at yet."""
    return Source(SourceKind.ENVIRONMENT, name, f"environment variable {name} is not set")


def taken(source: Source, variables: Mapping[str, str], read: Callable[[], str] | None) -> tuple[str, Source]:
    """The text that a source has, and what is known of the source then; `read` is None where input is left alone."""
    if source.kind is SourceKind.ENVIRONMENT and source.variable in variables:
        return _text(source, variables[source.variable], f"environment variable {source.variable}")
    if source.kind is SourceKind.INPUT and read is not None:
        text = read()
        return (
            _text(source, text, "standard input") if text else ("", source._replace(lacking="standard input is empty"))
        )
    return "", source


def _text(source: Source, text: str, name: str) -> tuple[str, Source]:
    try:
        text.encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8 come as halves of surrogates
        return "", source._replace(lacking=f"{name} is not UTF-8 text")
    return text, source._replace(lacking=None)
