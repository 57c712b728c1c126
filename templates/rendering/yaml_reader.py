"""YAML text -> the object that CloudFormation sees: the proof that what was written is what was meant.

PyYAML knows nothing of this project's writer. It reads by YAML 1.1, the older and stricter judge of what must be
quoted; short forms become their long names, as the CloudFormation guide defines them (intrinsic function reference).
"""

from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TemplateLoader(_Loader):
    pass


def _function(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {name: loader.construct_mapping(node, deep=True)}
    text = loader.construct_scalar(node)
    return {name: text.split(".", 1) if name == "Fn::GetAtt" else text}


_TemplateLoader.add_multi_constructor("!", _function)


def read(text: str) -> Any:
    """Give the object that `text` holds. Raises yaml.YAMLError when it is not YAML."""
    return yaml.load(text, Loader=_TemplateLoader)
