"""What ``doctor`` says of one thing: well or not, a sentence, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang, known, say


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what, whether it is well, and a sentence."""

    subject: str
    ok: bool
    wording: str
    facts: Mapping[str, object] = field(default_factory=dict)
    exit_code: ExitCode = ExitCode.OK
    error: JuanzongError | None = None

    def title(self, lang: Lang) -> str:
        """Return what was looked at."""
        own = f"keeping.doctor-{self.subject}"
        return say(own if known(own) else f"desk.doctor-{self.subject}", lang)

    def say(self, lang: Lang) -> str:
        """Return how it is, and what to do if it is not well."""
        return self.error.say(lang) if self.error else say(self.wording, lang, **self.facts)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"subject": self.subject, "ok": self.ok, "text": self.say(lang)}


def failed(subject: str, error: JuanzongError) -> Finding:
    """Return the finding that an error stands for."""
    return Finding(subject, False, error.wording, exit_code=error.exit_code, error=error)
