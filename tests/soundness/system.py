"""A system as data: templates by file name, and everything else that decides what CloudFormation makes of them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from tests.soundness.vocabulary import STACK

Document = dict[str, Any]
ROOT_FILE = "root.yaml"


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes a repeated value repeatedly: CloudFormation takes no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@dataclass
class System:
    """One system: its files, what the environment file says, and what exists in SSM and in a foreign bucket.

    `prefix` is in every name that is not in the system alone, so that many systems may stand beside each other.
    """

    prefix: str
    files: dict[str, Document] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, Document] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def copied(self) -> System:
        """The same system, to be changed."""
        return copy.deepcopy(self)

    @property
    def root(self) -> Document:
        return self.files[ROOT_FILE]

    def document(self, url: str) -> Document | None:
        """What a TemplateURL leads to: a file, or an object of the foreign bucket; None where it leads nowhere."""
        return self.files.get(url) or self.foreign.get(url.rpartition("/")[2])

    def stem(self, document: Document) -> str:
        """A word for a template, for names that no other template's resources have."""
        known = {**self.files, **self.foreign}
        return next((name.partition(".")[0] for name, each in known.items() if each is document), f"new{len(known)}")

    def documents(self) -> Iterator[Document]:
        """Every template that the files reach, the root first, each once."""
        todo, seen = [ROOT_FILE], set()
        while todo:
            url = todo.pop(0)
            document = self.document(url)
            if document is None or url in seen:
                continue
            seen.add(url)
            yield document
            todo += [body["Properties"]["TemplateURL"] for _, body in layers(document)]

    def walk(self, path: tuple[str, ...] = (), url: str = ROOT_FILE) -> Iterator[tuple[tuple[str, ...], Document]]:
        """Every stack of the tree with its template, by the logical ids that lead to it."""
        document = self.document(url)
        if document is None:
            return
        yield path, document
        for name, body in layers(document):
            yield from self.walk((*path, name), body["Properties"]["TemplateURL"])

    def foreign_urls(self) -> dict[tuple[str, ...], str]:
        """The URL of every stack of the tree whose template lies in the foreign bucket."""
        urls = {
            (*path, name): str(body["Properties"]["TemplateURL"])
            for path, document in self.walk()
            for name, body in layers(document)
        }
        return {path: url for path, url in urls.items() if url not in self.files}

    def environment(self, account: str) -> str:
        """The environment file."""
        said = {"account": account, "region": "eu-west-1", "stack": self.prefix, "termination_protection": "false"}
        return written(said | self.settings | {"tags": self.tags, "parameters": self.parameters})


def layers(document: Document) -> list[tuple[str, Document]]:
    """The nested stacks of a template, in order."""
    return [(name, body) for name, body in document["Resources"].items() if body["Type"] == STACK]


def leaves(document: Document) -> list[tuple[str, Document]]:
    """The resources of a template that are no nested stacks, in order."""
    return [(name, body) for name, body in document["Resources"].items() if body["Type"] != STACK]


def written(document: Document) -> str:
    """A document as a file."""
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=4096, allow_unicode=True))
