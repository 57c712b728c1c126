"""Libraries that other libraries import and this project seldom uses: loaded when something of them is used."""

import sys
from collections.abc import Iterable
from types import ModuleType


class _Postponed(ModuleType):
    """Stands in `sys.modules` for a library until an attribute of it is read; then the library takes its place.

    Who asks first for a name in `unused` gets an empty class, and nothing is loaded.
    """

    def __init__(self, library: str, unused: Iterable[str]) -> None:
        super().__init__(library)
        self.unused = set(unused)

    def __getattr__(self, name: str) -> object:
        package, _, part = self.__name__.rpartition(".")
        if name in self.unused:
            self.unused.discard(name)
            setattr(sys.modules[package], part, self)  # as an import does
            return type(name, (), {})
        if name == "__path__" and self.unused:  # whether it is a package: asked where a name of it is imported
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        __import__(self.__name__)
        return getattr(sys.modules[self.__name__], name)


def postpone(library: str, *, unused: Iterable[str] = ()) -> None:
    """Have `import library` load nothing yet. `importlib.util.LazyLoader` is for this, but an import statement reads
    the module's `__spec__`, and in Python 3.11 that loads it.

    `unused` are names of a package's module that the package imports itself, first of all, without using them.
    """
    sys.modules.setdefault(library, _Postponed(library, unused))
