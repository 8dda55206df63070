"""A value known by identity, for memos of what is worked out from large frozen values.

Law of this file: two of them are equal where they hold the same object, so that a memo need not hash it; they keep it alive.
"""

from typing import Generic, TypeVar

T = TypeVar("T")


class Same(Generic[T]):
    """A value known by identity."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value
