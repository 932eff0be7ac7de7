"""Words, days and numbers in the reader's language."""

from datetime import date, datetime
from typing import Final

from fastapi import Request

from dossier.wording import LANGS, Lang, is_lang, lang_of, say

COOKIE: Final = "juanzong-lang"
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NAMES: Final[dict[Lang, str]] = {"zh-Hant": "繁體中文", "zh-Hans": "简体中文", "en": "English"}


def language(request: Request) -> Lang:
    """Return the language the reader chose here, else the first of the browser's that is spoken."""
    chosen = request.cookies.get(COOKIE, "")
    if is_lang(chosen):
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.partition(";")[0].strip()
        if tag.casefold().startswith(("en", "zh")):
            return lang_of(tag)
    return "en"


class Speech:
    """One language: ``say`` for sentences, ``day``, ``moment``, ``number`` and ``size`` for values."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.others = [(one, NAMES[one]) for one in LANGS]

    def say(self, key: str, /, **facts: object) -> str:
        """Return a text of the page's own section, or of another where the key names it (``desk.state-filed``)."""
        return say(key if "." in key else f"web.{key}", self.lang, **facts)

    def day(self, day: date | None) -> str:
        """Return a day as people write it: 23 Nov 2026, 2026年11月23日."""
        if day is None:
            return ""
        if self.lang == "en":
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        return f"{day.year}年{day.month}月{day.day}日"

    def short_day(self, day: date) -> str:
        """Return a day without its year: 23 Nov, 11月23日."""
        return f"{day.day} {MONTHS[day.month - 1]}" if self.lang == "en" else f"{day.month}月{day.day}日"

    def moment(self, moment: datetime | None) -> str:
        """Return a point in time where the office is, to the minute."""
        if moment is None:
            return ""
        here = moment.astimezone()
        return f"{self.day(here.date())} {here:%H:%M}"

    def number(self, number: float) -> str:
        """Return a number with its thousands set apart."""
        return f"{number:,}"

    def share(self, share: float | None) -> str:
        """Return a share of 1 as per cent; a dash where there is none."""
        return "–" if share is None else f"{share * 100:.0f} %"

    def size(self, octets: int) -> str:
        """Return a size in KB or MB."""
        return f"{octets / 1_000_000:,.1f} MB" if octets >= 1_000_000 else f"{max(1, octets // 1000):,} KB"
