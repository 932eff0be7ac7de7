"""Secrecy levels: 普通 ordinary, 機密 confidential, 絕密 secret. Each has keys, names and an index of its own."""

from enum import StrEnum


class Level(StrEnum):
    """How secret a document is; the order of the members is the order of secrecy."""

    ORDINARY = "ordinary"
    CONFIDENTIAL = "confidential"
    SECRET = "secret"  # noqa: S105  # a level, not a password

    @property
    def letter(self) -> str:
        """The letter that every object id of this level starts with (docs/vault-format.md §3)."""
        return self.value[0]


def level_of(object_id: str) -> Level | None:
    """Return the level an object id states by its first letter, or None when it states none."""
    return next((level for level in Level if object_id.startswith(level.letter)), None)
