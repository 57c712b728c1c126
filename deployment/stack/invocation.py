"""How deploy.py was called, for the commands that it names as next steps: each can be pasted where this one was typed.

What selects the deployment is repeated: the environment, the tree, the values. Approvals (--yes, --allow) are
not, because the questions are to be read; nor is what was to fail (--fail, --scenario), because that is what is to
be fixed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deployment.aws.shell_words import command

_SENDING = ("deploy", "plan")


@dataclass(frozen=True)
class Invocation:
    """The program and what was typed.

    `selection` are the options that select the stack; `values` the KEY=VALUE of each --set; `sources` the
    options that name where other values come from; `manner` the options of `action` that no other action has.
    `secret` are the parameters whose values are written nowhere: None, before that is known, all of them.
    """

    selection: tuple[str, ...] = ()
    program: tuple[str, ...] = ("python", "deploy.py")
    action: str = "deploy"
    values: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    manner: tuple[str, ...] = ()
    secret: frozenset[str] | None = None
    words: tuple[str, ...] = ()
    """What follows `--`: the command of a task, which only the same action has again."""

    def knowing(self, secret: frozenset[str]) -> Invocation:
        """The same, once it is known which parameters are NoEcho."""
        return replace(self, secret=secret)

    def of_platform(self) -> Invocation:
        """The same for the platform that a service needs, whose values are different."""
        selection = tuple(_without(self.selection, ["--service", "--all"]))
        return replace(self, selection=selection, values=(), sources=(), manner=())

    def of_service(self, name: str) -> Invocation:
        """The same for one service of the environment."""
        alone = self.of_platform()
        selection = (*alone.selection[:2], *option("--service", name), *alone.selection[2:])
        return replace(alone, selection=selection, action="deploy", words=())

    def of_task(self, action: str, name: str, *flags: str, words: Sequence[str] = ()) -> str:
        """An action about the tasks of a service by its name, or of the platform's own, as it is typed."""
        ends = ("--", *words) if words else ()
        return command(*self.program, action, name, *_without(self.selection, ["--service"]), *flags, *ends)

    def again(self, action: str = "deploy", *options: str) -> str:
        """That action over the same stack, the same tree and the same values, as it is typed."""
        words = [*self.program, *([action] if action != "deploy" else [])]
        flags = [option for option in options if option.startswith("--")]
        # --to selects the templates itself.
        dropped = [*flags, *(["--rendered", "--from"] if "--to" in flags else [])]
        ends = ("--", *self.words) if self.words and action == self.action else ()
        return command(*words, *options, *_without(self.selection, dropped), *self._given(action, flags), *ends)

    def rehearsed_anew(self) -> str:
        """The same command over an empty rehearsal."""
        return self.again(self.action, "--fresh")

    def _given(self, action: str, flags: Sequence[str]) -> Iterator[str]:
        hidden = [value for value in self.values if self._hides(value)]
        for value in self.values:
            if value not in hidden:
                yield from option("--set", value)
        if action in _SENDING and "--change-set" not in flags:
            yield from self.sources
            yield from _unwritten([value.partition("=")[0] for value in hidden], self.sources)
        if action == self.action and "--change-set" not in flags:
            yield from self.manner

    def _hides(self, assignment: str) -> bool:
        return self.secret is None or assignment.partition("=")[0] in self.secret


def _without(words: Sequence[str], flags: Sequence[str]) -> Iterator[str]:
    """The options among these words that are not given otherwise."""
    dropped = False
    for text in words:
        dropped = text.partition("=")[0] in flags if text.startswith("--") else dropped
        if not dropped:
            yield text


def option(flag: str, value: str) -> tuple[str, ...]:
    """An option as it is typed: in one word, where its value would be read as an option."""
    return (f"{flag}={value}",) if value.startswith("-") else (flag, value)


def _unwritten(names: Sequence[str], sources: Sequence[str]) -> Iterator[str]:
    """The source of a value that is on no command line: typed unseen, and further ones from the environment."""
    free = "--set-from-stdin" not in sources
    for number, name in enumerate(dict.fromkeys(names)):
        yield from ("--set-from-stdin", name) if free and number == 0 else ("--set-from-env", f"{name}={name}")
