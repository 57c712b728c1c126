"""Values as a picture writes them."""

from templates.pictures.facts.values import attribute, entries, items, named, part, text
from tests.templates.pictures.systems import plain

NOTHING = plain({})


def test_a_value_is_named_by_its_resource_else_by_what_its_arn_names() -> None:
    resolved = plain({"A": {"Type": "A::B::C"}, "B": {"Type": "A::B::C", "Properties": {"X": {"Ref": "A"}}}})
    assert named(resolved, resolved.resources["B"].properties["X"]) == "A"
    assert named(NOTHING, "arn:aws:sns:eu-west-1:123456789012:ops") == "ops"
    assert named(NOTHING, "arn:aws:iam::aws:policy/ReadOnlyAccess") == "policy/ReadOnlyAccess"
    assert named(NOTHING, "10.0.0.0/8") == "10.0.0.0/8"


def test_what_is_not_there_or_of_another_shape_is_empty() -> None:
    assert text({}, "A") == ""
    assert text({"A": 5}, "A") == "5"
    assert items(None) == []
    assert items("a") == ["a"]
    assert entries([{"a": 1}, "b"]) == [{"a": 1}]
    assert part({"A": {"B": {"C": 1}}}, "A", "B") == {"C": 1}
    assert part({"A": "text"}, "A", "B") == {}
    assert attribute([{"Key": "a", "Value": "1"}, "x"], "a") == "1"
    assert attribute([], "a") == ""


def test_a_value_that_functions_leave_unknown_says_what_it_depends_on() -> None:
    count = {"Fn::If": ["Busy", {"Ref": "Many"}, 1]}
    resolved = plain(
        {"A": {"Type": "A::B::C", "Properties": {"Count": count, "Name": {"Fn::Sub": "${Many}-a"}}}},
        Parameters={"Busy": {"Type": "String"}, "Many": {"Type": "String"}},
        Conditions={"Busy": {"Fn::Equals": [{"Ref": "Busy"}, "yes"]}},
    )
    assert text(resolved.resources["A"].properties, "Count") == "what depends on Busy, Many"
    assert text(resolved.resources["A"].properties, "Name") == "${Many}-a"
