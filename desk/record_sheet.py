"""The record as a file to take away: entries as a sheet, in the forms that reports have."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from desk.archive import Archive
from desk.auditing import log
from desk.reports.forms.render import rendered
from desk.reports.scope import local_today
from desk.reports.sheet import Column, Form, Sheet, Table
from desk.rights import needs
from dossier.rights import Duty
from dossier.wording import Lang, known, say
from index.record import Entry

MOST: Final = 100_000
"""Entries in one file; what is older goes into another, by its days."""


@needs(Duty.AUDIT)
def record_file(
    archive: Archive,
    form: Form,
    lang: Lang,
    *,
    who: str | None = None,
    what: str | None = None,
    about: str | None = None,
    dossier: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> bytes:
    """Return the entries that are as asked for as a file, oldest first; taking it is on record, with its digest.

    Raises:
        PrintFontMissing: a PDF was asked for and no Chinese font is installed.
    """
    found = log(archive, who=who, what=what, about=about, dossier=dossier, since=since, until=until, limit=MOST)
    asked = {"who": who, "what": what and deed(what, lang), "about": about, "dossier": dossier}
    content = rendered(sheet_of(found, {name: value for name, value in asked.items() if value}, lang), form, lang)
    with archive.index.write() as session:
        facts = {"form": form.value, "entries": len(found), "sha256": sha256(content).hexdigest()}
        archive.note(session, "report", "audit-log", facts)
    return content


def deed(what: str, lang: Lang) -> str:
    """Return what an entry says was done in words; what has none, as the record has it."""
    key = f"audit.did-{what}"
    return say(key, lang) if known(key) else what


def sheet_of(entries: Sequence[Entry], asked: dict[str, str], lang: Lang) -> Sheet:
    """Return entries as a sheet of one table."""
    columns = (
        Column("seq", say("audit.column-seq", lang), "number", 0.5),
        Column("at", say("audit.column-at", lang), "text", 1.2),
        Column("who", say("audit.column-who", lang), "text", 0.8),
        Column("did", say("audit.column-what", lang), "text", 1.2),
        Column("what", say("audit.column-code", lang), "text", 1.0, frozenset({Form.JSON, Form.CSV, Form.XLSX})),
        Column("about", say("audit.column-about", lang), "text", 1.2),
        Column("facts", say("audit.column-facts", lang), "text", 2.4),
    )
    rows = [
        (
            one.seq,
            f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}",
            one.who,
            deed(one.what, lang),
            one.what,
            one.about,
            facts(one),
        )
        for one in entries
    ]
    title = say("audit.sheet", lang)
    named = tuple((say(f"audit.column-{name}", lang), value) for name, value in asked.items())
    table = Table("entries", title, columns, rows)
    return Sheet("record", title, local_today(), named, (say("audit.sheet-count", lang, count=len(rows)),), (table,))


def facts(entry: Entry) -> str:
    """Return what an entry says besides, on one line."""
    return "; ".join(f"{name}: {_plain(value)}" for name, value in entry.facts.items())


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
