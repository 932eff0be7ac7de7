"""A verdict in words: why it is what it is, in three languages, with the titles of the pack and the kinds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from dossier.conditionwords import in_words
from dossier.model import Reason, Verdict
from dossier.pack import OPENED, DossierKind, Pack, Titles
from dossier.wording import Lang, known, say

KindTitle = Callable[[str, Lang], str]
_JOINS: Final[dict[Lang, str]] = {"en": "; ", "zh-Hant": "；", "zh-Hans": "；"}
_LISTS: Final[dict[Lang, str]] = {"en": ", ", "zh-Hant": "、", "zh-Hans": "、"}


def explain(verdict: Verdict, pack: Pack, kind: DossierKind, lang: Lang, kind_title: KindTitle | None = None) -> str:
    """Return why a verdict is what it is, with what is wrong with the documents that are there.

    ``kind_title`` gives the title of a document kind; without it the kind's id stands.
    """
    speaker = _Speaker(pack, kind, lang, kind_title)
    reason = verdict.reason
    if reason.wording == "policy.missing" and reason.facts.get("event"):
        reason = Reason("policy.missing_until", reason.facts)
    parts = [speaker.say(each, verdict) for each in (reason, *(flaw for flaw in verdict.flaws if flaw != reason))]
    if verdict.provisional:
        parts.append(say("policy.provisional", lang))
    return _JOINS[lang].join(parts)


@dataclass(frozen=True, slots=True)
class _Speaker:
    pack: Pack
    kind: DossierKind
    lang: Lang
    kind_title: KindTitle | None

    def say(self, reason: Reason, verdict: Verdict) -> str:
        facts: dict[str, object] = {"due": verdict.due, "days_late": verdict.days_late, **reason.facts}
        return say(
            reason.wording, self.lang, **{name: self._named(name, value, verdict) for name, value in facts.items()}
        )

    def _named(self, name: str, value: object, verdict: Verdict) -> str:
        if name == "condition":
            return self._condition(verdict, str(value))
        if isinstance(value, tuple):
            return _LISTS[self.lang].join(self._title(name, str(each)) for each in value)
        return value.isoformat() if isinstance(value, date) else self._title(name, str(value))

    def _title(self, name: str, text: str) -> str:
        """Return the title of the thing an id names, the text itself where it names none."""
        titles: Titles | None = None
        if name == "kind" and self.kind_title is not None:
            return self.kind_title(text, self.lang)
        if name in {"role", "signer"} and text in self.pack.roles:
            titles = self.pack.roles[text].title
        elif name == "event" and text == OPENED:
            return say("policy.opening", self.lang)
        elif name == "event":
            titles = self.kind.events.get(text)
        elif name == "facts" and text in self.kind.facts:
            titles = self.kind.facts[text].title
        elif name == "fields" and known(f"fields.{text}"):
            return say(f"fields.{text}", self.lang)
        return text if titles is None else titles[self.lang]

    def _condition(self, verdict: Verdict, source: str) -> str:
        """Return the condition of the verdict's requirement in words."""
        for requirement in self.kind.requirements:
            if requirement.id == verdict.requirement and requirement.when is not None:
                return in_words(requirement.when.tree, self.kind.facts, self.lang)
        return source
