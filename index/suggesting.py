"""What to offer when nothing is found: words of the archive itself that differ from the query's by one character."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from dossier.folding import unspace
from index import texts
from index.filters import Scope
from index.matching import Asked, near
from index.query import Term
from index.tokens import phrase_of, searchable

_SHORTEST: Final = 3
_LONGEST: Final = 24
"""Characters of a phrase that is looked at: each costs a query."""
_LOOKED_AT: Final = 10
"""Pages that are looked through for each character that may be wrong."""
_PLAIN: Final = re.compile(r"[\w.\-]+")


def suggest(
    scope: Scope, query: str, terms: Sequence[Term], levels: Sequence[str], dossiers: Collection[str] | None
) -> str | None:
    """Return the query with the first term that nothing answers put right, None where nothing is near it."""
    for term in terms:
        if not any(Asked(scope, term, level, dossiers).newest(1)[1] for level in levels):
            better = _near(scope, term.phrases[0].form, levels, dossiers)
            if better is not None:
                shown = better if _PLAIN.fullmatch(better) else f'"{better}"'
                return f"{query[: term.at]}{shown}{query[term.end :]}"
    return None


def _near(scope: Scope, form: str, levels: Sequence[str], dossiers: Collection[str] | None) -> str | None:
    if not _SHORTEST <= len(form) <= _LONGEST:
        return None
    for left, right in _halves(form):
        between = ".{0,2}" if left and right else "[^ ]?"
        wanted = re.compile(f"{re.escape(left)}{between}{re.escape(right)}")
        for level in levels:
            newest = near(scope, level, (phrase_of(left), phrase_of(right)), dossiers, _LOOKED_AT)
            for text in texts.plain(scope.session, [(level, page) for page in newest]).values():
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
    """Return the two sides of each character that may be wrong, the longest to look for first."""
    sides = [(form[:at].strip(), form[at + 1 :].strip()) for at in range(len(form))]
    count = {pair: sum(side is not None and not side.open for side in map(phrase_of, pair)) for pair in sides}
    return sorted((pair for pair in sides if any(map(phrase_of, pair))), key=lambda pair: -count[pair])
