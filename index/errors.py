"""What can go wrong with the index itself; a query that cannot be understood is ``index.query.QueryError``."""

from typing import ClassVar

from dossier.errors import ExitCode, JuanzongError, VaultFailed
from dossier.wording import Lang, say


class IndexFailed(JuanzongError):
    """The index cannot be used as asked."""

    exit_code: ClassVar[ExitCode] = ExitCode.INDEX
    wording: ClassVar[str] = "index.failed"


class IndexMissing(IndexFailed):
    """There is no index file at ``path``."""

    wording = "index.missing"


class IndexExists(IndexFailed):
    """A new index was to be made at ``path``, and there is a file already."""

    wording = "index.exists"


class IndexUnopened(IndexFailed):
    """The key does not open ``path``, or its beginning is damaged: the cipher cannot tell the two apart."""

    wording = "index.unopened"


class IndexDamaged(IndexFailed):
    """Some of the index's pages are not what was written."""

    wording = "index.damaged"


class IndexTooNew(IndexFailed):
    """The index was written by a newer Juanzong: ``found`` and ``known`` are schema versions."""

    wording = "index.too-new"


class IndexTooOld(IndexFailed):
    """The index's tables are of an older Juanzong: ``found`` and ``known`` are schema versions."""

    wording = "index.too-old"


class IndexDiffers(IndexFailed):
    """A copy of the index is not the same: ``part`` is the table, or the pages, where that shows."""

    wording = "index.differs"


class IndexBusy(IndexFailed, VaultFailed):
    """Another process kept the index locked for longer than one may wait; whoever watches or works tries again."""

    wording = "index.busy"


class LevelClosed(IndexFailed):
    """Text of secrecy level ``level`` is asked for or to be stored, and its shelf has not been opened."""

    wording = "index.level-closed"


class IllegalTransition(IndexFailed):
    """Capture ``capture`` cannot go from state ``before`` to ``after``."""

    wording = "index.transition"


class NoSuchThing(IndexFailed):
    """Nothing goes by ``id`` in the index."""

    exit_code = ExitCode.NOT_FOUND
    wording = "index.not-found"


class NoSuchPerson(NoSuchThing):
    """Nobody goes by ``name`` in the register."""

    wording = "index.no-such-person"


class IndexStuck(VaultFailed):
    """The index cannot write: disk full, mount gone. Scans stay where they are."""

    exit_code: ClassVar[ExitCode] = ExitCode.INDEX
    wording: ClassVar[str] = "index.stuck"


class AuditBroken(IndexFailed):
    """The audit chain is not what was written; ``seq`` is the first record that shows it, ``how`` what was done."""

    exit_code = ExitCode.TAMPERED
    wording = "index.audit-broken"

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``, with what was done to the chain in words."""
        how = str(self.facts.get("how", "altered"))
        return say(self.wording, lang, seq=self.facts["seq"], how=say(f"index.audit-{how}", lang))
