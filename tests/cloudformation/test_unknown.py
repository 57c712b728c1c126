"""Values that are not there yet."""

from __future__ import annotations

from cloudformation.unknown import Unknown, computed, is_unknown

FED = Unknown("{{IntrinsicFunction:root/Net.Outputs.Ids/Fn::GetAtt}}")


def test_a_value_computed_from_known_ones_is_known() -> None:
    assert computed("Fn::Join", "a", ["b"], {"c": 1}) is None


def test_a_value_computed_from_an_unknown_one_is_unknown() -> None:
    found = computed("Fn::Join", ["a", {"b": Unknown()}])
    assert found is not None
    assert (found.text, found.is_placeholder) == ("{{changeSet:KNOWN_AFTER_APPLY}}", False)


def test_in_a_nested_change_set_it_is_a_placeholder_that_names_the_function() -> None:
    found = computed("Fn::Join", ["a", FED])
    assert found is not None
    assert (found.text, found.is_placeholder) == ("{{IntrinsicFunction:root//Fn::Join}}", True)


def test_unknown_is_seen_at_any_depth() -> None:
    assert is_unknown(FED)
    assert is_unknown([{"a": FED}])
    assert not is_unknown([{"a": "b"}])
