"""A dossier's contents list, in the order its pack sets: on the screen, and on paper for the folder or box."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from desk.archive import Archive
from desk.print.page import gap, look, pdf
from desk.rights import dossier_for, needs
from desk.sayings import kind_title
from desk.shown import documents_shown
from dossier.contents import Entry, contents
from dossier.model import Dossier
from dossier.pack import DossierKind
from dossier.rights import Deed
from dossier.wording import Lang, say
from index import dossiers as shelf


@dataclass(frozen=True, slots=True)
class ContentsList:
    """What lies in a dossier, line by line."""

    dossier: Dossier
    kind: DossierKind
    entries: tuple[Entry, ...]

    def rows(self, lang: Lang) -> list[list[str]]:
        """Return the list as rows under a row of column names."""
        head = [say(f"dossiers.slip-{name}", lang) for name in ("number", "paper", "dated", "came", "pages", "copies")]
        return [
            [*head, say("dossiers.contents-place", lang)],
            *(
                [
                    str(entry.number),
                    kind_title(entry.document.kind, lang),
                    "" if entry.document.issued is None else entry.document.issued.isoformat(),
                    entry.document.received.isoformat(),
                    str(entry.document.pages),
                    str(entry.document.copies),
                    say(f"dossiers.contents-{'apart' if entry.apart else 'inside'}", lang),
                ]
                for entry in self.entries
            ),
        ]

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the list as plain JSON values."""
        return {
            "key": self.dossier.key,
            "label": self.dossier.label,
            "kind": self.kind.id,
            "order": self.kind.contents,
            "documents": [
                {
                    "number": entry.number,
                    "id": entry.document.id,
                    "kind": entry.document.kind,
                    "title": kind_title(entry.document.kind, lang),
                    "issued": entry.document.issued.isoformat() if entry.document.issued else None,
                    "received": entry.document.received.isoformat(),
                    "pages": entry.document.pages,
                    "copies": entry.document.copies,
                    "apart": entry.apart,
                }
                for entry in self.entries
            ],
        }

    def as_pdf(self, lang: Lang) -> bytes:
        """Return the list on paper.

        Raises:
            PrintFontMissing: no Chinese font is installed.
        """
        style = look(lang)
        today = date.today()  # noqa: DTZ011  # a day where the office is
        key, label = self.dossier.key, self.dossier.label
        facts = {"key": key, "label": label, "kind": self.kind.title[lang]}
        pages = sum(entry.document.pages for entry in self.entries)
        story = [
            style.text(say("dossiers.contents-title", lang), "title"),
            style.text(say("dossiers.slip-dossier", lang, **facts)),
            style.text(say("dossiers.contents-opened", lang, day=self.dossier.opened, today=today)),
            gap(),
            style.table(self.rows(lang), [1, 6, 3, 3, 1.5, 1.5, 3], right=[4, 5]),
            gap(),
            style.text(say("dossiers.contents-sum", lang, documents=len(self.entries), pages=pages)),
        ]
        return pdf(say("dossiers.contents-title", lang), story, lang, foot=say("dossiers.contents-foot", lang, key=key))


@needs(Deed.SEARCH)
def contents_list(archive: Archive, dossier: str) -> ContentsList:
    """Return what lies in a dossier, in the order its pack sets.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
    """
    with archive.index.read() as session:
        row = dossier_for(archive, session, Deed.SEARCH, dossier)
        ((_, found),) = shelf.dossiers(session, ids=[row.id])
        shown = documents_shown(archive, session, Deed.SEARCH, row)
    found = replace(found, documents=tuple(one for one in found.documents if one.id in shown))
    kind = archive.packs[row.pack].dossiers[row.kind]
    return ContentsList(found, kind, contents(found, kind))
