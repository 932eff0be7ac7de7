"""Keep searches under a name: each person has their own."""

from desk.archive import Archive
from desk.rights import needs
from dossier.errors import ExitCode, JuanzongError
from dossier.rights import Deed
from index import saved as kept


class NoSuchSearch(JuanzongError):
    """Nobody's search of that name is kept for whoever asks."""

    exit_code = ExitCode.NOT_FOUND
    wording = "finding.no-such-search"


@needs(Deed.SEARCH)
def save(archive: Archive, name: str, query: str) -> None:
    """Keep a query under a name, in place of an earlier one.

    Raises:
        index.QueryError: it cannot be understood.
    """
    with archive.index.write() as session:
        kept.save(session, archive.who, name, query)


@needs(Deed.SEARCH)
def saved(archive: Archive) -> dict[str, str]:
    """Return the queries of whoever asks, by name."""
    with archive.index.read() as session:
        return kept.saved(session, archive.who)


def query_of(archive: Archive, name: str) -> str:
    """Return the query kept under a name.

    Raises:
        NoSuchSearch
    """
    found = saved(archive).get(name)
    if found is None:
        raise NoSuchSearch(name=name)
    return found


def drop(archive: Archive, name: str) -> None:
    """Drop the query kept under a name.

    Raises:
        NoSuchSearch
    """
    query_of(archive, name)
    with archive.index.write() as session:
        kept.forget(session, archive.who, name)
