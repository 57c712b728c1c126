"""Libraries that other libraries import and this project seldom uses: loaded when something of them is used."""

import sys
from types import ModuleType


class _Postponed(ModuleType):
    """Stands in `sys.modules` for a library until an attribute of it is read; then the library takes its place."""

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        __import__(self.__name__)
        return getattr(sys.modules[self.__name__], name)


def postpone(library: str) -> None:
    """Have `import library` load nothing yet. `importlib.util.LazyLoader` is for this, but an import statement reads
    the module's `__spec__`, and in Python 3.11 that loads it."""
    sys.modules.setdefault(library, _Postponed(library))
