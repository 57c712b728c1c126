"""The tools that are driven, in the order of the page."""

from __future__ import annotations

from tests.tools import aws_cli, cdk, sceptre

TOOLS = (cdk.TOOL, sceptre.TOOL, aws_cli.TOOL)
