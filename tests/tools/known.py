"""The tools that are driven, in the order of the page."""

from __future__ import annotations

from tests.tools import aws_cli, cdk, node_sdk, sam, sceptre

TOOLS = (cdk.TOOL, sam.TOOL, sceptre.TOOL, aws_cli.TOOL, node_sdk.TOOL)
