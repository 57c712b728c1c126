"""What an answer shows whose form is made up, for a header beside it: the answer itself is as AWS gives it."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from rehearsal.loopback.wire import Call
from rehearsal.properties.made_up_forms import made_up_outputs
from rehearsal.state.world import World

MADE_UP_HEADER = "x-rehearsal-made-up"
# Clients bear 8 to 64 KiB of headers.
_MOST_CHARACTERS = 6000
_PLAIN = "/.:-_"


def made_up_in(world: World, call: Call, answer: Mapping[str, Any]) -> str:
    """`Url=Layer/Resource.Attribute, ...`: the outputs or exports of an answer that rest on a made-up form, with each
    form that they rest on. '' where there is none; one that has no room any more is `...`.
    """
    text = ""
    for name, source in _shown(world, call.operation, answer):
        entry = f"{quote(name, _PLAIN)}={quote(source, _PLAIN)}"
        if len(text) + len(entry) > _MOST_CHARACTERS:
            return f"{text}, ..."
        text = f"{text}, {entry}" if text else entry
    return text


def _shown(world: World, operation: str, answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if operation == "DescribeStacks":
        several = len(answer["Stacks"]) != 1
        for row in answer["Stacks"]:
            prefix = f"{row['StackName']}:" if several else ""
            for name, sources in _of_stack(world, row["StackId"]).items():
                yield from ((prefix + name, source) for source in sources)
    elif operation == "ListExports":
        for row in answer["Exports"]:
            stack = world.state.stacks.get(row["ExportingStackId"])
            named = {} if stack is None else {output.export: name for name, output in stack.outputs.items()}
            sources = _of_stack(world, row["ExportingStackId"]).get(named.get(row["Name"], ""), ())
            yield from ((row["Name"], source) for source in sources)


def _of_stack(world: World, arn: str) -> Mapping[str, tuple[str, ...]]:
    stack = world.state.stacks.get(arn)
    return {} if stack is None else made_up_outputs(world, stack)
