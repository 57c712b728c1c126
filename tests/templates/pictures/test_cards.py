"""A card and what is inside it, laid out in a width."""

from templates.pictures.canvas.shapes import Box, Frame, Shape, Words
from templates.pictures.cards import Card, Line, card_of, drawn, height, in_columns, line_of, paragraph, with_line
from templates.pictures.facts.placement import placed
from tests.templates.pictures.systems import system


def frames(shapes: list[Shape]) -> list[Box]:
    return [shape.box for shape in shapes if isinstance(shape, Frame)]


def test_the_card_of_a_load_balancer_holds_its_listeners_and_they_their_rules() -> None:
    resolved = system()
    card = card_of(resolved, placed(resolved), resolved.resources["Alb/LoadBalancer"])
    assert [inner.name for inner in card.cards] == ["Alb/HttpsListener", "Alb/HttpListener"]
    assert [inner.name for inner in card.cards[0].cards] == ["Ecs/ListenerRule"]
    assert card.cards[0].cards[0].layer == "Ecs"


def test_a_rule_of_a_security_group_is_a_line_that_stands_for_it() -> None:
    resolved = system()
    card = card_of(resolved, placed(resolved), resolved.resources["AppSg/AppSecurityGroup"])
    assert [line.resource for line in card.lines] == ["", "AppSg/AppIngressFromSelf", "AppSg/AppIngressFromAlb"]
    assert card.lines[1].text == "AppIngressFromSelf: from itself: all traffic"
    assert card.cards == ()


def test_a_line_says_at_least_the_type() -> None:
    resolved = system()
    assert line_of(resolved, resolved.resources["Network/Vpc"]).text == "Vpc: EC2::VPC"


def test_how_many_tasks_there_are_stands_out() -> None:
    resolved = system()
    card = card_of(resolved, placed(resolved), resolved.resources["Ecs/Service"])
    assert [line.look for line in card.lines] == ["strong", "line", "line"]


def test_everything_of_a_card_lies_in_its_frame() -> None:
    inner = Card("Layer/Inner", "A::B", "Layer", (Line("some words " * 9),))
    shapes = drawn(Card("Layer/Outer", "A::C", "Layer", (Line("x" * 200),), (inner, inner)), 10, 20, 300)
    outer = frames(shapes)[0]
    assert outer.left == 10
    assert outer.right == 310
    assert all(outer.holds(shape.box) for shape in shapes if isinstance(shape, Frame | Words))


def test_name_and_type_share_a_line_where_both_have_room() -> None:
    wide = drawn(Card("Name", "A::Type", ""), 0, 0, 400)
    narrow = drawn(Card("Name", "A::Type" * 6, ""), 0, 0, 200)
    name, kind = (shape.box for shape in wide if isinstance(shape, Words))
    assert name.top <= kind.top < name.bottom
    assert name.right < kind.left
    name, kind, *_ = (shape.box for shape in narrow if isinstance(shape, Words))
    assert name.bottom <= kind.top


def test_a_card_is_as_high_as_is_wanted_at_least() -> None:
    card = Card("Name", "A::B", "")
    assert frames(drawn(card, 0, 0, 200, 90))[0].bottom == 90
    assert height(card, 200) < 90


def test_cards_of_a_row_have_one_height_and_rows_stand_below_each_other() -> None:
    cards = [Card(f"Card{n}", "A::B", "", tuple(Line("line") for _ in range(n))) for n in range(5)]
    boxes = frames(in_columns(cards, 0, 0, 640))
    assert {box.top for box in boxes[:3]} == {0}
    assert len({box.bottom for box in boxes[:3]}) == 1
    assert {box.top for box in boxes[3:]} == {boxes[0].bottom + 12}
    assert max(box.right for box in boxes) <= 640


def test_no_cards_take_no_room() -> None:
    assert in_columns([], 0, 0, 100) == []


def test_only_the_first_line_of_a_paragraph_stands_for_its_resource() -> None:
    words = [shape for shape in paragraph("one two " * 20, "line", 0, 0, 100, "Layer/It") if isinstance(shape, Words)]
    assert len(words) > 2
    assert [shape.resource for shape in words] == ["Layer/It", *[""] * (len(words) - 1)]


def test_a_line_can_be_added() -> None:
    assert with_line(Card("Name", "A::B", ""), "more").lines == (Line("more"),)
