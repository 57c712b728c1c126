r"""The characters of a java.util.regex pattern, and the classes made of them, as expressions for one character.

https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html. A class is `[a-z]` where that
says it all, else unions, intersections and negations of such. What Unicode alone knows, as `\p{L}`, is left in, for
engines that read it.
"""

import re


class InvalidPatternError(Exception):
    """Java refuses the pattern."""


class UnsayableError(Exception):
    """Java may take the pattern, but there is no saying the same to the engine."""


END = "<end>"
ANY = r"[\s\S]"
_CONTROLS = {"a": "\a", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SPACE = re.compile(r"(?:[\t-\r ]+|#[^\n\r\x85\u2028\u2029]*)*")
_HEX = "[0-9a-fA-F]"
_CODED = re.compile(rf"0([0-3][0-7]{{0,2}}|[0-7]{{1,2}})|x({_HEX}{{2}})|x\{{({_HEX}+)\}}|u({_HEX}{{4}})")
_NAME = re.compile(r"\{([^}]+)\}|([^{])", re.DOTALL)
_NAMED = r"""
    d=0-9 w=0-9A-Z_a-z s=\t-\r\x20 v=\n-\r\x85\u2028\u2029
    h=\t\x20\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000
    Lower=a-z Upper=A-Z ASCII=\x00-\x7f Alpha=A-Za-z Digit=0-9 Alnum=0-9A-Za-z Punct=!-/:-@\[-`{-\x7e Graph=!-\x7e
    Print=\x20-\x7e Blank=\t\x20 Cntrl=\x00-\x1f\x7f XDigit=0-9A-Fa-f Space=\t-\r\x20
"""
# What `\d` and its like stand for, and "POSIX character classes (US-ASCII only)".
_CLASSES = {name: f"[{members}]" for name, members in re.findall(r"(\w+)=(\S+)", _NAMED)}
_CATEGORY = re.compile("L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?")
_CASED = re.compile("(Is|gc=|java)?(l[ult]|lower_?case|upper_?case|title_?case)", re.IGNORECASE)
_LEFT_TO_ENGINES = re.compile(r"(?:Is|In|(?i:sc|script|blk|block|gc|general_category)=)[\w -]+", re.ASCII)
_UNSAYABLE = re.compile(r"java\w+|L[CD1]|all")
_JAVA = {"javaLowerCase": "Lowercase", "javaUpperCase": "Uppercase", "javaAlphabetic": "Alphabetic", "javaLetter": "L"}


class CharacterReader:
    """A place in a pattern, and the flags that are set there."""

    def __init__(self, pattern: str) -> None:
        self.text = re.sub(r"(?s)\\Q(.*?)(?:\\E|\Z)|\\.", _unquoted, pattern)
        self.place = 0
        self.flags: frozenset[str] = frozenset()

    def at(self, place: int) -> str:
        """The character at a place, whatever it is."""
        return self.text[place] if place < len(self.text) else END

    def peek(self) -> str:
        """The character that comes next; the flag x passes over white space and comments, in classes too."""
        skipped = _SPACE.match(self.text, self.place) if "x" in self.flags else None
        self.place = skipped.end() if skipped else self.place
        return self.at(self.place)

    def takes(self, text: str) -> bool:
        """Whether this text comes next; it is passed if so."""
        self.peek()
        taken = self.text.startswith(text, self.place)
        self.place += len(text) * taken
        return taken

    def match(self, form: re.Pattern[str]) -> re.Match[str]:
        """What comes next in a form of its own. Errors: InvalidPatternError where something else does."""
        matched = form.match(self.text, self.place)
        if matched is None:  # the flag x lets white space stand in many forms
            raise UnsayableError if "x" in self.flags else InvalidPatternError
        self.place = matched.end()
        return matched

    def bracketed(self) -> str:
        """The class whose bracket has just been passed; `^` negates the whole of it, intersections too."""
        negated = self.peek() == "^" and self.at(self.place - 1) == "["
        self.place += negated
        sides = [[self._member()] if self.peek() == "]" else []]
        sides[0] += self._side(right=False)
        while self.takes("&&"):
            sides.append(self._side(right=True))
        self.place += 1
        if not all(sides[1:]):  # what Java answers depends on how it stored the left side
            raise UnsayableError if any(sides) else InvalidPatternError
        written, *others = [union(side) for side in sides if side]
        for other in others:
            written = f"(?:(?={written}){other})"
        return negation(written) if negated else written

    def _side(self, *, right: bool) -> list[str]:
        """The members up to `&&` or the closing bracket; what Java reads in ways of its own is refused."""
        classes: list[str] = []
        brackets, starts = right, self.peek()
        while (character := self.peek()) != "]" and not self.text.startswith("&&", self.place):
            if character == "&" and (brackets or "x" in self.flags):
                raise UnsayableError
            brackets &= character == "["
            classes.append(self.bracketed() if self.takes("[") else self._member())
        if right and character == "&" and not brackets and starts == "[":
            raise UnsayableError
        return classes

    def _member(self) -> str:
        named = None if self.text.startswith("\\v-", self.place) else self.named_class()
        if named is not None:
            return named
        first = last = self._end_of_range()
        if self.peek() == "-" and self.at(self.place + 1) not in ("]", "["):
            self.place += 1
            last = self._end_of_range()
        return self.range(first, last)

    def _end_of_range(self) -> str:
        if self.takes("\\"):
            return "\v" if self.takes("v") else self.escaped()
        self.place += 1
        return self.at(self.place - 1)

    def named_class(self) -> str | None:
        r"""The class of `\d`, `\p{..}` and the like, which is passed; None where no such escape comes next."""
        escape, letter = self.peek(), self.at(self.place + 1)
        if escape != "\\" or letter not in "dDwWsShHvVpP":
            return None
        self.place += 2
        name = self.match(_NAME) if letter in "pP" else None
        written = _property(name[1] or name[2], "i" in self.flags) if name else _CLASSES[letter.lower()]
        return written if letter.islower() else negation(written)

    def escaped(self) -> str:
        """The one character that an escape stands for, whose backslash has just been passed."""
        letter = self.at(self.place)
        if letter in ("0", "x", "u"):
            digits = next(filter(None, self.match(_CODED).groups()))
            point = int(digits, 8 if letter == "0" else 16)
            if point > 0x10FFFF:
                raise InvalidPatternError
            return chr(point)
        self.place += 2 if letter == "c" else 1
        control = self.at(self.place - 1)
        if control == END or (letter.isascii() and letter.isalnum() and letter != "c" and letter not in _CONTROLS):
            raise UnsayableError if letter in ("N", "X") else InvalidPatternError
        return chr(ord(control) ^ 64) if letter == "c" else _CONTROLS.get(letter, letter)

    def range(self, first: str, last: str) -> str:
        """The class of a range, or of one character; where case is ignored, that of ASCII's letters is."""
        if END in (first, last) or last < first:
            raise InvalidPatternError
        members = f"{_written(first)}-{_written(last)}" if first != last else _written(first)
        for start, end, other in (("a", "z", str.upper), ("A", "Z", str.lower)):
            if "i" in self.flags and max(first, start) <= min(last, end):
                members += f"{other(max(first, start))}-{other(min(last, end))}"
        return f"[{members}]"


def _unquoted(quoted: re.Match[str]) -> str:
    return quoted[0] if quoted[1] is None else "".join(f"\\x{{{ord(character):x}}}" for character in quoted[1])


def _written(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else f"\\x{ord(character):02x}"
    if "\ud800" <= character <= "\udfff":
        raise UnsayableError  # half a character
    return f"\\U{ord(character):08x}"


def union(classes: list[str]) -> str:
    """What is in any of the classes."""
    composed = [one for one in classes if one.startswith(("[^", "("))]
    plain = "".join(one[1:-1] for one in classes if not one.startswith(("[^", "(")))
    parts = ([f"[{plain}]"] if plain else []) + composed
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def negation(one: str) -> str:
    """What is not in the class."""
    if one.startswith("("):
        return f"(?:(?!{one}){ANY})"
    return f"[{one[2:]}" if one.startswith("[^") else f"[^{one[1:]}"


def _property(name: str, ignore_case: bool) -> str:
    if ignore_case and _CASED.fullmatch(name):
        raise UnsayableError
    if name in _CLASSES and len(name) > 1:
        return _CLASSES["Alpha" if ignore_case and name in ("Lower", "Upper") else name]
    short = name.removeprefix("Is")
    if _CATEGORY.fullmatch(short) or short in _JAVA:
        return f"[\\p{{{_JAVA.get(short, short)}}}]"
    if short in _CLASSES or not _LEFT_TO_ENGINES.fullmatch(name):
        raise UnsayableError if short in _CLASSES or _UNSAYABLE.fullmatch(short) else InvalidPatternError
    return f"[\\p{{{name}}}]"
