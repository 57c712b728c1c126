"""The schemas of an environment file's own keys: everything in it but the values of parameters.

What each takes is said once, beside the reader of that key (cloudformation/environment/keys/).
"""

from cloudformation.environment.keys import operation_settings as operation
from cloudformation.environment.keys import stack_policy, tags
from cloudformation.environment.keys.expected_routes import FORM
from cloudformation.environment.keys.file_keys import KEYS, PATTERNS, REQUIRED, SCALARS
from cloudformation.parameters.ecma_pattern import whole
from cloudformation.template.capabilities import ALL
from templates.schema.scalars import ANY_TEXT, Schema, text

_EMPTY: Schema = {"type": "string", "maxLength": 0}
_ANY_CASE_AWS = "^(?![aA][wW][sS]:)"


def key_schemas() -> dict[str, Schema]:
    """Key -> schema, for all but parameters and services."""
    schemas = {key: dict(ANY_TEXT) for key in SCALARS}
    for key, pattern in PATTERNS.items():
        empty = "" if key in REQUIRED else "|^$"
        schemas[key] = text(whole(pattern) + empty, pattern)
    schemas["account"] |= {"type": ["string", "integer"], "minimum": 0, "maximum": 999_999_999_999}
    schemas["termination_protection"] = {"enum": [True, False, "true", "false", ""]}
    schemas["tags"] = _tags()
    schemas["protect"] = {"type": "array", "items": ANY_TEXT}
    schemas["routes"] = {
        "type": "object",
        "propertyNames": {"pattern": f"^{FORM}"},
        "additionalProperties": ANY_TEXT,
    }
    schemas |= _operation()
    return {key: _told(key, schema) for key, schema in schemas.items()}


def _told(key: str, schema: Schema) -> Schema:
    return schema | {"patternErrorMessage": f"{key} is {KEYS[key]}"} if "pattern" in schema else schema


def _tags() -> Schema:
    name, value = _tag_text(tags.LONGEST_KEY, tags.SIGNS_OF_KEYS), _tag_text(tags.LONGEST_VALUE, tags.SIGNS)
    return {
        "type": "object",
        "maxProperties": tags.MOST_TAGS,
        "propertyNames": name,
        "additionalProperties": {**value, **ANY_TEXT},
    }


def _tag_text(longest: int, signs: str) -> Schema:
    r"""Letters and digits of other scripts are left to the reader of the file: `\p{L}` is not for every engine."""
    ascii_signs = "".join(f"\\x{ord(sign):02x}" for sign in signs)
    return {
        "minLength": 1,
        "maxLength": longest,
        "pattern": f"{_ANY_CASE_AWS}(?:[A-Za-z0-9 {ascii_signs}]|[^\\x00-\\x7f])*$",
    }


def _operation() -> dict[str, Schema]:
    alarm, topic = (text(whole(form), form) for form in (operation.ALARM_ARN, operation.TOPIC_ARN))
    named = {
        "type": "object",
        "properties": {"Arn": alarm, "Type": {"enum": [operation.ALARM, operation.COMPOSITE_ALARM]}},
        "required": ["Arn"],
        "additionalProperties": False,
    }
    return {
        "stack_policy": {"anyOf": [ANY_TEXT, _policy()]},
        "rollback_triggers": _few({"anyOf": [alarm, named]}, operation.MOST_TRIGGERS),
        "monitoring_minutes": {
            "type": ["integer", "string"],
            "minimum": 0,
            "maximum": operation.LONGEST_MONITORING,
            "pattern": "^[0-9]{0,3}$",
        },
        "notifications": _few(topic, operation.MOST_NOTIFICATIONS),
        "capabilities": {"type": "array", "items": {"anyOf": [{"enum": list(ALL)}, _EMPTY]}},
    }


def _few(items: Schema, most: int) -> Schema:
    return {"type": "array", "items": items, "maxItems": most, "uniqueItems": True}


def _policy() -> Schema:
    """A stack policy as a mapping: `{}`, or statements."""
    statement = _statement()
    statements = {"anyOf": [statement, {"type": "array", "items": statement, "minItems": 1}]}
    members = {"Statement": statements, **{name: {} for name in sorted(stack_policy.POLICY_MEMBERS - {"Statement"})}}
    return {
        "type": "object",
        "properties": members,
        "additionalProperties": False,
        "if": {"minProperties": 1},
        "then": {"required": ["Statement"]},
    }


def _statement() -> Schema:
    action = {"enum": ["*", *stack_policy.ACTIONS]}
    resource = {"type": "string", "pattern": f"^\\*$|^{stack_policy.RESOURCE}"}
    members: dict[str, Schema] = {name: {} for name in sorted(stack_policy.STATEMENT_MEMBERS)}
    members |= {"Effect": {"enum": list(stack_policy.EFFECTS)}, "Principal": {"const": "*"}}
    members |= {name: _one_or_more(action) for name in ("Action", "NotAction")}
    members |= {name: _one_or_more(resource) for name in ("Resource", "NotResource")}
    either = [{"oneOf": [{"required": [name]}, {"required": [f"Not{name}"]}]} for name in ("Action", "Resource")]
    return {
        "type": "object",
        "properties": members,
        "required": ["Effect", "Principal"],
        "additionalProperties": False,
        "allOf": either,
    }


def _one_or_more(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item}]}
