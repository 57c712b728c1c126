"""Which transforms a template names."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from cloudformation.template.transforms import Declaration, declarations, embedded, transforms

PARAMETERS = {"Location": "s3://bucket/key"}
INCLUDE = {"Name": "AWS::Include", "Parameters": PARAMETERS}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Mine", [Declaration("Mine")]),
        (INCLUDE, [Declaration("AWS::Include", PARAMETERS)]),
        (["Mine", INCLUDE], [Declaration("Mine"), Declaration("AWS::Include", PARAMETERS)]),
        ({"Name": "Mine", "Parameters": "x"}, [Declaration("Mine")]),
        ([], []),
    ],
)
def test_a_declaration_is_a_name_or_a_name_with_parameters_or_a_list_of_them(
    value: Any, found: list[Declaration]
) -> None:
    assert declarations(value) == found


@pytest.mark.parametrize("value", [{}, 1, None, [None], {"Name": {"Ref": "Macro"}}, [{"Name": ["Mine"]}]])
def test_a_transform_is_named_by_a_text(value: Any) -> None:
    with pytest.raises(CloudFormationError) as caught:
        declarations(value)
    assert caught.value.message == "Key Name of transform definition must be a string."
    with pytest.raises(CloudFormationError, match=r"Key Name of transform definition must be a string\."):
        list(embedded({"Outputs": [{"Fn::Transform": value}]}))


def test_transforms_are_found_in_every_section_but_parameters() -> None:
    inner = {"Fn::Transform": INCLUDE}
    for section in ("Metadata", "Mappings", "Conditions", "Rules", "Resources", "Outputs"):
        assert [found.name for found in embedded({section: {"A": [{"B": inner}]}})] == ["AWS::Include"]
    for section in ("Parameters", "AWSTemplateFormatVersion", "Transform"):
        assert not list(embedded({section: inner}))


@pytest.mark.parametrize(
    ("document", "expanded"),
    [
        ({"Resources": {}}, False),
        ({"Transform": "AWS::LanguageExtensions"}, True),
        ({"Resources": {"A": {"Properties": {"Fn::Transform": {"Name": "AWS::Include"}}}}}, True),
        ({"Resources": {"A": {"Fn::Transform": {"Name": 1}}}}, True),
        ({"Parameters": {"Fn::Transform": {"Name": "no section that is expanded"}}}, False),
    ],
)
def test_whether_anything_in_a_template_is_expanded(document: dict[str, Any], expanded: bool) -> None:
    assert transforms(document) is expanded
