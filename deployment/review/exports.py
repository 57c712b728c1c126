"""Exports and the stacks that import them: CloudFormation changes and deletes none that is in use.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from deployment.aws.calls import at_once
from deployment.aws.pages import members
from deployment.aws.session import Client
from deployment.errors import AwsRefusal

# How ListImports says that there is nothing to list (API reference, ListImports); an export that is not there yet has
# no importer either.
_NOBODY = re.compile(r"is not imported by any stack|No export named .* found")


@dataclass(frozen=True)
class Importers:
    """The names of the stacks that import an export; `unread` is why they are not known."""

    names: tuple[str, ...] = ()
    unread: str | None = None


@dataclass(frozen=True)
class ExportInUse:
    """An export that other stacks import, or may: who is not known where `importers.unread` says so."""

    name: str
    importers: Importers

    @property
    def by_whom(self) -> str:
        """The importers, or why they are not known."""
        return ", ".join(self.importers.names) or f"unknown: {self.importers.unread}"


def importers_of(cloudformation: Client, export: str) -> Importers:
    """Who imports an export: one call. A refusal leaves it open, and is no answer."""
    try:
        return Importers(
            tuple(str(name) for name in members(cloudformation.list_imports, "Imports", ExportName=export))
        )
    except AwsRefusal as error:
        return Importers() if _NOBODY.search(error.happened) else Importers(unread=error.happened)


def exports_in_use(cloudformation: Client, stacks: Collection[str]) -> tuple[ExportInUse, ...]:
    """The exports of these stacks, by their ARNs, that other stacks import: a call, and one for each export."""
    try:
        exports = [dict(row) for row in members(cloudformation.list_exports, "Exports")]
    except AwsRefusal as error:
        return (ExportInUse("(unknown)", Importers(unread=error.happened)),)
    own = {str(row["Name"]): str(row["Name"]) for row in exports if row.get("ExportingStackId") in stacks}
    # An importer has a name; the stacks of the tree that goes are known by the names in their ARNs.
    going = {arn.split("/")[1] for arn in stacks if "/" in arn}
    asked = at_once(lambda name: importers_of(cloudformation, name), own)
    outside = {
        export: Importers(tuple(name for name in told.names if name not in going), told.unread)
        for export, told in asked.items()
    }
    return tuple(ExportInUse(name, told) for name, told in sorted(outside.items()) if told.names or told.unread)
