""".cfnlintrc: the Regions for which cfn-lint checks rendered/, which are those of the environments."""

import re
from collections.abc import Iterable
from typing import Any

from cloudformation.environment.environment_file import Environment

PAGE = ".cfnlintrc"
MARK = "# The Regions of the environments, written by render.py.\n"
_REGIONS = re.compile(f"^{re.escape(MARK)}regions:\n(?:  - .*\n)+", re.MULTILINE)


def with_regions(text: str, settled: Iterable[tuple[Environment, Any]]) -> str:
    """Give the file with its list of Regions anew; without the mark, or without an environment, as it is."""
    regions = sorted({environment.region for environment, _ in settled})
    lines = "".join(f"  - {region}\n" for region in regions)
    return _REGIONS.sub(f"{MARK}regions:\n{lines}", text) if regions else text
