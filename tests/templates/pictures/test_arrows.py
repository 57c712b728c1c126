"""Arrows between what is drawn, and their words."""

from templates.pictures.arrows import arrows, ends, obstacles
from templates.pictures.canvas.shapes import Arrow, Box, Frame, Shape, Words
from templates.pictures.facts.flows import INTERNET, Flow

HIGH = Frame(Box(0, 0, 200, 50), "card", "Layer", "A")
LOW = Frame(Box(0, 150, 200, 200), "card", "Layer", "B")
LINE = Words(10, 160, "C: a line", "line", "C")


def joined(shapes: list[Shape], *flows: Flow) -> list[Shape]:
    return arrows(shapes, [("request", flows)])


def test_an_arrow_says_whom_it_joins_and_its_words_stand_on_ground_of_their_own() -> None:
    arrow, ground, words = joined([HIGH, LOW], Flow("A", "B", "tcp 443"))
    assert isinstance(arrow, Arrow)
    assert arrow.ends == "A to B"
    assert isinstance(words, Words)
    assert words.text == "tcp 443"
    assert isinstance(ground, Frame)
    assert ground.box.holds(words.box)


def test_what_stands_on_one_card_shares_an_arrow() -> None:
    arrow, *_ = joined([HIGH, LOW, LINE], Flow("A", "B", "x"), Flow("A", "C", "y"))
    assert isinstance(arrow, Arrow)
    assert arrow.ends == "A to B and A to C"
    assert arrow.words == "x, y"


def test_a_line_of_a_card_ends_where_its_card_does() -> None:
    boxes = ends([HIGH, LOW, LINE, Frame(Box(5, 5, 6, 6), "outside")])
    assert boxes["C"] == LOW.box
    assert boxes[INTERNET] == Box(5, 5, 6, 6)


def test_a_flow_whose_end_is_not_drawn_has_no_arrow() -> None:
    assert joined([HIGH], Flow("A", "B")) == []


def test_an_arrow_passes_what_holds_cards_and_its_ends_with_what_lies_in_them() -> None:
    zone, other = Frame(Box(-9, -9, 999, 999), "zone"), Frame(Box(300, 0, 400, 50), "card", "Layer", "D")
    assert obstacles([zone, HIGH, LOW, LINE, other], [HIGH.box, LOW.box])[:-2] == [other.box]
    assert obstacles([zone, HIGH, LOW, LINE], [HIGH.box])[:-2] == [LOW.box, LINE.box]


def test_no_arrow_and_no_word_leaves_the_page() -> None:
    beyond = obstacles([HIGH, LOW], [HIGH.box, LOW.box])
    assert [box.right for box in beyond] == [-20, 220 + 100_000]


def test_words_lie_over_the_edge_of_a_container_only_where_there_is_no_other_room() -> None:
    zone = Frame(Box(90, 60, 110, 140), "zone")
    *_, words = joined([HIGH, LOW, zone], Flow("A", "B", "HTTP to port 80"))
    assert isinstance(words, Words)
    assert words.text == "HTTP to port 80"
