"""Where a resource or a nested stack is: the logical ids that lead to it from the root."""

from __future__ import annotations


class ResourcePath(tuple[str, ...]):
    """Logical ids from the root stack down; the root itself has none. As text: `Ecs/Service`."""

    __slots__ = ()

    def __str__(self) -> str:
        return "/".join(self)

    def __truediv__(self, logical_id: str) -> ResourcePath:
        """What has that logical id in the stack at this path."""
        return ResourcePath((*self, logical_id))

    @property
    def parent(self) -> ResourcePath:
        """The stack that this is in."""
        return ResourcePath(self[:-1])

    @property
    def name(self) -> str:
        """The logical id."""
        return self[-1]


ROOT = ResourcePath()
