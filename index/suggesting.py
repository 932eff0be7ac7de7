"""What to offer when nothing is found: words of the archive itself that differ from the query's by one character."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from sqlmodel import Session

from dossier.folding import unspace
from index import matching, texts
from index.query import Term
from index.tokens import Phrase, phrase, searchable

_SHORTEST: Final = 3
_LONGEST: Final = 24
"""Characters of a phrase that is looked at: each costs a query."""
_LOOKED_AT: Final = 10
"""Pages that are looked through for each character that may be wrong."""
_PLAIN: Final = re.compile(r"[\w.\-]+")


def suggest(
    session: Session, query: str, terms: Sequence[Term], levels: Sequence[str], dossiers: Collection[str] | None
) -> str | None:
    """Return the query with the first term that nothing answers put right, None where nothing is near it."""
    for term in terms:
        if not any(_any(session, matching.words(level, term, dossiers)) for level in levels):
            near = _near(session, term.phrases[0].form, levels, dossiers)
            if near is not None:
                shown = near if _PLAIN.fullmatch(near) else f'"{near}"'
                return f"{query[: term.at]}{shown}{query[term.end :]}"
    return None


def _near(session: Session, form: str, levels: Sequence[str], dossiers: Collection[str] | None) -> str | None:
    if not _SHORTEST <= len(form) <= _LONGEST:
        return None
    for left, right in _halves(form):
        between = ".{0,2}" if left and right else "[^ ]?"
        wanted = re.compile(f"{re.escape(left)}{between}{re.escape(right)}")
        for level in levels:
            pages = matching.near(level, _closed(left), _closed(right), dossiers)
            newest = session.execute(pages.select.order_by(pages.id.desc()).limit(_LOOKED_AT)).scalars().all()
            for text in texts.plain(session, [(level, page) for page in newest]).values():
                found = _cut(text[0], wanted)
                if found is not None:
                    return found
    return None


def _cut(text: str, wanted: re.Pattern[str]) -> str | None:
    """Return the first stretch of a text whose searchable form is as wanted, spaces of recognition taken out."""
    seen = searchable(text)
    found = wanted.search(seen.text)
    if found is None:
        return None
    start, end = seen.span(*found.span())
    return " ".join(unspace(text[start:end])[0].replace('"', " ").split())


def _halves(form: str) -> list[tuple[str, str]]:
    """Return the two sides of each character that may be wrong, those first whose both sides can be looked for."""
    sides = [(form[:at].strip(), form[at + 1 :].strip()) for at in range(len(form))]
    count = {pair: sum(_closed(side) is not None for side in pair) for pair in sides}
    return sorted((pair for pair in sides if count[pair]), key=lambda pair: -count[pair])


def _closed(form: str) -> Phrase | None:
    """Return the phrase for one side if it can be looked for by whole tokens."""
    side = phrase(form) if form else None
    return side if side and not side.open else None


def _any(session: Session, pages: matching.Pages) -> bool:
    return session.execute(pages.select.limit(1)).first() is not None
