"""Findings have a place and an order."""

from cloudformation.environment.findings import Place, Problem, in_order, nearest


def test_findings_come_by_file_and_line_and_each_once() -> None:
    late, early, other = (Problem(Place(file, line), "x") for file, line in (("a", 9), ("a", None), ("b", 1)))
    assert in_order([other, late, early, late]) == (early, late, other)
    assert [str(problem) for problem in (late, early)] == ["a:9: x", "a: x"]


def test_the_nearest_name_is_offered_only_when_it_is_near() -> None:
    assert nearest("DomianName", ["DomainName", "Stage"]) == "; did you mean DomainName?"
    assert nearest("Zebra", ["DomainName", "Stage"]) == ""
