"""Where in a template's text something is written."""

from __future__ import annotations

import pytest

from deployment.template.nodes import line_at

_TEXT = """\
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      DelaySecondz: 3
      Tags:
        - Key: a
          Value: b
        - {Key: c, Valu: d}
  Topic:
    Type: AWS::SNS::Topic
  Queue:
    Type: AWS::SQS::Queue
    Properties: {Fifo: !Sub "${A}"}
"""


@pytest.mark.parametrize(
    ("path", "key", "line"),
    [
        ("/Resources/Topic", None, 10),
        ("/Resources/Topic/Properties/TopicName", None, 10),
        ("/Resources/Topic/Type", None, 11),
        ("/Resources/Queue/Properties", "Fifo", 14),
        ("/Resources/Queue/Properties", "Nothing", 14),
        ("/Resources/Queue", None, 12),
        ("/Resources/Other", None, None),
        ("/Outputs/Other", None, None),
    ],
)
def test_a_path_leads_to_the_last_line_of_it_that_is_written(path: str, key: str | None, line: int | None) -> None:
    assert line_at(_TEXT, path, key) == line


def test_members_of_lists_and_keys_in_them_have_lines_of_their_own() -> None:
    text = _TEXT[: _TEXT.index("  Topic")]
    assert line_at(text, "/Resources/Queue/Properties", "DelaySecondz") == 5
    assert line_at(text, "/Resources/Queue/Properties/Tags/0", "Value") == 8
    assert line_at(text, "/Resources/Queue/Properties/Tags/1", "Valu") == 9
    assert line_at(text, "/Resources/Queue/Properties/Tags/7", "Valu") == 6


def test_json_has_lines_too_and_what_is_no_template_has_none() -> None:
    assert line_at('{"Resources": {\n "A/B": {\n  "Type": "\\ud83d\\ude00"}}}', "/Resources/A~1B/Type") == 3
    assert line_at("Resources: [", "/Resources/A") is None
    assert line_at("a text", "/Resources/A") is None
