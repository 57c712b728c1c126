"""What a refusal of CloudFormation names is found in the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployment.template.named_places import Templates, named_places, names_in, place_lines
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import Template, parse_document

_APP = """\
Parameters:
  Size:
    Type: Numbr
Mappings:
  Sizes:
    Small:
      Disk: 10
Resources:
  Queue:
    Type: AWS::SQS::Quue
    Foo: 1
    Properties:
      Delay: !Ref Nope
      Name: !Sub "${Nope}-${AWS::Region}"
      Arn: !GetAtt Nope.Arn
      Disk: !FindInMap [Sizes, Large, Disk]
      Tags:
        - Key: a
          Value:
  Topic:
    Type: AWS::SNS::Topic
    Condition: Off
    DependsOn: [Queue]
Outputs:
  Foo:
    Valu: !Select [4, [a]]
  Two:
    Value: 1
    Export: {Name: a}
  Three:
    Value: !GetAtt Topic.Size
"""
_ROOT = """\
Resources:
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: app.yaml
      Parameters:
        Size: 3
        Sice: 3
"""
APP = ResourcePath(("App",))


def template(text: str, shown: str) -> Template:
    return Template(Path(shown), text, parse_document(text), (), {}, shown=shown)


TEMPLATES: Templates = {ROOT: template(_ROOT, "rendered/root.yaml"), APP: template(_APP, "rendered/app.yaml")}


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Unresolved resource dependencies [Nope] in the Resources block of the template", [13, 14, 15]),
        ("Template error: instance of Fn::GetAtt references undefined resource Nope", [13, 14, 15]),
        ("Template format error: Unresolved condition dependencies [Off] in the Resources block", [22]),
        ("Template format error: Unrecognized resource types: [AWS::SQS::Quue]", [10]),
        ("Template format error: Unrecognized parameter type: Numbr", [3]),
        ("Invalid template resource property 'Foo'", [11]),
        ("Invalid template output property 'Valu'", [26]),
        ("[/Resources/Queue/Properties/Tags/0/Value] 'null' values are not allowed in templates", [19]),
        ("Template error: Unable to get mapping for Sizes::Large::Disk", [16]),
        ("Template error: resource Topic does not support attribute type Size in Fn::GetAtt", [31]),
        ("Circular dependency between resources: [Queue, Topic]", [9, 20]),
        ("Template error: Fn::Select cannot select nonexistent value at index 4", [26]),
        ("Template format error: Every Outputs member must contain a Value object", [24]),
        ("Template format error: duplicate Export names", [29]),
        ("Parameters: [Size] must have values", [2]),
    ],
)
def test_what_is_named_has_its_lines(words: str, lines: list[int]) -> None:
    places = [problem.place for problem in named_places(words, APP, TEMPLATES)]
    assert [place.line for place in places if place.file == "rendered/app.yaml"] == lines


def test_each_place_says_which_name_stands_there_and_below_what() -> None:
    words = "Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template"
    assert place_lines(named_places(words, APP, TEMPLATES)) == (
        "rendered/app.yaml:13: Nope, in /Resources/Queue/Properties/Delay",
        "rendered/app.yaml:14: Nope, in /Resources/Queue/Properties/Name",
        "rendered/app.yaml:15: Nope, in /Resources/Queue/Properties/Arn",
    )


def test_what_a_layer_is_given_stands_in_the_template_above_it() -> None:
    told = place_lines(named_places("Parameters: [Sice] do not exist in the template", APP, TEMPLATES))
    assert told == ("rendered/root.yaml:8: Sice, in /Resources/App/Properties/Parameters",)


def test_words_that_name_nothing_lead_to_the_layer_and_of_root_nowhere() -> None:
    words = "Template may not exceed 1000000 bytes in size."
    assert place_lines(named_places(words, APP, TEMPLATES)) == ("rendered/root.yaml:2: App, in /Resources",)
    assert named_places(words, ROOT, TEMPLATES) == ()
    assert named_places("Unresolved resource dependencies [Nope]", ROOT, {}) == ()
    assert named_places("Parameter must be one of [1, 10, *, /]", ROOT, TEMPLATES) == ()


def test_of_very_many_places_the_first_are_told() -> None:
    many = "Resources:\n" + "".join(f"  A{number}:\n    Type: {{Ref: Nope}}\n" for number in range(20))
    places = named_places("Unresolved resource dependencies [Nope]", ROOT, {ROOT: template(many, "root.yaml")})
    assert place_lines(places)[-1] == "and 14 more places"
    assert len(place_lines(places)) == 7


def test_names_are_those_that_are_marked_and_those_after_what_they_are_called() -> None:
    assert names_in("Parameter 'Size' must be one of AllowedValues") == ("Size",)
    assert "Sizes" in names_in("Unable to get mapping for Sizes::Large::Disk")
