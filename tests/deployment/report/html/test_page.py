"""The HTML page: whole, self-contained, well-formed, and only text where text came from elsewhere."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given

from deployment.report.facts import Report
from deployment.report.html.page import page
from deployment.review.review import Kind, LayerReview, Review
from deployment.run.outcome import Planned
from deployment.run.telling import Reviewed
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.report.examples import EXAMPLES, HOSTILE, change, report, reports, resource

_VOID = {"meta", "input"}
_FETCHING = {"src", "srcset", "data", "action", "formaction", "poster", "ping", "background", "xlink:href"}


class _Page(HTMLParser):
    """Elements with their attributes, and the text that a person reads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.unbalanced: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.unbalanced += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def each(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_ending_is_a_whole_page(name: str) -> None:
    parsed = _Page(page(EXAMPLES[name]))
    assert parsed.unbalanced == []
    tags = Counter(tag for tag, _ in parsed.elements)
    assert [tags[tag] for tag in ("html", "head", "body", "main", "h1", "script", "style")] == [1] * 7


@given(reports())
def test_any_report_is_well_formed_and_loads_nothing(made: Report) -> None:
    parsed = _Page(page(made))
    assert parsed.unbalanced == []
    assert len(parsed.each("script")) == 1
    assert not {"link", "img", "iframe", "object", "embed", "form", "base", "image", "use"} & {
        tag for tag, _ in parsed.elements
    }
    for _, attributes in parsed.elements:
        assert not _FETCHING & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert str(attributes.get("href", "#")).startswith("#")


@given(reports())
def test_names_within_the_page_are_unique_and_every_link_leads_somewhere(made: Report) -> None:
    parsed = _Page(page(made))
    names = [str(attributes["id"]) for _, attributes in parsed.elements if "id" in attributes]
    assert len(names) == len(set(names))
    targets = {str(each["href"]).removeprefix("#") for each in parsed.each("a")}
    described = {str(each["aria-labelledby"]) for _, each in parsed.elements if "aria-labelledby" in each}
    assert targets | described <= set(names)


def test_the_policy_lets_in_what_the_page_brings_and_nothing_else() -> None:
    text = page(EXAMPLES["planned"])
    found = re.search(r'content="(default-src [^"]*)"', text)
    assert found
    policy = dict(part.strip().split(" ", 1) for part in found[1].split(";"))
    assert policy.keys() == {"default-src", "style-src", "script-src"}
    assert policy["default-src"] == "'none'"
    for tag in ("style", "script"):
        inside = text.split(f"<{tag}>")[1].split(f"</{tag}>")[0]
        assert policy[f"{tag}-src"] == f"'sha256-{b64encode(sha256(inside.encode()).digest()).decode()}'"
    assert " style=" not in text


def test_the_page_names_no_address_outside() -> None:
    assert not re.findall(r"(?:https?:)?//[a-z]", page(EXAMPLES["planned"]).replace("https://x", ""))


def test_a_hostile_name_is_shown_and_does_nothing() -> None:
    layer = LayerReview(
        ResourcePath((HOSTILE,)),
        None,
        (resource(f"App/{HOSTILE}", Kind.CHANGED, change(HOSTILE, HOSTILE, "")),),
        (),
        (),
    )
    reviewed = Reviewed(HOSTILE, False, Review(LayerReview(ROOT, None, (), (), (layer,)), ()), ((HOSTILE, HOSTILE),))
    made = _Page(page(report(Planned(HOSTILE, reviewed), reviewed=reviewed)))
    assert len(made.each("script")) == 1
    assert '<script>alert("x")</script>' in made.text
    assert not set("\x1b\u202e") & set("".join(made.words))


def test_each_change_opens_to_its_properties_side_by_side() -> None:
    parsed = _Page(page(EXAMPLES["planned"]))
    changes = [each for each in parsed.each("details") if str(each.get("class")).startswith("change ")]
    assert [each["data-kind"] for each in changes] == [
        "changed",
        "replaced",
        "may-be-replaced",
        "removed",
        "added",
        "imported",
        "changed",
    ]
    assert ["open" in each for each in changes] == [False, True, True, True, False, False, False]
    for said in ("replaced (Retain)", "forces replacement", "because of Y.Z", "new Y.Z", "not set", "removed"):
        assert said in parsed.text


def test_what_only_seems_to_change_is_told_apart() -> None:
    text = _Page(page(EXAMPLES["planned"])).text
    assert "1 more is listed by CloudFormation and does not change" in text
    assert "Group AWS::EC2::SecurityGroup waits for Network.VpcId" in text


def test_the_filters_are_buttons_with_a_state_and_hidden_until_the_script_runs() -> None:
    parsed = _Page(page(EXAMPLES["planned"]))
    buttons = [each for each in parsed.each("button") if "data-filter" in each]
    assert {each["data-filter"] for each in buttons} == {
        "added",
        "changed",
        "may-be-replaced",
        "replaced",
        "removed",
        "imported",
    }
    assert {each["aria-pressed"] for each in buttons} == {"false"}
    [bar] = [each for each in parsed.each("div") if each.get("class") == "filters"]
    assert "hidden" in bar


def test_headings_go_down_step_by_step() -> None:
    levels = [int(tag[1]) for tag, _ in _Page(page(EXAMPLES["planned"])).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "failed",
            [
                "What went wrong",
                "First cause: App/Service",
                "no room",
                "task t-1 stopped",
                "again",
                "Marked, what was to happen:",
            ],
        ),
        ("nothing sent", ["params/dev.yaml:1: bad", "mend", "Nothing was sent"]),
        ("deleted", ["Deleted", "Kept, because of its DeletionPolicy", "App/Log", "Marked, what has happened:"]),
        (
            "declined deletion",
            ["To be deleted", "App/Service", "serves others: it is deleted", "Marked, what would happen:"],
        ),
        ("shown", ["would send other templates", "(none)", "(empty)", "said", "UPDATE_ROLLBACK_COMPLETE"]),
        ("unchanged", ["https://x", "Nothing is marked: no resource changes."]),
        ("unchanged in a rehearsal", ["The form of Network/Vpc, Network/Lookup.Name is made up."]),
        ("deployed", ["Duration of each nested stack", "1m 02s", "Outputs"]),
        ("planned text only", ["Only text that no resource uses changes, in: root, Network"]),
        ("recovered", ["continued", "skipped App/Service"]),
        ("recovered by deleting", ["deleted the stack", "Deleted", "App/Service", "serves others: it is deleted"]),
        ("drift", ["App/Service AWS::ECS::Service s-1", "Count: template '2', actual (none)", "subnet-1 deleted"]),
        ("declined guard", ["guarded, so that --yes is not enough: App/Cluster", "to approve: --allow App/Cluster"]),
        ("planned and kept", ["arn:set", "python deploy.py --change-set arn:set --env dev"]),
        ("detached", ["Marked, what is under way:"]),
        ("planned", ["For this run only: DesiredCount=3", "Guarded: what runs in it. --allow App/Cluster"]),
    ],
)
def test_each_ending_tells_what_belongs_to_it(name: str, said: list[str]) -> None:
    text = _Page(page(EXAMPLES[name])).text
    assert [each for each in said if each not in text] == []


def test_what_is_gone_from_the_templates_is_in_the_picture() -> None:
    titles = [each for each in page(EXAMPLES["planned"]).split("<title>") if each.startswith("Old: ")]
    assert titles
    assert titles[0].startswith("Old: AWS::ECS::Service, removed")


def test_a_local_comparison_is_a_note_and_each_change_of_it_is_marked() -> None:
    told = page(EXAMPLES["planned, compared here"])
    assert '<div class="local" role="note"><p><b>Below the root this is a local comparison' in told
    assert told.count("(compared here)") == 3
    assert "Its templates could not be compared." in told
    assert 'class="local"' not in page(EXAMPLES["planned"])
