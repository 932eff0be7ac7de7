"""Which pages lie in the dossiers that somebody reaches: as one bit for each page, to be laid over what a search finds.

To ask of each of fifty thousand hits whether its document lies in one of three thousand dossiers takes the database a
tenth of a second; to look up fifty thousand bits takes less than one of its milliseconds.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import func, select
from sqlmodel import Session, col

from index.kept import FILING, kept
from index.tables import Document, Page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HOLDERS: Final = "holders"


@dataclass(frozen=True, slots=True)
class _Holders:
    """In which dossier each page lies: ``of`` has the place of its dossier by the page's id, 0 for none."""

    places: dict[str, int]
    of: "NDArray[np.int32]"


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages that somebody reaches."""

    _bits: "NDArray[np.bool_]"

    def among(self, ids: Collection[int]) -> list[int]:
        """Return those of some pages that are reached, newest first."""
        import numpy as np  # noqa: PLC0415  # slow to import, and only a search comes here

        asked = np.fromiter(ids, np.int64, len(ids))
        asked = asked[asked < len(self._bits)]
        found = asked[self._bits[asked]]
        found[::-1].sort()
        return cast("list[int]", found.tolist())


def pages_in(session: Session, dossiers: Collection[str]) -> Pages | None:
    """Return the pages in these dossiers (ids); None where that is not kept, or changed too lately to be worth it."""
    holders = kept(session).get_costly(session, FILING, _HOLDERS, lambda: _holders(session))
    if holders is None:
        return None
    wanted = frozenset(dossiers)
    return kept(session).get(session, FILING, ("pages", wanted), lambda: _pages(holders, wanted))


def _holders(session: Session) -> _Holders:
    import numpy as np  # noqa: PLC0415  # slow to import, and only a search comes here

    rows = session.connection().execute(
        select(col(Document.dossier), func.json_group_array(col(Page.id)))
        .join_from(Document, Page, col(Page.document) == col(Document.id))
        .where(col(Document.dossier).is_not(None))
        .group_by(col(Document.dossier))
    )
    places: dict[str, int] = {}
    of = np.zeros((session.connection().execute(select(func.max(col(Page.id)))).scalar() or 0) + 1, dtype=np.int32)
    for dossier, ids in rows:
        places[dossier] = len(places) + 1
        of[json.loads(ids)] = places[dossier]
    return _Holders(places, of)


def _pages(holders: _Holders, dossiers: frozenset[str]) -> Pages:
    import numpy as np  # noqa: PLC0415  # slow to import, and only a search comes here

    reached = np.zeros(len(holders.places) + 1, dtype=bool)
    reached[[place for dossier, place in holders.places.items() if dossier in dossiers]] = True
    return Pages(reached[holders.of])
