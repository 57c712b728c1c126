"""Ways between boxes, round what is in the way."""

from itertools import pairwise

from templates.pictures.canvas.arrow_paths import Points, label, path
from templates.pictures.canvas.shapes import Arrow, Box

HIGH, LOW = Box(0, 0, 200, 50), Box(0, 150, 200, 200)


def crosses(points: Points, box: Box) -> bool:
    return any(piece.grown(1).meets(box) for piece in Arrow(points).pieces())


def found(source: Box, target: Box, *obstacles: Box, arrows: tuple[Arrow, ...] = ()) -> Points:
    points = path(source, target, obstacles, arrows)
    assert points is not None
    assert all(a == c or b == d for (a, b), (c, d) in pairwise(points))
    assert not any(crosses(points, box) for box in obstacles)
    return points


def test_two_that_face_each_other_are_joined_straight_in_the_middle() -> None:
    assert found(HIGH, LOW) == ((98, 50), (98, 150))
    assert found(LOW, HIGH) == ((98, 150), (98, 50))


def test_what_is_in_the_way_moves_a_straight_one_aside() -> None:
    points = found(HIGH, LOW, Box(60, 90, 140, 110))
    assert len(points) == 2


def test_two_beside_each_other_below_are_joined_with_two_bends() -> None:
    points = found(HIGH, Box(400, 150, 500, 200))
    assert len(points) == 4
    assert points[0][1] == 50
    assert points[-1][1] == 150


def test_a_wall_between_is_walked_round() -> None:
    points = found(HIGH, Box(0, 300, 200, 350), Box(-20, 140, 220, 180))
    assert len(points) == 6


def test_two_side_by_side_are_joined_by_their_sides() -> None:
    assert found(Box(0, 0, 100, 50), Box(200, 0, 300, 50))[0][0] == 100
    assert found(Box(200, 0, 300, 50), Box(0, 0, 100, 50))[-1][0] == 100


def test_by_their_sides_first_where_that_is_wanted() -> None:
    source, target = Box(0, 0, 100, 50), Box(200, 100, 300, 150)
    upright, beside = path(source, target, ()), path(source, target, (), sideways=True)
    assert upright is not None
    assert beside is not None
    assert upright[0][1] == 50
    assert beside[0][0] == 100


def test_no_arrow_runs_along_another() -> None:
    first = Arrow(found(HIGH, LOW))
    second = Arrow(found(HIGH, LOW, arrows=(first,)))
    assert abs(first.points[0][0] - second.points[0][0]) >= 8


def test_where_no_way_is_free_there_is_none() -> None:
    assert path(HIGH, LOW, [Box(-500, 60, 900, 140)]) is None
    assert path(HIGH, HIGH, []) is None


def test_words_stand_beside_the_arrow_where_nothing_else_is() -> None:
    arrow = Arrow(((100, 50), (100, 150)))
    words = label(arrow, "tcp 443", [])
    assert words is not None
    assert words.left == 107
    other = label(arrow, "tcp 443", [Box(101, 0, 400, 400)])
    assert other is not None
    assert other.box.right < 100
    assert label(arrow, "tcp 443", [Box(-400, 0, 400, 400)]) is None


def test_words_of_a_level_piece_stand_above_or_below_it() -> None:
    words = label(Arrow(((0, 100), (200, 100))), "all traffic", [])
    assert words is not None
    assert words.box.bottom < 100
    below = label(Arrow(((0, 100), (200, 100))), "all traffic", [Box(0, 0, 200, 99)])
    assert below is not None
    assert below.top > 100
