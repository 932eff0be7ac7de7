"""``report due --mail``: one mail to each person about what they owe; on record, so that nobody gets two a day.

What is about to be sent goes on record before it is, and what became of it afterwards. A run that broke off between the
two leaves a reminder *unclear*: it is not sent again by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session

from desk.archive import Archive
from desk.home import MailSettings
from desk.reports.forms.cells import clean
from desk.reports.naming import Names
from desk.reports.owing import Owed, owed
from desk.reports.postage import MailRefused, MailServerFailed, MailUnclear, Post
from desk.reports.scope import Scope
from desk.rights import needs
from dossier.errors import JuanzongError
from dossier.folding import fold
from dossier.model import Status
from dossier.rights import Duty
from dossier.wording import Lang, say
from index.recent import recent

_MOST: Final = 100
"""Items of one sort that a mail lists; the rest is counted."""
_VERB: Final = "remind"


class Fate(StrEnum):
    """What became of a reminder."""

    DRAFTED = "drafted"
    SENT = "sent"
    ALREADY = "already"
    NO_ADDRESS = "no-address"
    FAILED = "failed"
    UNCLEAR = "unclear"
    """It may have left: the connection broke, an earlier run broke off, or another run is at it."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one person owes, and the mail about it; ``who`` is the person, or the role where no person is known."""

    who: str
    name: str
    address: str
    items: int
    late: int
    subject: str
    text: str
    fate: Fate = Fate.DRAFTED
    error: JuanzongError | None = None

    @property
    def reached(self) -> bool:
        """Whether the person has this day's reminder, or need not."""
        return self.fate in {Fate.DRAFTED, Fate.SENT, Fate.ALREADY}

    def reason(self, lang: Lang) -> str:
        """Return why it was not sent, empty where nothing went wrong."""
        if self.error is not None:
            return self.error.say(lang)
        return say("report.fate-unclear-hint", lang) if self.fate is Fate.UNCLEAR else ""

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it in the contract's shape."""
        return {
            "person": self.who,
            "name": self.name,
            "address": self.address or None,
            "items": self.items,
            "late": self.late,
            "state": self.fate.value,
            "reason": self.reason(lang) or None,
            "subject": self.subject,
            "text": self.text,
        }


@needs(Duty.REPORT)
def drafted(archive: Archive, scope: Scope, lang: Lang) -> tuple[Reminder, ...]:
    """Return the reminders to everyone who owes something late or within the scope's working days, by name.

    Raises:
        BadSpan, PackNotInForce, SortUnknown, DepartmentUnknown, index.NoSuchThing: as for a report.
    """
    asked, names = scope.checked(archive.packs), Names(archive.packs, lang)
    found: dict[str, list[Owed]] = {}
    with archive.index.read() as session:
        for each in owed(archive, session, asked, overdue=True):
            if each.who:
                found.setdefault(each.who, []).append(each)
    mail = archive.settings.mail
    return tuple(_reminder(who, items, asked, names, mail) for who, items in sorted(found.items()))


@needs(Duty.REPORT)
def remind(archive: Archive, reminders: Sequence[Reminder], post: Post, *, again: bool = False) -> tuple[Reminder, ...]:
    """Send reminders to those who have not had theirs today (with ``again``, to all) and return what became of each.

    Raises:
        MailServerFailed: the server cannot be used at all; nothing was sent or put on record.
    """
    post.reach()
    done: list[Reminder] = []
    down: MailServerFailed | None = None
    for each in reminders:
        if not each.address:
            done.append(replace(each, fate=Fate.NO_ADDRESS))
        elif down is not None:
            done.append(replace(each, fate=Fate.FAILED, error=down))
        else:
            kept = _sent(archive, each, post, again=again)
            if isinstance(kept.error, MailServerFailed):
                down = kept.error
            done.append(kept)
    return tuple(done)


