"""One condition of a listener's rule, and whether a request meets it: True, False, or None where that is unknown.

Elastic Load Balancing says of them (API_RuleCondition and the *ConditionConfig types beside it; "Condition types for
listener rules" in the guide):

- `*` is any characters and `?` one. Hosts, header values and query strings are compared without case; paths with it,
  and the path alone, without the query string. In a query string `\\` makes a wildcard a plain character.
- A condition is met where one of its values is. Methods and header names know no wildcards; a method is exact.
- `source-ip` is the address that the connection comes from; X-Forwarded-For is not asked.
- Hosts, headers and paths may have regular expressions in place of values.

What it does not say is not guessed: how a percent sign in a path compares, or whether an expression is to match all.
Every reading is tried, and where they differ the answer is None.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, unquote_plus

from cloudformation.environment.keys.routing.http_request import Request

# What clients send of their own accord: that nothing is said of one does not mean that it is not there.
_OF_EVERY_CLIENT = frozenset({"accept", "accept-encoding", "accept-language", "connection", "user-agent"})
LONGEST = 128
"""Characters of a value: of hosts, paths, header values and query strings alike."""
Met = bool | None
HOSTS, PATHS, HEADER = "host-header", "path-pattern", "http-header"
QUERY, METHOD, SOURCE = "query-string", "http-request-method", "source-ip"


@dataclass(frozen=True)
class Condition:
    """What a rule asks of a request.

    `values` are patterns, methods or CIDR blocks; `pairs` those of a query string, without a key where any will do;
    `header` the name of an http-header condition. `strange` says that it has what is not known here.
    """

    field: str
    values: tuple[str, ...] = ()
    pairs: tuple[tuple[str | None, str], ...] = ()
    expressions: tuple[str, ...] = ()
    header: str = ""
    strange: bool = False

    @property
    def shown(self) -> str:
        """The condition for people."""
        pairs = [f"{key}={value}" if key is not None else value for key, value in self.pairs]
        named = f"{self.field} {self.header}" if self.header else self.field
        texts = [*self.values, *pairs, *(f"/{expression}/" for expression in self.expressions)]
        return f"{named} {', '.join(texts)}{' (with what is not known here)' if self.strange else ''}".rstrip()

    def met(self, request: Request) -> Met:
        """Whether a request meets it."""
        ask = _ASKED.get(self.field)
        if ask is None or self.strange or not (self.values or self.pairs or self.expressions):
            return None
        return ask(self, request)

    def unmet_by(self, request: Request) -> str:
        """What the request has in the place of what is asked for."""
        if self.field == HEADER:
            # Its value may be a secret.
            if request.header(self.header):
                return f"its {self.header} is another"
            unsaid = self.header.lower() in _OF_EVERY_CLIENT
            return f"what its {self.header} is, is not said" if unsaid else f"it has no header {self.header}"
        if self.field == SOURCE:
            return f"it comes from {request.source}" if request.source else "where it comes from is not said"
        had = {HOSTS: request.host, PATHS: request.path, QUERY: request.query or "none", METHOD: request.method}
        return f"it has {had[self.field]}" if self.field in had else "it is no condition that is known here"


def all_met(answers: Iterable[Met]) -> Met:
    """Whether a rule is met: one condition that is not decides, whatever is not known of others."""
    told = list(answers)
    return False if False in told else None if None in told else True


def _any_met(answers: Iterable[Met]) -> Met:
    told = list(answers)
    return True if True in told else None if None in told else False


def _agreed(answers: Iterable[bool]) -> Met:
    """What all readings say alike."""
    told = set(answers)
    return told.pop() if len(told) == 1 else None


def _host(condition: Condition, request: Request) -> Met:
    # A name may end with the dot of the root, and an address of IPv6 has brackets in the header.
    host = f"[{request.host}]" if ":" in request.host else request.host
    return _texts(condition, [host, host.removesuffix(".")], caseless=True)


def _path(condition: Condition, request: Request) -> Met:
    return _texts(condition, _readings_of_path(request.path), caseless=False)


def _header(condition: Condition, request: Request) -> Met:
    if condition.header.lower() in _OF_EVERY_CLIENT and not request.header(condition.header):
        return None
    return _any_met(_texts(condition, [value], caseless=True) for value in request.header(condition.header))


def _method(condition: Condition, request: Request) -> Met:
    return request.method in condition.values


def _source(condition: Condition, request: Request) -> Met:
    if request.source is None:
        return None
    try:
        address = ip_address(request.source)
        return any(address in ip_network(block, strict=False) for block in condition.values)
    except ValueError:
        return None


def _query(condition: Condition, request: Request) -> Met:
    parts = [part for part in request.query.split("&") if part]
    return _any_met(
        _agreed(_is_pair(key, value, reading) for reading in _readings_of_pair(part))
        for part in parts
        for key, value in condition.pairs
    )


def _is_pair(key: str | None, value: str, pair: tuple[str, str]) -> bool:
    same_key = key is None or _pattern(key, caseless=True, escapes=True).fullmatch(pair[0]) is not None
    return same_key and _pattern(value, caseless=True, escapes=True).fullmatch(pair[1]) is not None


_ASKED: dict[str, Callable[[Condition, Request], Met]] = {
    HOSTS: _host,
    PATHS: _path,
    HEADER: _header,
    QUERY: _query,
    METHOD: _method,
    SOURCE: _source,
}


def _texts(condition: Condition, readings: list[str], *, caseless: bool) -> Met:
    by_value = [
        _agreed(
            _pattern(meant, caseless=caseless).fullmatch(text) is not None
            for text in readings
            for meant in {value, value.replace("&amp;", "&")}  # "& (using &amp;)", says the guide of paths
        )
        for value in condition.values
    ]
    return _any_met([*by_value, *(_by_expression(one, readings) for one in condition.expressions)])


def _by_expression(expression: str, readings: list[str]) -> Met:
    """Whether an expression matches, by each way it may be meant: all of the text or some, with case or not."""
    try:
        ways = [re.compile(expression, flags) for flags in (0, re.IGNORECASE)]
    except re.error:
        return None
    return _agreed(
        matched is not None for way in ways for text in readings for matched in (way.search(text), way.fullmatch(text))
    )


def _readings_of_path(path: str) -> list[str]:
    """As it is written; where it has escapes or dot segments, also as it is meant: some clients send it so."""
    readings = {path, unquote(path)}
    return [*readings, *(_without_dots(reading) for reading in readings if "/." in reading)]


def _without_dots(path: str) -> str:
    """A path whose segments `.` and `..` were followed (RFC 3986, 5.2.4)."""
    *segments, last = path.split("/")[1:]
    kept: list[str] = []
    for segment in [*segments, last, ""] if last in (".", "..") else [*segments, last]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return f"/{'/'.join(kept)}"


def _readings_of_pair(part: str) -> Iterator[tuple[str, str]]:
    """A pair as it is written and as it is meant; one without `=` may be a key, or a value."""
    key, equals, value = part.partition("=")
    for way in (str, unquote, unquote_plus):
        yield way(key), way(value)
        if not equals:
            yield "", way(key)


@lru_cache(maxsize=4096)
def _pattern(text: str, *, caseless: bool, escapes: bool = False) -> re.Pattern[str]:
    wildcards = {"*": ".*", "?": "."}
    letters = re.findall(r"\\[*?\\]|.", text, re.DOTALL) if escapes else list(text)
    written = (wildcards.get(letter) or re.escape(letter[-1]) for letter in letters)
    return re.compile("".join(written), re.DOTALL | (re.IGNORECASE if caseless else 0))
