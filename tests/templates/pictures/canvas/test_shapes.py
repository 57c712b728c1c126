"""Boxes, words and arrows in whole pixels."""

from templates.pictures.canvas.shapes import Arrow, Box, Frame, Shape, Words, bottom, texts


def test_boxes_meet_where_they_share_more_than_an_edge() -> None:
    box = Box(0, 0, 10, 10)
    assert box.meets(Box(9, 9, 20, 20))
    assert not box.meets(Box(10, 0, 20, 10))
    assert not box.meets(Box(0, 10, 10, 20))


def test_a_box_holds_what_is_not_beyond_its_edges() -> None:
    assert Box(0, 0, 10, 10).holds(Box(0, 0, 10, 10))
    assert not Box(0, 0, 10, 10).holds(Box(0, 0, 10, 11))


def test_a_box_can_be_turned_and_grown() -> None:
    assert Box(1, 2, 3, 4).turned() == Box(2, 1, 4, 3)
    assert Box(1, 2, 3, 4).grown(1) == Box(0, 1, 4, 5)


def test_words_are_a_line_as_high_as_their_look_says() -> None:
    words = Words(5, 10, "i", "name")
    assert words.box == Box(5, 10, 5 + 5, 10 + 17)
    assert words.baseline == 23


def test_the_pieces_of_an_arrow_are_boxes_without_width_whichever_way_it_goes() -> None:
    assert Arrow(((5, 9), (5, 2), (1, 2))).pieces() == [Box(5, 2, 5, 9), Box(1, 2, 5, 2)]


def test_the_lowest_edge_is_that_of_frames_and_words() -> None:
    words = Words(0, 0, "a", "line")
    shapes: list[Shape] = [Frame(Box(0, 0, 5, 9), "card"), words, Arrow(((0, 0), (0, 99)))]
    assert bottom(shapes) == 16
    assert texts(shapes) == [words.box]
