"""The texts that must not be shown, and the forms in which a text may stand in another one.

A value comes back as it was sent, as JSON inside of JSON, in a URL, or in base64 beside other bytes (UserData, the
`Authorization` of a request): of base64 only the characters are sought that neighbours cannot change.
"""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote, quote_plus

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.parameter_values import Declared, declared_parameters
from cloudformation.environment.value_sources import Setting
from cloudformation.parameters.declarations import MASK, is_no_echo
from cloudformation.parameters.values import members
from cloudformation.scalars import text_of
from deployment.template.template import Template

_LEAST_SOUGHT = 4  # a shorter secret is masked only where it stands alone
_LEAST_LINE = 8  # of a text of several lines, such as a key, each line of this length is sought too
_LEAST_CORE = 6
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")


def secret_texts(root: Template, environment: Environment, masked: Collection[str] = ()) -> frozenset[str]:
    """The values that the NoEcho parameters of a tree are, or were, given; of a list each member too.

    What options replace counts as well, and so does a default: a stack may have it. `masked` are further parameters
    that the stack does not show.
    """
    declared = declared_parameters(root)
    secret = [parameter for name, parameter in declared.items() if parameter.secret or name in masked]
    own = (text for parameter in secret for text in _given(parameter, environment))
    return frozenset(own) | frozenset(_defaults_below(root))


def _given(parameter: Declared, environment: Environment) -> Iterator[str]:
    settings = [setting for name, setting in environment.replaced if name == parameter.name]
    settings += [environment.parameters[parameter.name]] if parameter.name in environment.parameters else []
    default = parameter.default
    for setting in settings:
        yield from _members(parameter.type, setting)
    if default is not None or not settings:
        yield from (default or "", *members(parameter.type, default or ""))


def _members(kind: str, setting: Setting) -> Iterator[str]:
    """The text, the members that CloudFormation makes of it, and those that were written, whatever they hold."""
    yield from (setting.text, *members(kind, setting.text), *(setting.items or ()))


def _defaults_below(root: Template) -> Iterator[str]:
    for path, template in root.walk():
        for body in template.section("Parameters").values() if path else ():
            if is_no_echo(body) and body.get("Default") is not None:
                whole = text_of(body["Default"])
                yield from (whole, *members(str(body.get("Type", "String")), whole))


class SecretTexts:
    """Masks texts in other texts."""

    def __init__(self, secrets: Iterable[str]) -> None:
        sought = {secret for secret in secrets if secret}
        long = {secret for secret in sought if len(secret) >= _LEAST_SOUGHT}
        within = {form for secret in long for form in _forms(secret)}
        self._alone = frozenset(form for secret in sought for form in _forms(secret))
        self._within = _any(within)
        self._cores = _any({core for secret in long for core in _cores(secret)})

    def masked(self, text: str) -> str:
        """The text without what must not be shown."""
        if text in self._alone:
            return MASK
        if self._cores:
            text = _without_runs(text, self._cores)
        return self._within.sub(MASK, text) if self._within else text


def _any(texts: Iterable[str]) -> re.Pattern[str] | None:
    """What finds any of the texts, the longest first."""
    ordered = sorted(filter(None, texts), key=lambda text: (-len(text), text))
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None


def _forms(secret: str) -> Iterator[str]:
    lines = [line.strip() for line in secret.splitlines()]
    for text in (secret, " ".join(secret.split()), *(line for line in lines if len(line) >= _LEAST_LINE)):
        if len(text) < min(len(secret), _LEAST_SOUGHT):
            continue
        yield text
        for escaped in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
            yield from (escaped, json.dumps(escaped)[1:-1], escaped.replace("/", "\\/"))
        yield from (repr(text)[1:-1], html.escape(text), html.escape(text, quote=False))
        # As a terminal is shown what it must not act on.
        yield "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)
        yield from _in_url(text.encode(errors="surrogatepass"))
    data = secret.encode(errors="surrogatepass")
    yield from (b64encode(data).decode(), urlsafe_b64encode(data).decode())


def _in_url(data: bytes) -> Iterator[str]:
    for url in (quote(data, safe=""), quote(data), quote_plus(data)):
        yield from (url, re.sub("%..", lambda code: code[0].lower(), url))


def _cores(secret: str) -> Iterator[str]:
    """What base64 makes of the text wherever it begins in a group of three bytes."""
    for text in {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}:
        data = text.encode(errors="surrogatepass")
        for encode in (b64encode, urlsafe_b64encode):
            for before in range(3):
                whole = encode(bytes(before) + data).decode()
                core = whole[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
                if len(core) >= _LEAST_CORE:
                    yield core


def _without_runs(text: str, cores: re.Pattern[str]) -> str:
    """The text with each run of base64 masked that contains one: the characters beside it show some of its bits."""
    kept, at = [], 0
    for core in cores.finditer(text):
        start, end = core.span()
        if start < at:
            continue
        while start > at and text[start - 1] in _BASE64:
            start -= 1
        while end < len(text) and text[end] in _BASE64:
            end += 1
        kept += [text[at:start], MASK]
        at = end
    return "".join([*kept, text[at:]])
