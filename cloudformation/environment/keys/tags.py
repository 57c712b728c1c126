"""Tags that CloudFormation, or the services that it hands them to, would refuse.

Lengths are those of the API (Tag: a key of 1 to 128 characters, a value of 1 to 256) and of CreateChangeSet (at most 50
tags); characters, and the reserved prefix in keys and values and in any case, are those of the user guide.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
"""

from collections.abc import Iterator

MOST_TAGS = 50
LONGEST_KEY = 128
LONGEST_VALUE = 256
_RESERVED = "aws:"
SIGNS = "_.:/=+-@"
SIGNS_OF_KEYS = f'{SIGNS}"'


def refused_tag(key: str, value: str) -> Iterator[str]:
    """What is wrong with one tag, a sentence each."""
    yield from _text(f"tag {key!r}: its key", key, LONGEST_KEY, SIGNS_OF_KEYS)
    yield from _text(f"tag {key!r}: its value", value, LONGEST_VALUE, SIGNS)


def _text(subject: str, text: str, longest: int, signs: str) -> Iterator[str]:
    if not text:
        yield f"{subject} is empty; AWS takes at least one character"
    if len(text) > longest:
        yield f"{subject} has {len(text)} characters; AWS takes at most {longest}"
    if text.lower().startswith(_RESERVED):
        yield f"{subject} begins with {_RESERVED}, which AWS keeps for itself"
    strange = dict.fromkeys(character for character in text if not _allowed(character, signs))
    if strange:
        shown = ", ".join(map(repr, strange))
        yield f"{subject} holds {shown}; AWS takes letters, digits, spaces and {' '.join(signs)}"


def _allowed(character: str, signs: str) -> bool:
    if character.isascii():
        return character.isalnum() or character == " " or character in signs
    import unicodedata  # most tags are ASCII

    return unicodedata.category(character)[0] in "LNZ"
