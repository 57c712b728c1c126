"""Findings have a place and an order."""

from cloudformation.environment.findings import Place, Problem, in_order


def test_findings_come_by_file_and_line_and_each_once() -> None:
    late, early, other = (Problem(Place(file, line), "x") for file, line in (("a", 9), ("a", None), ("b", 1)))
    assert in_order([other, late, early, late]) == (early, late, other)
    assert [str(problem) for problem in (late, early)] == ["a:9: x", "a: x"]
