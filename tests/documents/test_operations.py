"""docs/rehearsal-coverage.md lists the operations that the rehearsal answers, and those that it refuses."""

from __future__ import annotations

import re

from botocore.session import get_session

from rehearsal.api import OPERATIONS
from rehearsal.api.unsimulated import REASONS
from tests.documents.transcripts import PROJECT

PAGE = (PROJECT / "docs/rehearsal-coverage.md").read_text(encoding="utf-8")


def test_the_operations_that_the_page_lists_are_those_that_are_answered_or_refused_for_a_reason() -> None:
    section = PAGE.partition("\n## The operations\n")[2].partition("\n## ")[0]
    listed = " ".join(re.findall(r"^- \*\*(.*?)\*\*", section, re.MULTILINE | re.DOTALL))
    known = set(get_session().get_service_model("cloudformation").operation_names)
    assert set(re.findall(r"\w+", listed)) & known == {*OPERATIONS, *REASONS}
