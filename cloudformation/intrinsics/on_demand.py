"""Values by name, each found when it is asked for: nested stacks refer to one another."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any


class OnDemand(Mapping[str, Any]):
    """What `find` gives for each of some names; it is asked each time, and remembers where it is to be asked once."""

    def __init__(self, names: Collection[str], find: Callable[[str], Any]) -> None:
        self._names = names
        self._find = find

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return self._find(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
