"""Markdown for a pull request: short, collapsible, harmless, and within GitHub's limit."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from deployment.report.facts import Report
from deployment.report.markdown import LIMIT, markdown
from deployment.review.review import Kind, LayerReview, Review
from deployment.run.outcome import Declined, Planned
from deployment.run.telling import Reviewed
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.report.examples import EXAMPLES, HOSTILE, change, report, reports, resource

_PARSER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
_OWN_TAGS = re.compile(r"</?(details|summary|code|b)>")


def _planned(*layers: LayerReview) -> Report:
    reviewed = Reviewed("shop-dev", False, Review(LayerReview(ROOT, None, (), (), layers), ()), ())
    return report(Planned("shop-dev", reviewed), reviewed=reviewed)


def _layer(*resources: Any) -> LayerReview:
    return LayerReview(ResourcePath(("App",)), None, resources, (), ())


def _tokens(text: str) -> list[Token]:
    return [token for block in _PARSER.parse(text) for token in [block, *(block.children or [])]]


def _tables(text: str) -> list[list[list[str]]]:
    """The cells of every table, as they read."""
    tables: list[list[list[str]]] = []
    for token in _PARSER.parse(text):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type == "inline" and tables and token.level >= 3:
            tables[-1][-1].append("".join(each.content for each in token.children or []))
    return tables


def test_a_plan_begins_with_one_sentence_and_a_short_table() -> None:
    text = markdown(EXAMPLES["planned"])
    first, facts, table, *_ = text.split("\n\n")
    assert first.startswith("### shop-dev: a deployment would update it: 1 added, 2 changed in place")
    assert facts.startswith("stack `shop-dev` · environment `dev`")
    assert table.splitlines()[:4] == [
        "| Layer | Resource | What happens | Why |",
        "| --- | --- | --- | --- |",
        "| `App` | `Service` `AWS::ECS::Service` | ~ changed in place | `DesiredCount` |",
        "| `App` | `Cluster` `AWS::ECS::Service` | **± replaced (Retain)** "
        "| **guarded:** what runs in it, `Name` forces replacement |",
    ]


def test_before_and_after_are_folded_and_read_as_a_diff() -> None:
    text = markdown(EXAMPLES["planned"])
    folded = text[text.index("<details><summary>Before and after: <b>App</b></summary>") :]
    assert "```diff\n@@ DesiredCount\n- 2\n+ 3\n```" in folded
    assert "@@ Name  (forces replacement)\n- a\n+ b" in folded
    assert "@@ Arn  (may force replacement)\n- x\n+ (new Y.Z)" in folded
    assert "@@ Memory\n- 512\n@@ Cpu\n+ 256" in folded
    assert "App/Group: waits for Network.VpcId" in folded


def test_many_new_resources_of_a_layer_share_a_row() -> None:
    text = markdown(_planned(_layer(*(resource(f"App/R{number}", Kind.ADDED) for number in range(9)))))
    assert _tables(text)[0][1:] == [["App", "9 resources", "+ added", ""]]
    assert "+ App/R8  AWS::ECS::Service" in text


def test_many_reasons_are_counted() -> None:
    properties = [change(f"P{number}") for number in range(5)]
    text = markdown(_planned(_layer(resource("App/R", Kind.CHANGED, *properties))))
    assert _tables(text)[0][1][-1] == "P0, P1, P2, 2 more"


def test_a_long_table_ends_with_the_number_of_further_rows() -> None:
    many = [resource(f"App/R{number}", Kind.CHANGED, change("A")) for number in range(50)]
    text = markdown(_planned(_layer(*many)))
    assert len(_tables(text)[0]) == 41
    assert "_and 10 more rows, below_" in text


def test_a_long_table_has_room_for_what_is_guarded_or_replaced_first_and_keeps_the_order() -> None:
    many = [resource(f"App/R{number}", Kind.CHANGED, change("A")) for number in range(50)]
    many[45] = resource("App/Replaced", Kind.REPLACED, change("A"))
    many[49] = replace(resource("App/Guarded", Kind.CHANGED, change("A")), guard="keeps less")
    names = [row[1].split()[0] for row in _tables(markdown(_planned(_layer(*many))))[0][1:]]
    assert names == [*(f"R{number}" for number in range(38)), "Replaced", "Guarded"]


def test_a_long_table_counts_the_guarded_changes_that_it_has_no_room_for() -> None:
    many = [replace(resource(f"App/R{number}", Kind.REMOVED), guard="holds data") for number in range(43)]
    assert "_and 3 more rows, below; 3 of them guarded_" in markdown(_planned(_layer(*many)))


def test_a_failure_tells_the_first_cause_and_what_to_do() -> None:
    text = markdown(EXAMPLES["failed"])
    assert "**First cause:** `App/Service` (`AWS::ECS::Service`) `CREATE_FAILED`\n\n```text\nno\nroom\n```" in text
    assert "```text\ntask t-1 stopped: no image\n```" in text
    assert text.count("room") == 1
    assert "**Next:**\n\n```text\nagain\n```" in text
    assert _tables(text)[-1] == [["Nested stack", "Duration"], ["Network", "4s"], ["App", "1m 02s"]]
    assert "```text\nparams/dev.yaml:1: bad\n```" in markdown(EXAMPLES["nothing sent"])


def test_a_deletion_lists_what_goes_and_what_stays() -> None:
    text = markdown(EXAMPLES["deleted"])
    assert "<summary>1 resource deleted</summary>" in text
    assert "App/Service  AWS::ECS::Service  ! guarded: serves others: it is deleted" in text
    assert "<summary>1 resource kept</summary>" in text
    assert "App/Log  AWS::Logs::LogGroup" in text


def test_status_shows_differences_layers_and_outputs() -> None:
    text = markdown(EXAMPLES["shown"])
    differences, states, settings, outputs = _tables(text)
    assert differences[1:] == [["A", "1", "(none)"], ["tag b", "(none)", "(empty)"]]
    assert states[1:] == [["App", "UPDATE_COMPLETE", "said"], ["Network", "CREATE_COMPLETE", ""]]
    assert settings[1][:3] == ["termination-protection", "on", "off"]
    assert ["Url", "https://x"] in outputs
    assert "The next deployment would send other templates." in text


def test_outputs_of_a_rehearsal_whose_form_is_made_up_are_named() -> None:
    said = "The form of these outputs is made up, and may differ on AWS: Id"
    assert said in markdown(EXAMPLES["unchanged in a rehearsal"])
    assert said not in markdown(EXAMPLES["unchanged"])


def test_drift_and_recovery_have_the_lines_of_the_text_form() -> None:
    drift = markdown(EXAMPLES["drift"])
    assert drift.startswith("### 2 resources drifted in shop-dev and 2 nested stacks\n")
    assert "    Count: template '2', actual (none)\n" in drift
    assert "```text\n  continued\n  skipped App/Service\n```" in markdown(EXAMPLES["recovered"])


def test_text_that_no_resource_uses_is_told() -> None:
    assert "Only text that no resource uses changes, in: `root`, `Network`" in markdown(EXAMPLES["planned text only"])


def test_unchanged_layers_and_values_of_this_run_are_named() -> None:
    text = markdown(EXAMPLES["planned"])
    assert "Unchanged: `Network`" in text
    assert "For this run only: `DesiredCount=3`" in text


def test_hostile_names_stay_in_their_cell() -> None:
    text = markdown(_planned(_layer(resource(f"App/{HOSTILE.replace('/', '')}", Kind.CHANGED, change(HOSTILE)))))
    [table] = _tables(text)
    assert {len(row) for row in table} == {4}
    assert "@team" not in re.sub(r"```.*?```", "", text, flags=re.S)


@given(reports())
def test_no_text_becomes_html_a_link_an_image_or_another_table(made: Report) -> None:
    text = markdown(made)
    tokens = _tokens(text)
    assert not [token for token in tokens if token.type in ("link_open", "image", "s_open")]
    for token in tokens:
        if token.type in ("html_block", "html_inline"):
            rest = _OWN_TAGS.sub("", token.content)
            assert "<" not in rest
    assert len(text) <= LIMIT


@pytest.mark.parametrize("size", [100, 3_000])
def test_what_does_not_fit_is_left_out_and_said(size: int) -> None:
    many = [resource(f"App/R{number}", Kind.CHANGED, change("A", "x" * size, "y" * size)) for number in range(600)]
    text = markdown(_planned(_layer(*many)))
    assert LIMIT - 20_000 < len(text) <= LIMIT
    assert re.search(r"_\d+ more sections? omitted: a comment has room for 65,536 characters\.", text)
    assert text.count("<details>") == text.count("</details>")


def test_a_long_value_is_cut_and_a_resource_of_many_too() -> None:
    text = markdown(_planned(_layer(resource("App/R", Kind.CHANGED, change("A", "x" * 2_500, None)))))
    assert "... 500 more characters" in text
    endless = [change(f"P{number}", "x" * 1_900, None) for number in range(20)]
    text = markdown(_planned(_layer(resource("App/R", Kind.CHANGED, *endless))))
    assert re.search(r"\d+ more characters omitted", text)


def test_a_refusal_needs_no_table() -> None:
    text = markdown(report(Declined("shop-dev", "Make bucket x?")))
    assert text.startswith("### declined; nothing was changed on shop-dev\n\nstack `shop-dev`")
    assert not _tables(text)


def test_a_local_comparison_is_said_before_the_table_and_doubts_in_it() -> None:
    told = markdown(EXAMPLES["planned, compared here"])
    assert told.index("**Below the root this is a local comparison") < told.index("| Layer |")
    assert "**\u2212 perhaps removed**" in told
    assert "+ perhaps added" in told
