"""The picture shows by shape, sign and word what changes, to eyes and to a screen reader."""

from __future__ import annotations

from xml.etree import ElementTree

from deployment.report.architecture import Block, Part
from deployment.report.html.picture import picture, shape
from deployment.report.marks import FAILED, MARKS, Mark
from deployment.review.review import Kind
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.report.examples import APP, HOSTILE, SYSTEM

_MARKS = {each.path: MARKS[each.kind] for each in APP.resources}
_GUARDED = {change.path for change in APP.resources if change.guard}
_GONE = [Part(each.path, each.type, None) for each in APP.resources if each.kind is Kind.REMOVED]


def _drawn(system: Block = SYSTEM, marks: dict[ResourcePath, Mark] | None = None) -> ElementTree.Element:
    links = {path: f"change-{number}" for number, path in enumerate(_MARKS)}
    drawn = picture(system, _MARKS if marks is None else marks, links, "shop-dev", _GONE, _GUARDED)
    wide, narrow = ElementTree.fromstring(f"<figure>{drawn}</figure>")
    assert sorted(map(str, _said(wide))) == sorted(map(str, _said(narrow)))
    return wide


def _said(element: ElementTree.Element) -> list[str | None]:
    return [title.text for title in element.iter("title")]


def _texts(element: ElementTree.Element, kind: str) -> list[str | None]:
    return [each.text for each in element.iter() if each.get("class") == kind]


def test_layers_and_resources_are_named() -> None:
    names = _texts(_drawn(), "name")
    assert {"shop-dev", "Network", "App", "Topic", "3 × Subnet", "Service", "Cluster", "Old"} <= set(names)
    assert _texts(_drawn(), "number") == ["1", "2"]
    assert any(text == "after Network" for text in _texts(_drawn(), "type"))


def test_each_mark_is_a_link_with_a_shape_a_sign_and_a_word() -> None:
    links = [each for each in _drawn().iter() if each.tag == "a"]
    assert {link.get("href") for link in links} == {f"#change-{number}" for number in range(len(_MARKS))}
    for link in links:
        mark = next(mark for mark in MARKS.values() if mark.slug == link.get("data-kind"))
        assert mark.word in str(link.get("aria-label"))
        assert _texts(link, "fate") == [mark.word]
        assert [each for each in link.iter("text") if each.text == mark.sign]


def test_what_is_guarded_has_a_sign_and_a_word_of_its_own() -> None:
    cells = [cell for cell in _drawn().iter() if str(cell.get("class")).startswith("cell")]
    signs = {str(next(cell.iter("title")).text): _signs(cell) for cell in cells}
    assert _GUARDED
    assert {title for title, count in signs.items() if count} == {
        title for title in signs if title.endswith(", guarded")
    }
    assert sum(signs.values()) == len(_GUARDED)


def _signs(cell: ElementTree.Element) -> int:
    return sum(element.get("class") == "shape guarded" for element in cell.iter())


def test_the_shapes_tell_the_kinds_apart_without_colour() -> None:
    outlines = {shape(mark).split("<path")[1] for mark in MARKS.values()}
    assert len(outlines) == len(MARKS)


def test_what_failed_is_marked_even_where_nothing_leads_to() -> None:
    picture_of_it = _drawn(marks={ResourcePath(("Topic",)): FAILED})
    assert [each for each in picture_of_it.iter("title") if each.text == "Topic: AWS::SNS::Topic, failed"]
    assert not list(picture_of_it.iter("a"))


def test_conditions_are_told() -> None:
    titles = [str(each.text) for each in _drawn().iter("title")]
    assert "S0, S1, S2: AWS::EC2::Subnet, unchanged, created if Big" in titles


def test_hostile_names_stay_text() -> None:
    hostile = Block(
        ROOT,
        1,
        (),
        (Part(ResourcePath((HOSTILE,)), HOSTILE, HOSTILE),),
        (Block(ResourcePath((HOSTILE,)), 1, (HOSTILE,), (), ()),),
    )
    drawn = _drawn(hostile)
    assert not list(drawn.iter("script"))


def test_long_names_are_cut_and_kept_whole_in_the_title() -> None:
    name = "A" * 60
    drawn = _drawn(Block(ROOT, 1, (), (Part(ResourcePath((name,)), "AWS::SNS::Topic", None),), ()))
    assert [text for text in _texts(drawn, "name") if text and text.endswith("…") and len(text) < 40]
    assert f"{name}: AWS::SNS::Topic, unchanged" in [each.text for each in drawn.iter("title")]
