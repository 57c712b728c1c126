"""What a bundle is made of: the rendered system, compared with the committed files, and its environments."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cloudformation.environment.environment_file import environment_files
from cloudformation.environment.services.attached import FOLDER
from cloudformation.template.tree import PlainTree
from templates.bundle.errors import BundleError
from templates.parts.policy_parts import PolicySizeError
from templates.parts.wiring import WiringError
from templates.rendering.environment import EnvironmentFileError, SetEnvironment, environments
from templates.rendering.handler_permissions import HandlerPermissionsError
from templates.rendering.tree import RenderedFile, render, stale, tree_of

ROOT = "root.yaml"
CI_ROLE = "ci-role.yaml"
_POLICIES = "policies/"


@dataclass(frozen=True)
class System:
    """The templates by their path in rendered/, what else is rendered, and every environment of these templates."""

    templates: Mapping[str, RenderedFile]
    others: Mapping[str, RenderedFile]
    tree: PlainTree
    environments: Sequence[SetEnvironment]
    warnings: Sequence[str]
    draw: Callable[[], dict[str, str]]
    """What draws the pictures of docs/, by name."""

    def policies(self, name: str) -> list[Mapping[str, Any]]:
        """An IAM policy of rendered/policies/, which is several documents where it is longer than IAM has it."""
        own = re.compile(rf"policies/{re.escape(name)}(-[0-9]+)?\.json")
        return [file.content for path, file in self.others.items() if own.fullmatch(path)]


def read_system(project: Path) -> System:
    """The system of a project; raises BundleError where rendered/ is another, or nothing is deployed from it."""
    files = [_shown(file) for file in environment_files(project / "params")]
    try:
        rendered, problems, _, draw = render(files, services_in=project / "templates/services")
    except (EnvironmentFileError, HandlerPermissionsError, PolicySizeError, WiringError) as error:
        raise BundleError(str(error), "run python render.py --check, which shows all problems") from error
    if changes := stale(project / "rendered", rendered):
        raise BundleError(
            f"rendered/ is stale: {len(changes)} files differ from what the templates render, "
            f"{changes[0].path.name} first",
            "run python render.py, review the difference and commit it",
        )
    by_path = {file.path: file for file in rendered}
    templates = {path: file for path, file in by_path.items() if path.endswith(".yaml") and not _is_beside(path)}
    tree = tree_of(ROOT, {path: file.content for path, file in templates.items()})
    services = {
        path.removeprefix(f"{FOLDER}/").removesuffix(".yaml"): PlainTree(file.content)
        for path, file in templates.items()
        if path.startswith(f"{FOLDER}/")
    }
    known = environments(files, tree, services, thorough=False)
    own = [one for one in known if one.values is not None]
    if not own:
        raise BundleError("params/ has no environment for these templates", "add one: see docs/make-it-yours.md")
    left_out = [
        f"environment {one.environment.name} uses another root template and is omitted"
        for one in known
        if one not in own
    ]
    others = {path: file for path, file in by_path.items() if path not in templates}
    return System(templates, others, tree, own, [*map(str, problems), *left_out], draw)


def _is_beside(path: str) -> bool:
    """Whether a template is a stack that the account's owner makes once, beside the system."""
    return path == CI_ROLE or path.startswith(_POLICIES)


def _shown(path: Path) -> Path:
    """As findings name it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
