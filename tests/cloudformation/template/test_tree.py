"""Sections of a tree's templates."""

from cloudformation.template.tree import PlainTree, section


def test_a_section_that_is_absent_or_no_mapping_is_empty() -> None:
    template = PlainTree({"Parameters": {"A": {}}, "Rules": None, "Outputs": []})
    assert section(template, "Parameters") == {"A": {}}
    assert [section(template, name) for name in ("Rules", "Outputs", "Resources")] == [{}, {}, {}]
