"""Whose approval is still open, in words: roles as the dossier's pack calls them, else as the desk does."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dossier.errors import ExitCode, JuanzongError
from dossier.pack import Pack, Titles
from dossier.wording import LANGS, Lang, say

Awaited = tuple[tuple[Titles, ...], ...]
"""For each open step, the titles of the roles of which one has to take it."""

_DESKS: Final = {
    "general-manager": "people.role-general-manager",
    "special-custodian": "people.role-secret-clerk",
    "custodian": "people.role-clerk",
    "clerk": "people.role-clerk",
    "department-manager": "people.role-department-head",
    "department-head": "people.role-department-head",
    "head": "people.role-department-head",
    "own-head": "lending.role-own-head",
    "service-manager": "lending.role-service-manager",
}


class Awaits(JuanzongError):
    """A request waits for others than whoever tried to decide on it."""

    exit_code = ExitCode.REFUSED
    wording = "lending.not-the-approver"

    def __init__(self, *, awaited: Awaited = (), **facts: object) -> None:
        super().__init__(**facts)
        self._awaited = awaited

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``, with the roles in words."""
        return say(self.wording, lang, **{**self.facts, "roles": in_words(self._awaited, lang) or self.facts["roles"]})


def awaited(pack: Pack | None, steps: Sequence[Mapping[str, Any]]) -> Awaited:
    """Return whose approval the steps of a request still take."""
    return tuple(tuple(_title(pack, str(role)) for role in step["by"]) for step in steps if not step["done_by"])


def in_words(found: Awaited, lang: Lang) -> str:
    """Return them in one line: ``or`` between the roles of a step, ``and`` between steps."""
    either, both = say("lending.or", lang), say("lending.and", lang)
    return both.join(either.join(title[lang] for title in titles) for titles in found)


def _title(pack: Pack | None, role: str) -> Titles:
    named = pack.roles.get(role) if pack is not None else None
    if named is not None:
        return named.title
    return {lang: say(_DESKS[role], lang) if role in _DESKS else role for lang in LANGS}