def _sent(archive: Archive, reminder: Reminder, post: Post, *, again: bool) -> Reminder:
    with archive.index.write() as session:
        before = None if again else _fate_today(session, reminder.who)
        if before is not None:
            return replace(reminder, fate=before)
        _note(archive, session, reminder, "begun")
    try:
        post.send(message(archive.settings.mail, reminder))
    except (MailServerFailed, MailRefused) as fault:
        kept = replace(reminder, fate=Fate.FAILED, error=fault)
    except MailUnclear as fault:
        # It stays begun on record: a second run must not send what may have arrived.
        return replace(reminder, fate=Fate.UNCLEAR, error=fault)
    else:
        kept = replace(reminder, fate=Fate.SENT)
    with archive.index.write() as session:
        _note(archive, session, kept, kept.fate.value)
    return kept


def _fate_today(session: Session, who: str) -> Fate | None:
    """Return what became of today's reminder to somebody; None when there is none, or it failed for sure."""
    midnight = datetime.combine(datetime.now().astimezone().date(), time()).astimezone()
    for entry in recent(session, midnight, _VERB):
        if entry.about == who:
            states = {"sent": Fate.ALREADY, "begun": Fate.UNCLEAR}
            return states.get(str(entry.facts.get("state")))
    return None


def _note(archive: Archive, session: Session, reminder: Reminder, state: str) -> None:
    facts = {"state": state, "to": reminder.address, "items": reminder.items, "late": reminder.late}
    archive.note(session, _VERB, reminder.who, facts)


def message(mail: MailSettings, reminder: Reminder) -> EmailMessage:
    """Return the mail of a reminder."""
    made = EmailMessage()
    made["From"] = mail.sender
    made["To"] = reminder.address
    made["Subject"] = reminder.subject
    made["Date"] = format_datetime(datetime.now().astimezone())
    made["Message-ID"] = make_msgid(domain=mail.sender.rpartition("@")[2])
    # RFC 3834: no vacation answers to a machine.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(reminder.text, charset="utf-8", cte="base64")
    return made


def _reminder(who: str, items: Sequence[Owed], scope: Scope, names: Names, mail: MailSettings) -> Reminder:
    late = sorted((each for each in items if each.by is not None and each.by < scope.as_of), key=_order)
    soon = sorted((each for each in items if each.by is not None and each.by >= scope.as_of), key=_order)
    undated = sorted((each for each in items if each.by is None), key=_order)
    parts = [names.text("mail-greeting", name=names.person(who)), names.text("mail-about", day=scope.as_of), ""]
    for heading, group in (("mail-late", late), ("mail-soon", soon), ("mail-undated", undated)):
        if group:
            parts.append(names.text(heading, count=len(group), days=scope.days))
            parts += [_line(each, names, named=mail.names) for each in group[:_MOST]]
            if len(group) > _MOST:
                parts.append(names.text("others", count=len(group) - _MOST))
            parts.append("")
    if any(each.verdict.provisional for each in items):
        parts += [names.text("note-provisional"), ""]
    parts.append(names.text("mail-end"))
    return Reminder(
        who,
        names.person(who),
        _address(mail, who),
        len(items),
        len(late),
        names.text("mail-subject", late=len(late), soon=len(soon) + len(undated)),
        "\n".join(parts) + "\n",
    )


def _order(each: Owed) -> tuple[date, str, str]:
    return (each.by or date.max, each.judged.key, each.verdict.id)


def _line(each: Owed, names: Names, *, named: bool) -> str:
    label = each.judged.label if named and each.judged.label != each.judged.key else ""
    where = " ".join(clean(f"{each.judged.key} {label}").split())
    said = _said(each, names)
    return names.text("mail-item", dossier=where, requirement=" ".join(each.line.title(names.lang).split()), said=said)


def _said(each: Owed, names: Names) -> str:
    if each.by is None:
        return each.line.status_title(names.lang)
    if each.lapses:
        return names.text("mail-lapses", day=each.by)
    due = f"{each.by.isoformat()}*" if each.verdict.provisional else each.by.isoformat()
    if each.verdict.status is Status.DOUBTFUL:
        return names.text("mail-doubtful", day=due)
    return names.text("mail-due-late" if each.verdict.days_late else "mail-due", day=due, late=each.verdict.days_late)


def _address(mail: MailSettings, who: str) -> str:
    wanted = fold(who)
    return next((address for person, address in mail.addresses.items() if fold(person) == wanted), "")
